BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Close-Socket' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Close-Socket @(
            'Channel: ChannelArgument[], position 0, mandatory, pipeline'
            'Reset: SwitchParameter'
            'PassThru: SwitchParameter'
        )
        Assert-OutputType Close-Socket ([SocketTools.SocketChannel])
    }

    It 'writes nothing, and the channel with -PassThru' {
        $client, $server = New-ConnectedPair
        Close-Socket $client | Should -BeNullOrEmpty
        [object]::ReferenceEquals((Close-Socket $server -PassThru), $server) | Should -BeTrue
        $client.State, $server.State | Should -Be 'Closed', 'Closed'
    }

    It 'frees the descriptor, and keeps its number in the closed channel' -Skip:(-not $IsLinux) {
        $socket = New-Socket
        $descriptor = $socket.Descriptor
        Test-Path "/proc/self/fd/$descriptor" | Should -BeTrue
        Close-Socket $socket
        Test-Path "/proc/self/fd/$descriptor" | Should -BeFalse
        $socket.Descriptor | Should -Be $descriptor
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'is the end of the stream to the peer, behind everything that was sent, over <_>' -ForEach 'tcp', 'unix' {
        $client, $server = New-ConnectedPair $_
        Send-SocketText $client 'all of it'
        Close-Socket $client
        Receive-SocketText $server -All -Raw -TimeoutSeconds 10 | Should -Be 'all of it'
        $server.EndOfStream | Should -BeTrue
    }

    It 'is ECONNRESET to the peer with -Reset' {
        $client, $server = New-ConnectedPair
        Close-Socket $client -Reset
        Receive-SocketByte $server -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure ECONNRESET Receive-SocketByte ConnectionError $server
    }

    It 'frees a port at once with -Reset, also without SO_REUSEADDR' -Skip:$IsWindows {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        Close-Socket (Receive-SocketConnection $listener) -Reset
        Stop-SocketListener $listener
        (Start-SocketListener "$($listener.Endpoint)" -ExclusiveAddressUse).State | Should -Be 'Listening'
    }

    It 'closes whatever Get-Socket finds' {
        $null = New-ConnectedPair
        $null = New-ConnectedPair unix
        @(Get-Socket).Count | Should -Be 4
        Get-Socket | Close-Socket
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'closes an array, and goes on behind what is bad' {
        $a, $b = New-ConnectedPair
        Close-Socket $a, 42, $b -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'ENOTSOCK,SocketTools.Commands.CloseSocketCommand'
        $failure[0].TargetObject | Should -Be 42
        $a.State, $b.State | Should -Be 'Closed', 'Closed'
    }

    It 'goes on behind what is bad in the pipeline: <What>' -ForEach @(
        @{ What = 'a number'; Bad = 42 }, @{ What = 'text'; Bad = 'no socket' }, @{ What = 'a table'; Bad = @{ Channel = 1 } }
    ) {
        $a, $b = New-ConnectedPair
        $a, $Bad, $b | Close-Socket -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be 'ENOTSOCK,SocketTools.Commands.CloseSocketCommand'
        "$($failure[0].CategoryInfo.Category)" | Should -Be 'InvalidArgument'
        $failure[0].TargetObject | Should -Be $Bad
        $a.State, $b.State | Should -Be 'Closed', 'Closed'
    }

    It 'takes an object with a channel as its property Channel' {
        $a, $b = New-ConnectedPair
        [pscustomobject]@{ Channel = $a; Name = 'a' }, [pscustomobject]@{ Channel = $b; Name = 'b' } | Close-Socket
        $a.State, $b.State | Should -Be 'Closed', 'Closed'
    }

    It 'takes a listener' {
        $listener = Start-SocketListener tcp://:0
        Close-Socket $listener
        $listener.State | Should -Be 'Closed'
        Get-SocketListener | Should -BeNullOrEmpty
    }

    It 'takes a raw <What>' -ForEach @(
        @{ What = 'Socket'; Make = { [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp') }; Inner = { $args[0] } }
        @{ What = 'TcpClient'; Make = { [Net.Sockets.TcpClient]::new() }; Inner = { $args[0].Client } }
        @{ What = 'UdpClient'; Make = { [Net.Sockets.UdpClient]::new(0) }; Inner = { $args[0].Client } }
        @{ What = 'TcpListener'; Make = { [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0) }; Inner = { $args[0].Server } }
    ) {
        $raw = & $Make
        $socket = & $Inner $raw
        Close-Socket $raw
        $socket.SafeHandle.IsClosed | Should -BeTrue
        $raw.Dispose()
    }

    It 'ends the wait of another runspace, which gets EBADF: <What>' -ForEach @(
        @{ What = 'Receive-SocketByte'; Script = { param($channel) Receive-SocketByte $channel -TimeoutSeconds 20 } }
        @{ What = 'Receive-SocketText'; Script = { param($channel) Receive-SocketText $channel -Line -TimeoutSeconds 20 } }
        @{ What = 'Send-SocketByte'; Script = { param($channel) Send-SocketByte $channel ([byte[]]::new(64MB)) -TimeoutSeconds 20 } }
    ) {
        $client, $server = New-ConnectedPair unix
        $job = Start-Background -ArgumentList $client $Script
        Wait-Blocked $job
        Close-Socket $client
        Wait-Background $job | Should -BeNullOrEmpty
        Assert-SocketError $job.Failure EBADF $What InvalidOperation $client
    }

    It 'is EBADF the second time, also when another socket has the number by now' {
        $socket = New-Socket
        Close-Socket $socket
        Wait-Until { $script:other = New-Socket; $script:other.Descriptor -eq $socket.Descriptor }
        Close-Socket $socket -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Close-Socket InvalidOperation $socket
        $script:other.State | Should -Be 'Unconnected'
        @(Get-Socket) | Should -Contain $script:other
    }

    It 'is EBADF for a raw socket that its owner closed' {
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $raw.Dispose()
        Close-Socket $raw -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Close-Socket InvalidOperation $raw
    }

    It 'leaves the error of the binder for null' {
        { Close-Socket $null } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorNullNotAllowed,SocketTools.Commands.CloseSocketCommand'
    }
}
