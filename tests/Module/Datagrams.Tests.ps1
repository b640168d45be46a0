# Datagrams through the cmdlets that streams have too: sending, handlers, services, limits.

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
    Import-Module $PSScriptRoot/Support/Datagrams.psm1

    # Sends a question and returns the text of the answer.
    function Get-Answer($Listener, [string] $Text, $Socket) {
        $client = $Socket ?? (New-DatagramSocket ("$Listener".StartsWith('unixgram') ? (New-DatagramEndpoint unixgram) : (New-DatagramEndpoint)))
        Send-SocketText $client $Text -To $Listener
        (Receive-SocketDatagram $client -TimeoutSeconds 20).Text
    }
}

Describe 'Sending datagrams' {
    AfterEach { Close-EverySocket }

    It '-To takes <What>' -ForEach @(
        @{ What = 'text'; To = { "$($args[0].Endpoint)" } }
        @{ What = 'a listener'; To = { $args[0] } }
        @{ What = 'an IPEndPoint'; To = { $args[0].LocalEndPoint } }
        @{ What = 'the sender of a datagram'; To = { Send-SocketText $args[0].Channel x -To $args[0]; (Receive-SocketDatagram $args[0] -TimeoutSeconds 10).RemoteEndPoint } }
        @{ What = 'a datagram, for its sender'; To = { Send-SocketText $args[0].Channel x -To $args[0]; Receive-SocketDatagram $args[0] -TimeoutSeconds 10 } }
        @{ What = 'a name'; To = { "udp4://localhost:$($args[0].LocalEndPoint.Port)" } }
    ) {
        $receiver = Start-SocketListener udp://:0
        $socket = New-Socket AF_INET SOCK_DGRAM
        $to = & $To $receiver
        Send-SocketText $socket text -To $to | Should -BeNullOrEmpty
        Send-SocketByte $socket 1, 2 -To $to | Should -BeNullOrEmpty
        $two = Receive-SocketDatagram $receiver -Count 2 -TimeoutSeconds 10
        $two[0].Text | Should -BeExactly text
        Assert-Byte $two[1].Byte 1, 2
    }

    It '-To goes to another address each time, on one socket' {
        $receivers = 1..3 | ForEach-Object { Start-SocketListener udp://:0 }
        $socket = New-Socket AF_INET SOCK_DGRAM
        foreach ($receiver in $receivers) { Send-SocketText $socket "for $receiver" -To $receiver }
        foreach ($receiver in $receivers) { (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly "for $receiver" }
    }

    It '-To on a connected socket goes elsewhere this time' {
        $sender, $peer = New-DatagramPair
        $other = New-DatagramSocket
        Send-SocketText $sender other -To $other.Endpoint
        Send-SocketText $sender peer
        (Receive-SocketDatagram $other -TimeoutSeconds 10).Text | Should -BeExactly other
        (Receive-SocketDatagram $peer -TimeoutSeconds 10).Text | Should -BeExactly peer
    }

    It '-To a relative path is relative to the location of PowerShell' -Skip:$IsWindows {
        Push-Location TestDrive:
        try {
            $listener = Start-SocketListener unixgram:relative
            Send-SocketText (New-Socket AF_UNIX SOCK_DGRAM) x -To unixgram:relative
            (Receive-SocketDatagram $listener -TimeoutSeconds 10).Text | Should -BeExactly x
        } finally { Pop-Location }
    }

    It 'is a datagram for each call and each array, and single bytes of a pipeline are one' {
        $sender, $receiver = New-DatagramPair
        Send-SocketByte $sender 1, 2
        , [byte[]](3, 4, 5) | Send-SocketByte $sender
        6, 7 | Send-SocketByte $sender
        Send-SocketText $sender a -Line
        'b', 'c' | Send-SocketText $sender -Line
        (Receive-SocketDatagram $receiver -Count 6 -TimeoutSeconds 10).ForEach{ $_.Byte -join ' ' } | Should -BeExactly '1 2', '3 4 5', '6 7', '97 10', '98 10', '99 10'
    }

    It 'keeps the order of a pipeline, with <What>' -ForEach @(@{ What = '-To'; With = $true }, @{ What = 'a peer'; With = $false }) {
        $sender, $receiver = New-DatagramPair
        $to = if ($With) { @{ To = $receiver.Endpoint } } else { @{} }
        $written = @(1..150 | Send-SocketText $sender @to -PassThru)
        $written.Count | Should -Be 1
        [object]::ReferenceEquals($written[0], $sender) | Should -BeTrue
        (Receive-SocketDatagram $receiver -Count 150 -TimeoutSeconds 10).Text -join ' ' | Should -BeExactly (1..150 -join ' ')
    }

    It 'holds nothing back that came, while the pipeline waits for more' {
        $sender, $receiver = New-DatagramPair
        # The second one follows closely, and nothing comes after it until it has been received.
        $texts = & { 'a'; 'b'; (Receive-SocketDatagram $receiver -Count 2 -TimeoutSeconds 10).Text -join '' } | ForEach-Object { $_ } | Send-SocketText $sender -PassThru
        $texts | Should -Not -BeNullOrEmpty
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly ab
    }

    It 'sends each by itself with -Verbose' -Skip:($env:SOCKETTOOLS_SYSTEM_CALLS -eq 'managed') {
        $sender, $receiver = New-DatagramPair
        $calls = 'a', 'b', 'c' | Send-SocketText $sender -Verbose 4>&1
        @($calls -match '^send\(').Count | Should -Be 3
        $calls = 'a', 'b' | Send-SocketText $sender -To $receiver.Endpoint -Verbose 4>&1
        @($calls -match '^sendto\(.*sa_family=AF_INET').Count | Should -Be 2
    }

    It 'sends an empty one, as <What>' -ForEach @(
        @{ What = 'text'; Send = { Send-SocketText $args[0] '' } }, @{ What = 'bytes'; Send = { Send-SocketByte $args[0] ([byte[]]@()) } }
        @{ What = 'text of a pipeline'; Send = { '' | Send-SocketText $args[0] } }
    ) {
        $sender, $receiver = New-DatagramPair
        & $Send $sender
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Length | Should -Be 0
    }

    It 'opens, sends and closes with -Endpoint' {
        $receiver = Start-SocketListener udp://:0
        'a', 'b' | Send-SocketText -Endpoint $receiver
        (Receive-SocketDatagram $receiver -Count 2 -TimeoutSeconds 10).Text | Should -BeExactly a, b
        Get-Socket | Should -BeNullOrEmpty
    }

    Context 'bad input' {
        It 'is EMSGSIZE for one byte more than fits over <Family>, with the limit <Limit>, and the largest goes' -Skip:(-not $IsLinux) -ForEach @(
            @{ Family = 'udp'; Limit = 65507 }, @{ Family = 'udp6'; Limit = 65527 }, @{ Family = 'unixgram'; Limit = 0 }
        ) {
            $sender, $receiver = New-DatagramPair $Family
            if (-not $Limit) { $Limit = (Get-SocketOption $sender SendBuffer).Value - 32 }
            Send-SocketByte $sender ([byte[]]::new($Limit + 1)) -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Send-SocketByte LimitsExceeded $sender
            $failure[0].Exception.Message | Should -Match "\b$($Limit + 1)\b.*\b$Limit\b"
            Send-SocketByte $sender ([byte[]]::new($Limit)) -ErrorAction Stop
            (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Length | Should -Be $Limit
        }

        It 'says of a pipeline which one was too large, and sends the others' {
            $sender, $receiver = New-DatagramPair
            'a', ('x' * 65508), 'b' | Send-SocketText $sender -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Send-SocketText LimitsExceeded $sender
            (Receive-SocketDatagram $receiver -Count 2 -TimeoutSeconds 10).Text | Should -BeExactly a, b
        }

        It 'is ECONNREFUSED with the next send, and says which datagram nobody took' {
            $channel = Connect-Socket (New-RefusingDatagramEndpoint)
            Send-SocketText $channel lost
            Wait-Until { $channel.Socket.Poll(0, 'SelectError') }
            Send-SocketText $channel unsent -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ECONNREFUSED Send-SocketText ConnectionError $channel
            $failure[0].Exception.Message | Should -Match 'datagram 1 of 4 bytes'
        }

        It 'is EDESTADDRREQ without a destination' {
            $socket = New-Socket AF_INET SOCK_DGRAM
            Send-SocketText $socket x -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EDESTADDRREQ Send-SocketText InvalidArgument $socket
        }

        It 'is EISCONN for -To on a stream' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client x -To $client.RemoteEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure
            @($failure).Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EISCONN,SocketTools.Commands.SendSocketTextCommand'
            Receive-SocketText $server -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
        }

        It 'is <Errno> for -To <What>, once for each input' -ForEach @(
            @{ What = 'no endpoint'; To = 'no endpoint'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'another family'; To = 'udp6://[::1]:9'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument' }
            @{ What = 'a Unix path'; To = 'unixgram:/s'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument' }
        ) {
            $socket = New-Socket AF_INET SOCK_DGRAM
            Send-SocketText $socket x -To $To -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketText $Category $To
            'a', 'b' | Send-SocketText $socket -To $To -ErrorAction SilentlyContinue -ErrorVariable failure
            @($failure).Count | Should -Be 2
        }

        It 'is ENOENT for -To a Unix path that is not there' -Skip:$IsWindows {
            $to = "unixgram:$(New-SocketPath)"
            Send-SocketText (New-Socket AF_UNIX SOCK_DGRAM) x -To $to -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOENT Send-SocketText ObjectNotFound $to
        }

        It 'is EACCES for a broadcast until -Broadcast allows it' -Skip:(-not $IsLinux) {
            $receiver = Start-SocketListener udp4://*:0
            $to = "udp://127.255.255.255:$($receiver.Endpoint.Port)"
            $socket = New-Socket AF_INET SOCK_DGRAM
            Send-SocketText $socket x -To $to -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EACCES Send-SocketText PermissionDenied $to
            $failure[0].ErrorDetails.RecommendedAction | Should -Match '-Broadcast'
            Set-SocketOption $socket -Broadcast $true
            Send-SocketText $socket 'to all' -To $to
            (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly 'to all'
        }

        It 'is EOPNOTSUPP for -OutOfBand with -To' {
            $to = "$((New-DatagramSocket).Endpoint)"
            { Send-SocketByte (New-Socket AF_INET SOCK_DGRAM) 1 -To $to -OutOfBand } | Should -Throw -ErrorId 'EOPNOTSUPP,SocketTools.Commands.SendSocketByteCommand'
        }

        It 'is <Errno> for -TimeoutSeconds <Seconds> at the full queue of a Unix socket <How>' -Skip:(-not $IsLinux) -ForEach @(
            foreach ($how in '-To', 'that is the peer') { @{ How = $how; Seconds = 0; Errno = 'EWOULDBLOCK' }; @{ How = $how; Seconds = 0.05; Errno = 'ETIMEDOUT' } }
        ) {
            $receiver = New-DatagramSocket (New-DatagramEndpoint unixgram)
            $sender = New-Socket AF_UNIX SOCK_DGRAM
            $to = "$($receiver.Endpoint)"
            $destination = if ($How -eq '-To') { @{ To = $to } } else { @{} }
            if ($How -ne '-To') { $null = Connect-Socket $to -Channel $sender }
            Set-FullQueue $sender @destination
            Send-SocketByte $sender 1 @destination -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketByte OperationTimeout ($How -eq '-To' ? $to : $sender)
        }
    }
}

Describe 'Listeners of datagrams' {
    AfterEach { Close-EverySocket }

    It 'is bound when it returns, over <Family>' -ForEach @(@{ Family = 'udp' }, @{ Family = 'udp6' }, @{ Family = 'unixgram' }) -Skip:(-not $IsLinux) {
        $endpoint = New-DatagramEndpoint $Family
        $listener = Start-SocketListener $endpoint
        "$($listener.State)", $listener.Backlog, $listener.Accepted | Should -Be 'Bound', 0, 0
        "$listener" | Should -Match ($Family -eq 'unixgram' ? [regex]::Escape($endpoint) : '^udp6?://.*:[1-9]\d*$')
        Get-SocketListener | Should -Be $listener
        Get-Socket | Should -BeNullOrEmpty
        Send-SocketText -Endpoint $listener x
        (Receive-SocketDatagram $listener -TimeoutSeconds 10).Text | Should -BeExactly x
        Stop-SocketListener $listener
        (Start-SocketListener "$listener").State | Should -Be 'Bound'
    }

    It 'serves with a handler that has the datagram as <What>' -ForEach @(
        @{ What = '$_'; Handler = { $_.Reply("$($_.GetType().Name) $($_.Text)") } }
        @{ What = '$args[0]'; Handler = { $args[0].Reply("$($args[0].GetType().Name) $($args[0].Text)") } }
        @{ What = 'param($Datagram)'; Handler = { param($Datagram) $Datagram.Reply("$($Datagram.GetType().Name) $($Datagram.Text)") } }
    ) {
        $listener = Start-SocketListener udp://:0 -Handler $Handler
        Get-Answer $listener hello | Should -BeExactly 'SocketDatagram hello'
        $listener.Accepted, $listener.Active, $listener.BytesReceived | Should -Be 1, 0, 5
    }

    It 'answers with .Reply in bytes, and with Send-SocketByte -To' {
        $listener = Start-SocketListener udp://:0 -Handler {
            $_.Reply([byte[]](1, 2))
            Send-SocketByte $_.Channel 3 -To $_.RemoteEndPoint
        }
        $client = New-DatagramSocket
        Send-SocketText $client x -To $listener
        (Receive-SocketDatagram $client -Count 2 -TimeoutSeconds 20).ForEach{ $_.Byte -join ' ' } | Should -BeExactly '1 2', '3'
    }

    It 'serves unixgram' -Skip:$IsWindows {
        $listener = Start-SocketListener (New-DatagramEndpoint unixgram) -Handler { $_.Reply($_.Text.ToUpper()) }
        Get-Answer $listener loud | Should -BeExactly LOUD
    }

    It 'answers a relative path of the same location, by <What>' -Skip:$IsWindows -ForEach @(
        @{ What = 'a handler'; Serve = @{ Handler = { $_.Reply($_.Text) } } }, @{ What = 'a service'; Serve = @{ Service = 'Echo' } }
        @{ What = '-To the address'; Serve = @{ Handler = { Send-SocketText $_.Channel $_.Text -To $_.RemoteEndPoint } } }
        @{ What = '-To the datagram'; Serve = @{ Handler = { Send-SocketText $_.Channel $_.Text -To $_ } } }
    ) {
        Push-Location TestDrive:
        try {
            Remove-Item here, mine -ErrorAction Ignore
            $listener = Start-SocketListener unixgram:here @Serve
            Get-Answer $listener x (New-DatagramSocket unixgram:mine) | Should -BeExactly x
            $listener.ErrorCount | Should -Be 0
        } finally { Pop-Location }
    }

    It 'serves a socket made call by call, and takes $using: and -ArgumentList' {
        $greeting = 'hello'
        $socket = New-DatagramSocket
        $listener = Start-SocketListener -Channel $socket -ArgumentList 'you' -Handler { param($Datagram, $Whom) $Datagram.Reply("$using:greeting $Whom") }
        Get-Answer $socket.Endpoint x | Should -BeExactly 'hello you'
    }

    It 'keeps an error of a handler with its sender, and goes on' {
        $listener = Start-SocketListener udp://:0 -Handler { if ($_.Text -eq 'bad') { throw 'on purpose' }; $_.Reply('ok') }
        $client = New-DatagramSocket
        Send-SocketText $client bad -To $listener
        Get-Answer $listener good $client | Should -BeExactly ok
        Wait-Until { $listener.ErrorCount -eq 1 }
        $listener.Errors[0].Client | Should -Be $client.LocalEndPoint
        $listener.Errors[0].Exception.Message | Should -BeExactly 'on purpose'
    }

    It 'keeps what a handler writes, with its sender' {
        $listener = Start-SocketListener udp://:0 -Handler { "saw $($_.Text)"; $_.Reply('done') }
        $client = New-DatagramSocket
        Get-Answer $listener x $client | Should -BeExactly done
        Wait-Until { $script:record = Receive-SocketListener $listener; $script:record }
        $record | Should -BeExactly 'saw x'
    }

    It '-ThrottleLimit 1 handles one after another' {
        $listener = Start-SocketListener udp://:0 -ThrottleLimit 1 -Handler { $_.Reply($_.Text) }
        $client = New-DatagramSocket
        1..20 | Send-SocketText $client -To $listener
        (Receive-SocketDatagram $client -Count 20 -TimeoutSeconds 20).Text -join ' ' | Should -BeExactly (1..20 -join ' ')
    }

    It '-MaximumLength is what a handler gets of each' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener udp://:0 -MaximumLength 3 -Handler { $_.Reply("$($_.Text) $($_.Truncated) $($_.Length)") }
        Get-Answer $listener 12345 | Should -BeExactly '123 True 5'
        Get-Answer $listener 123 | Should -BeExactly '123 False 3'
    }

    It '<Parameter> counts for datagrams: only 127.0.0.1 is answered, with <Kind>' -Skip:(-not $IsLinux) -ForEach @(
        foreach ($kind in 'Handler', 'Service') { @{ Kind = $kind; Parameter = 'AllowFrom'; From = '127.0.0.1' }; @{ Kind = $kind; Parameter = 'DenyFrom'; From = '127.0.0.2/31' } }
    ) {
        $serve = $Kind -eq 'Handler' ? @{ Handler = { $_.Reply($_.Text) } } : @{ Service = 'Echo' }
        $filter = @{ $Parameter = $From }
        $listener = Start-SocketListener udp://:0 @filter @serve
        $denied = New-DatagramSocket udp://127.0.0.2:0
        Send-SocketText $denied x -To $listener
        Get-Answer $listener yes | Should -BeExactly yes
        Receive-SocketDatagram $denied -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
        $listener.Accepted, $listener.Refused | Should -Be 1, 1
    }

    It 'serves <Service> over <Family>' -Skip:(-not $IsLinux) -ForEach @(
        foreach ($family in 'udp', 'udp6', 'unixgram') {
            @{ Family = $family; Service = 'Echo'; Pattern = '^ab$' }
            @{ Family = $family; Service = 'Increment'; Pattern = '^bc$' }
            @{ Family = $family; Service = 'Daytime'; Pattern = '^\w+, \w+ \d+, \d{4} [\d:]{8}-UTC\r\n$' }
            @{ Family = $family; Service = 'Chargen'; Pattern = '^$|^[\x20-\x7e\r\n]{1,512}$' }
        }
    ) {
        $listener = Start-SocketListener (New-DatagramEndpoint $Family) -Service $Service
        Get-Answer $listener ab (New-DatagramSocket (New-DatagramEndpoint $Family)) | Should -MatchExactly $Pattern
    }

    It 'serves Discard, which says nothing' {
        $listener = Start-SocketListener udp://:0 -Service Discard
        $client = New-DatagramSocket
        'a', 'bc' | Send-SocketText $client -To $listener
        Wait-Until { $listener.Accepted -eq 2 }
        $listener.BytesReceived, $listener.BytesSent | Should -Be 3, 0
        Receive-SocketDatagram $client -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'answers on every address from the one that was asked' -Skip:(-not $IsLinux -or $env:SOCKETTOOLS_SYSTEM_CALLS -eq 'managed') {
        $listener = Start-SocketListener udp://*:0 -Handler { $_.Reply($_.Text) }
        # A connected socket hears nobody but its peer.
        $client = Connect-Socket "udp://127.0.0.2:$($listener.Endpoint.Port)"
        Send-SocketText $client x
        Receive-SocketText $client -TimeoutSeconds 20 | Should -BeExactly x
    }

    It 'is EDESTADDRREQ to answer a Unix sender without a name, and the handler hears of it' -Skip:$IsWindows {
        $listener = Start-SocketListener (New-DatagramEndpoint unixgram) -Handler { $_.Reply('x') }
        Send-SocketText -Endpoint $listener x
        Wait-Until { $listener.ErrorCount -eq 1 }
        $listener.Errors[0].Exception.GetBaseException().ErrnoName | Should -BeExactly EDESTADDRREQ
    }

    It 'is <Errno> for <What>' -ForEach @(
        @{ What = '-OnLine'; With = @{ OnLine = { } }; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation' }
        @{ What = '-Backlog'; With = @{ Backlog = 5 }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ What = '-MaxConnections'; With = @{ MaxConnections = 5; Service = 'Echo' }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ What = '-IdleTimeoutSeconds'; With = @{ IdleTimeoutSeconds = 5; Handler = { } }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
    ) {
        Start-SocketListener udp://:0 @With -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure $Errno Start-SocketListener $Category udp://:0
        Get-SocketListener | Should -BeNullOrEmpty
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'is EOPNOTSUPP to accept at it' {
        $listener = Start-SocketListener udp://:0
        Receive-SocketConnection $listener -TimeoutSeconds 1 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure EOPNOTSUPP Receive-SocketConnection InvalidOperation $listener
    }

    It 'is EADDRINUSE for a port that is taken' {
        $listener = Start-SocketListener udp://:0
        Start-SocketListener "$listener" -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure EADDRINUSE Start-SocketListener ResourceBusy "$listener"
    }

    It 'says on a socket that is served that somebody is at it' {
        $listener = Start-SocketListener udp://:0 -Service Echo
        Start-SocketListener -Channel $listener.Channel -Service Discard -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EALREADY,SocketTools.Commands.StartSocketListenerCommand'
    }
}
