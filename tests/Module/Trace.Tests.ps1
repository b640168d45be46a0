BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # One line for each receive: its number, its bytes, what it is made of.
    function Get-Receive($Channel) {
        $Channel | Get-Socket -Trace | Where-Object Direction -EQ Receive | ForEach-Object { "$($_.Number): $($_.Bytes) = $($_.Parts)" }
    }
}

Describe 'Get-Socket -Trace' {
    BeforeEach { Close-EverySocket }
    AfterEach { Close-EverySocket }

    It 'shows two sends that came as one receive, over <Family>' -ForEach @{ Family = 'tcp' }, @{ Family = 'tcp6' }, @{ Family = 'unix' }, @{ Family = 'abstract' } {
        if ($Family -eq 'abstract' -and -not $IsLinux) { Set-ItResult -Skipped -Because 'only Linux has abstract names'; return }
        $client, $server = New-ConnectedPair $Family
        Send-SocketText $client 'abc'
        Send-SocketText $client 'de'
        $null = Receive-SocketByte $server -Exactly 5 -TimeoutSeconds 10
        Get-Receive $server | Should -Be '1: 5 = #1 #2'
        $parts = ($server | Get-Socket -Trace).Parts
        $parts.Descriptor | Should -Be $client.Descriptor, $client.Descriptor
        $parts.Number | Should -Be 1, 2
        $parts.Bytes | Should -Be 3, 2
        $parts.Of | Should -Be 3, 2
    }

    It 'shows one send that came in several receives, and one receive with the end of a send and the begin of the next' {
        $client, $server = New-ConnectedPair
        Send-SocketByte $client (0..9)
        Send-SocketByte $client (0..4)
        foreach ($count in 4, 4, 4, 3) { $null = Receive-SocketByte $server -Exactly $count -TimeoutSeconds 10 }
        Get-Receive $server | Should -Be '1: 4 = #1 (4 of 10)', '2: 4 = #1 (4 of 10)', '3: 4 = #1 (2 of 10) #2 (2 of 5)', '4: 3 = #2 (3 of 5)'
    }

    It 'has every property of a call' {
        $client, $server = New-ConnectedPair
        $before = [DateTimeOffset]::Now
        Send-SocketText $client 'abc'
        Send-SocketText $client 'de'
        $null = Receive-SocketByte $server -Exactly 5 -TimeoutSeconds 10
        $after = [DateTimeOffset]::Now
        $all = @(Get-Socket -Trace)
        $all | Should -BeOfType SocketTools.SocketTransfer
        $all.Count | Should -Be 3
        $all.Call | Should -Be 'send', 'send', 'recv'
        "$($all.Direction)" | Should -BeExactly 'Send Send Receive'
        $all.Number | Should -Be 1, 2, 1
        $all.Requested | Should -Be 3, 2, 5
        $all.Bytes | Should -Be 3, 2, 5
        $all.Offset | Should -Be 0, 3, 0
        "$($all.Errno)" | Should -BeExactly 'None None None'
        $all.Descriptor | Should -Be $client.Descriptor, $client.Descriptor, $server.Descriptor
        [object]::ReferenceEquals($all[2].Channel, $server) | Should -BeTrue
        $all.Protocol | Should -Be tcp, tcp, tcp
        @($all.Peer -ne $null).Count | Should -Be 0
        $all[0].Parts.Count | Should -Be 0
        # The clock of a transfer is read from the start of the process on, and may drift a little against the wall's.
        $all[0].Time | Should -BeGreaterThan $before.AddSeconds(-2)
        $all[2].Time | Should -BeLessThan $after.AddSeconds(2)
    }

    It 'keeps each message by itself over <Type>' -Skip:(-not $IsLinux) -ForEach @{ Type = 'SOCK_SEQPACKET' }, @{ Type = 'SOCK_DGRAM' } {
        $one, $two = New-SocketPair $Type
        Send-SocketByte $one (1, 2, 3)
        Send-SocketByte $two 9
        Send-SocketByte $one (4, 5)
        foreach ($n in 1, 2) { $null = Receive-SocketByte $two -TimeoutSeconds 10 }
        $null = Receive-SocketByte $one -TimeoutSeconds 10
        Get-Receive $two | Should -Be '1: 3 = #1', '2: 2 = #2'
        Get-Receive $one | Should -Be '1: 1 = #1'
        ($one | Get-Socket -Trace)[0].Offset | Should -BeNullOrEmpty
    }

    It 'keeps each message by itself over a connection of unixpacket, and shows one that was cut' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener "unixpacket:$(New-SocketPath)"
        $client = Connect-Socket $listener -TimeoutSeconds 10
        $server = Receive-SocketConnection $listener
        Send-SocketByte $client (1..10)
        Send-SocketByte $client (1, 2)
        $null = Receive-SocketByte $server -Count 4 -TimeoutSeconds 10
        $null = Receive-SocketByte $server -TimeoutSeconds 10
        Get-Receive $server | Should -Be '1: 4 = #1 (4 of 10)', '2: 2 = #2'
    }

    Context 'datagrams' {
        BeforeEach {
            $receiver = New-Socket AF_INET SOCK_DGRAM
            Set-SocketAddress $receiver udp://127.0.0.1:0
        }

        It 'are one send each, of the sender that they came from' {
            $one = New-Socket AF_INET SOCK_DGRAM
            $two = Connect-Socket $receiver
            Send-SocketText $one abc -To $receiver
            Send-SocketText $two defg
            Send-SocketText $one hi -To $receiver
            $null = Receive-SocketDatagram $receiver -Count 3 -TimeoutSeconds 10
            Get-Receive $receiver | Should -Be '1: 3 = #1', '2: 4 = #1', '3: 2 = #2'
            $all = @(Get-Socket -Trace)
            $received = $all | Where-Object Direction -EQ Receive
            $received.Parts.Descriptor | Should -Be $one.Descriptor, $two.Descriptor, $one.Descriptor
            $received.Peer.Port | Should -Be $one.LocalEndPoint.Port, $two.LocalEndPoint.Port, $one.LocalEndPoint.Port
            ($one | Get-Socket -Trace).Peer | Should -Be $receiver.LocalEndPoint, $receiver.LocalEndPoint
            $all.Offset | Where-Object { $null -ne $_ } | Should -BeNullOrEmpty
        }

        It 'show one that was cut, and a send that failed' {
            $sender = New-Socket AF_INET SOCK_DGRAM
            Send-SocketByte $sender ([byte[]]::new(70000)) -To $receiver -ErrorAction SilentlyContinue
            Send-SocketByte $sender (1..10) -To $receiver
            $null = Receive-SocketDatagram $receiver -MaximumLength 4 -TimeoutSeconds 10
            Get-Receive $receiver | Should -Be '1: 4 = #2 (4 of 10)'
            ($sender | Get-Socket -Trace)[0].Errno | Should -Be EMSGSIZE
        }

        It 'have no parts where it cannot be told which is which' {
            $sender = New-Socket AF_INET SOCK_DGRAM
            foreach ($n in 1, 2) { Send-SocketText $sender 'same' -To $receiver }
            $null = Receive-SocketText $receiver -TimeoutSeconds 10
            $null = Receive-SocketDatagram $receiver -TimeoutSeconds 10
            Get-Receive $receiver | Should -Be '1: 4 = ', '2: 4 = '
        }

        It 'leave a send that nobody names where they come to nobody' {
            $sender = New-Socket AF_INET SOCK_DGRAM
            $other = New-Socket AF_INET SOCK_DGRAM
            Set-SocketAddress $other udp://127.0.0.1:0
            Send-SocketText $sender 'to other' -To $other
            Send-SocketText $sender 'to receiver' -To $receiver
            $null = Receive-SocketDatagram $receiver -TimeoutSeconds 10
            Get-Receive $receiver | Should -Be '1: 11 = #2'
        }

        It 'are told over unixgram by the path of the sender' -Skip:$IsWindows {
            $ends = 1, 2 | ForEach-Object {
                $socket = New-Socket AF_UNIX SOCK_DGRAM
                Set-SocketAddress $socket "unixgram:$(New-SocketPath)"
                $socket
            }
            Send-SocketText $ends[0] abc -To $ends[1]
            Send-SocketText $ends[0] de -To $ends[1]
            $null = Receive-SocketDatagram $ends[1] -Count 2 -TimeoutSeconds 10
            Get-Receive $ends[1] | Should -Be '1: 3 = #1', '2: 2 = #2'
        }
    }

    It 'knows two clients of one Unix socket apart' {
        $listener = Start-SocketListener "unix:$(New-SocketPath)"
        $a, $b = 1, 2 | ForEach-Object { Connect-Socket $listener -TimeoutSeconds 10 }
        $first, $second = 1, 2 | ForEach-Object { Receive-SocketConnection $listener }
        Send-SocketText $b 'from b'
        Send-SocketText $a 'from a, longer'
        $null = Receive-SocketText $first -TimeoutSeconds 10
        $null = Receive-SocketText $second -TimeoutSeconds 10
        ($first | Get-Socket -Trace).Parts.Descriptor | Should -Be $a.Descriptor
        ($second | Get-Socket -Trace).Parts.Descriptor | Should -Be $b.Descriptor
        $third = Connect-Socket $listener -TimeoutSeconds 10
        ($first | Get-Socket -Trace).Parts | Should -BeNullOrEmpty -Because 'a client without its other end may be any of them'
    }

    It 'still knows a sender that has closed, and shows the end' {
        $client, $server = New-ConnectedPair
        Send-SocketText $client 'abc'
        Close-Socket $client
        Receive-SocketText $server -All -Raw -TimeoutSeconds 10 | Should -BeExactly abc
        Get-Receive $server | Should -Be '1: 3 = #1', '2: 0 = '
        Get-Receive $client | Should -BeNullOrEmpty
        ($client | Get-Socket -Trace).Bytes | Should -Be 3
    }

    It 'has no parts where the sender is in another process or another library' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $other = [Net.Sockets.TcpClient]::new()
        $other.Connect($listener.LocalEndPoint)
        $server = Receive-SocketConnection $listener
        $null = $other.Client.Send([byte[]](1, 2))
        $null = Receive-SocketByte $server -Exactly 2 -TimeoutSeconds 10
        Get-Receive $server | Should -Be '1: 2 = '
        $other.Dispose()
    }

    It 'shows a call that failed, not one that only waited, and no look at what stays' {
        $client, $server = New-ConnectedPair
        Receive-SocketByte $server -TimeoutSeconds 0 -ErrorAction Ignore
        Send-SocketText $client 'ab'
        $null = Receive-SocketByte $server -Count 2 -Peek -TimeoutSeconds 10
        $server | Get-Socket -Trace | Should -BeNullOrEmpty
        Close-Socket $server -Reset
        Receive-SocketByte $client -TimeoutSeconds 10 -ErrorAction SilentlyContinue
        $failed = $client | Get-Socket -Trace | Select-Object -Last 1
        "$($failed.Call) $($failed.Errno) $($failed.Bytes)" | Should -BeExactly 'recv ECONNRESET 0'
    }

    It 'keeps the last 256 calls of a channel, and says how many are gone' {
        $client, $server = New-ConnectedPair
        foreach ($n in 1..300) { Send-SocketByte $client 1 }
        $null = Receive-SocketByte $server -Exactly 300 -TimeoutSeconds 10
        $sends = @($client | Get-Socket -Trace -WarningVariable gone -WarningAction SilentlyContinue)
        $sends.Count | Should -Be 256
        $sends[0].Number | Should -Be 45
        $sends[-1].Number | Should -Be 300
        $gone.Count | Should -Be 1
        "$gone" | Should -BeLike '* 44 *'
        $parts = ($server | Get-Socket -Trace -WarningVariable gone).Parts
        $gone.Count | Should -Be 0
        "$($parts[0])" | Should -BeLike '`? (*)'
        $lost, $known = $parts.Where({ $_.Number -eq 0 }, 'Split')
        ($lost | Measure-Object Bytes -Sum).Sum | Should -Be 44
        $known.Number | Should -Be (45..300)
    }

    It 'looks at the channels asked for: by descriptor, protocol, or pipeline' {
        $client, $server = New-ConnectedPair
        $a, $b = New-ConnectedPair unix
        Send-SocketText $client 'x'
        Send-SocketText $a 'y'
        @(Get-Socket -Trace).Count | Should -Be 2
        @(Get-Socket $client.Descriptor -Trace).Descriptor | Should -Be $client.Descriptor
        @(Get-Socket -Protocol unix -Trace).Descriptor | Should -Be $a.Descriptor
        @($client, $a, $client | Get-Socket -Trace).Count | Should -Be 2
        @(Get-Socket -Channel $server, $client -Trace).Descriptor | Should -Be $client.Descriptor
    }

    It 'writes channels given without it as they are' {
        $client, $server = New-ConnectedPair
        $found = $client, $server | Get-Socket
        $found.Count | Should -Be 2
        [object]::ReferenceEquals($found[1], $server) | Should -BeTrue
    }

    It 'is ENOTSOCK for what is none, and goes on' {
        $client, $server = New-ConnectedPair
        Send-SocketText $client 'x'
        $found = 'text', $client | Get-Socket -Trace -ErrorAction SilentlyContinue -ErrorVariable failure
        $found.Bytes | Should -Be 1
        Assert-SocketError $failure ENOTSOCK Get-Socket InvalidArgument text
    }

    It 'shows what the stream of a channel moved' {
        $client, $server = New-ConnectedPair
        $client.Stream.Write([byte[]](1, 2), 0, 2)
        $null = $client.Stream.WriteAsync([byte[]](3), 0, 1).Wait(10000)
        $server.Stream.ReadExactly([byte[]]::new(3))
        @($client | Get-Socket -Trace).Bytes | Should -Be 2, 1
        (Get-Receive $server) -join ' ' | Should -BeLike '*#2'
    }
}
