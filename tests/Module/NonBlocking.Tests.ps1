BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # O_NONBLOCK as the kernel has it.
    function Test-Flag($Channel) {
        $flags = ([IO.File]::ReadAllLines("/proc/self/fdinfo/$($Channel.Descriptor)") -match '^flags:')[0] -replace 'flags:\s*'
        ([Convert]::ToInt32($flags, 8) -band [Convert]::ToInt32('4000', 8)) -ne 0
    }

    function Assert-Problem($Record, [string] $Errno, [string] $Command) {
        @($Record).Count | Should -Be 1
        $Record[0].FullyQualifiedErrorId | Should -BeExactly "$Errno,SocketTools.Commands.$($Command.Replace('-', ''))Command"
    }
}

Describe 'Non-blocking channels' {
    AfterEach { Close-EverySocket }

    It 'New-Socket -NonBlocking sets the flag in the kernel' -Skip:(-not $IsLinux) {
        Test-Flag (New-Socket) | Should -BeFalse
        $channel = New-Socket -NonBlocking
        $channel.NonBlocking | Should -BeTrue
        Test-Flag $channel | Should -BeTrue
    }

    It 'shows fcntl with -Verbose' -Skip:(-not $IsLinux) {
        $all = @(New-Socket -NonBlocking -Verbose 4>&1)
        "$($all[1])" | Should -BeExactly "fcntl($($all[-1].Descriptor), F_SETFL, O_RDWR|O_NONBLOCK) = 0"
    }

    It 'is switched on and off on an open channel, by <How>' -Skip:(-not $IsLinux) -ForEach @(
        @{ How = 'the property'; Set = { param($c, $on) $c.NonBlocking = $on } }
        @{ How = 'Set-SocketOption'; Set = { param($c, $on) Set-SocketOption $c -NonBlocking $on } }
    ) {
        $client, $server = New-ConnectedPair tcp
        & $Set $client $true
        $client.NonBlocking | Should -BeTrue
        Test-Flag $client | Should -BeTrue
        Receive-SocketByte $client -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Receive-SocketByte OperationTimeout $client
        & $Set $client $false
        $client.NonBlocking | Should -BeFalse
        Test-Flag $client | Should -BeFalse
        $job = Start-Background { param($c) Receive-SocketText $c -TimeoutSeconds 20 } $client
        Wait-Blocked $job
        Send-SocketText $server late
        Wait-Background $job | Should -BeExactly late
    }

    It 'receives what is there, and is EWOULDBLOCK when nothing is: <Command>' -ForEach @(
        @{ Command = 'Receive-SocketByte'; Call = { param($c) Receive-SocketByte $c } }
        @{ Command = 'Receive-SocketText'; Call = { param($c) Receive-SocketText $c -Line } }
        @{ Command = 'Receive-SocketByte'; Call = { param($c) Receive-SocketByte $c -Exactly 5 } }
    ) {
        $near, $far = New-SocketPair
        $near.NonBlocking = $true
        $problem = try { $ErrorActionPreference = 'Stop'; & $Call $near } catch { $_ }
        Assert-Problem $problem EWOULDBLOCK $Command
        Send-SocketText $far "word`n"
        (& $Call $near).Length | Should -BeIn 4, 5
        $near.State | Should -Be Connected
    }

    It 'keeps what came of a line or a count that is not whole' {
        $near, $far = New-SocketPair
        $near.NonBlocking = $true
        Send-SocketText $far half
        Receive-SocketText $near -Line -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-Problem $problem EWOULDBLOCK Receive-SocketText
        $near.Buffered | Should -Be 4
        Send-SocketText $far " whole`n"
        Receive-SocketText $near -Line | Should -BeExactly 'half whole'
    }

    It 'is EWOULDBLOCK for a send when the buffers are full, with the number of bytes that went out' {
        $near, $far = New-SocketPair
        $near.NonBlocking = $true
        Send-SocketByte $near ([byte[]]::new(32MB)) -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem EWOULDBLOCK Send-SocketByte
        $problem[0].Exception.BytesTransferred | Should -BeGreaterThan 0
        $problem[0].Exception.BytesTransferred | Should -Be $near.BytesSent
        Send-SocketByte $near 1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem EWOULDBLOCK Send-SocketByte
    }

    It 'is EWOULDBLOCK for an accept when nobody waits' {
        $socket = New-Socket -NonBlocking
        Set-SocketAddress $socket tcp://:0
        $listener = Start-SocketListener -Channel $socket
        # The default of this run is 20 s, which would be as good as given; so it is taken away here.
        $before = $global:PSDefaultParameterValues['Receive-SocketConnection:TimeoutSeconds']
        $global:PSDefaultParameterValues.Remove('Receive-SocketConnection:TimeoutSeconds')
        try {
            Receive-SocketConnection $listener -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            Assert-SocketError $problem EWOULDBLOCK Receive-SocketConnection OperationTimeout $listener
            $client = Connect-Socket $listener
            $null = Wait-Socket $listener -TimeoutSeconds 5
            $server = Receive-SocketConnection $listener
        } finally { $global:PSDefaultParameterValues['Receive-SocketConnection:TimeoutSeconds'] = $before }
        $server.State | Should -Be Connected
        $server.NonBlocking | Should -BeFalse -Because 'Linux does not pass it on (accept(2))'
        if ($IsLinux) { Test-Flag $server | Should -BeFalse }
    }

    It 'waits when -TimeoutSeconds says so' {
        $near, $far = New-SocketPair
        $near.NonBlocking = $true
        Receive-SocketByte $near -TimeoutSeconds 0.03 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem ETIMEDOUT Receive-SocketByte
        $job = Start-Background { param($c) Receive-SocketText $c -TimeoutSeconds 20 } $near
        Wait-Blocked $job
        Send-SocketText $far late
        Wait-Background $job | Should -BeExactly late
        $near.NonBlocking | Should -BeTrue
    }

    It 'is EWOULDBLOCK on a blocking channel with -TimeoutSeconds 0, and the channel stays blocking' {
        $near, $null = New-SocketPair
        Receive-SocketByte $near -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem EWOULDBLOCK Receive-SocketByte
        $near.NonBlocking | Should -BeFalse
        if ($IsLinux) { Test-Flag $near | Should -BeFalse }
    }

    It 'is EBADF on a closed channel' {
        $channel = New-Socket
        Close-Socket $channel
        Set-SocketOption $channel -NonBlocking $true -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EBADF Set-SocketOption InvalidOperation $channel
    }

    It 'stays switched on in the listener it becomes, and Get-SocketOption still works' -Skip:(-not $IsLinux) {
        $socket = New-Socket -NonBlocking
        Set-SocketAddress $socket tcp://:0
        $listener = Start-SocketListener -Channel $socket
        $listener.Channel.NonBlocking | Should -BeTrue
        $listener.Channel.NonBlocking = $false
        Test-Flag $listener.Channel | Should -BeTrue -Because 'a listening socket stays non-blocking in the kernel, so that accept can be stopped'
        $listener.Channel.NonBlocking | Should -BeFalse
    }
}

