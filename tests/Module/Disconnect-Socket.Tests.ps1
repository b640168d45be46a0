BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Disconnect-Socket' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of shutdown(2), by position' {
        Assert-Parameter Disconnect-Socket @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Direction: SocketShutdown, position 1'
            'PassThru: SwitchParameter'
        )
        Assert-OutputType Disconnect-Socket ([SocketTools.SocketChannel])
    }

    It 'writes nothing, and the channel with -PassThru' {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client Send | Should -BeNullOrEmpty
        [object]::ReferenceEquals((Disconnect-Socket $server Send -PassThru), $server) | Should -BeTrue
    }

    It 'ends one direction and leaves the other, from the <Side> over <Family>' -ForEach @(
        @{ Side = 'client'; Family = 'tcp' }, @{ Side = 'server'; Family = 'tcp' }, @{ Side = 'client'; Family = 'unix' }, @{ Side = 'server'; Family = 'unix' }
    ) {
        $near, $far = New-ConnectedPair $Family
        if ($Side -eq 'server') { $near, $far = $far, $near }
        Send-SocketText $near 'last words'
        Disconnect-Socket $near Send
        $near.State | Should -Be 'SendClosed'
        Receive-SocketText $far -All -Raw -TimeoutSeconds 10 | Should -Be 'last words'
        $far.EndOfStream | Should -BeTrue
        $far.State | Should -Be 'ReceiveClosed'
        Send-SocketText $far 'answer'
        Receive-SocketText $near -TimeoutSeconds 10 | Should -Be 'answer'
        Disconnect-Socket $far Send
        Receive-SocketText $near -TimeoutSeconds 10 | Should -BeNullOrEmpty
        $near.State, $far.State | Should -Be 'Disconnected', 'Disconnected'
    }

    It 'is EPIPE to send after Send' {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client Send
        Send-SocketByte $client 1, 2 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EPIPE Send-SocketByte ConnectionError $client
    }

    It 'is the end of the stream to receive after Receive' {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client Receive
        $client.State | Should -Be 'ReceiveClosed'
        Receive-SocketByte $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
        $client.EndOfStream | Should -BeTrue
        Send-SocketText $client 'still sends'
        Receive-SocketText $server -TimeoutSeconds 10 | Should -Be 'still sends'
    }

    It 'ends both directions when none is given' {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client
        $client.State | Should -Be 'Disconnected'
        Receive-SocketByte $server -TimeoutSeconds 10 | Should -BeNullOrEmpty
        $server.EndOfStream | Should -BeTrue
    }

    It 'leaves the descriptor open' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client Both
        Test-Path "/proc/self/fd/$($client.Descriptor)" | Should -BeTrue
        Close-Socket $client
        Test-Path "/proc/self/fd/$($client.Descriptor)" | Should -BeFalse
    }

    It 'takes channels from the pipeline, and goes on behind one that is bad' {
        $client, $server = New-ConnectedPair
        $unconnected = New-Socket
        $client, 42, $unconnected, $server | Disconnect-Socket -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.Count | Should -Be 2
        $failures.FullyQualifiedErrorId | Should -Be 'ENOTSOCK,SocketTools.Commands.DisconnectSocketCommand', 'ENOTCONN,SocketTools.Commands.DisconnectSocketCommand'
        $client.State, $server.State | Should -Be 'Disconnected', 'Disconnected'
    }

    It 'takes a raw Socket and a TcpClient' {
        $listener = Start-SocketListener tcp://:0
        foreach ($pick in { $args[0] }, { $args[0].Client }) {
            $raw = [Net.Sockets.TcpClient]::new()
            try {
                $raw.Connect($listener.LocalEndPoint)
                $server = Receive-SocketConnection $listener
                Disconnect-Socket (& $pick $raw) Send
                Receive-SocketByte $server -TimeoutSeconds 10 | Should -BeNullOrEmpty
                $server.EndOfStream | Should -BeTrue
            } finally { $raw.Dispose() }
        }
    }

    It 'is ENOTCONN for a socket that is not connected' {
        $socket = New-Socket
        Disconnect-Socket $socket -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOTCONN Disconnect-Socket ConnectionError $socket
    }

    It 'is EBADF for a closed channel' {
        $client, $server = New-ConnectedPair
        Close-Socket $client
        Disconnect-Socket $client -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Disconnect-Socket InvalidOperation $client
    }

    It 'leaves the error of the binder for an unknown direction' {
        { Disconnect-Socket (New-Socket) Sideways } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,SocketTools.Commands.DisconnectSocketCommand'
    }
}
