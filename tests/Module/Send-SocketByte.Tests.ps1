BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Send-SocketByte' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Send-SocketByte @(
            'Channel: ChannelArgument, position 0, mandatory, by property name'
            'PassThru: SwitchParameter'
            'Endpoint: EndpointArgument, mandatory'
            'To: EndpointArgument'
            'Byte: Byte[], position 1, mandatory, pipeline'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Send-SocketByte ([SocketTools.SocketChannel])
        [SocketTools.Commands.SendSocketByteCommand]::new().TimeoutSeconds | Should -Be 30
    }

    It 'writes nothing, and the channel once with -PassThru' {
        $client, $server = New-ConnectedPair
        Send-SocketByte $client 1, 2, 3 | Should -BeNullOrEmpty
        $written = @(4, 5, 6 | Send-SocketByte $client -PassThru)
        $written.Count | Should -Be 1
        [object]::ReferenceEquals($written[0], $client) | Should -BeTrue
        Assert-Byte (Receive-SocketByte $server -Exactly 6 -TimeoutSeconds 10) 1, 2, 3, 4, 5, 6
    }

    It 'sends <What>' -ForEach @(
        @{ What = 'one number'; Send = { Send-SocketByte $args[0] 65 }; Expected = 65 }
        @{ What = 'numbers'; Send = { Send-SocketByte $args[0] 0, 127, 128, 255 }; Expected = 0, 127, 128, 255 }
        @{ What = 'a byte array by -Byte'; Send = { Send-SocketByte -Channel $args[0] -Byte ([byte[]](1, 2)) }; Expected = 1, 2 }
        @{ What = 'numbers from the pipeline'; Send = { 1, 2, 3 | Send-SocketByte $args[0] }; Expected = 1, 2, 3 }
        @{ What = 'arrays from the pipeline, unenumerated'; Send = { ([byte[]](1, 2)), ([byte[]](3, 4)) | Send-SocketByte $args[0] }; Expected = 1, 2, 3, 4 }
        @{ What = 'arrays and single bytes mixed, in order'; Send = { 1, 2, ([byte[]](3, 4)), 5, ([byte[]](, 6)), 7 | Send-SocketByte $args[0] }; Expected = 1, 2, 3, 4, 5, 6, 7 }
    ) {
        $client, $server = New-ConnectedPair
        & $Send $client
        $client.BytesSent | Should -Be @($Expected).Count
        Assert-Byte (Receive-SocketByte $server -Exactly @($Expected).Count -TimeoutSeconds 10) $Expected
        Receive-SocketByte $server -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'sends single bytes of the pipeline together' {
        $client, $server = New-ConnectedPair
        $calls = [byte[]](1..200) | Send-SocketByte $client -Verbose 4>&1
        @("$($calls -join "`n")" -split "`n" -match '^send\(').Count | Should -Be 1
        (Receive-SocketByte $server -Exactly 200 -TimeoutSeconds 10) -join ' ' | Should -Be ((1..200) -join ' ')
    }

    It 'sends 64 KiB of single bytes in one batch, and <Extra> more in <Sends>' -ForEach @(@{ Extra = 0; Sends = 1 }, @{ Extra = 1; Sends = 2 }) {
        $client, $server = New-ConnectedPair
        $calls = [byte[]]::new(64KB + $Extra) | Send-SocketByte $client -Verbose 4>&1 | ForEach-Object { "$_" }
        @($calls -match '^send\(').Count | Should -Be $Sends
        (Receive-SocketByte $server -Exactly (64KB + $Extra) -TimeoutSeconds 10).Length | Should -Be (64KB + $Extra)
    }

    It 'sends to the channel of each object in the pipeline' {
        $a, $b = New-ConnectedPair
        [pscustomobject]@{ Channel = $a }, [pscustomobject]@{ Channel = $b } | Send-SocketByte -Byte 65
        Receive-SocketByte $a -TimeoutSeconds 10 | Should -Be 65
        Receive-SocketByte $b -TimeoutSeconds 10 | Should -Be 65
    }

    It 'takes a raw <What>' -ForEach @(
        @{ What = 'Socket'; Pick = { $args[0].Client } }, @{ What = 'TcpClient'; Pick = { $args[0] } }
    ) {
        $listener = Start-SocketListener tcp://:0
        $raw = [Net.Sockets.TcpClient]::new()
        try {
            $raw.Connect($listener.LocalEndPoint)
            Send-SocketByte (& $Pick $raw) 1, 2, 3
            Assert-Byte (Receive-SocketByte (Receive-SocketConnection $listener) -Exactly 3 -TimeoutSeconds 10) 1, 2, 3
        } finally { $raw.Dispose() }
    }

    It 'sends more than any buffer holds' {
        $client, $server = New-ConnectedPair
        $bytes = [byte[]]::new(8MB)
        [Random]::new(1).NextBytes($bytes)
        $job = Start-Background -ArgumentList $client, $bytes { param($channel, $bytes) Send-SocketByte $channel $bytes }
        $received = Receive-SocketByte $server -Exactly $bytes.Length -TimeoutSeconds 20
        Wait-Background $job | Should -BeNullOrEmpty
        [Security.Cryptography.SHA256]::HashData($received) | Should -Be ([Security.Cryptography.SHA256]::HashData($bytes))
    }

    It 'opens, sends and closes with -Endpoint: <What>' -ForEach @(
        @{ What = 'an argument'; Send = { Send-SocketByte -Endpoint $args[0] 1, 2, 3 } }
        @{ What = 'the pipeline'; Send = { 1, 2, 3 | Send-SocketByte -Endpoint $args[0] } }
        @{ What = 'text for the endpoint'; Send = { Send-SocketByte -Endpoint "$($args[0])" -Byte 1, 2, 3 } }
    ) {
        $listener = Start-SocketListener (New-ListenEndpoint unix)
        & $Send $listener | Should -BeNullOrEmpty
        Get-Socket | Should -BeNullOrEmpty
        Assert-Byte (Receive-SocketByte (Receive-SocketConnection $listener) -All -Raw -TimeoutSeconds 10) 1, 2, 3
    }

    It 'opens one connection with -Endpoint for all inputs' {
        $listener = Start-SocketListener tcp://:0
        ([byte[]](1, 2)), ([byte[]](3, 4)) | Send-SocketByte -Endpoint $listener
        Assert-Byte (Receive-SocketByte (Receive-SocketConnection $listener) -All -Raw -TimeoutSeconds 10) 1, 2, 3, 4
        Receive-SocketConnection $listener -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    Context 'errors' {
        It 'is <Errno> for -Endpoint <What>, once for many inputs' -ForEach @(
            @{ What = 'that refuses'; Endpoint = { New-RefusingEndpoint }; Errno = 'ECONNREFUSED'; Category = 'ConnectionError' }
            @{ What = 'that is none'; Endpoint = { 'no endpoint' }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        ) {
            $bad = & $Endpoint
            ([byte[]](1, 2)), ([byte[]](3, 4)), 5 | Send-SocketByte -Endpoint $bad -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketByte $Category $bad
        }

        It 'is <Errno> for -TimeoutSeconds <Seconds> to a peer that does not read, and says how much went out' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client ([byte[]]::new(32MB)) -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketByte OperationTimeout $client
            $sent = $failure[0].Exception.BytesTransferred
            $sent | Should -BeGreaterThan 0
            $client.BytesSent | Should -Be $sent
            $failure[0].Exception.Message | Should -Match "\b$sent of $(32MB)\b"
            Close-Socket $client
            (Receive-SocketByte $server -All -Raw -TimeoutSeconds 10).Length | Should -Be $sent
        }

        It 'is EPIPE when the peer has closed, over unix' {
            $client, $server = New-ConnectedPair unix
            Close-Socket $server
            Send-SocketByte $client 1, 2 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EPIPE Send-SocketByte ConnectionError $client
        }

        It 'is EPIPE when the peer has closed and answered what came then with RST, over tcp' {
            $client, $server = New-ConnectedPair
            Close-Socket $server
            Receive-SocketByte $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
            Send-SocketByte $client 1
            # RST comes back over the loopback.
            Wait-Until { $client.Socket.Poll(0, 'SelectError') }
            Send-SocketByte $client 2, 3 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EPIPE Send-SocketByte ConnectionError $client
        }

        It 'is ECONNRESET when the peer resets while the channel waits to send, and says how much went out' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client { param($channel) Send-SocketByte $channel ([byte[]]::new(64MB)) -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $server -Reset
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure ECONNRESET Send-SocketByte ConnectionError $client
            $job.Failure[0].Exception.BytesTransferred | Should -Be $client.BytesSent
        }

        It 'is EPIPE when the peer closes while the channel waits to send, over unix' {
            $client, $server = New-ConnectedPair unix
            $job = Start-Background -ArgumentList $client { param($channel) Send-SocketByte $channel ([byte[]]::new(64MB)) -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $server
            Wait-Background $job | Should -BeNullOrEmpty
            @($job.Failure).Count | Should -Be 1
            $job.Failure[0].FullyQualifiedErrorId | Should -BeIn 'EPIPE,SocketTools.Commands.SendSocketByteCommand', 'ECONNRESET,SocketTools.Commands.SendSocketByteCommand'
        }

        It 'is ENOTCONN or EPIPE for a socket that is not connected' {
            $socket = New-Socket AF_UNIX
            Send-SocketByte $socket 1 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOTCONN Send-SocketByte ConnectionError $socket
            $socket = New-Socket
            Send-SocketByte $socket 1 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EPIPE Send-SocketByte ConnectionError $socket
        }

        It 'is EBADF for a closed channel, once for a batch of single bytes' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            Send-SocketByte $client 1, 2 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Send-SocketByte InvalidOperation $client
            1, 2, 3 | Send-SocketByte $client -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Send-SocketByte InvalidOperation $client
        }

        It 'is ENOTSOCK for a channel that is no socket' {
            Send-SocketByte 'no socket' 1, 2 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOTSOCK Send-SocketByte InvalidArgument 'no socket'
        }

        It 'goes on behind input that is no byte: <What>' -ForEach @(
            @{ What = 'text'; Bad = 'abc' }, @{ What = 'a number too large'; Bad = 256 }, @{ What = 'a date'; Bad = [datetime]::MinValue }
        ) {
            $client, $server = New-ConnectedPair
            1, $Bad, 2 | Send-SocketByte $client -ErrorAction SilentlyContinue -ErrorVariable failure
            @($failure).Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -Be 'InputObjectNotBound,SocketTools.Commands.SendSocketByteCommand'
            $failure[0].TargetObject | Should -Be $Bad
            Assert-Byte (Receive-SocketByte $server -Exactly 2 -TimeoutSeconds 10) 1, 2
        }

        It 'is EINVAL for an empty array, which only a datagram may be, and goes on behind it' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client ([byte[]]@()) -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Send-SocketByte InvalidArgument $client
            ([byte[]]@()), 7 | Send-SocketByte $client -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Send-SocketByte InvalidArgument $client
            Receive-SocketByte $server -TimeoutSeconds 10 | Should -Be 7
        }
    }
}