Describe 'Connect on a non-blocking channel' {
    AfterEach { Close-EverySocket }

    It 'is EINPROGRESS, then EALREADY, while the backlog is full; EISCONN once it is through' -Skip:(-not $IsLinux) {
        $listener = New-FullListener tcp
        # The kernel takes one more than the backlog; whatever of these gets through does so at once.
        $channel = foreach ($try in 1..10) {
            $one = New-Socket -NonBlocking
            $null = Connect-Socket $listener -Channel $one -ErrorAction SilentlyContinue -ErrorVariable first
            Wait-Socket $one -Write -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue -ErrorVariable waiting | Out-Null
            if ($waiting) { $one; break }
        }
        Assert-Problem $first EINPROGRESS Connect-Socket
        $channel.State | Should -Be Connecting
        Test-Flag $channel | Should -BeTrue
        Connect-Socket $listener -Channel $channel -ErrorAction SilentlyContinue -ErrorVariable second
        Assert-Problem $second EALREADY Connect-Socket
        $channel.State | Should -Be Connecting

        Clear-Backlog $listener
        # SYN is sent again after a second.
        $ready = Wait-Socket $channel -Write -TimeoutSeconds 20
        $ready.Writable | Should -BeTrue
        $channel.State | Should -Be Connected
        $channel.NonBlocking | Should -BeTrue
        Connect-Socket $listener -Channel $channel -ErrorAction SilentlyContinue -ErrorVariable third
        Assert-Problem $third EISCONN Connect-Socket
    }

    It 'is through when the channel is writable, and carries data' {
        $listener = Start-SocketListener tcp://:0
        $channel = New-Socket -NonBlocking
        Connect-Socket $listener -Channel $channel -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null
        if ($problem) { Assert-SocketError $problem EINPROGRESS Connect-Socket InvalidOperation $listener }
        (Wait-Socket $channel -Write -TimeoutSeconds 5).Error | Should -BeFalse
        $channel.State | Should -Be Connected
        $channel.RemoteEndPoint | Should -Be $listener.LocalEndPoint
        $server = Receive-SocketConnection $listener
        Send-SocketText $channel x
        Receive-SocketText $server -TimeoutSeconds 5 | Should -BeExactly x
    }

    It 'to a port that refuses makes the channel ready with an error, which the next call tells' {
        $endpoint = New-RefusingEndpoint tcp
        $channel = New-Socket -NonBlocking
        Connect-Socket $endpoint -Channel $channel -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null
        $problem[0].FullyQualifiedErrorId | Should -BeIn 'EINPROGRESS,SocketTools.Commands.ConnectSocketCommand', 'ECONNREFUSED,SocketTools.Commands.ConnectSocketCommand'
        if ($problem[0].FullyQualifiedErrorId -match '^EINPROGRESS') {
            (Wait-Socket $channel -Write -TimeoutSeconds 5).Error | Should -BeTrue
            Send-SocketByte $channel 1 -ErrorAction SilentlyContinue -ErrorVariable problem
            Assert-Problem $problem ECONNREFUSED Send-SocketByte
        }
    }

    It 'waits with -TimeoutSeconds, and stays non-blocking' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener tcp://:0
        $channel = New-Socket -NonBlocking
        (Connect-Socket $listener -Channel $channel -TimeoutSeconds 10).State | Should -Be Connected
        $channel.NonBlocking | Should -BeTrue
        Test-Flag $channel | Should -BeTrue
    }

    It 'to a Unix socket with a full backlog is EWOULDBLOCK, as connect(2) is there' -Skip:(-not $IsLinux) {
        $listener = New-FullListener unix
        $channel = New-Socket AF_UNIX -NonBlocking
        Connect-Socket $listener -Channel $channel -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem EWOULDBLOCK Connect-Socket
        Test-Flag $channel | Should -BeTrue
        Clear-Backlog $listener
        (Connect-Socket $listener -Channel $channel).State | Should -Be Connected
    }
}

