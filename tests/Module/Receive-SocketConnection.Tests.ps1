BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Receive-SocketConnection' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketConnection @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Receive-SocketConnection ([SocketTools.SocketChannel])
        (Get-Alias Accept-Socket).Definition | Should -Be Receive-SocketConnection
        (Get-Command Receive-SocketConnection).Parameters.Channel.Aliases | Should -Contain 'Listener'
    }

    It 'waits for ever unless told otherwise' {
        [SocketTools.Commands.ReceiveSocketConnectionCommand]::new().TimeoutSeconds | Should -Be -1
    }

    It 'writes the connected channel of a waiting <Family> client' -ForEach @(
        @{ Family = 'tcp' }, @{ Family = 'unix' }
    ) {
        $listener = Start-SocketListener (New-ListenEndpoint $Family)
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        $server | Should -BeOfType SocketTools.SocketChannel
        $server.State | Should -Be 'Connected'
        $server.Protocol | Should -Be $Family
        Send-SocketText $client 'hello'
        Receive-SocketText $server | Should -Be 'hello'
    }

    It 'knows the addresses of both sides' {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        "$($server.RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
        "$($server.LocalEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
        "$($server.Endpoint)" | Should -Be "tcp://$($client.LocalEndPoint)"
    }

    It 'has the endpoint of the listener for a Unix client without a name' {
        $listener = Start-SocketListener (New-ListenEndpoint unix)
        $null = Connect-Socket $listener
        "$((Receive-SocketConnection $listener).Endpoint)" | Should -Be "$listener"
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a listener at position 0'; Accept = { param($listener) Receive-SocketConnection $listener -TimeoutSeconds 10 } }
        @{ What = 'a listener by -Listener'; Accept = { param($listener) Receive-SocketConnection -Listener $listener -TimeoutSeconds 10 } }
        @{ What = 'a listener from the pipeline'; Accept = { param($listener) $listener | Accept-Socket -TimeoutSeconds 10 } }
        @{ What = 'the channel of a listener'; Accept = { param($listener) Accept-Socket $listener.Channel -TimeoutSeconds 10 } }
    ) {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        $server = & $Accept $listener
        "$($server.RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
        $listener.Accepted | Should -Be 1
    }

    It 'takes a raw TcpListener and a raw Socket' {
        $raw = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $raw.Start()
        try {
            foreach ($given in $raw, $raw.Server) {
                $client = Connect-Socket "tcp://$($raw.LocalEndpoint)"
                $server = Receive-SocketConnection $given -TimeoutSeconds 10
                "$($server.RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
            }
            Receive-SocketConnection $raw -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EWOULDBLOCK Receive-SocketConnection OperationTimeout $raw
        } finally { $raw.Stop() }
    }

    It 'counts what it accepted and what is still open' {
        $listener = Start-SocketListener tcp://:0
        $servers = 1..3 | ForEach-Object { $null = Connect-Socket $listener; Receive-SocketConnection $listener }
        $listener.Accepted, $listener.Active | Should -Be 3, 3
        $servers[0] | Close-Socket
        $listener.Accepted, $listener.Active | Should -Be 3, 2
    }

    It 'takes clients in the order in which they came' {
        $listener = Start-SocketListener tcp://:0
        $clients = 1..3 | ForEach-Object { Connect-Socket $listener }
        $servers = 1..3 | ForEach-Object { Receive-SocketConnection $listener }
        $servers.RemoteEndPoint.Port | Should -Be $clients.LocalEndPoint.Port
    }

    It 'waits until a client comes' {
        $listener = Start-SocketListener tcp://:0
        $job = Start-Background -ArgumentList $listener { param($listener) Receive-SocketConnection $listener -TimeoutSeconds 20 }
        Wait-Blocked $job
        $client = Connect-Socket $listener
        $server = Wait-Background $job
        $job.Failure | Should -BeNullOrEmpty
        "$($server.RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
    }

    It 'gives each connection to one of two who wait' {
        $listener = Start-SocketListener tcp://:0
        $jobs = 1..2 | ForEach-Object { Start-Background -ArgumentList $listener { param($listener) Receive-SocketConnection $listener -TimeoutSeconds 20 } }
        Wait-Until { $jobs.Where{ $_.Shared.Task -and ((Test-Blocked $_.Shared.Task) -or $_.Shared.Thread.ThreadState.HasFlag([Threading.ThreadState]::WaitSleepJoin)) }.Count -eq 2 }
        $clients = 1..2 | ForEach-Object { Connect-Socket $listener }
        $servers = $jobs | ForEach-Object { Wait-Background $_ }
        $servers.RemoteEndPoint.Port | Sort-Object | Should -Be ($clients.LocalEndPoint.Port | Sort-Object)
    }

    It 'is <Errno> for -TimeoutSeconds <Seconds> when nobody comes' -ForEach @(
        @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
    ) {
        $listener = Start-SocketListener tcp://:0
        Receive-SocketConnection $listener -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure $Errno Receive-SocketConnection OperationTimeout $listener
        $listener.State | Should -Be 'Listening'
    }

    It 'is EINVAL for a socket that does not listen: <What>' -ForEach @(
        @{ What = 'unbound'; Make = { New-Socket } }
        @{ What = 'bound'; Make = { Set-SocketAddress (New-Socket) tcp://:0 -PassThru } }
        @{ What = 'connected'; Make = { (New-ConnectedPair)[0] } }
        @{ What = 'Unix domain'; Make = { (New-ConnectedPair unix)[0] } }
    ) {
        $socket = & $Make
        Receive-SocketConnection $socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure EINVAL Receive-SocketConnection InvalidArgument $socket
        Get-SocketListener | Should -BeNullOrEmpty -Because 'the attempt makes no listener of it'
    }

    It 'waits no longer than told at a socket that listens by other means' {
        $socket = Set-SocketAddress (New-Socket) tcp://:0 -PassThru
        $socket.Socket.Listen(5)
        Receive-SocketConnection $socket -TimeoutSeconds 0.02 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure ETIMEDOUT Receive-SocketConnection OperationTimeout $socket
        $client = Connect-Socket $socket
        "$((Receive-SocketConnection $socket -TimeoutSeconds 10).RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
    }

    It 'is EBADF for a stopped listener' {
        $listener = Start-SocketListener tcp://:0
        Stop-SocketListener $listener
        Receive-SocketConnection $listener -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure EBADF Receive-SocketConnection InvalidOperation $listener
    }

    It 'is EBADF for one who waits when the listener is stopped' {
        $listener = Start-SocketListener tcp://:0
        $job = Start-Background -ArgumentList $listener { param($listener) Receive-SocketConnection $listener }
        Wait-Blocked $job
        Stop-SocketListener $listener
        Wait-Background $job | Should -BeNullOrEmpty
        Assert-SocketError $job.Failure EBADF Receive-SocketConnection InvalidOperation $listener
    }

    It 'is ENOTSOCK for what is no socket, and goes on with the next' {
        $listener = Start-SocketListener tcp://:0
        $null = Connect-Socket $listener
        $server = 'no socket', $listener | Receive-SocketConnection -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOTSOCK Receive-SocketConnection InvalidArgument 'no socket'
        $server.State | Should -Be 'Connected'
    }
}
