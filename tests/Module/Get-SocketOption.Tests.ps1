BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketOption' {
    BeforeAll {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        $unix, $unixPeer = New-SocketPair
        $six = New-Socket AF_INET6
        $udp = New-Socket AF_INET SOCK_DGRAM
    }

    AfterAll { Close-EverySocket }

    It 'has its parameters, and writes SocketOptionValue' {
        Assert-Parameter Get-SocketOption 'Channel: ChannelArgument, position 0, mandatory, pipeline', 'Option: String[], position 1',
            'Level: String, mandatory', 'Name: String, mandatory', 'Size: Int32'
        Assert-OutputType Get-SocketOption ([SocketTools.SocketOptionValue])
    }

    It 'lists every option that the socket has, once' {
        $options = Get-SocketOption $client
        $options | Should -BeOfType SocketTools.SocketOptionValue
        $options.Option | Should -Be ($options.Option | Select-Object -Unique)
        foreach ($option in 'ReuseAddress', 'SendBuffer', 'ReceiveBuffer', 'Linger', 'NoDelay', 'KeepAlive', 'Ttl', 'Tos') { $options.Option | Should -Contain $option }
        $options.Option | Should -Not -Contain PeerCredential
        $options.Option | Should -Not -Contain V6Only
        $options.Option | Should -Not -Contain Broadcast
        $options.Level | Should -Contain IPPROTO_TCP
        $options.Level | Should -Contain IPPROTO_IP
    }

    It 'lists for each kind of socket what it has: <Kind>' -ForEach @(
        @{ Kind = 'Unix'; Socket = { $unix }; Has = 'SendBuffer'; Lacks = 'NoDelay', 'Ttl', 'V6Only', 'OutOfBandInline' }
        @{ Kind = 'UDP'; Socket = { $udp }; Has = 'Broadcast', 'Ttl'; Lacks = 'NoDelay', 'KeepAlive', 'PeerCredential' }
        @{ Kind = 'TCP over IPv6'; Socket = { $six }; Has = 'V6Only', 'Ttl', 'NoDelay'; Lacks = 'Broadcast', 'PeerCredential' }
        @{ Kind = 'a listener'; Socket = { $listener }; Has = 'ReuseAddress', 'Ttl'; Lacks = , 'V6Only' }
    ) {
        $options = (Get-SocketOption (& $Socket)).Option
        $Has | Where-Object { $_ -notin $options } | Should -BeNullOrEmpty
        $Lacks | Where-Object { $_ -in $options } | Should -BeNullOrEmpty
    }

    It 'gives values with a type and a unit: <Option>' -ForEach @(
        @{ Option = 'NoDelay'; Type = 'bool'; Unit = ''; Name = 'TCP_NODELAY'; Level = 'IPPROTO_TCP' }
        @{ Option = 'ReceiveBuffer'; Type = 'int'; Unit = 'bytes'; Name = 'SO_RCVBUF'; Level = 'SOL_SOCKET' }
        @{ Option = 'Linger'; Type = 'int'; Unit = 'seconds'; Name = 'SO_LINGER'; Level = 'SOL_SOCKET' }
        @{ Option = 'Ttl'; Type = 'int'; Unit = 'hops'; Name = 'IP_TTL'; Level = 'IPPROTO_IP' }
    ) {
        $value = Get-SocketOption $client $Option
        $value.Option | Should -BeExactly $Option
        $value.Value | Should -BeOfType $Type
        $value.Unit | Should -BeExactly $Unit
        $value.Name | Should -BeExactly $Name
        $value.Level | Should -BeExactly $Level
        $value.Requested | Should -BeNullOrEmpty
    }

    It 'gives what the kernel has, by getsockopt of .NET: <Option>' -Skip:(-not $IsLinux) -ForEach @(
        @{ Option = 'SendBuffer'; Level = 1; Number = 7 }
        @{ Option = 'ReceiveBuffer'; Level = 1; Number = 8 }
        @{ Option = 'ReuseAddress'; Level = 1; Number = 2 }
        @{ Option = 'KeepAliveTime'; Level = 6; Number = 4 }
        @{ Option = 'KeepAliveInterval'; Level = 6; Number = 5 }
        @{ Option = 'KeepAliveCount'; Level = 6; Number = 6 }
        @{ Option = 'MaximumSegment'; Level = 6; Number = 2 }
        @{ Option = 'Ttl'; Level = 0; Number = 2 }
    ) {
        $bytes = [byte[]]::new(4)
        $client.Socket.GetRawSocketOption($Level, $Number, $bytes) | Should -Be 4
        [int](Get-SocketOption $client $Option).Value | Should -Be ([BitConverter]::ToInt32($bytes))
    }

    It 'takes names in either way, wildcards and several at once' {
        (Get-SocketOption $client tcp_nodelay).Option | Should -BeExactly NoDelay
        (Get-SocketOption $client KeepAlive*).Option | Should -Be KeepAlive, KeepAliveTime, KeepAliveInterval, KeepAliveCount
        (Get-SocketOption $client SO_*BUF, Ttl).Option | Should -Be SendBuffer, ReceiveBuffer, Ttl
        Get-SocketOption $client nothing* | Should -BeNullOrEmpty
    }

    It 'means the option of the socket''s own family where a name stands for two' {
        (Get-SocketOption $client Ttl).Name | Should -BeExactly IP_TTL
        (Get-SocketOption $six Ttl).Name | Should -BeExactly IPV6_UNICAST_HOPS
        (Get-SocketOption $six Tos).Name | Should -BeExactly IPV6_TCLASS
    }

    It 'takes channels, listeners and .NET sockets from the pipeline' {
        ($client, $listener, $server.Socket | Get-SocketOption -Option NoDelay).Value | Should -Be $false, $false, $false
    }

    It 'offers the names' {
        $line = 'Get-SocketOption $c -Option Keep'
        ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)).CompletionMatches.CompletionText |
            Should -Be KeepAlive, KeepAliveTime, KeepAliveInterval, KeepAliveCount
        $line = 'Get-SocketOption $c -Option TCP_NODE'
        $match = ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)).CompletionMatches
        $match.CompletionText | Should -Be NoDelay
        $match.ToolTip | Should -Be 'IPPROTO_TCP TCP_NODELAY'
    }

    It 'is ENOPROTOOPT for an option that the socket lacks: <Option> of <Kind>' -ForEach @(
        @{ Option = 'NoDelay'; Kind = 'Unix'; Socket = { $unix } }
        @{ Option = 'PeerCredential'; Kind = 'TCP'; Socket = { $client } }
        @{ Option = 'V6Only'; Kind = 'IPv4'; Socket = { $client } }
        @{ Option = 'Broadcast'; Kind = 'a stream'; Socket = { $client } }
    ) {
        $channel = & $Socket
        Get-SocketOption $channel $Option -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ENOPROTOOPT Get-SocketOption InvalidOperation $channel
    }

    It 'is ENOPROTOOPT for a name that no option has, and gives the others' {
        $values = Get-SocketOption $client NoSuch, NoDelay -ErrorAction SilentlyContinue -ErrorVariable problem
        $values.Option | Should -Be NoDelay
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ENOPROTOOPT,SocketTools.Commands.GetSocketOptionCommand'
        $problem[0].ErrorDetails.RecommendedAction | Should -Match '\bKeepAliveInterval\b'
    }

    It 'is EBADF for a closed channel, ENOTSOCK for what is no socket, and goes on' {
        $closed = New-Socket
        Close-Socket $closed
        $values = $closed, 'text', $client | Get-SocketOption -Option NoDelay -ErrorAction SilentlyContinue -ErrorVariable problem
        $values.Option | Should -Be NoDelay
        $problem.Count | Should -Be 2
        Assert-SocketError $problem[0] EBADF Get-SocketOption InvalidOperation $closed
        $problem[1].FullyQualifiedErrorId | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.GetSocketOptionCommand'
        $problem[1].TargetObject | Should -Be text
    }

    Context 'by level and name' {
        It 'gives a number for four bytes, with names or numbers: <Level> <Name>' -Skip:(-not $IsLinux) -ForEach @(
            @{ Level = 'SOL_SOCKET'; Name = 'SO_RCVBUF' }, @{ Level = '1'; Name = '8' }, @{ Level = 'socket'; Name = '8' }
        ) {
            $value = Get-SocketOption $client -Level $Level -Name $Name
            $value.Value | Should -BeOfType int
            $value.Value | Should -Be (Get-SocketOption $client ReceiveBuffer).Value
        }

        It 'gives SO_ERROR, SO_TYPE and SO_ACCEPTCONN, which have no name here' -Skip:(-not $IsLinux) {
            (Get-SocketOption $client -Level SOL_SOCKET -Name 4).Value | Should -Be 0
            (Get-SocketOption $client -Level SOL_SOCKET -Name 3).Value | Should -Be 1
            (Get-SocketOption $listener -Level SOL_SOCKET -Name 30).Value | Should -Be 1
        }

        It 'gives bytes for anything larger, as many as there are' -Skip:(-not $IsLinux) {
            # struct tcp_info: its first byte is the state, 1 for ESTABLISHED.
            $info = (Get-SocketOption $client -Level IPPROTO_TCP -Name 11 -Size 512).Value
            $info.GetType() | Should -Be ([byte[]])
            $info[0] | Should -Be 1
            $info.Length | Should -BeGreaterThan 100
            $info.Length | Should -BeLessThan 512
            Assert-Byte (Get-SocketOption $client -Level SOL_SOCKET -Name SO_LINGER -Size 8).Value (0, 0, 0, 0, 0, 0, 0, 0)
        }

        It 'is ENOPROTOOPT for a level or a name that is not known, or not there' {
            foreach ($pair in @(('SOL_NOTHING', '1'), ('SOL_SOCKET', 'SO_NOTHING'), ('IPPROTO_TCP', 'SO_RCVBUF'), ('IPPROTO_TCP', '9999'))) {
                Get-SocketOption $client -Level $pair[0] -Name $pair[1] -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
                $problem.FullyQualifiedErrorId | Should -BeExactly 'ENOPROTOOPT,SocketTools.Commands.GetSocketOptionCommand'
            }
        }

        It 'shows the call with -Verbose' -Skip:(-not $IsLinux) {
            $fd = $client.Descriptor
            Get-SocketOption $client NoDelay -Verbose 4>&1 | ForEach-Object { "$_" } | Select-Object -First 1 | Should -BeExactly "getsockopt($fd, IPPROTO_TCP, TCP_NODELAY, [0], [4]) = 0"
        }
    }
}