Describe 'EINTR' {
    AfterEach { Close-EverySocket }

    It 'of <Name> is shown with -Verbose, and the wait goes on' -Skip:$noPython -ForEach @(
        @{ Name = 'poll'; Count = 1; Calls = '7', '73'; Receive = { param($near) Receive-SocketByte $near[0] -TimeoutSeconds 20 -Verbose } }
        @{ Name = 'poll in Wait-Socket'; Count = 2; Calls = '7', '73'; Receive = { param($near) Wait-Socket $near -TimeoutSeconds 20 -Verbose } }
        @{ Name = 'epoll_wait'; Count = 150; Calls = '232', '281', '22'; Receive = { param($near) Wait-Socket $near -TimeoutSeconds 20 -Verbose } }
    ) {
        $near = [object[]]::new($Count)
        foreach ($i in 0..($Count - 1)) { $near[$i], $far = New-SocketPair }
        # Having started a program, .NET has a handler for SIGCHLD; python3 sends it to the one thread.
        $null = & python3 -c 'pass'
        $caught = [Convert]::ToUInt64((([IO.File]::ReadAllLines('/proc/self/status') -match '^SigCgt:')[0] -replace 'SigCgt:\s*'), 16)
        if (-not ($caught -band (1 -shl 16))) { Set-ItResult -Skipped -Because 'this runtime has no handler for SIGCHLD' }
        $job = Start-Background $Receive (, $near)
        $verbose = $job.PowerShell.Streams.Verbose
        Wait-Until -What 'the other runspace waits' { $job.Shared.Task -and [IO.File]::ReadAllText("$($job.Shared.Task)/syscall").Split(' ')[0] -in $Calls }
        $thread = Split-Path $job.Shared.Task -Leaf
        & python3 -c 'import ctypes, platform, sys; sys.exit(ctypes.CDLL(None).syscall(131 if platform.machine() == "aarch64" else 234, int(sys.argv[1]), int(sys.argv[2]), 17))' $PID $thread
        $LASTEXITCODE | Should -Be 0
        Wait-Until -What 'the interruption is seen' { "$verbose" -match 'EINTR' }
        $job.Async.IsCompleted | Should -BeFalse
        Send-SocketText $far x
        Wait-Background $job | Should -Not -BeNullOrEmpty
        $job.Failure | Should -BeNullOrEmpty
        "$($verbose -match 'EINTR')" | Should -Match '^(poll|epoll_wait)\(.*\) = -1 EINTR \(Interrupted system call\)'
    }
}
