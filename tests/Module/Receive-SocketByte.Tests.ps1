BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Receive-SocketByte' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketByte @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Enumerate: SwitchParameter'
            'TimeoutSeconds: Double'
            'Count: Int32'
            'Exactly: Int32, mandatory'
            'All: SwitchParameter, mandatory'
            'Raw: SwitchParameter'
            'MaximumLength: Int32'
            'Peek: SwitchParameter'
        )
        Assert-OutputType Receive-SocketByte ([byte[]]), ([byte])
        [SocketTools.Commands.ReceiveSocketByteCommand]::new().TimeoutSeconds | Should -Be 30
    }

    Context 'what is there' {
        It 'writes one array over <_>' -ForEach 'tcp', 'unix' {
            $client, $server = New-ConnectedPair $_
            Send-SocketByte $client 1, 2, 3
            $written = @(Receive-SocketByte $server -TimeoutSeconds 10)
            $written.Count | Should -Be 1
            Assert-Byte $written[0] 1, 2, 3
            $server.BytesReceived | Should -Be 3
        }

        It 'writes one array also for one byte' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 7
            $bytes = Receive-SocketByte $server -TimeoutSeconds 10
            Assert-Byte $bytes 7
        }

        It 'writes the bytes one by one with -Enumerate' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1, 2, 3
            $bytes = @(Receive-SocketByte $server -Enumerate -TimeoutSeconds 10)
            $bytes.Count | Should -Be 3
            $bytes[2] | Should -BeOfType byte
            $bytes | Should -Be 1, 2, 3
        }

        It 'takes no more than 64 KiB at once' {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client ([byte[]]::new(100KB)) -TimeoutSeconds 10
            (Receive-SocketByte $server).Length | Should -BeLessOrEqual 64KB
            (Receive-SocketByte $server -All -Raw -TimeoutSeconds 0 -ErrorAction Ignore) | Should -BeNullOrEmpty
            $server.Buffered + 64KB | Should -BeGreaterOrEqual 100KB
        }

        It 'waits for the first byte' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketByte $client 9
            Assert-Byte (Wait-Background $job) 9
        }

        It 'takes channels from the pipeline, by value and by their property Channel' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1, 2
            Send-SocketByte $server 3, 4
            $written = @($server, [pscustomobject]@{ Channel = $client } | Receive-SocketByte -TimeoutSeconds 10)
            $written.Count | Should -Be 2
            Assert-Byte $written[0] 1, 2
            Assert-Byte $written[1] 3, 4
        }

        It 'takes a raw <What>' -ForEach @(
            @{ What = 'Socket'; Pick = { $args[0].Client } }, @{ What = 'TcpClient'; Pick = { $args[0] } }
        ) {
            $listener = Start-SocketListener tcp://:0
            $raw = [Net.Sockets.TcpClient]::new()
            try {
                $raw.Connect($listener.LocalEndPoint)
                $server = Receive-SocketConnection $listener
                Send-SocketByte $server 1, 2, 3, 4
                $given = & $Pick $raw
                Assert-Byte (Receive-SocketByte $given -Exactly 3 -TimeoutSeconds 10) 1, 2, 3
                # The channel around it is the same one each time, so nothing in its buffer is lost.
                Receive-SocketByte $given -Exactly 2 -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
                Send-SocketByte $server 5
                Assert-Byte (Receive-SocketByte $given -Exactly 2 -TimeoutSeconds 10) 4, 5
            } finally { $raw.Dispose() }
        }
    }

    Context '-Count' {
        It 'writes up to that many: <There> there, -Count <Count>' -ForEach @(
            @{ There = 4; Count = 3; Expected = 1, 2, 3 }, @{ There = 4; Count = 4; Expected = 1, 2, 3, 4 }, @{ There = 4; Count = 5; Expected = 1, 2, 3, 4 }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (1..$There)
            Assert-Byte (Receive-SocketByte $server -Count $Count -TimeoutSeconds 10) $Expected
        }

        It 'leaves the rest for the next call' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (1..5)
            Assert-Byte (Receive-SocketByte $server -Count 2 -TimeoutSeconds 10) 1, 2
            Assert-Byte (Receive-SocketByte $server -Count 1) 3
            Assert-Byte (Receive-SocketByte $server) 4, 5
        }

        It 'does not need the memory that a large count would take' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1
            Assert-Byte (Receive-SocketByte $server -Count ([int]::MaxValue) -TimeoutSeconds 10) 1
        }

        It 'leaves the error of the binder for <_>' -ForEach 0, -1 {
            { Receive-SocketByte (New-Socket) -Count $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.ReceiveSocketByteCommand'
        }
    }

    Context '-Exactly' {
        It 'writes that many and leaves the rest' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (1..6)
            Assert-Byte (Receive-SocketByte $server -Exactly 4 -TimeoutSeconds 10) 1, 2, 3, 4
            Assert-Byte (Receive-SocketByte $server -Exactly 2 -TimeoutSeconds 10) 5, 6
        }

        It 'puts together what comes piece by piece' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -Exactly 3 -TimeoutSeconds 20 }
            foreach ($byte in 1..3) {
                Wait-Blocked $job
                Send-SocketByte $client $byte
                Wait-Until { $server.BytesReceived -eq $byte }
            }
            Assert-Byte (Wait-Background $job) 1, 2, 3
        }

        It 'is ENODATA when the stream ends one byte early, and loses nothing' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (1..5)
            Close-Socket $client
            Receive-SocketByte $server -Exactly 6 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENODATA Receive-SocketByte ReadError $server
            $failure[0].Exception.BytesTransferred | Should -Be 5
            $server.EndOfStream | Should -BeFalse
            Assert-Byte (Receive-SocketByte $server -Exactly 5) 1, 2, 3, 4, 5
            $server.EndOfStream | Should -BeTrue
            Receive-SocketByte $server -Exactly 1 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENODATA Receive-SocketByte ReadError $server
        }

        It 'is <Errno> for -TimeoutSeconds <Seconds> one byte early, and loses nothing' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client (1..5)
            Receive-SocketByte $server -Exactly 6 -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Receive-SocketByte OperationTimeout $server
            $failure[0].Exception.BytesTransferred | Should -Be 5
            $failure[0].Exception.Message | Should -Match '\b5 of 6\b'
            $server.Buffered | Should -Be 5
            Send-SocketByte $client 6
            Assert-Byte (Receive-SocketByte $server -Exactly 6 -TimeoutSeconds 10) 1, 2, 3, 4, 5, 6
        }

        It 'is ECONNRESET when the peer resets in the middle, and loses nothing' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -Exactly 6 -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketByte $client (1..5)
            Wait-Until { $server.BytesReceived -eq 5 }
            Wait-Blocked $job
            Close-Socket $client -Reset
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure ECONNRESET Receive-SocketByte ConnectionError $server
            Assert-Byte (Receive-SocketByte $server -Exactly 5 -TimeoutSeconds 10) 1, 2, 3, 4, 5
        }
    }

    Context '-All' {
        It 'writes blocks as they arrive, until the end of the stream' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -All -TimeoutSeconds 20 }
            foreach ($count in 1..3) {
                Send-SocketByte $client $count, $count
                Wait-Until { $job.Output.Count -eq $count }
            }
            $job.Async.IsCompleted | Should -BeFalse
            Close-Socket $client
            $blocks = Wait-Background $job
            $job.Failure | Should -BeNullOrEmpty
            $blocks | ForEach-Object { $_ -join ' ' } | Should -Be '1 1', '2 2', '3 3'
            $server.EndOfStream | Should -BeTrue
        }

        It 'joins them with -Raw, and splits them with -Enumerate' {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client (1..3)
            Send-SocketByte $client (4..6)
            Close-Socket $client
            Assert-Byte (Receive-SocketByte $server -All -Raw -TimeoutSeconds 10) 1, 2, 3, 4, 5, 6
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client (1..3)
            Close-Socket $client
            $bytes = Receive-SocketByte $server -All -Enumerate -TimeoutSeconds 10
            $bytes | Should -Be 1, 2, 3
            $bytes[0] | Should -BeOfType byte
        }

        It 'writes nothing for an empty stream: <_>' -ForEach @{ All = $true }, @{ All = $true; Raw = $true }, @{ All = $true; Enumerate = $true } {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            $what = $_
            @(Receive-SocketByte $server @what -TimeoutSeconds 10).Count | Should -Be 0
            $server.EndOfStream | Should -BeTrue
        }

        It 'takes no more than -MaximumLength with -Raw: <Sent> sent, 5 allowed' -ForEach @(
            @{ Sent = 4; Fits = $true }, @{ Sent = 5; Fits = $true }, @{ Sent = 6; Fits = $false }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (1..$Sent)
            Close-Socket $client
            # Twice: the limit holds also for what came before.
            foreach ($try in 1..2) {
                $bytes = Receive-SocketByte $server -All -Raw -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
                if ($Fits) { Assert-Byte $bytes (1..$Sent); return }
                $bytes | Should -BeNullOrEmpty
                Assert-SocketError $failure EMSGSIZE Receive-SocketByte LimitsExceeded $server
            }
            Assert-Byte (Receive-SocketByte $server) (1..$Sent)
        }

        It 'keeps what arrived when the time is over' {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client 1, 2
            Receive-SocketByte $server -All -Raw -TimeoutSeconds 0.02 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ETIMEDOUT Receive-SocketByte OperationTimeout $server
            Send-SocketByte $client 3
            Close-Socket $client
            Assert-Byte (Receive-SocketByte $server -All -Raw -TimeoutSeconds 10) 1, 2, 3
        }
    }

    Context '-Peek' {
        It 'leaves the bytes where they are' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1, 2, 3
            Assert-Byte (Receive-SocketByte $server -Peek -TimeoutSeconds 10) 1, 2, 3
            Assert-Byte (Receive-SocketByte $server -Peek -Count 2) 1, 2
            $server.BytesReceived | Should -Be 0 -Because 'the kernel still has them'
            Assert-Byte (Receive-SocketByte $server -Peek -Exactly 2) 1, 2
            Assert-Byte (Receive-SocketByte $server -Peek -Count 1) 1
            Assert-Byte (Receive-SocketByte $server -Exactly 3) 1, 2, 3
        }

        It 'is <Errno> for <What>' -ForEach @(
            @{ What = 'nothing'; Sent = 0; Peek = @{}; Errno = 'EWOULDBLOCK'; Category = 'OperationTimeout' }
            @{ What = 'one byte too few with -Exactly'; Sent = 2; Peek = @{ Exactly = 3 }; Errno = 'EWOULDBLOCK'; Category = 'OperationTimeout' }
        ) {
            $client, $server = New-ConnectedPair unix
            if ($Sent) { Send-SocketByte $client (1..$Sent) }
            Receive-SocketByte $server -Peek @Peek -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Receive-SocketByte $Category $server
            if ($Sent) { Assert-Byte (Receive-SocketByte $server) (1..$Sent) }
        }

        It 'writes nothing at the end of the stream' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            @(Receive-SocketByte $server -Peek -TimeoutSeconds 10).Count | Should -Be 0
            $server.EndOfStream | Should -BeTrue
        }
    }

    Context 'the end of the stream' {
        It 'writes nothing, as often as it is asked, and is no error' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1
            Close-Socket $client
            Assert-Byte (Receive-SocketByte $server -TimeoutSeconds 10) 1
            1..2 | ForEach-Object { @(Receive-SocketByte $server -TimeoutSeconds 10 -ErrorAction Stop).Count | Should -Be 0 }
            $server.EndOfStream | Should -BeTrue
            $server.State | Should -Be 'ReceiveClosed'
        }

        It 'is not there before everything has been returned' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1, 2
            Close-Socket $client
            Receive-SocketByte $server -Exactly 3 -TimeoutSeconds 10 -ErrorAction Ignore
            $server.EndOfStream | Should -BeFalse
            Assert-Byte (Receive-SocketByte $server) 1, 2
            $server.EndOfStream | Should -BeTrue
        }
    }

    It 'shares its buffer with .Stream, which gives what is there first' {
        $client, $server = New-ConnectedPair unix
        Send-SocketByte $client 1, 2
        Receive-SocketByte $server -Exactly 3 -TimeoutSeconds 0 -ErrorAction Ignore
        $server.Buffered | Should -Be 2
        $bytes = [byte[]]::new(2)
        $server.Stream.Read($bytes, 0, 2) | Should -Be 2
        $bytes | Should -Be 1, 2
        Send-SocketByte $client 3
        $server.Stream.ReadByte() | Should -Be 3
        $server.Stream.Write([byte[]](4, 5), 0, 2)
        Assert-Byte (Receive-SocketByte $client -Exactly 2 -TimeoutSeconds 10) 4, 5
    }

    Context 'errors' {
        It 'is <Errno> for -TimeoutSeconds <Seconds> when nothing comes' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            foreach ($mode in @{}, @{ Exactly = 1 }, @{ All = $true }, @{ All = $true; Raw = $true }) {
                Receive-SocketByte $server @mode -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
                Assert-SocketError $failure $Errno Receive-SocketByte OperationTimeout $server
            }
            Send-SocketByte $client 1
            Assert-Byte (Receive-SocketByte $server -TimeoutSeconds 10) 1
        }

        It 'is ECONNRESET when the peer resets while it waits' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $client -Reset
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure ECONNRESET Receive-SocketByte ConnectionError $server
        }

        It 'is ECONNRESET when the peer closes with data unread, over unix' -Skip:(-not $IsLinux) {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $server 1
            Close-Socket $client
            Receive-SocketByte $server -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ECONNRESET Receive-SocketByte ConnectionError $server
        }

        It 'is ENOTCONN for a socket that is not connected' {
            $socket = New-Socket
            Receive-SocketByte $socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOTCONN Receive-SocketByte ConnectionError $socket
        }

        It 'is EBADF for a closed channel' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            Receive-SocketByte $client -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADF Receive-SocketByte InvalidOperation $client
        }

        It 'goes on behind what is no socket' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1, 2
            $bytes = 'no socket', $server | Receive-SocketByte -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOTSOCK Receive-SocketByte InvalidArgument 'no socket'
            Assert-Byte $bytes 1, 2
        }
    }
}
