BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
}

Describe 'Events of a listener' {
    AfterEach {
        Get-EventSubscriber | Unregister-Event
        Get-Event | Remove-Event
        Close-EverySocket
    }

    It 'raises ConnectionAccepted and ConnectionClosed for <Kind>' -ForEach @(
        @{ Kind = 'a handler'; Serve = @{ Handler = { $null = Receive-SocketText $_ -Line } } }
        @{ Kind = 'lines'; Serve = @{ OnLine = { } } }
        @{ Kind = 'a service'; Serve = @{ Service = 'Echo' } }
    ) {
        $listener = Start-SocketListener tcp://:0 @Serve
        Register-ObjectEvent $listener ConnectionAccepted -SourceIdentifier accepted
        Register-ObjectEvent $listener ConnectionClosed -SourceIdentifier closed
        $client = Connect-Socket $listener
        $event = Wait-Event accepted -Timeout 20
        [object]::ReferenceEquals($event.Sender, $listener) | Should -BeTrue
        [object]::ReferenceEquals($event.SourceEventArgs.Listener, $listener) | Should -BeTrue
        $event.SourceEventArgs.Client | Should -Be $client.LocalEndPoint
        $event.SourceEventArgs.Channel | Should -BeOfType SocketTools.SocketChannel
        $event.SourceEventArgs.Error | Should -BeNullOrEmpty
        Get-Event closed -ErrorAction Ignore | Should -BeNullOrEmpty
        Close-Socket $client
        $closed = Wait-Event closed -Timeout 20
        [object]::ReferenceEquals($closed.SourceEventArgs.Channel, $event.SourceEventArgs.Channel) | Should -BeTrue
        $closed.SourceEventArgs.Client | Should -Be $event.SourceEventArgs.Client
        $closed.SourceEventArgs.Channel.State | Should -Be Closed
        @(Get-Event).Count | Should -Be 2
    }

    It 'raises HandlerFailed with the error' {
        $listener = Start-SocketListener tcp://:0 -Handler { throw 'on purpose' }
        Register-ObjectEvent $listener HandlerFailed -SourceIdentifier failed
        $null = Get-VisitEnd $listener
        $event = Wait-Event failed -Timeout 20
        $event.SourceEventArgs.Error.Message | Should -BeExactly 'on purpose'
        $event.SourceEventArgs.Client | Should -Be $listener.Errors[0].Client
    }

    It 'runs an action in the session of the one who registered it' {
        $seen = [Collections.Generic.List[object]]::new()
        $listener = Start-SocketListener tcp://:0 -Service Echo
        $null = Register-ObjectEvent $listener ConnectionAccepted -SourceIdentifier act -MessageData $seen -Action { $Event.MessageData.Add($EventArgs.Client.Port) }
        $client = Connect-Socket $listener
        Wait-Until { $null = Get-Date; $seen.Count -eq 1 }
        $seen[0] | Should -Be $client.LocalEndPoint.Port
    }

    It 'raises none for a connection that was refused' {
        $listener = Start-SocketListener tcp://:0 -DenyFrom 127.0.0.0/8 -Service Echo
        Register-ObjectEvent $listener ConnectionAccepted -SourceIdentifier accepted
        Register-ObjectEvent $listener ConnectionClosed -SourceIdentifier closed
        Get-VisitEnd $listener | Should -BeExactly ECONNRESET
        $listener.Refused | Should -Be 1
        Get-Event | Should -BeNullOrEmpty
    }

    It 'raises them for connections that are accepted by hand' {
        $listener = Start-SocketListener tcp://:0
        Register-ObjectEvent $listener ConnectionAccepted -SourceIdentifier accepted
        Register-ObjectEvent $listener ConnectionClosed -SourceIdentifier closed
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        [object]::ReferenceEquals((Wait-Event accepted -Timeout 20).SourceEventArgs.Channel, $server) | Should -BeTrue
        Close-Socket $server
        [object]::ReferenceEquals((Wait-Event closed -Timeout 20).SourceEventArgs.Channel, $server) | Should -BeTrue
    }

    It 'raises ConnectionClosed for every client when it stops' {
        $listener = Start-SocketListener tcp://:0 -Service Echo
        Register-ObjectEvent $listener ConnectionClosed -SourceIdentifier closed
        $clients = 1..3 | ForEach-Object { Connect-Socket $listener }
        Wait-Until { $listener.Active -eq 3 }
        Stop-SocketListener $listener
        Wait-Until { @(Get-Event closed -ErrorAction Ignore).Count -eq 3 }
        (Get-Event closed).SourceEventArgs.Client.Port | Sort-Object | Should -Be ($clients.LocalEndPoint.Port | Sort-Object)
    }

    It 'a subscriber that fails ends no server, and is told' {
        $listener = Start-SocketListener tcp://:0 -Service Echo
        # A script block has no runspace on the thread that raises the event, so this one fails.
        $listener.add_ConnectionAccepted({ throw 'never runs' })
        $client = Connect-Socket $listener
        Send-SocketText $client hello
        Receive-SocketText $client -TimeoutSeconds 10 | Should -BeExactly hello
        $listener.ErrorCount | Should -Be 1
    }
}
