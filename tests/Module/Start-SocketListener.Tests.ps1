BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # A network namespace has ports below 1024 of its own, and no route out; the capability to bind there is dropped.
    $unprivileged = 'unshare', ((id -u) -eq '0' ? '--net' : '--map-root-user'), '--net', 'setpriv', '--bounding-set=-net_bind_service'
    $noNamespace = -not $IsLinux -or -not (Get-Command unshare, setpriv -CommandType Application -ErrorAction Ignore) -or
        $(& $unprivileged[0] $unprivileged[1..4] true 2>$null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Start-SocketListener' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Start-SocketListener @(
            'Endpoint: EndpointArgument, position 0, pipeline'
            'Channel: ChannelArgument'
            'Backlog: Int32'
            'ExclusiveAddressUse: SwitchParameter'
            'Force: SwitchParameter'
        )
        Assert-OutputType Start-SocketListener ([SocketTools.SocketListener])
    }

    It 'writes a listener that listens, with the real port' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $listener | Should -BeOfType SocketTools.SocketListener
        $listener.State | Should -Be 'Listening'
        $listener.LocalEndPoint.Port | Should -BeGreaterThan 0
        "$listener" | Should -Be "tcp://127.0.0.1:$($listener.LocalEndPoint.Port)"
        "$($listener.Endpoint)" | Should -Be "$listener"
        $listener.Protocol | Should -Be 'tcp'
        $listener.Accepted, $listener.Active, $listener.Errors.Count | Should -Be 0, 0, 0
        $listener.Backlog | Should -Be 4096
        $client = [Net.Sockets.TcpClient]::new()
        try { $client.Connect($listener.LocalEndPoint); $client.Connected | Should -BeTrue } finally { $client.Dispose() }
    }

    It 'listens for <Endpoint> at <Address>' -ForEach @(
        @{ Endpoint = ':0'; Address = '127.0.0.1' }
        @{ Endpoint = 'tcp://:0'; Address = '127.0.0.1' }
        @{ Endpoint = 'tcp4://*:0'; Address = '0.0.0.0' }
    ) {
        "$((Start-SocketListener $Endpoint).LocalEndPoint.Address)" | Should -Be $Address
    }

    It 'listens for tcp6://:0 at ::1' -Skip:(-not [Net.Sockets.Socket]::OSSupportsIPv6) {
        $listener = Start-SocketListener tcp6://:0
        "$($listener.LocalEndPoint.Address)" | Should -Be '::1'
        "$listener" | Should -Be "tcp6://[::1]:$($listener.LocalEndPoint.Port)"
    }

    It 'listens at every interface for *, and shows an IPv4 client as IPv4' {
        $listener = Start-SocketListener tcp://*:0
        "$($listener.LocalEndPoint.Address)" | Should -BeIn '::', '0.0.0.0'
        $client = Connect-Socket "tcp://127.0.0.1:$($listener.LocalEndPoint.Port)"
        $accepted = Receive-SocketConnection $listener
        "$($accepted.RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a Uri'; Endpoint = [uri] 'tcp://127.0.0.1:0' }
        @{ What = 'an IPEndPoint'; Endpoint = [Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0) }
    ) {
        "$((Start-SocketListener $Endpoint).LocalEndPoint.Address)" | Should -Be '127.0.0.1'
    }

    It 'takes endpoints from the pipeline, and goes on behind one that is bad' {
        $listeners = 'tcp://:0', 'no endpoint', 'tcp://:0' | Start-SocketListener -ErrorAction SilentlyContinue -ErrorVariable failure
        $listeners.Count | Should -Be 2
        Assert-SocketError $failure EINVAL Start-SocketListener InvalidArgument 'no endpoint'
    }

    It 'makes a bound socket listen, with -Channel' {
        $socket = New-Socket
        Set-SocketAddress $socket tcp://:0
        $listener = Start-SocketListener -Channel $socket -Backlog 5
        $listener.Backlog | Should -Be 5
        $listener.Descriptor | Should -Be $socket.Descriptor
        [object]::ReferenceEquals($listener.Channel, $socket) | Should -BeTrue
        $socket.State | Should -Be 'Listening'
    }

    It 'binds and listens with an endpoint and -Channel' {
        $socket = New-Socket
        $listener = Start-SocketListener tcp://127.0.0.1:0 -Channel $socket
        "$($socket.LocalEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
    }

    It 'listens at the loopback only when the socket has no address' {
        "$((Start-SocketListener -Channel (New-Socket)).LocalEndPoint.Address)" | Should -Be '127.0.0.1'
    }

    It 'takes a raw Socket for -Channel' {
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        try {
            $listener = Start-SocketListener tcp://:0 -Channel $raw
            $client = Connect-Socket $listener
            $accepted = Receive-SocketConnection $listener -TimeoutSeconds 10
            "$($accepted.RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
        } finally { $raw.Dispose() }
    }

    It 'takes a port with connections in TIME_WAIT, and is EADDRINUSE there with -ExclusiveAddressUse' -Skip:$IsWindows {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        Close-Socket (Receive-SocketConnection $listener) # The side that closes first keeps the state.
        Receive-SocketByte $client | Should -BeNullOrEmpty
        Close-Socket $client
        Stop-SocketListener $listener
        $endpoint = "$($listener.Endpoint)"
        Start-SocketListener $endpoint -ExclusiveAddressUse -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure EADDRINUSE Start-SocketListener ResourceBusy $endpoint
        (Start-SocketListener $endpoint).State | Should -Be 'Listening'
    }

    Context 'Unix domain' -Skip:$IsWindows {
        It 'makes a file of mode 0600, and stopping removes it' {
            $path = New-SocketPath
            $listener = Start-SocketListener "unix:$path"
            (Get-Item $path).UnixFileMode | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
            $listener.Protocol | Should -Be 'unix'
            Stop-SocketListener $listener
            Test-Path $path | Should -BeFalse
        }

        It 'starts a relative path at the location of PowerShell, and connecting to the listener finds it from elsewhere' {
            $folder = (New-Item -ItemType Directory (New-SocketPath)).FullName
            Push-Location $folder
            try { $listener = Start-SocketListener unix:server_socket } finally { Pop-Location }
            "$listener" | Should -Be 'unix:server_socket'
            "$($listener.LocalEndPoint)" | Should -Be 'server_socket'
            Test-Path "$folder/server_socket" | Should -BeTrue
            $client = Connect-Socket $listener
            $client.State | Should -Be 'Connected'
            Connect-Socket unix:server_socket -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOENT Connect-Socket ObjectNotFound 'unix:server_socket'
            Push-Location $folder
            try { (Connect-Socket unix:server_socket).State | Should -Be 'Connected' } finally { Pop-Location }
        }

        It 'listens at an abstract name, and at unixpacket' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener "unix:@socket-tools-$([guid]::NewGuid())"
            (Connect-Socket $listener).State | Should -Be 'Connected'
            $packet = Start-SocketListener "unixpacket:$(New-SocketPath)"
            $packet.Protocol | Should -Be 'unixpacket'
            (Connect-Socket $packet).Protocol | Should -Be 'unixpacket'
        }

        It 'is EADDRINUSE where somebody listens, and takes the path with -Force' {
            $path = New-SocketPath
            $first = Start-SocketListener "unix:$path"
            Start-SocketListener "unix:$path" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EADDRINUSE Start-SocketListener ResourceBusy "unix:$path"
            (Connect-Socket "unix:$path").State | Should -Be 'Connected' -Because 'the first still listens there'

            $second = Start-SocketListener "unix:$path" -Force
            $null = Connect-Socket "unix:$path"
            Receive-SocketConnection $second -TimeoutSeconds 0 | Should -Not -BeNullOrEmpty
        }

        It 'leaves the file of the listener that took its path' {
            $path = New-SocketPath
            $first = Start-SocketListener "unix:$path"
            $made = (Get-Item $path).LastWriteTimeUtc
            # Kernels keep file times in ticks of a few milliseconds; the files shall differ by them.
            Wait-Until { $probe = New-SocketPath; Set-Content $probe ''; (Get-Item $probe).LastWriteTimeUtc -gt $made }
            $null = Start-SocketListener "unix:$path" -Force
            Stop-SocketListener $first
            Test-Path $path | Should -BeTrue
        }

        It 'makes a file of mode 0600 also without a umask, and removes it when the process exits' {
            $path = New-SocketPath
            $child = Start-ChildPowerShell -Prefix sh, -c, 'umask 0; exec "$@"', sh "`$null = Start-SocketListener 'unix:$path'; 'ready'; `$null = [Console]::In.ReadLine()"
            try {
                Read-ChildLine $child | Should -Be 'ready'
                (Get-Item $path).UnixFileMode | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
            } finally { Stop-Child $child }
            Test-Path $path | Should -BeFalse
        }

        It 'replaces the file of a process that was killed, but not while it lives' {
            $path = New-SocketPath
            $child = Start-ChildPowerShell "`$null = Start-SocketListener 'unix:$path'; 'ready'; `$null = [Console]::In.ReadLine()"
            try {
                Read-ChildLine $child | Should -Be 'ready'
                Start-SocketListener "unix:$path" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
                Assert-SocketError $failure EADDRINUSE Start-SocketListener ResourceBusy "unix:$path"
            } finally { Stop-Child $child -Kill }
            Test-Path $path | Should -BeTrue -Because 'nobody could remove it'
            (Start-SocketListener "unix:$path").State | Should -Be 'Listening'
            (Connect-Socket "unix:$path").State | Should -Be 'Connected'
        }
    }

    Context 'errors' {
        It 'is EADDRINUSE for a port in use' {
            $listener = Start-SocketListener tcp://:0
            Start-SocketListener "$listener" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EADDRINUSE Start-SocketListener ResourceBusy "$listener"
        }

        It 'is <Errno> for <Endpoint>' -ForEach @(
            @{ Endpoint = 'tcp://127.0.0.1'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:-1'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'gopher://127.0.0.1:70'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'unix:'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = ''; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:no-such-service'; Errno = 'EAI_SERVICE'; Category = 'ObjectNotFound' }
            @{ Endpoint = 'tcp://192.0.2.1:0'; Errno = 'EADDRNOTAVAIL'; Category = 'ObjectNotFound' }
            @{ Endpoint = 'udp://192.0.2.1:0'; Errno = 'EADDRNOTAVAIL'; Category = 'ObjectNotFound' }
            @{ Endpoint = 'tls://127.0.0.1:0'; Errno = 'EPROTONOSUPPORT'; Category = 'InvalidArgument' }
        ) {
            Start-SocketListener $Endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Start-SocketListener $Category $Endpoint
            Get-SocketListener | Should -BeNullOrEmpty
        }

        It 'is ENOENT in a folder that is missing' -Skip:$IsWindows {
            $endpoint = "unix:$(New-SocketPath)/s"
            Start-SocketListener $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOENT Start-SocketListener ObjectNotFound $endpoint
        }

        It 'is ENAMETOOLONG for a long path, and says both lengths' -Skip:$IsWindows {
            $endpoint = "unix:/$('x' * 200)"
            Start-SocketListener $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENAMETOOLONG Start-SocketListener InvalidArgument $endpoint
            $failure[0].Exception.Message | Should -Match "\b201\b.*\b$($IsMacOS ? 103 : 107)\b"
        }

        It 'is EINVAL for something that is no endpoint' {
            $date = [datetime]::Now
            Start-SocketListener $date -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Start-SocketListener InvalidArgument $failure[0].TargetObject
            $failure[0].TargetObject | Should -Be $date
        }

        It 'is EBADF for a closed channel, ENOTSOCK for no socket' {
            $closed = New-Socket
            Close-Socket $closed
            Start-SocketListener -Channel $closed -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADF Start-SocketListener InvalidOperation $closed
            Start-SocketListener -Channel 'no socket' -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOTSOCK Start-SocketListener InvalidArgument 'no socket'
        }

        It 'is EINVAL for a socket that is connected' {
            $client, $server = New-ConnectedPair
            Start-SocketListener -Channel $client -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Start-SocketListener InvalidArgument $client
        }

        It 'leaves the error of the binder for a negative backlog' {
            { Start-SocketListener tcp://:0 -Backlog -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.StartSocketListenerCommand'
        }

        It 'leaves nothing open when it fails' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener tcp://:0
            $before = Get-OpenDescriptor
            Start-SocketListener "$listener" -ErrorAction Ignore
            Start-SocketListener "unix:$(New-SocketPath)/s" -ErrorAction Ignore
            Assert-DescriptorsBack $before
        }

        It 'is EACCES for a low port without the privilege' -Skip:$noNamespace -ForEach @{ Prefix = $unprivileged } {
            $child = Start-ChildPowerShell -Prefix $Prefix "`$null = Start-SocketListener '*:80' -ErrorAction SilentlyContinue -ErrorVariable failure
                @(`$failure).Count; `$failure[0].FullyQualifiedErrorId; `$failure[0].CategoryInfo.Category; `$failure[0].TargetObject"
            try { 1..4 | ForEach-Object { Read-ChildLine $child } | Should -Be '1', 'EACCES,SocketTools.Commands.StartSocketListenerCommand', 'PermissionDenied', '*:80' }
            finally { Stop-Child $child }
        }
    }
}
