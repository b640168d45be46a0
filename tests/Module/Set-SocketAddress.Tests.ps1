BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Set-SocketAddress' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Set-SocketAddress @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Endpoint: EndpointArgument, position 1, mandatory'
            'ExclusiveAddressUse: SwitchParameter'
            'Force: SwitchParameter'
            'PassThru: SwitchParameter'
        )
        Assert-OutputType Set-SocketAddress ([SocketTools.SocketChannel])
        (Get-Alias Bind-Socket).Definition | Should -Be Set-SocketAddress
    }

    It 'writes nothing, and the channel with -PassThru' {
        Set-SocketAddress (New-Socket) tcp://:0 | Should -BeNullOrEmpty
        $socket = New-Socket
        $written = Bind-Socket $socket tcp://:0 -PassThru
        [object]::ReferenceEquals($written, $socket) | Should -BeTrue
    }

    It 'gives the socket an address, with the real port in the place of port 0' {
        $socket = New-Socket
        Set-SocketAddress $socket tcp://127.0.0.1:0
        $socket.State | Should -Be 'Bound'
        $socket.LocalEndPoint.Port | Should -BeGreaterThan 0
        "$($socket.LocalEndPoint)" | Should -Be "127.0.0.1:$($socket.Endpoint.Port)"
        "$($socket.Endpoint)" | Should -Be "tcp://127.0.0.1:$($socket.LocalEndPoint.Port)"
    }

    It 'binds <Family> <Endpoint> to <Address>' -ForEach @(
        @{ Family = 'AF_INET'; Endpoint = ':0'; Address = '127.0.0.1' }
        @{ Family = 'AF_INET'; Endpoint = 'tcp://:0'; Address = '127.0.0.1' }
        @{ Family = 'AF_INET'; Endpoint = 'tcp4://:0'; Address = '127.0.0.1' }
        @{ Family = 'AF_INET'; Endpoint = '*:0'; Address = '0.0.0.0' }
        @{ Family = 'AF_INET'; Endpoint = 'tcp://*:0'; Address = '0.0.0.0' }
    ) {
        $socket = New-Socket $Family
        Set-SocketAddress $socket $Endpoint
        "$($socket.LocalEndPoint.Address)" | Should -Be $Address
    }

    It 'binds AF_INET6 <Endpoint> to <Address>' -Skip:(-not [Net.Sockets.Socket]::OSSupportsIPv6) -ForEach @(
        @{ Endpoint = ':0'; Address = '::1' }
        @{ Endpoint = 'tcp6://:0'; Address = '::1' }
        @{ Endpoint = 'tcp6://*:0'; Address = '::' }
    ) {
        $socket = New-Socket AF_INET6
        Set-SocketAddress $socket $Endpoint
        "$($socket.LocalEndPoint.Address)" | Should -Be $Address
    }

    It 'takes sockets from the pipeline, and goes on behind one that is bad' {
        $sockets = 1..3 | ForEach-Object { New-Socket }
        $written = $sockets[0], 'no socket', $sockets[1], $sockets[2] |
            Set-SocketAddress -Endpoint tcp://:0 -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOTSOCK Set-SocketAddress InvalidArgument 'no socket'
        $written.Count | Should -Be 3
        $sockets.State | Should -Be 'Bound', 'Bound', 'Bound'
    }

    It 'takes a raw Socket' {
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        try {
            $channel = Set-SocketAddress $raw tcp://:0 -PassThru
            $channel.Descriptor | Should -Be ([int] $raw.Handle)
            $channel.LocalEndPoint.Port | Should -BeGreaterThan 0
        } finally { $raw.Dispose() }
    }

    It 'takes <What> for the endpoint' -ForEach @(
        @{ What = 'a Uri'; Endpoint = [uri] 'tcp://127.0.0.1:0' }
        @{ What = 'an IPEndPoint'; Endpoint = [Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0) }
    ) {
        $socket = New-Socket
        Set-SocketAddress $socket $Endpoint
        "$($socket.LocalEndPoint.Address)" | Should -Be '127.0.0.1'
    }

    It 'sets SO_REUSEADDR for protocol <Protocol>, and not with -ExclusiveAddressUse' -Skip:(-not $IsLinux) -ForEach @(
        @{ Protocol = '0' }
        @{ Protocol = 'IPPROTO_TCP' }
    ) {
        $value = [byte[]]::new(4)
        $shared, $alone = 1..2 | ForEach-Object { New-Socket AF_INET SOCK_STREAM $Protocol }
        Set-SocketAddress $shared tcp://:0
        $null = $shared.Socket.GetRawSocketOption(1, 2, $value)
        $value[0] | Should -Be 1
        Set-SocketAddress $alone tcp://:0 -ExclusiveAddressUse
        $null = $alone.Socket.GetRawSocketOption(1, 2, $value)
        $value[0] | Should -Be 0
    }

    Context 'Unix domain' -Skip:$IsWindows {
        It 'makes a file of mode 0600, and closing removes it' {
            $path = New-SocketPath
            $socket = New-Socket AF_UNIX
            Set-SocketAddress $socket "unix:$path"
            (Get-Item $path).UnixFileMode | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
            "$($socket.Endpoint)" | Should -Be "unix:$path"
            "$($socket.LocalEndPoint)" | Should -Be $path
            Close-Socket $socket
            Test-Path $path | Should -BeFalse
        }

        It 'takes a bare path' {
            $path = New-SocketPath
            $socket = New-Socket AF_UNIX
            Set-SocketAddress $socket $path
            "$($socket.Endpoint)" | Should -Be "unix:$path"
        }

        It 'starts a relative path at the location of PowerShell, and keeps it as written' -ForEach @(
            @{ Written = 'unix:relative' }, @{ Written = './relative' }
        ) {
            $folder = (New-Item -ItemType Directory (New-SocketPath)).FullName
            [Environment]::CurrentDirectory | Should -Not -Be $folder
            $socket = New-Socket AF_UNIX
            Push-Location $folder
            try { Set-SocketAddress $socket $Written } finally { Pop-Location }
            Test-Path "$folder/relative" | Should -BeTrue
            "$($socket.Endpoint)" | Should -Be "unix:$($Written -replace '^unix:')"
            "$($socket.LocalEndPoint)" | Should -Be ($Written -replace '^unix:')
            Close-Socket $socket
            Test-Path "$folder/relative" | Should -BeFalse -Because 'it is removed, wherever PowerShell stands then'
        }

        It 'reads a tilde as the home folder' {
            $home_ = $env:HOME
            $env:HOME = (New-Item -ItemType Directory (New-SocketPath)).FullName
            try {
                $socket = New-Socket AF_UNIX
                Set-SocketAddress $socket '~/s'
                Test-Path "$env:HOME/s" | Should -BeTrue
                "$($socket.Endpoint)" | Should -Be 'unix:~/s'
            } finally { $env:HOME = $home_ }
        }

        It 'takes an abstract name, which is no file' -Skip:(-not $IsLinux) {
            $name = "@socket-tools-$([guid]::NewGuid())"
            $socket = New-Socket AF_UNIX
            Set-SocketAddress $socket "unix:$name"
            "$($socket.LocalEndPoint)" | Should -Be $name
            Test-Path "./$name" | Should -BeFalse
        }

        It 'takes a path as long as the system allows' {
            $longest = $IsMacOS ? 103 : 107
            $path = (New-SocketPath) + '/'
            $null = New-Item -ItemType Directory $path
            $socket = New-Socket AF_UNIX
            Set-SocketAddress $socket "unix:$path$('x' * ($longest - $path.Length))"
            "$($socket.LocalEndPoint)".Length | Should -Be $longest
        }

        It 'is ENAMETOOLONG for one byte more, and says both lengths' -ForEach @(@{ Letter = 'x' }, @{ Letter = 'é' }) {
            $longest = $IsMacOS ? 103 : 107
            $bytes = [Text.Encoding]::UTF8.GetByteCount($Letter)
            $path = '/' + 'x' * ($longest - $bytes) + $Letter
            Set-SocketAddress (New-Socket AF_UNIX) "unix:$path" -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENAMETOOLONG Set-SocketAddress InvalidArgument "unix:$path"
            $failure[0].Exception.Message | Should -Match "\b$($longest + 1)\b.*\b$longest\b"
        }

        It 'is ENOENT in a folder that is missing' {
            $path = "unix:$(New-SocketPath)/s"
            Set-SocketAddress (New-Socket AF_UNIX) $path -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOENT Set-SocketAddress ObjectNotFound $path
        }

        It 'is EADDRINUSE where a file that is no socket has the path, and leaves the file, also with -Force' {
            $path = New-SocketPath
            Set-Content $path 'kept'
            foreach ($force in $false, $true) {
                Set-SocketAddress (New-Socket AF_UNIX) "unix:$path" -Force:$force -ErrorAction SilentlyContinue -ErrorVariable failure
                Assert-SocketError $failure EADDRINUSE Set-SocketAddress ResourceBusy "unix:$path"
                Get-Content $path | Should -Be 'kept'
            }
        }

        It 'does not take its own file for a stale one when it is bound twice' {
            $path = New-SocketPath
            $socket = New-Socket AF_UNIX
            Set-SocketAddress $socket "unix:$path"
            foreach ($force in $false, $true) {
                Set-SocketAddress $socket "unix:$path" -Force:$force -ErrorAction SilentlyContinue -ErrorVariable failure
                Assert-SocketError $failure EINVAL Set-SocketAddress InvalidArgument "unix:$path"
                Test-Path $path | Should -BeTrue
            }
        }
    }

    Context 'errors' {
        It 'is EINVAL when the socket is bound already' {
            $socket = New-Socket
            Set-SocketAddress $socket tcp://:0
            Set-SocketAddress $socket tcp://:0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Set-SocketAddress InvalidArgument 'tcp://:0'
        }

        It 'is EADDRINUSE for a port that somebody listens at' {
            $listener = Start-SocketListener tcp://:0
            Set-SocketAddress (New-Socket) "$listener" -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EADDRINUSE Set-SocketAddress ResourceBusy "$listener"
        }

        It 'is EADDRNOTAVAIL for an address of another machine' {
            Set-SocketAddress (New-Socket) tcp://192.0.2.1:0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EADDRNOTAVAIL Set-SocketAddress ObjectNotFound tcp://192.0.2.1:0
        }

        It 'is <Errno> for the endpoint <Endpoint>' -ForEach @(
            @{ Endpoint = 'no endpoint'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:no-such-service'; Errno = 'EAI_SERVICE'; Category = 'ObjectNotFound' }
            @{ Endpoint = 'tls://127.0.0.1:0'; Errno = 'EPROTONOSUPPORT'; Category = 'InvalidArgument' }
            @{ Endpoint = 'unix:/tmp/s'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp6://[::1]:0'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument' }
        ) {
            $socket = New-Socket
            Set-SocketAddress $socket $Endpoint -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Set-SocketAddress $Category $Endpoint
            $socket.State | Should -Be 'Unconnected'
        }

        It 'is EAFNOSUPPORT for an Internet address on a Unix socket' {
            Set-SocketAddress (New-Socket AF_UNIX) tcp://:0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EAFNOSUPPORT Set-SocketAddress InvalidArgument tcp://:0
        }

        It 'is EBADF for a closed channel' {
            $socket = New-Socket
            Close-Socket $socket
            Set-SocketAddress $socket tcp://:0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Set-SocketAddress InvalidOperation 'tcp://:0'
        }
    }
}
