BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-Socket' {
    BeforeEach { Close-EverySocket }
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Get-Socket 'Descriptor: Int32[], position 0', 'Protocol: String', 'State: SocketChannelState[]',
            'Channel: ChannelArgument[], mandatory, pipeline', 'Trace: SwitchParameter'
        Assert-OutputType Get-Socket ([SocketTools.SocketChannel], [SocketTools.SocketTransfer])
    }

    It 'writes nothing where nothing is open' {
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'writes every open channel, by descriptor' {
        $socket = New-Socket
        $client, $server = New-ConnectedPair
        $found = Get-Socket
        $found.Count | Should -Be 3
        $found.Descriptor | Should -Be ($socket.Descriptor, $client.Descriptor, $server.Descriptor | Sort-Object)
        Close-Socket $client
        @(Get-Socket).Count | Should -Be 2
    }

    It 'does not show listeners, which Get-SocketListener shows, but a socket that was made to listen' {
        $null = Start-SocketListener tcp://:0
        Get-Socket | Should -BeNullOrEmpty
        $socket = New-Socket
        $null = Start-SocketListener -Channel $socket
        (Get-Socket).State | Should -Be 'Listening'
        @(Get-SocketListener).Count | Should -Be 2
    }

    It 'finds by descriptor' {
        $a, $b = New-ConnectedPair
        [object]::ReferenceEquals((Get-Socket $b.Descriptor), $b) | Should -BeTrue
        @(Get-Socket $a.Descriptor, $b.Descriptor).Count | Should -Be 2
    }

    It 'finds by protocol and by state' {
        $null = New-ConnectedPair unix
        $null = New-ConnectedPair tcp
        $null = New-Socket AF_UNIX
        @(Get-Socket -Protocol tcp).Protocol | Should -Be 'tcp', 'tcp'
        @(Get-Socket -Protocol UNIX*).Count | Should -Be 3
        @(Get-Socket -State Unconnected).Protocol | Should -Be 'unix'
        @(Get-Socket -State Unconnected, Connected).Count | Should -Be 5
        @(Get-Socket -Protocol unix -State Connected).Count | Should -Be 2
        Get-Socket -Protocol none | Should -BeNullOrEmpty
    }

    It 'is EBADF for a descriptor that no channel has, and goes on with the others' {
        $socket = New-Socket
        $found = Get-Socket 999999, $socket.Descriptor -ErrorAction SilentlyContinue -ErrorVariable failure
        [object]::ReferenceEquals($found, $socket) | Should -BeTrue
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'EBADF,SocketTools.Commands.GetSocketCommand'
        $failure[0].TargetObject | Should -Be 999999
    }

    It 'shows the whole process, other runspaces included' {
        $listener = Start-SocketListener tcp://:0
        $job = Start-Background -ArgumentList $listener { param($listener) Connect-Socket $listener }
        $theirs = Wait-Background $job
        [object]::ReferenceEquals((Get-Socket), $theirs[0]) | Should -BeTrue
        Get-Socket | Close-Socket
        $theirs[0].State | Should -Be 'Closed'
    }

    It 'keeps a channel that nobody holds any more' {
        $listener = Start-SocketListener tcp://:0
        & { $null = Connect-Socket $listener }
        $server = Receive-SocketConnection $listener
        1..3 | ForEach-Object { [GC]::Collect(); [GC]::WaitForPendingFinalizers() }
        Receive-SocketByte $server -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'EWOULDBLOCK,*' -Because 'the stream has not ended'
        @(Get-Socket).Count | Should -Be 2
    }

    It 'can be piped to Close-Socket' {
        $null = New-ConnectedPair
        Get-Socket | Close-Socket
        Get-Socket | Should -BeNullOrEmpty
    }
}
