BeforeDiscovery {
    # Every named option on a socket that has it: what to set, and what the kernel makes of it.
    $options = @(
        @{ Option = 'ReuseAddress'; Kind = 'tcp'; Value = $true; Level = 1; Number = 2 }
        @{ Option = 'ReusePort'; Kind = 'tcp'; Value = $true; Level = 1; Number = 15 }
        @{ Option = 'Broadcast'; Kind = 'udp'; Value = $true; Level = 1; Number = 6 }
        @{ Option = 'DontRoute'; Kind = 'tcp'; Value = $true; Level = 1; Number = 5 }
        @{ Option = 'SendBuffer'; Kind = 'tcp'; Value = 65536; Kernel = 131072; Level = 1; Number = 7 }
        @{ Option = 'ReceiveBuffer'; Kind = 'tcp'; Value = 65536; Kernel = 131072; Level = 1; Number = 8 }
        @{ Option = 'ReceiveLowWater'; Kind = 'tcp'; Value = 3; Level = 1; Number = 18 }
        @{ Option = 'OutOfBandInline'; Kind = 'tcp'; Value = $true; Level = 1; Number = 10 }
        @{ Option = 'Priority'; Kind = 'tcp'; Value = 5; Level = 1; Number = 12 }
        @{ Option = 'NoDelay'; Kind = 'tcp'; Value = $true; Level = 6; Number = 1 }
        @{ Option = 'Cork'; Kind = 'tcp'; Value = $true; Level = 6; Number = 3 }
        @{ Option = 'QuickAck'; Kind = 'tcp'; Value = $false; Level = 6; Number = 12 }
        @{ Option = 'KeepAlive'; Kind = 'tcp'; Value = $true; Level = 1; Number = 9 }
        @{ Option = 'KeepAliveTime'; Kind = 'tcp'; Value = 61; Level = 6; Number = 4 }
        @{ Option = 'KeepAliveInterval'; Kind = 'tcp'; Value = 11; Level = 6; Number = 5 }
        @{ Option = 'KeepAliveCount'; Kind = 'tcp'; Value = 4; Level = 6; Number = 6 }
        @{ Option = 'UserTimeout'; Kind = 'tcp'; Value = 12345; Level = 6; Number = 18 }
        @{ Option = 'FastOpen'; Kind = 'listener'; Value = 5; Level = 6; Number = 23 }
        @{ Option = 'DeferAccept'; Kind = 'listener'; Value = 1; Level = 6; Number = 9 }
        @{ Option = 'MaximumSegment'; Kind = 'new'; Value = 1000; Level = 6; Number = 2; Kernel = 'any' }
        @{ Option = 'Ttl'; Kind = 'tcp'; Value = 9; Level = 0; Number = 2 }
        @{ Option = 'Tos'; Kind = 'tcp'; Value = 16; Level = 0; Number = 1 }
        @{ Option = 'Ttl'; Kind = 'tcp6'; Value = 9; Level = 41; Number = 16 }
        @{ Option = 'Tos'; Kind = 'tcp6'; Value = 16; Level = 41; Number = 67 }
        @{ Option = 'V6Only'; Kind = 'tcp6'; Value = $true; Level = 41; Number = 26 }
        @{ Option = 'MulticastTtl'; Kind = 'udp'; Value = 5; Level = 0; Number = 33 }
        @{ Option = 'MulticastTtl'; Kind = 'udp6'; Value = 5; Level = 41; Number = 18 }
        @{ Option = 'MulticastLoopback'; Kind = 'udp'; Value = $false; Level = 0; Number = 34 }
        @{ Option = 'MulticastLoopback'; Kind = 'udp6'; Value = $false; Level = 41; Number = 19 }
        @{ Option = 'MulticastInterface'; Kind = 'udp'; Value = 'lo'; Kernel = 16777343; Level = 0; Number = 32 } # The address, 127.0.0.1.
        @{ Option = 'MulticastInterface'; Kind = 'udp6'; Value = 'lo'; Kernel = 1; Level = 41; Number = 17 }
        @{ Option = 'SendBuffer'; Kind = 'unix'; Value = 32768; Kernel = 65536; Level = 1; Number = 7 }
    )
    $noRoot = -not $IsLinux -or (id -u) -ne '0'
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    function New-SocketOf([string] $Kind) {
        switch ($Kind) {
            'tcp' { (New-ConnectedPair tcp)[0] }
            'tcp6' { New-Socket AF_INET6 }
            'udp' { New-Socket AF_INET SOCK_DGRAM }
            'udp6' { New-Socket AF_INET6 SOCK_DGRAM }
            'new' { New-Socket }
            'listener' { Start-SocketListener tcp://:0 }
            'unix' { (New-SocketPair)[0] }
        }
    }

    # The kernel's own value, without the module.
    function Get-KernelOption($Socket, [int] $Level, [int] $Number, [int] $Size = 4) {
        $bytes = [byte[]]::new($Size)
        $length = $Socket.GetRawSocketOption($Level, $Number, $bytes)
        $Size -eq 4 ? [BitConverter]::ToInt32($bytes) : $bytes[0..($length - 1)]
    }
}

Describe 'Set-SocketOption' {
    AfterEach { Close-EverySocket }

    It 'has a parameter for each option of the table that can be set, with its type' {
        $types = @{ Boolean = [bool]; Integer = [int]; Linger = [int]; Text = [string]; Interface = [string] }
        $parameters = (Get-Command Set-SocketOption).Parameters
        foreach ($row in [SocketTools.SocketOptionTable]::Rows | Where-Object { -not $_.ReadOnly }) {
            $parameters.Keys | Should -Contain $row.Option
            $parameters[$row.Option].ParameterType | Should -Be $types["$($row.Kind)"]
        }
        Assert-Parameter Set-SocketOption 'Channel: ChannelArgument, position 0, mandatory, pipeline', 'NonBlocking: Boolean', 'Level: String, mandatory',
            'Name: String, mandatory', 'Value: Object, mandatory', 'PassThru: SwitchParameter'
        Assert-OutputType Set-SocketOption ([SocketTools.SocketChannel])
    }

    It 'sets -<Option> of <Kind>, and the kernel has it' -Skip:(-not $IsLinux) -ForEach $options {
        $given = New-SocketOf $Kind
        $channel = $Kind -eq 'listener' ? $given.Channel : $given
        $before = (Get-SocketOption $given $Option).Value
        $before | Should -Not -Be $Value
        $setting = @{ $Option = $Value }
        Set-SocketOption $given @setting -ErrorAction Stop | Should -BeNullOrEmpty

        $expected = $Kernel ?? $Value
        $actual = Get-KernelOption $channel.Socket $Level $Number
        $shown = Get-SocketOption $given $Option
        if ($expected -ne 'any') { $actual | Should -Be ([int]$expected) }
        # An interface is a name here and a number, or an address, to the kernel.
        if ($Value -is [string]) { $shown.Value | Should -BeExactly $Value } else { [int]$shown.Value | Should -Be $actual }
        $shown.Value | Should -BeOfType $before.GetType()
        $shown.Requested | Should -Be $Value
    }

    It 'has a test for every option that can be set' -Skip:(-not $IsLinux) {
        $tested = @([regex]::Matches((Get-Content $PSCommandPath -Raw), "Option = '(\w+)'").ForEach{ $_.Groups[1].Value }) + 'Linger', 'BindToDevice'
        [SocketTools.SocketOptionTable]::Rows | Where-Object { -not $_.ReadOnly -and $_.Option -notin $tested } | Should -BeNullOrEmpty
    }

    It 'turns an option off again' {
        $channel = New-Socket
        Set-SocketOption $channel -NoDelay $true
        (Get-SocketOption $channel NoDelay).Value | Should -BeTrue
        Set-SocketOption $channel -NoDelay $false
        (Get-SocketOption $channel NoDelay).Value | Should -BeFalse
    }

    It 'shows what was asked for beside what Linux made of it: twice as much' -Skip:(-not $IsLinux) {
        $channel = New-Socket
        (Get-SocketOption $channel ReceiveBuffer).Requested | Should -BeNullOrEmpty
        Set-SocketOption $channel -ReceiveBuffer 65536
        $value = Get-SocketOption $channel ReceiveBuffer
        $value.Requested | Should -Be 65536
        $value.Value | Should -Be 131072
        (Get-SocketOption (New-Socket) ReceiveBuffer).Requested | Should -BeNullOrEmpty
    }

    It 'shows the call and the kernel''s answer with -Verbose' -Skip:(-not $IsLinux) {
        $channel = New-Socket
        $fd = $channel.Descriptor
        Set-SocketOption $channel -ReceiveBuffer 65536 -Verbose 4>&1 | ForEach-Object { "$_" } | Should -Be @(
            "setsockopt($fd, SOL_SOCKET, SO_RCVBUF, [65536], [4]) = 0", "getsockopt($fd, SOL_SOCKET, SO_RCVBUF, [131072], [4]) = 0")
    }

    It 'sets and clears -Linger: <Seconds>' -Skip:(-not $IsLinux) -ForEach @(
        @{ Seconds = 7; Bytes = 1, 0, 0, 0, 7, 0, 0, 0 }, @{ Seconds = 0; Bytes = 1, 0, 0, 0, 0, 0, 0, 0 }, @{ Seconds = -1; Bytes = 0, 0, 0, 0 }
    ) {
        $channel = New-Socket
        Set-SocketOption $channel -Linger 3
        Set-SocketOption $channel -Linger $Seconds
        # l_onoff, l_linger: where it is off, the kernel keeps the old time.
        (Get-KernelOption $channel.Socket 1 13 8)[0..($Bytes.Count - 1)] -join ' ' | Should -Be ($Bytes -join ' ')
        (Get-SocketOption $channel Linger).Value | Should -Be $Seconds
    }

    It 'makes close send a reset with -Linger 0' {
        $client, $server = New-ConnectedPair tcp
        Set-SocketOption $client -Linger 0
        Close-Socket $client
        Receive-SocketByte $server -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ECONNRESET,SocketTools.Commands.ReceiveSocketByteCommand'
    }

    It 'binds to a device and ends the binding' -Skip:$noRoot {
        $channel = New-Socket
        Set-SocketOption $channel -BindToDevice lo
        (Get-SocketOption $channel BindToDevice).Value | Should -BeExactly lo
        Set-SocketOption $channel -BindToDevice ''
        (Get-SocketOption $channel BindToDevice).Value | Should -BeExactly ''
    }

    It 'is ENODEV for a device that is not there' -Skip:$noRoot {
        $channel = New-Socket
        Set-SocketOption $channel -BindToDevice nosuch0 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ENODEV Set-SocketOption ObjectNotFound $channel
        (Get-SocketOption $channel BindToDevice).Requested | Should -BeNullOrEmpty
    }

    It 'is EINVAL out of range: -<Option> <Value>' -ForEach @(
        @{ Option = 'Ttl'; Value = 0 }, @{ Option = 'Ttl'; Value = 256 }, @{ Option = 'Tos'; Value = -1 }, @{ Option = 'Linger'; Value = -2 }
        @{ Option = 'Linger'; Value = 65536 }, @{ Option = 'KeepAliveTime'; Value = 0 }, @{ Option = 'KeepAliveTime'; Value = 32768 }
        @{ Option = 'KeepAliveCount'; Value = 128 }, @{ Option = 'MaximumSegment'; Value = 87 }, @{ Option = 'SendBuffer'; Value = -1 }
        @{ Option = 'BindToDevice'; Value = 'a-name-too-long-0' }
    ) {
        $channel = New-Socket
        $before = (Get-SocketOption $channel $Option).Value
        $setting = @{ $Option = $Value }
        Set-SocketOption $channel @setting -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EINVAL Set-SocketOption InvalidArgument $channel
        $problem[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        (Get-SocketOption $channel $Option).Value | Should -Be $before
    }

    It 'takes the ends of the range: -<Option> <Value>' -ForEach @(
        @{ Option = 'Ttl'; Value = 1 }, @{ Option = 'Ttl'; Value = 255 }, @{ Option = 'KeepAliveTime'; Value = 1 }, @{ Option = 'KeepAliveTime'; Value = 32767 }
        @{ Option = 'KeepAliveCount'; Value = 127 }, @{ Option = 'Linger'; Value = 65535 }
    ) {
        $channel = New-Socket
        $setting = @{ $Option = $Value }
        Set-SocketOption $channel @setting -ErrorAction Stop
        (Get-SocketOption $channel $Option).Value | Should -Be $Value
    }

    It 'is ENOPROTOOPT for an option that the socket lacks, and sets the others' {
        $channel, $null = New-SocketPair
        Set-SocketOption $channel -NoDelay $true -Cork $true -ReuseAddress $true -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be (@('ENOPROTOOPT,SocketTools.Commands.SetSocketOptionCommand') * 2)
        (Get-SocketOption $channel ReuseAddress).Value | Should -BeTrue
    }

    It 'is EBADF for a closed channel, ENOTSOCK for what is no socket, and goes on' {
        $closed, $open = (New-Socket), (New-Socket)
        Close-Socket $closed
        $closed, 'text', $open | Set-SocketOption -NoDelay $true -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.Count | Should -Be 2
        Assert-SocketError $problem[0] EBADF Set-SocketOption InvalidOperation $closed
        $problem[1].FullyQualifiedErrorId | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.SetSocketOptionCommand'
        (Get-SocketOption $open NoDelay).Value | Should -BeTrue
    }

    It 'sets several sockets and several options, and passes the channels through' {
        $one, $two = (New-Socket), (New-Socket)
        $through = @($one, $two | Set-SocketOption -NoDelay $true -KeepAlive $true -KeepAliveTime 61 -PassThru)
        [object]::ReferenceEquals($through[0], $one) | Should -BeTrue
        [object]::ReferenceEquals($through[1], $two) | Should -BeTrue
        ($one, $two | Get-SocketOption -Option NoDelay, KeepAlive, KeepAliveTime).Value | Should -Be $true, $true, 61, $true, $true, 61
    }

    It 'sets a socket of .NET' {
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        try {
            Set-SocketOption $raw -NoDelay $true
            $raw.NoDelay | Should -BeTrue
        } finally { $raw.Dispose() }
    }

    It 'refuses a value of another type when it binds' {
        { Set-SocketOption (New-Socket) -Ttl many } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,SocketTools.Commands.SetSocketOptionCommand'
    }

    Context 'by level, name and value' {
        It 'sets a number, $true, bytes or text: <What>' -Skip:(-not $IsLinux) -ForEach @(
            @{ What = 'a number'; Level = 'IPPROTO_IP'; Name = 'IP_TTL'; Value = 9; Result = 9 }
            @{ What = 'a number of another type'; Level = 'IPPROTO_IP'; Name = '2'; Value = [long]9; Result = 9 }
            @{ What = '$true'; Level = '6'; Name = '1'; Value = $true; Result = 1 }
            @{ What = 'bytes'; Level = 'SOL_TCP'; Name = 'TCP_KEEPIDLE'; Value = [byte[]](61, 0, 0, 0); Result = 61 }
        ) {
            $channel = New-Socket
            Set-SocketOption $channel -Level $Level -Name $Name -Value $Value -ErrorAction Stop
            (Get-SocketOption $channel -Level $Level -Name $Name).Value | Should -Be $Result
        }

        It 'sets text' -Skip:(-not $IsLinux) {
            # TCP_CONGESTION: every Linux has reno.
            $channel = New-Socket
            Set-SocketOption $channel -Level IPPROTO_TCP -Name 13 -Value reno -ErrorAction Stop
            [Text.Encoding]::ASCII.GetString((Get-SocketOption $channel -Level IPPROTO_TCP -Name 13 -Size 16).Value).TrimEnd("`0") | Should -BeExactly reno
        }

        It 'is ENOPROTOOPT for a level or a name that is not known, or not there' {
            $channel = New-Socket
            foreach ($pair in @(('SOL_NOTHING', '1'), ('SOL_SOCKET', 'SO_NOTHING'), ('IPPROTO_TCP', '9999'))) {
                Set-SocketOption $channel -Level $pair[0] -Name $pair[1] -Value 1 -ErrorAction SilentlyContinue -ErrorVariable problem
                Assert-SocketError $problem ENOPROTOOPT Set-SocketOption InvalidOperation $channel
            }
        }

        It 'is EINVAL for a value that is no number of 32 bits, no text and no bytes: <Value>' -ForEach @{ Value = 99999999999 }, @{ Value = [datetime]'2026-01-01' }, @{ Value = @{} } {
            $channel = New-Socket
            Set-SocketOption $channel -Level SOL_SOCKET -Name SO_RCVBUF -Value $Value -ErrorAction SilentlyContinue -ErrorVariable problem
            Assert-SocketError $problem EINVAL Set-SocketOption InvalidArgument $channel
        }

        It 'is EINVAL for too few bytes' -Skip:(-not $IsLinux) {
            $channel = New-Socket
            Set-SocketOption $channel -Level SOL_SOCKET -Name SO_RCVBUF -Value ([byte[]](1, 2)) -ErrorAction SilentlyContinue -ErrorVariable problem
            Assert-SocketError $problem EINVAL Set-SocketOption InvalidArgument $channel
        }
    }
}
