BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Stop-SocketListener' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Stop-SocketListener 'Listener: ChannelArgument[], position 0, mandatory, pipeline', 'PassThru: SwitchParameter'
        Assert-OutputType Stop-SocketListener ([SocketTools.SocketListener])
        (Get-Command Stop-SocketListener).Parameters.Listener.Aliases | Should -Contain 'Channel'
    }

    It 'writes nothing, and the listener with -PassThru' {
        $a, $b = 'tcp://:0', 'tcp://:0' | Start-SocketListener
        Stop-SocketListener $a | Should -BeNullOrEmpty
        [object]::ReferenceEquals((Stop-SocketListener $b -PassThru), $b) | Should -BeTrue
        $a.State, $b.State | Should -Be 'Closed', 'Closed'
    }

    It 'frees the port before it returns' {
        $listener = Start-SocketListener tcp://:0
        $endpoint = "$listener"
        Stop-SocketListener $listener
        Connect-Socket $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure ECONNREFUSED Connect-Socket ConnectionError $endpoint
        (Start-SocketListener $endpoint).State | Should -Be 'Listening'
    }

    It 'leaves the connections that were accepted' {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        Stop-SocketListener $listener
        Send-SocketText $client 'goes on'
        Receive-SocketText $server -TimeoutSeconds 10 | Should -Be 'goes on'
    }

    It 'removes the file of a Unix socket' -Skip:$IsWindows {
        $path = New-SocketPath
        Stop-SocketListener (Start-SocketListener "unix:$path")
        Test-Path $path | Should -BeFalse
    }

    It 'closes the channel of a listener made with -Channel' {
        $socket = New-Socket
        $listener = Start-SocketListener -Channel $socket
        Stop-SocketListener $listener
        $socket.State | Should -Be 'Closed'
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'takes listeners and channels from the pipeline, and goes on behind what is bad' {
        $a, $b = 'tcp://:0', 'tcp://:0' | Start-SocketListener
        $a, 'no socket', $b.Channel | Stop-SocketListener -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOTSOCK Stop-SocketListener InvalidArgument 'no socket'
        $a.State, $b.State | Should -Be 'Closed', 'Closed'
    }

    It 'takes an array' {
        $listeners = 'tcp://:0', 'tcp://:0' | Start-SocketListener
        Stop-SocketListener $listeners
        $listeners.State | Should -Be 'Closed', 'Closed'
    }

    It 'takes a raw TcpListener' {
        $raw = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $raw.Start()
        $endpoint = "tcp://$($raw.LocalEndpoint)"
        try {
            Stop-SocketListener $raw
            Connect-Socket $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ECONNREFUSED Connect-Socket ConnectionError $endpoint
        } finally { $raw.Dispose() }
    }

    It 'is EBADF for a listener that is closed' {
        $listener = Start-SocketListener tcp://:0
        Stop-SocketListener $listener
        Stop-SocketListener $listener -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Stop-SocketListener InvalidOperation $listener
    }

    It 'is EINVAL for a socket that does not listen, and leaves it open' {
        $client, $server = New-ConnectedPair
        Stop-SocketListener $client -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EINVAL Stop-SocketListener InvalidArgument $client
        $client.State | Should -Be 'Connected'
    }
}
