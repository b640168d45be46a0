BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Verbose' -Skip:(-not $IsLinux) {
    BeforeAll {
        # The system calls that a script shows, as text.
        function Get-Call([scriptblock] $Script) {
            $ErrorActionPreference = 'SilentlyContinue'
            & $Script 4>&1 2>$null | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message
        }

        # Each call fits its pattern, and there are no more. # stands for the number of a descriptor.
        function Assert-Call([string[]] $Actual, [string[]] $Expected) {
            $Actual.Count | Should -Be $Expected.Count -Because ($Actual -join "`n")
            for ($i = 0; $i -lt $Expected.Count; $i++) {
                $pattern = [regex]::Escape($Expected[$i]).Replace('\#', '\d+').Replace('\*', '.*')
                $Actual[$i] | Should -MatchExactly "^$pattern$"
            }
        }
    }
    AfterEach { Close-EverySocket }

    It 'shows socket(2)' {
        Assert-Call (Get-Call { New-Socket -Verbose }) 'socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = #'
        Assert-Call (Get-Call { New-Socket AF_INET SOCK_SEQPACKET -Verbose }) @(
            'socket(AF_INET, SOCK_SEQPACKET|SOCK_CLOEXEC, IPPROTO_IP) = -1 ESOCKTNOSUPPORT (Socket type not supported)')
    }

    It 'shows bind(2) of an Internet address' {
        $socket = New-Socket
        Assert-Call (Get-Call { Set-SocketAddress $socket tcp://127.0.0.1:0 -Verbose }) @(
            'setsockopt(#, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0'
            'bind(#, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
        )
        Assert-Call (Get-Call { Set-SocketAddress $socket tcp://127.0.0.1:0 -ExclusiveAddressUse -Verbose }) @(
            'bind(#, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINVAL (Invalid argument)')
    }

    It 'shows bind(2) of a Unix path, as written' {
        $folder = (New-Item -ItemType Directory (New-SocketPath)).FullName
        $socket = New-Socket AF_UNIX
        Push-Location $folder
        try { $calls = Get-Call { Set-SocketAddress $socket unix:server_socket -Verbose } } finally { Pop-Location }
        Assert-Call $calls 'fchmod(#, 0600) = 0', 'bind(#, {sa_family=AF_UNIX, sun_path="server_socket"}, 16) = 0'
    }

    It 'shows what Start-SocketListener does, IPv6 included' -Skip:(-not [Net.Sockets.Socket]::OSSupportsIPv6) {
        Assert-Call (Get-Call { Start-SocketListener tcp6://[::1]:0 -Backlog 5 -Verbose }) @(
            'socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = #'
            'setsockopt(#, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0'
            'setsockopt(#, SOL_IPV6, IPV6_V6ONLY, [1], 4) = 0'
            'bind(#, {sa_family=AF_INET6, sin6_port=htons(0), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0'
            'listen(#, 5) = 0'
        )
    }

    It 'shows how a stale file is found and replaced' {
        $path = New-SocketPath
        $stale = [Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        # A handle of its own, so that closing leaves the file.
        $stale.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new($path))
        $copy = "$path-copy"
        $null = & ln $path $copy
        $stale.Dispose()
        & mv $copy $path
        $size = $path.Length + 3
        Assert-Call (Get-Call { Start-SocketListener "unix:$path" -Verbose }) @(
            'socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = #'
            'fchmod(#, 0600) = 0'
            "bind(#, {sa_family=AF_UNIX, sun_path=`"$path`"}, $size) = -1 EADDRINUSE (Address already in use)"
            'socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = #'
            "connect(#, {sa_family=AF_UNIX, sun_path=`"$path`"}, $size) = -1 ECONNREFUSED (Connection refused)"
            'close(#) = 0'
            "unlink(`"$path`") = 0"
            'fchmod(#, 0600) = 0'
            "bind(#, {sa_family=AF_UNIX, sun_path=`"$path`"}, $size) = 0"
            'listen(#, 4096) = 0'
        )
    }

    It 'shows connect(2) and what it waits for' {
        $listener = Start-SocketListener tcp://:0
        $port = $listener.Endpoint.Port
        Assert-Call (Get-Call { Connect-Socket $listener -Verbose }) @(
            'socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = #'
            "connect(#, {sa_family=AF_INET, sin_port=htons($port), sin_addr=inet_addr(`"127.0.0.1`")}, 16) = -1 EINPROGRESS (Operation now in progress)"
            'poll([{fd=#, events=POLLOUT}], 1, #) = 1'
            'getsockopt(#, SOL_SOCKET, SO_ERROR, [0], [4]) = 0'
        )
    }

    It 'shows a connect that is refused, and the close behind it' {
        $refusing = New-RefusingEndpoint unix
        Assert-Call (Get-Call { Connect-Socket $refusing -Verbose })[0..1] @(
            'socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = #'
            'connect(#, {sa_family=AF_UNIX, sun_path="*"}, #) = -1 ECONNREFUSED (Connection refused)'
        )
        $refusing = New-RefusingEndpoint
        Assert-Call (Get-Call { Connect-Socket $refusing -Verbose })[2..4] @(
            'poll([{fd=#, events=POLLOUT}], 1, #) = 1'
            'getsockopt(#, SOL_SOCKET, SO_ERROR, [111], [4]) = 0'
            'close(#) = 0'
        )
    }

    It 'shows accept(2)' {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        Assert-Call (Get-Call { Receive-SocketConnection $listener -Verbose }) @(
            "accept4(#, {sa_family=AF_INET, sin_port=htons($($client.LocalEndPoint.Port)), sin_addr=inet_addr(`"127.0.0.1`")}, 16, SOCK_CLOEXEC) = #")
        Assert-Call (Get-Call { Receive-SocketConnection $listener -TimeoutSeconds 0.01 -Verbose }) @(
            'accept4(#, NULL, NULL, SOCK_CLOEXEC) = -1 EWOULDBLOCK (Resource temporarily unavailable)'
            'poll([{fd=#, events=POLLIN}], 1, #) = 0'
        )
    }

    It 'shows accept(2) of a Unix client, which has no name' {
        $listener = Start-SocketListener (New-ListenEndpoint unix)
        $null = Connect-Socket $listener
        Assert-Call (Get-Call { Receive-SocketConnection $listener -Verbose }) 'accept4(#, {sa_family=AF_UNIX}, 2, SOCK_CLOEXEC) = #'
    }

    It 'shows send(2) and recv(2), the bytes as in C and cut after 32' {
        $client, $server = New-ConnectedPair
        $text = "a`n`"`\`0`e1é" + 'x' * 40
        $shown = 'a\n\"\\\0\0331\303\251' + 'x' * 23
        Assert-Call (Get-Call { Send-SocketText $client $text -Verbose }) "send(#, `"$shown`"..., 49, MSG_DONTWAIT|MSG_NOSIGNAL) = 49"
        Assert-Call (Get-Call { Receive-SocketText $server -Verbose }) "recv(#, `"$shown`"..., 65536, MSG_DONTWAIT) = 49"
        Assert-Call (Get-Call { Receive-SocketByte $server -Count 9 -TimeoutSeconds 0 -Verbose }) 'recv(#, "", 9, MSG_DONTWAIT) = -1 EWOULDBLOCK (Resource temporarily unavailable)'
        Assert-Call (Get-Call { Send-SocketByte $client 7 -Verbose }) 'send(#, "\7", 1, MSG_DONTWAIT|MSG_NOSIGNAL) = 1'
        Assert-Call (Get-Call { Receive-SocketByte $server -Peek -Count 9 -Verbose }) 'recv(#, "\7", 9, MSG_DONTWAIT|MSG_PEEK) = 1'
    }

    It 'makes one recv(2) for what is there, and none for what is in the buffer' {
        $client, $server = New-ConnectedPair
        'one', 'two' | Send-SocketText $client -Line
        @(Get-Call { Receive-SocketText $server -Line -Verbose }).Count | Should -Be 1
        Get-Call { Receive-SocketText $server -Line -Verbose } | Should -BeNullOrEmpty
    }

    It 'shows the end of the stream as 0' {
        $client, $server = New-ConnectedPair
        Close-Socket $client
        Assert-Call (Get-Call { Receive-SocketByte $server -Count 9 -Verbose }) 'recv(#, "", 9, MSG_DONTWAIT) = 0'
    }

    It 'shows shutdown(2): <Direction> is <How>' -ForEach @(
        @{ Direction = 'Send'; How = 'SHUT_WR' }, @{ Direction = 'Receive'; How = 'SHUT_RD' }, @{ Direction = 'Both'; How = 'SHUT_RDWR' }
    ) {
        $client, $server = New-ConnectedPair
        Assert-Call (Get-Call { Disconnect-Socket $client $Direction -Verbose }) "shutdown(#, $How) = 0"
    }

    It 'shows close(2), and with -Reset how the RST is asked for' {
        $client, $server = New-ConnectedPair
        Assert-Call (Get-Call { Close-Socket $server -Reset -Verbose }) 'setsockopt(#, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0', 'close(#) = 0'
        Assert-Call (Get-Call { Close-Socket $client -Verbose }) 'close(#) = 0'
        $listener = Start-SocketListener tcp://:0
        Assert-Call (Get-Call { Stop-SocketListener $listener -Verbose }) 'close(#) = 0'
    }

    It 'shows the descriptor that the channel has' {
        $client, $server = New-ConnectedPair
        Get-Call { Send-SocketText $client 'x' -Verbose } | Should -BeLike "send($($client.Descriptor), *"
    }

    It 'shows nothing unless it is asked to' {
        $listener = Start-SocketListener tcp://:0
        Get-Call { Connect-Socket $listener } | Should -BeNullOrEmpty
        Get-Call { Connect-Socket $listener -Verbose:$false } | Should -BeNullOrEmpty
    }

    It 'shows them also for $VerbosePreference, unless -Verbose:$false' {
        $VerbosePreference = 'Continue'
        @(Get-Call { New-Socket }).Count | Should -Be 1
        Get-Call { New-Socket -Verbose:$false } | Should -BeNullOrEmpty
    }

    It 'leaves nothing open when the preference makes an error of them' {
        $VerbosePreference = 'Stop'
        $listener = Start-SocketListener tcp://:0 -Verbose:$false
        $before = Get-OpenDescriptor
        { New-Socket 4>$null } | Should -Throw
        { Connect-Socket $listener 4>$null } | Should -Throw
        Get-Socket | Should -BeNullOrEmpty
        Assert-DescriptorsBack $before
    }
}
