BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Datagrams.psm1
}

Describe 'Receive-SocketDatagram' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketDatagram @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Count: Int32'
            'All: SwitchParameter, mandatory'
            'Peek: SwitchParameter'
            'MaximumLength: Int32'
            'Encoding: Encoding'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Receive-SocketDatagram ([SocketTools.SocketDatagram])
    }

    It 'writes a datagram with what the system tells of it, over <Family>' -ForEach @(@{ Family = 'udp' }, @{ Family = 'udp6' }) -Skip:(-not $IsLinux) {
        $sender, $receiver = New-DatagramPair $Family
        $before = [DateTimeOffset]::Now
        Send-SocketText $sender 'grüß'
        $datagram = Receive-SocketDatagram $receiver -TimeoutSeconds 10
        $datagram | Should -BeOfType SocketTools.SocketDatagram
        $datagram.Text | Should -BeExactly 'grüß'
        Assert-Byte $datagram.Byte ([Text.Encoding]::UTF8.GetBytes('grüß'))
        $datagram.Length | Should -Be 6
        $datagram.Truncated | Should -BeFalse
        $datagram.RemoteEndPoint | Should -Be $sender.LocalEndPoint
        $datagram.Destination | Should -Be $receiver.LocalEndPoint.Address
        $datagram.Interface | Should -BeExactly lo
        $datagram.ReceivedAt | Should -BeGreaterOrEqual $before
        $datagram.ReceivedAt | Should -BeLessOrEqual ([DateTimeOffset]::Now)
        [object]::ReferenceEquals($datagram.Channel, $receiver) | Should -BeTrue
    }

    It 'writes one by default, and knows no destination, over unixgram' -Skip:$IsWindows {
        $sender, $receiver = New-DatagramPair unixgram
        'a', 'b' | Send-SocketText $sender
        $one = @(Receive-SocketDatagram $receiver)
        $one.Text | Should -BeExactly a
        "$($one[0].RemoteEndPoint)" | Should -BeExactly "$($sender.LocalEndPoint)"
        $one[0].Destination, $one[0].Interface | Should -Be $null, $null
        (Receive-SocketDatagram $receiver).Text | Should -BeExactly b
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a listener'; Make = { Start-SocketListener udp://:0 }; End = { $args[0].Endpoint } }
        @{ What = 'a channel by the pipeline'; Make = { New-DatagramSocket }; End = { $args[0].Endpoint }; Receive = { $args[0] | Receive-SocketDatagram -TimeoutSeconds 10 } }
        @{ What = 'a UdpClient'; Make = { [Net.Sockets.UdpClient]::new([ipendpoint]::new([ipaddress]::Loopback, 0)) }; End = { "udp://$($args[0].Client.LocalEndPoint)" } }
        @{ What = 'a raw Socket'; Make = { $s = [Net.Sockets.Socket]::new('InterNetwork', 'Dgram', 'Udp'); $s.Bind([ipendpoint]::new([ipaddress]::Loopback, 0)); $s }; End = { "udp://$($args[0].LocalEndPoint)" } }
    ) {
        $receiver = & $Make
        try {
            Send-SocketText -Endpoint (& $End $receiver) x
            $datagram = $Receive ? (& $Receive $receiver) : (Receive-SocketDatagram $receiver -TimeoutSeconds 10)
            $datagram.Text | Should -BeExactly x
        } finally { $receiver.Dispose() }
    }

    It '-Count is so many, each with its boundaries, empty ones too' {
        $sender, $receiver = New-DatagramPair
        'one', '', 'three', 'left' | Send-SocketText $sender
        $three = @(Receive-SocketDatagram $receiver -Count 3 -TimeoutSeconds 10)
        $three.Text | Should -BeExactly 'one', '', 'three'
        $three[1].Byte.Length | Should -Be 0
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly left
    }

    It '-Count larger than a batch is that many, in order' {
        $sender, $receiver = New-DatagramPair
        1..200 | Send-SocketText $sender
        (Receive-SocketDatagram $receiver -Count 200 -TimeoutSeconds 10).Text -join ' ' | Should -BeExactly (1..200 -join ' ')
    }

    It '-All is what comes until nothing came for the time, which is no error' {
        $sender, $receiver = New-DatagramPair
        'a', 'b', 'c' | Send-SocketText $sender
        (Receive-SocketDatagram $receiver -All -TimeoutSeconds 0.1 -ErrorAction Stop).Text | Should -BeExactly a, b, c
        Receive-SocketDatagram $receiver -All -TimeoutSeconds 0 -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It '-All ends with the connection over unixpacket' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener "unixpacket:$(New-SocketPath)"
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        'a', 'b' | Send-SocketText $client
        Close-Socket $client
        (Receive-SocketDatagram $server -All -TimeoutSeconds 10).Text | Should -BeExactly a, b
        Receive-SocketDatagram $server -TimeoutSeconds 10 | Should -BeNullOrEmpty
        $server.EndOfStream | Should -BeTrue
    }

    It '-Peek leaves it there' {
        $sender, $receiver = New-DatagramPair
        Send-SocketText $sender x
        (Receive-SocketDatagram $receiver -Peek -TimeoutSeconds 10).Text | Should -BeExactly x
        (Receive-SocketDatagram $receiver -Peek -TimeoutSeconds 10).Text | Should -BeExactly x
        (Receive-SocketDatagram $receiver -TimeoutSeconds 0).Text | Should -BeExactly x
        Receive-SocketDatagram $receiver -Peek -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It '-MaximumLength keeps the beginning and says that it did' -Skip:(-not $IsLinux) {
        $sender, $receiver = New-DatagramPair
        '12345', '123' | Send-SocketText $sender
        $datagram = Receive-SocketDatagram $receiver -MaximumLength 3 -TimeoutSeconds 10
        $datagram.Text, $datagram.Truncated, $datagram.Length | Should -Be '123', $true, 5
        $datagram = Receive-SocketDatagram $receiver -MaximumLength 3 -TimeoutSeconds 10
        $datagram.Text, $datagram.Truncated, $datagram.Length | Should -Be '123', $false, 3
    }

    It '-MaximumLength may be more than 64 KiB, for Unix messages' -Skip:(-not $IsLinux) {
        $sender, $receiver = New-DatagramPair unixgram
        Send-SocketByte $sender ([byte[]]::new(100000))
        $datagram = Receive-SocketDatagram $receiver -MaximumLength 1MB -Count 1 -TimeoutSeconds 10
        $datagram.Byte.Length, $datagram.Truncated | Should -Be 100000, $false
    }

    It '-Encoding is that of the text, and of the answer' {
        $sender, $receiver = New-DatagramPair
        Send-SocketByte $sender 0xE9
        $datagram = Receive-SocketDatagram $receiver -Encoding latin1 -TimeoutSeconds 10
        $datagram.Text | Should -BeExactly 'é'
        $datagram.Reply('ü')
        Assert-Byte (Receive-SocketByte $sender -TimeoutSeconds 10) 0xFC
    }

    It 'answers with .Reply, <What>' -ForEach @(
        @{ What = 'text'; Answer = 'text'; Expected = [byte[]](116, 101, 120, 116) }
        @{ What = 'bytes'; Answer = [byte[]](1, 2); Expected = [byte[]](1, 2) }
    ) {
        $sender, $receiver = New-DatagramPair
        Send-SocketText $sender x
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Reply($Answer)
        Assert-Byte (Receive-SocketByte $sender -TimeoutSeconds 10) $Expected
    }

    It 'puts back what the pipeline does not take: <What> has it next' -ForEach @(
        @{ What = 'Receive-SocketDatagram'; Next = { (Receive-SocketDatagram $args[0] -TimeoutSeconds 0).Text } }
        @{ What = 'Receive-SocketText'; Next = { Receive-SocketText $args[0] -TimeoutSeconds 0 } }
        @{ What = 'Receive-SocketByte'; Next = { [char](Receive-SocketByte $args[0] -TimeoutSeconds 0)[0] } }
        @{ What = 'Receive-SocketByte -Peek'; Next = { [char](Receive-SocketByte $args[0] -Peek -TimeoutSeconds 0)[0] } }
        @{ What = 'Receive-SocketDatagram -Peek'; Next = { (Receive-SocketDatagram $args[0] -Peek -TimeoutSeconds 0).Text } }
        @{ What = 'Wait-Socket'; Next = { (Wait-Socket $args[0] -TimeoutSeconds 0).Readable ? 'b' : 'nothing' } }
    ) {
        $sender, $receiver = New-DatagramPair
        'a', 'b', 'c' | Send-SocketText $sender
        (Receive-SocketDatagram $receiver -Count 3 -TimeoutSeconds 10 | Select-Object -First 1).Text | Should -BeExactly a
        & $Next $receiver | Should -BeExactly b
    }

    It 'shows the calls with -Verbose' -Skip:(-not $IsLinux -or $env:SOCKETTOOLS_SYSTEM_CALLS -eq 'managed') {
        $sender, $receiver = New-DatagramPair
        'a', 'b' | Send-SocketText $sender
        "$(Receive-SocketDatagram $receiver -Peek -TimeoutSeconds 10 -Verbose 4>&1 | Select-Object -First 1)" | Should -Match '^recvmsg\(\d+, .*MSG_PEEK.*\) = 1$'
        "$(Receive-SocketDatagram $receiver -Count 2 -TimeoutSeconds 10 -Verbose 4>&1 | Select-Object -First 1)" | Should -Match '^recvmmsg\(\d+, .*\) = 2$'
    }

    Context 'errors' {
        It 'is <Errno> for -TimeoutSeconds <Seconds> when nothing comes' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $receiver = New-DatagramSocket
            Receive-SocketDatagram $receiver -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Receive-SocketDatagram OperationTimeout $receiver
        }

        It 'writes what came before the time was over, and says how many' {
            $sender, $receiver = New-DatagramPair
            'a', 'b' | Send-SocketText $sender
            (Receive-SocketDatagram $receiver -Count 5 -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue -ErrorVariable failure).Text | Should -BeExactly a, b
            Assert-SocketError $failure ETIMEDOUT Receive-SocketDatagram OperationTimeout $receiver
            $failure[0].Exception.DatagramsTransferred | Should -Be 2
            $failure[0].Exception.Message | Should -Match '\b2 of 5\b'
        }

        It 'is EOPNOTSUPP for a stream, and leaves its bytes alone' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client x
            Receive-SocketDatagram $server -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EOPNOTSUPP Receive-SocketDatagram InvalidOperation $server
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly x
        }

        It 'is EBADF for a closed socket, ENOTSOCK for none' {
            $closed = New-DatagramSocket
            Close-Socket $closed
            Receive-SocketDatagram $closed -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Receive-SocketDatagram InvalidOperation $closed
            Receive-SocketDatagram 'no socket' -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOTSOCK Receive-SocketDatagram InvalidArgument 'no socket'
        }

        It 'is ECONNREFUSED when nobody took the last datagram, and says which' {
            $channel = Connect-Socket (New-RefusingDatagramEndpoint)
            Send-SocketText $channel lost
            Receive-SocketDatagram $channel -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ECONNREFUSED Receive-SocketDatagram ConnectionError $channel
            $failure[0].Exception.Message | Should -Match 'datagram 1 of 4 bytes'
        }

        It 'goes on with the next channel of a pipeline' {
            $sender, $receiver = New-DatagramPair
            Send-SocketText $sender x
            $texts = 'no socket', $receiver | Receive-SocketDatagram -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            $texts.Text | Should -BeExactly x
            Assert-SocketError $failure ENOTSOCK Receive-SocketDatagram InvalidArgument 'no socket'
        }

        It 'is an error of the binder for -<Parameter> <Value>' -ForEach @(
            @{ Parameter = 'Count'; Value = 0 }, @{ Parameter = 'MaximumLength'; Value = 0 }, @{ Parameter = 'MaximumLength'; Value = 16MB + 1 }, @{ Parameter = 'TimeoutSeconds'; Value = -2 }
        ) {
            $bad = @{ $Parameter = $Value }
            { Receive-SocketDatagram (New-DatagramSocket) @bad } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.ReceiveSocketDatagramCommand'
        }

        It 'takes -All, -Count and -Peek not together' -ForEach @(@{ Both = @{ All = $true; Count = 1 } }, @{ Both = @{ All = $true; Peek = $true } }) {
            { Receive-SocketDatagram (New-DatagramSocket) @Both } | Should -Throw -ErrorId 'AmbiguousParameterSet,SocketTools.Commands.ReceiveSocketDatagramCommand'
        }
    }
}
