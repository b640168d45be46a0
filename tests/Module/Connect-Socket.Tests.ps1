BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # A network namespace of its own has no route out.
    $isolated = 'unshare', ((id -u) -eq '0' ? '--net' : '--map-root-user'), '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'
    $noNamespace = -not $IsLinux -or -not (Get-Command unshare, ip -CommandType Application -ErrorAction Ignore) -or
        $(& $isolated[0] $isolated[1..6] true 2>$null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Connect-Socket' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Connect-Socket @(
            'Endpoint: EndpointArgument, position 0, mandatory, pipeline'
            'Channel: ChannelArgument'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Connect-Socket ([SocketTools.SocketChannel])
        [SocketTools.Commands.ConnectSocketCommand]::new().TimeoutSeconds | Should -Be 30
    }

    It 'writes a connected channel for <Family>' -ForEach @(
        @{ Family = 'tcp'; Protocol = 'tcp' }, @{ Family = 'unix'; Protocol = 'unix' }
    ) {
        $listener = Start-SocketListener (New-ListenEndpoint $Family)
        $client = Connect-Socket "$listener"
        $client | Should -BeOfType SocketTools.SocketChannel
        $client.State | Should -Be 'Connected'
        $client.Protocol | Should -Be $Protocol
        "$($client.Endpoint)" | Should -Be "$listener"
        "$($client.RemoteEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
        $client.BytesSent, $client.BytesReceived, $client.EndOfStream | Should -Be 0, 0, $false
    }

    It 'connects to tcp6://[::1]' -Skip:(-not [Net.Sockets.Socket]::OSSupportsIPv6) {
        $listener = Start-SocketListener tcp6://:0
        $client = Connect-Socket "$listener"
        "$($client.RemoteEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
    }

    It 'connects to an abstract name' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener (New-ListenEndpoint abstract)
        (Connect-Socket "$listener").State | Should -Be 'Connected'
    }

    It 'talks to a server that knows nothing of the module, over <_>' -ForEach 'tcp', 'unix' {
        $echo = Start-EchoServer $_
        $client = Connect-Socket $echo.Endpoint
        Send-SocketText $client 'there and back'
        Receive-SocketByte $client -Exactly 14 | ForEach-Object { [Text.Encoding]::UTF8.GetString($_) } | Should -Be 'there and back'
        Close-Socket $client
        $null = Wait-Background $echo.Job
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a listener'; Make = { param($listener) $listener } }
        @{ What = 'the endpoint of a listener'; Make = { param($listener) $listener.Endpoint } }
        @{ What = 'text'; Make = { param($listener) "$listener" } }
        @{ What = 'host:port without a scheme'; Make = { param($listener) "127.0.0.1:$($listener.Endpoint.Port)" } }
        @{ What = ':port'; Make = { param($listener) ":$($listener.Endpoint.Port)" } }
        @{ What = 'a Uri'; Make = { param($listener) [uri] "$listener" } }
        @{ What = 'a Uri with a slash at its end'; Make = { param($listener) [uri] "$listener/" } }
        @{ What = 'an IPEndPoint'; Make = { param($listener) $listener.LocalEndPoint } }
        @{ What = 'another client of the same server'; Make = { param($listener) Connect-Socket $listener } }
        @{ What = 'the host localhost'; Make = { param($listener) "tcp4://localhost:$($listener.Endpoint.Port)" } }
    ) {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $client = Connect-Socket (& $Make $listener)
        "$($client.RemoteEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
    }

    It 'takes a UnixDomainSocketEndPoint' {
        $path = New-SocketPath
        $listener = Start-SocketListener "unix:$path"
        (Connect-Socket ([Net.Sockets.UnixDomainSocketEndPoint]::new($path))).State | Should -Be 'Connected'
    }

    It 'takes a listener from the pipeline as the endpoint' {
        $listener = Start-SocketListener tcp://:0
        $client = $listener | Connect-Socket -TimeoutSeconds 10
        "$($client.RemoteEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
        $listener.State | Should -Be 'Listening'
    }

    It 'takes endpoints from the pipeline, and goes on behind those that are bad' {
        $listener = Start-SocketListener tcp://:0
        $refusing = New-RefusingEndpoint
        $clients = "$listener", 'no endpoint', $refusing, $listener | Connect-Socket -ErrorAction SilentlyContinue -ErrorVariable failures
        $clients.State | Should -Be 'Connected', 'Connected'
        $failures.Count | Should -Be 2
        Assert-SocketError $failures[0] EINVAL Connect-Socket InvalidArgument 'no endpoint'
        Assert-SocketError $failures[1] ECONNREFUSED Connect-Socket ConnectionError $refusing
    }

    Context '-Channel' {
        It 'connects a socket of New-Socket, and writes it' -ForEach @(
            @{ Family = 'tcp'; Socket = @('AF_INET') }, @{ Family = 'unix'; Socket = @('AF_UNIX') }
        ) {
            $listener = Start-SocketListener (New-ListenEndpoint $Family)
            $socket = New-Socket @Socket
            $written = Connect-Socket $listener -Channel $socket
            [object]::ReferenceEquals($written, $socket) | Should -BeTrue
            $socket.State | Should -Be 'Connected'
            "$($socket.RemoteEndPoint)" | Should -Be "$($listener.LocalEndPoint)"
        }

        It 'keeps the address that the socket was bound to' {
            $listener = Start-SocketListener tcp://:0
            $socket = Set-SocketAddress (New-Socket) tcp://127.0.0.1:0 -PassThru
            $port = $socket.LocalEndPoint.Port
            $null = Connect-Socket $listener -Channel $socket
            $socket.LocalEndPoint.Port | Should -Be $port
            (Receive-SocketConnection $listener).RemoteEndPoint.Port | Should -Be $port
        }

        It 'connects a raw Socket' {
            $listener = Start-SocketListener tcp://:0
            $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
            try {
                $channel = Connect-Socket $listener -Channel $raw
                $channel.State | Should -Be 'Connected'
                Send-SocketText $channel 'raw'
                Receive-SocketText (Receive-SocketConnection $listener) | Should -Be 'raw'
            } finally { $raw.Dispose() }
        }

        It 'is EISCONN the second time, for <_>' -ForEach 'tcp', 'unix' {
            $client, $server = New-ConnectedPair $_
            $listener = Start-SocketListener (New-ListenEndpoint $_)
            Connect-Socket $listener -Channel $client -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EISCONN Connect-Socket InvalidOperation $listener
            Send-SocketText $client 'still connected'
            Receive-SocketText $server | Should -Be 'still connected'
        }

        It 'is EALREADY while a connect goes on, and connects when there is room' {
            $listener = New-FullListener tcp
            $socket = New-Socket
            Connect-Socket $listener -Channel $socket -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ETIMEDOUT Connect-Socket OperationTimeout $listener
            $socket.State | Should -Be 'Connecting'
            Connect-Socket $listener -Channel $socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EALREADY Connect-Socket InvalidOperation $listener
            Clear-Backlog $listener
            # The kernel repeats the SYN about one second after the first.
            Wait-Until { Connect-Socket $listener -Channel $socket -TimeoutSeconds 10 -ErrorAction Ignore }
            $socket.State | Should -Be 'Connected'
            Send-SocketText $socket 'connected at last'
            Receive-SocketText (Receive-SocketConnection $listener -TimeoutSeconds 10) -TimeoutSeconds 10 | Should -Be 'connected at last'
        }

        It 'can connect again after it was refused' {
            $socket = New-Socket
            $refusing = New-RefusingEndpoint
            Connect-Socket $refusing -Channel $socket -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ECONNREFUSED Connect-Socket ConnectionError $refusing
            $listener = Start-SocketListener tcp://:0
            (Connect-Socket $listener -Channel $socket).State | Should -Be 'Connected'
        }

        It 'is EAFNOSUPPORT for an endpoint of another family' {
            Connect-Socket 'unix:/tmp/s' -Channel (New-Socket) -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EAFNOSUPPORT Connect-Socket InvalidArgument 'unix:/tmp/s'
            Connect-Socket 'tcp://127.0.0.1:9' -Channel (New-Socket AF_UNIX) -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EAFNOSUPPORT Connect-Socket InvalidArgument 'tcp://127.0.0.1:9'
        }

        It 'is EBADF for a closed channel, and ENOTSOCK for no socket' {
            $listener = Start-SocketListener tcp://:0
            $closed = New-Socket
            Close-Socket $closed
            Connect-Socket $listener -Channel $closed -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADF Connect-Socket InvalidOperation $listener
            Connect-Socket $listener -Channel 42 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOTSOCK Connect-Socket InvalidArgument $listener
        }
    }

    Context 'errors' {
        It 'is ECONNREFUSED where nobody listens, for <_>' -ForEach 'tcp', 'unix' {
            $refusing = New-RefusingEndpoint $_
            Connect-Socket $refusing -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ECONNREFUSED Connect-Socket ConnectionError $refusing
            $failure[0].Exception.Attempts.Count | Should -Be 1
            $failure[0].Exception.Attempts[0].Errno | Should -Be 'ECONNREFUSED'
        }

        It 'has the same id with -ErrorAction Stop, and advice' {
            $refusing = New-RefusingEndpoint
            { Connect-Socket $refusing -ErrorAction Stop } | Should -Throw -ErrorId 'ECONNREFUSED,SocketTools.Commands.ConnectSocketCommand'
            Connect-Socket $refusing -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            $failure[0].Exception.Operation | Should -Be 'connect'
        }

        It 'names each address of a name that does not answer' {
            $port = ([uri](New-RefusingEndpoint)).Port
            Connect-Socket "tcp4://localhost:$port" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ECONNREFUSED Connect-Socket ConnectionError "tcp4://localhost:$port"
            $failure[0].Exception.Attempts.Address.Port | Should -Contain $port
        }

        It 'is ENOENT for a Unix path that is not there' {
            $endpoint = "unix:$(New-SocketPath)"
            Connect-Socket $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOENT Connect-Socket ObjectNotFound $endpoint
        }

        It 'is ENAMETOOLONG for a long path, and says both lengths' -Skip:$IsWindows {
            $endpoint = "unix:/$('x' * 107)"
            Connect-Socket $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENAMETOOLONG Connect-Socket InvalidArgument $endpoint
            $failure[0].Exception.Message | Should -Match "\b108\b.*\b$($IsMacOS ? 103 : 107)\b"
        }

        It 'is EPROTOTYPE for a socket of another type' -Skip:(-not $IsLinux) {
            $path = New-SocketPath
            $datagram = New-Socket AF_UNIX SOCK_DGRAM
            Set-SocketAddress $datagram "unixgram:$path"
            Connect-Socket "unix:$path" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EPROTOTYPE Connect-Socket InvalidArgument "unix:$path"
        }

        It 'is <Errno> for <Endpoint>' -ForEach @(
            @{ Endpoint = ''; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'no endpoint'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://[::1:80'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:99999999999999999999'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'gopher://127.0.0.1:70'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Endpoint = 'tcp://127.0.0.1:no-such-service'; Errno = 'EAI_SERVICE'; Category = 'ObjectNotFound' }
            @{ Endpoint = 'tls://127.0.0.1:443'; Errno = 'EPROTONOSUPPORT'; Category = 'InvalidArgument' }
        ) {
            Connect-Socket $Endpoint -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Connect-Socket $Category $Endpoint
        }

        It 'is EINVAL for a channel that has no address' {
            $socket = New-Socket
            Connect-Socket $socket -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Connect-Socket InvalidArgument $socket
        }

        It 'is EINVAL for a number' {
            Connect-Socket 80 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure[0] EINVAL Connect-Socket InvalidArgument $failure[0].TargetObject
            $failure[0].TargetObject | Should -Be 80
        }

        It 'leaves the error of the binder for null and for a bad time' {
            { Connect-Socket $null } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorNullNotAllowed,SocketTools.Commands.ConnectSocketCommand'
            { Connect-Socket :9 -TimeoutSeconds -2 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.ConnectSocketCommand'
        }

        It 'is <Errno> for -TimeoutSeconds <Seconds> at a full <Family> backlog' -ForEach @(
            @{ Family = 'tcp'; Seconds = 0.05; Errno = 'ETIMEDOUT' }
            @{ Family = 'tcp'; Seconds = 0; Errno = 'EWOULDBLOCK' }
            @{ Family = 'unix'; Seconds = 0.05; Errno = 'ETIMEDOUT' }
            @{ Family = 'unix'; Seconds = 0; Errno = 'EWOULDBLOCK' }
        ) {
            $listener = New-FullListener $Family
            Connect-Socket $listener -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Connect-Socket OperationTimeout $listener
        }

        It 'leaves nothing open when it fails' -Skip:(-not $IsLinux) {
            $refusing = (New-RefusingEndpoint), (New-RefusingEndpoint unix), (New-FullListener), (New-FullListener unix)
            Connect-Socket $refusing[0] -ErrorAction Ignore
            $before = Get-OpenDescriptor
            $refusing | Connect-Socket -TimeoutSeconds 0.02 -ErrorAction SilentlyContinue -ErrorVariable failures
            $failures.Count | Should -Be 4
            Assert-DescriptorsBack $before
        }

        It 'is ENETUNREACH where there is no route' -Skip:$noNamespace -ForEach @{ Prefix = $isolated } {
            $child = Start-ChildPowerShell -Prefix $Prefix "Connect-Socket tcp://192.0.2.1:9 -ErrorAction SilentlyContinue -ErrorVariable failure
                @(`$failure).Count; `$failure[0].FullyQualifiedErrorId; `$failure[0].CategoryInfo.Category; `$failure[0].TargetObject"
            try {
                1..4 | ForEach-Object { Read-ChildLine $child } |
                    Should -Be '1', 'ENETUNREACH,SocketTools.Commands.ConnectSocketCommand', 'ConnectionError', 'tcp://192.0.2.1:9'
            } finally { Stop-Child $child }
        }
    }
}
