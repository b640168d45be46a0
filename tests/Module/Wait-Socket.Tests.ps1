BeforeDiscovery {
    # The same behaviour whether few sockets are handed to poll(2) or many are kept in an epoll(7).
    $engines = @(@{ Engine = 'poll'; Count = 2 })
    if ($IsLinux) { $engines += @{ Engine = 'epoll'; Count = 150 } }
    $limit = $IsLinux ? [double](sh -c 'ulimit -Hn' | ForEach-Object { $_ -eq 'unlimited' ? 1e9 : $_ }) : 0
    $fewDescriptors = $limit -lt 12000
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # So many pairs: the near ends are waited for, the far ends make them ready.
    function New-PairList([int] $Count) {
        $list = [pscustomobject]@{ Near = [object[]]::new($Count); Far = [object[]]::new($Count) }
        for ($i = 0; $i -lt $Count; $i++) { $list.Near[$i], $list.Far[$i] = New-SocketPair }
        $list
    }

    # The descriptors of the ready ones, with a letter for each thing they are ready for.
    function Format-Ready($Ready) {
        @($Ready | ForEach-Object { "$($_.Channel.Descriptor) $($_.Readable ? 'R' : '-')$($_.Writable ? 'W' : '-')$($_.Error ? 'E' : '-')" }) -join ', '
    }

    # Returns when the other runspace sits in poll or epoll_wait.
    function Wait-InKernel($Job) {
        $calls = @{ X64 = '7', '232', '281'; Arm64 = '73', '22' }["$([Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture)"]
        Wait-Until -What 'the other runspace waits' {
            if ($Job.Async.IsCompleted) { throw "The script ended, it does not wait: $($Job.PowerShell.Streams.Error)" }
            if (-not $IsLinux) { return "$($Job.PowerShell.InvocationStateInfo.State)" -eq 'Running' }
            if (-not $Job.Shared.Task) { return $false }
            try { [IO.File]::ReadAllText("$($Job.Shared.Task)/syscall").Split(' ')[0] -in $calls }
            catch { [IO.File]::ReadAllText("$($Job.Shared.Task)/stat") -match '\) S ' }
        }
    }
}

AfterAll { Close-EverySocket }

Describe 'Wait-Socket' {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes SocketReadiness' {
        Assert-Parameter Wait-Socket 'Channel: Object[], position 0, mandatory, pipeline', 'Read: SwitchParameter', 'Write: SwitchParameter', 'Error: SwitchParameter',
            'Any: SwitchParameter', 'All: SwitchParameter, mandatory', 'TimeoutSeconds: Double'
        Assert-OutputType Wait-Socket ([SocketTools.SocketReadiness])
    }

    It 'writes the channel that was given and what it is ready for' {
        $near, $far = New-SocketPair
        Send-SocketText $far x
        $ready = Wait-Socket $near -Read -Write -Error -TimeoutSeconds 5
        $ready | Should -BeOfType SocketTools.SocketReadiness
        [object]::ReferenceEquals($ready.Channel, $near) | Should -BeTrue
        $ready.Readable, $ready.Writable, $ready.Error | Should -Be $true, $true, $false
        ($ready | Get-Member -MemberType Property).Name | Should -Be 'Channel', 'Error', 'Readable', 'Writable'
    }

    It 'waits for reading when nothing is said' {
        $near, $far = New-SocketPair
        Wait-Socket $near -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Send-SocketText $far x
        Format-Ready (Wait-Socket $near -TimeoutSeconds 5) | Should -Be "$($near.Descriptor) R--"
    }

    It 'takes channels, listeners and sockets of .NET from the pipeline, and writes them in order as they were given' {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        $tcp = [Net.Sockets.TcpClient]::new('127.0.0.1', $listener.LocalEndPoint.Port)
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        try {
            $raw.Connect($listener.LocalEndPoint)
            $ready = @($client, $tcp, $listener, $raw | Wait-Socket -Read -Write -All -TimeoutSeconds 5)
            $ready.Count | Should -Be 4
            foreach ($i in 0..3) { [object]::ReferenceEquals($ready[$i].Channel, ($client, $tcp, $listener, $raw)[$i]) | Should -BeTrue }
            $ready.Readable | Should -Be $false, $false, $true, $false
            $ready.Writable | Should -Be $true, $true, $false, $true
        } finally { $tcp.Dispose(); $raw.Dispose() }
    }

    It 'counts what is in a channel''s buffer as readable' {
        $near, $far = New-SocketPair
        Send-SocketText $far "one`ntwo`n"
        Receive-SocketText $near -Line | Should -Be one
        $near.Buffered | Should -Be 4
        $near.Socket.Available | Should -Be 0
        Format-Ready (Wait-Socket $near -TimeoutSeconds 0) | Should -Be "$($near.Descriptor) R--"
        Format-Ready (Wait-Socket $near -TimeoutSeconds 0 -Read -Write) | Should -Be "$($near.Descriptor) RW-"
        Format-Ready (Wait-Socket $near -TimeoutSeconds 0 -All) | Should -Be "$($near.Descriptor) R--"
        Receive-SocketText $near -Line | Should -Be two
        Wait-Socket $near -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EWOULDBLOCK Wait-Socket OperationTimeout $null
    }

    It 'does not count what a receive has found to be too little, until more comes: <Name>' -ForEach @(
        @{ Name = 'a line'; Half = 'one'; Rest = "`ntwo`n"; Receive = { Receive-SocketText $near -Line @now }; First = 'one'; Second = 'two' }
        @{ Name = 'exactly so many bytes'; Half = 'ab'; Rest = 'cdef'; Receive = { [Text.Encoding]::ASCII.GetString((Receive-SocketByte $near -Exactly 3 @now)) }; First = 'abc'; Second = 'def' }
        @{ Name = 'a message'; Half = "`0`0"; Rest = "`0`u{1}x`0`0`0`u{1}y"; Receive = { [Text.Encoding]::ASCII.GetString((Receive-SocketMessage $near @now)) }; First = 'x'; Second = 'y' }
    ) {
        $near, $far = New-SocketPair
        $now = @{ TimeoutSeconds = 0; ErrorAction = 'Stop' }
        Send-SocketText $far $Half
        foreach ($round in 1..2) {
            if ($round -eq 1) { Format-Ready (Wait-Socket $near -TimeoutSeconds 5) | Should -Be "$($near.Descriptor) R--" }
            { & $Receive } | Should -Throw -ErrorId 'EWOULDBLOCK,*'
            { Wait-Socket $near -TimeoutSeconds 0 -ErrorAction Stop } | Should -Throw -ErrorId 'EWOULDBLOCK,*'
        }
        Send-SocketText $far $Rest
        foreach ($expected in $First, $Second) {
            Format-Ready (Wait-Socket $near -TimeoutSeconds 5) | Should -Be "$($near.Descriptor) R--"
            & $Receive | Should -BeExactly $expected
        }
        { Wait-Socket $near -TimeoutSeconds 0 -ErrorAction Stop } | Should -Throw -ErrorId 'EWOULDBLOCK,*'
    }

    It 'counts the rest again when something of it was taken, and the end of the stream behind half a line' {
        $near, $far = New-SocketPair
        Send-SocketText $far half
        Receive-SocketText $near -Line -TimeoutSeconds 0 -ErrorAction SilentlyContinue
        $null = Receive-SocketByte $near -Count 1
        Format-Ready (Wait-Socket $near -TimeoutSeconds 0) | Should -Be "$($near.Descriptor) R--"
        Receive-SocketText $near -Line -TimeoutSeconds 0 -ErrorAction SilentlyContinue
        Disconnect-Socket $far Send
        Format-Ready (Wait-Socket $near -Read -TimeoutSeconds 5) | Should -Be "$($near.Descriptor) R--"
        Receive-SocketText $near -Line -TimeoutSeconds 0 | Should -BeExactly alf
    }

    It 'gives the buffered ones and the ready ones together' {
        $list = New-PairList 3
        Send-SocketText $list.Far[0] "one`ntwo`n"
        $null = Receive-SocketText $list.Near[0] -Line
        Send-SocketText $list.Far[2] x
        Format-Ready (Wait-Socket $list.Near) | Should -Be "$($list.Near[0].Descriptor) R--, $($list.Near[2].Descriptor) R--"
    }

    It 'finds the end of the stream and a reset readable' {
        $ended, $peer = New-ConnectedPair tcp
        $reset, $rude = New-ConnectedPair tcp
        Close-Socket $peer
        Close-Socket $rude -Reset
        $ready = @(Wait-Socket $ended, $reset -All -TimeoutSeconds 5)
        $ready.Readable | Should -Be $true, $true
        $ready.Error | Should -Be $false, $true
        Receive-SocketByte $ended | Should -BeNullOrEmpty
        $ended.EndOfStream | Should -BeTrue
        Receive-SocketByte $reset -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ECONNRESET,SocketTools.Commands.ReceiveSocketByteCommand'
    }

    It 'finds a channel with a full buffer not writable' {
        $near, $far = New-SocketPair
        Format-Ready (Wait-Socket $near -Write -TimeoutSeconds 0) | Should -Be "$($near.Descriptor) -W-"
        Set-FullSendBuffer $near
        Wait-Socket $near -Write -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EWOULDBLOCK,SocketTools.Commands.WaitSocketCommand'
        Close-Socket $far
        Format-Ready (Wait-Socket $near -Write -TimeoutSeconds 5) | Should -Be "$($near.Descriptor) -WE"
    }

    It 'with -All returns when the last one is ready' {
        $list = New-PairList 2
        Send-SocketText $list.Far[0] x
        $job = Start-Background { param($near) Wait-Socket $near -All -TimeoutSeconds 20 } (, $list.Near)
        Wait-InKernel $job
        $job.Async.IsCompleted | Should -BeFalse
        Send-SocketText $list.Far[1] x
        Format-Ready (Wait-Background $job) | Should -Be "$($list.Near[0].Descriptor) R--, $($list.Near[1].Descriptor) R--"
    }

    It 'with -All and one that is not ready is ETIMEDOUT' {
        $list = New-PairList 2
        Send-SocketText $list.Far[0] x
        Wait-Socket $list.Near -All -TimeoutSeconds 0.03 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ETIMEDOUT Wait-Socket OperationTimeout $null
        Wait-Socket $list.Near -All -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Wait-Socket OperationTimeout $null
    }

    It 'refuses -Any beside -All' {
        $near, $null = New-SocketPair
        { Wait-Socket $near -Any -All } | Should -Throw -ErrorId 'AmbiguousParameterSet,SocketTools.Commands.WaitSocketCommand'
    }

    It 'says which socket is closed, and goes on with the others' {
        $list = New-PairList 3
        Close-Socket $list.Near[0], $list.Near[2]
        Send-SocketText $list.Far[1] x
        $ready = Wait-Socket $list.Near -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable problem
        Format-Ready $ready | Should -Be "$($list.Near[1].Descriptor) R--"
        $problem.Count | Should -Be 2
        Assert-SocketError $problem[0] EBADF Wait-Socket InvalidOperation $list.Near[0]
        Assert-SocketError $problem[1] EBADF Wait-Socket InvalidOperation $list.Near[2]
    }

    It 'returns at once when every socket is closed' {
        $list = New-PairList 2
        Close-Socket $list.Near
        Wait-Socket $list.Near -TimeoutSeconds -1 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -Be (@('EBADF,SocketTools.Commands.WaitSocketCommand') * 2)
    }

    It 'is EBADF for a socket of .NET that its owner closed' {
        $near, $far = New-SocketPair
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        Format-Ready (Wait-Socket $raw, $near -Write) | Should -Match '-W'
        $raw.Dispose()
        Send-SocketText $far x
        $ready = Wait-Socket $raw, $near -ErrorAction SilentlyContinue -ErrorVariable problem
        Format-Ready $ready | Should -Be "$($near.Descriptor) R--"
        Assert-SocketError $problem EBADF Wait-Socket InvalidOperation $raw
    }

    It 'is ENOTSOCK for what is no socket, and goes on with the others' {
        $near, $far = New-SocketPair
        Send-SocketText $far x
        $ready = 'text', 7, $near | Wait-Socket -ErrorAction SilentlyContinue -ErrorVariable problem
        Format-Ready $ready | Should -Be "$($near.Descriptor) R--"
        $problem.FullyQualifiedErrorId | Should -Be (@('ENOTSOCK,SocketTools.Commands.WaitSocketCommand') * 2)
        $problem.TargetObject | Should -Be 'text', 7
    }

    It 'is EINVAL for an empty set, <How>' -ForEach @{ How = 'as an argument'; Script = { Wait-Socket @() } }, @{ How = 'from the pipeline'; Script = { @() | Wait-Socket } } {
        $problem = try { $ErrorActionPreference = 'Stop'; & $Script } catch { $_ }
        Assert-SocketError $problem EINVAL Wait-Socket InvalidArgument $null
    }

    It 'sees a listener that has a connection, and takes it without waiting' {
        $listener = Start-SocketListener tcp://:0
        Wait-Socket $listener -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $client = Connect-Socket $listener
        $ready = Wait-Socket $listener -TimeoutSeconds 5
        [object]::ReferenceEquals($ready.Channel, $listener) | Should -BeTrue
        (Receive-SocketConnection $ready.Channel -TimeoutSeconds 0).RemoteEndPoint | Should -Be $client.LocalEndPoint
    }

    It 'shows the call with -Verbose' -Skip:(-not $IsLinux) {
        $near, $far = New-SocketPair
        Send-SocketText $far x
        $lines = Wait-Socket $near -TimeoutSeconds 5 -Verbose 4>&1 | ForEach-Object { "$_" }
        $lines[0] | Should -Match "^poll\(\[\{fd=$($near.Descriptor), events=POLLIN\}\], 1, \d+\) = 1$"
    }
}

Describe 'Wait-Socket with <Engine>, <Count> sockets' -ForEach $engines {
    BeforeEach { $list = New-PairList $Count }
    AfterEach { Close-EverySocket }

    It 'is made with that call' {
        Send-SocketText $list.Far[1] x
        $lines = Wait-Socket $list.Near -TimeoutSeconds 5 -Verbose 4>&1 | ForEach-Object { "$_" }
        @($lines -match '^\w+\(').ForEach{ $_.Split('(')[0] } | Should -Be ($Engine -eq 'poll' ? 'poll' : 'epoll_wait')
    }

    It 'gives the ready ones in the order given' {
        Send-SocketText $list.Far[-1] x
        Send-SocketText $list.Far[0] x
        Format-Ready (Wait-Socket $list.Near -TimeoutSeconds 5) | Should -Be "$($list.Near[0].Descriptor) R--, $($list.Near[-1].Descriptor) R--"
    }

    It 'gives all that are ready for writing, and for both' {
        @(Wait-Socket $list.Near -Write -TimeoutSeconds 5).Count | Should -Be $Count
        Send-SocketText $list.Far[1] x
        $ready = @(Wait-Socket $list.Near -Read -Write -TimeoutSeconds 5)
        $ready.Count | Should -Be $Count
        @($ready | Where-Object Readable).Channel | Should -Be $list.Near[1]
        @($ready | Where-Object Writable).Count | Should -Be $Count
    }

    It 'is level-triggered, and told what changed between two waits' {
        Send-SocketText $list.Far[0] x
        foreach ($again in 1..2) { Format-Ready (Wait-Socket $list.Near) | Should -Be "$($list.Near[0].Descriptor) R--" }
        $null = Receive-SocketByte $list.Near[0]
        Send-SocketText $list.Far[1] x
        Format-Ready (Wait-Socket $list.Near) | Should -Be "$($list.Near[1].Descriptor) R--"
        @(Wait-Socket $list.Near -Write).Count | Should -Be $Count
        Format-Ready (Wait-Socket $list.Near -Read) | Should -Be "$($list.Near[1].Descriptor) R--"
        $null = Receive-SocketByte $list.Near[1]
        Wait-Socket $list.Near -Read -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'counts a buffer as readable' {
        Send-SocketText $list.Far[1] "one`ntwo`n"
        $null = Receive-SocketText $list.Near[1] -Line
        Format-Ready (Wait-Socket $list.Near -TimeoutSeconds 5) | Should -Be "$($list.Near[1].Descriptor) R--"
        Send-SocketText $list.Far[0] x
        Format-Ready (Wait-Socket $list.Near -TimeoutSeconds 5) | Should -Be "$($list.Near[0].Descriptor) R--, $($list.Near[1].Descriptor) R--"
    }

    It 'finds a peer that closed readable, with a hang-up as error' {
        Close-Socket $list.Far[1]
        Format-Ready (Wait-Socket $list.Near) | Should -Be "$($list.Near[1].Descriptor) R-E"
        Format-Ready (Wait-Socket $list.Near -Error) | Should -Be "$($list.Near[1].Descriptor) --E"
    }

    It 'sees urgent data with -Error' -Skip:(-not $IsLinux) {
        $near, $far = New-ConnectedPair tcp
        $list.Near[0] = $near
        Send-SocketByte $far 33 -OutOfBand
        Format-Ready (Wait-Socket $list.Near -Error -TimeoutSeconds 5) | Should -Be "$($near.Descriptor) --E"
        Assert-Byte (Receive-SocketByte $near -OutOfBand) 33
        Wait-Socket $list.Near -Error -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'gives the same channel once, also when it is given as a listener''s channel or as its .NET socket' {
        Send-SocketText $list.Far[0] x
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        $null = Wait-Socket $listener
        $ready = @(Wait-Socket (@($list.Near) + $list.Near[0] + $list.Near[0].Socket + $listener + $listener.Channel) -TimeoutSeconds 5)
        $ready.Count | Should -Be 2
        [object]::ReferenceEquals($ready[0].Channel, $list.Near[0]) | Should -BeTrue
        [object]::ReferenceEquals($ready[1].Channel, $listener) | Should -BeTrue
    }

    It 'is ETIMEDOUT after the time, EWOULDBLOCK without one' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Wait-Socket $list.Near -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $clock.ElapsedMilliseconds | Should -BeGreaterOrEqual 49
        Assert-SocketError $problem ETIMEDOUT Wait-Socket OperationTimeout $null
        Wait-Socket $list.Near -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Wait-Socket OperationTimeout $null
    }

    It 'is EBADF for the one that was closed, and serves the others' {
        Close-Socket $list.Near[1]
        Send-SocketText $list.Far[0] x
        $ready = Wait-Socket $list.Near -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable problem
        Format-Ready $ready | Should -Be "$($list.Near[0].Descriptor) R--"
        Assert-SocketError $problem EBADF Wait-Socket InvalidOperation $list.Near[1]
    }

    It 'does not take a new channel for a closed one with the same descriptor number' {
        Wait-Socket $list.Near -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $old = $list.Near[1]
        Close-Socket $old
        # The kernel gives the smallest free number, which may take a few sockets to come round to this one.
        $new = foreach ($try in 1..20) { $made = New-Socket AF_UNIX SOCK_DGRAM; if ($made.Descriptor -eq $old.Descriptor) { $made; break } }
        $new | Should -Not -BeNullOrEmpty -Because 'the number is free'
        # A datagram socket is writable; the old channel would be nothing at all.
        $ready = Wait-Socket $list.Near -Read -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
        $ready | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -Be 'EBADF,SocketTools.Commands.WaitSocketCommand', 'EWOULDBLOCK,SocketTools.Commands.WaitSocketCommand'
        $list.Near[1] = $new
        $ready = @(Wait-Socket $list.Near -Write -TimeoutSeconds 5)
        $ready.Count | Should -Be $Count
        [object]::ReferenceEquals($ready[1].Channel, $new) | Should -BeTrue
    }

    It 'ends within 200 ms when a channel is closed during the wait, and names it' {
        Measure-Fastest {
            $fresh = New-PairList $Count
            $job = Start-Background {
                param($near)
                Wait-Socket $near -TimeoutSeconds -1 -ErrorAction SilentlyContinue -ErrorVariable problem
                [pscustomobject]@{ At = [Diagnostics.Stopwatch]::GetTimestamp(); Id = "$($problem.FullyQualifiedErrorId)"; Target = $problem[0].TargetObject }
            } (, $fresh.Near)
            Wait-InKernel $job
            $start = [Diagnostics.Stopwatch]::GetTimestamp()
            Close-Socket $fresh.Near[1]
            $result = Wait-Background $job
            $result.Id | Should -Be 'EBADF,SocketTools.Commands.WaitSocketCommand'
            [object]::ReferenceEquals($result.Target, $fresh.Near[1]) | Should -BeTrue
            Close-EverySocket
            [Diagnostics.Stopwatch]::GetElapsedTime($start, $result.At).TotalMilliseconds
        } | Should -BeLessThan 200
    }

    It 'goes on when some other channel is closed during the wait' {
        $job = Start-Background { param($near) Wait-Socket $near -TimeoutSeconds 20 } (, $list.Near)
        Wait-InKernel $job
        $other, $otherPeer = New-SocketPair
        Close-Socket $other, $otherPeer
        Send-SocketText $list.Far[1] x
        Format-Ready (Wait-Background $job) | Should -Be "$($list.Near[1].Descriptor) R--"
        $job.Failure | Should -BeNullOrEmpty
    }

    It 'is stopped within 200 ms, and leaves nothing open' {
        Measure-Fastest {
            $job = Start-Background { param($near) Wait-Socket $near -TimeoutSeconds -1 } (, $list.Near)
            Wait-InKernel $job
            Stop-Background $job
        } | Should -BeLessThan 200
        Send-SocketText $list.Far[0] x
        Format-Ready (Wait-Socket $list.Near -TimeoutSeconds 5) | Should -Be "$($list.Near[0].Descriptor) R--"
    }

    It 'leaves no descriptor open after many waits' -Skip:(-not $IsLinux) {
        function Wait-Twice { Wait-Socket $list.Near -TimeoutSeconds 0 -ErrorAction Ignore; Wait-Socket $list.Near -Write | Select-Object -First 1 | Out-Null }
        Wait-Twice
        $before = Get-OpenDescriptor
        foreach ($i in 1..50) {
            Wait-Twice
            $list.Near[0], $list.Near[1] = $list.Near[1], $list.Near[0] # another set each time
        }
        Assert-DescriptorsBack $before
    }
}

Describe 'Wait-Socket with 10,000 channels' {
    It 'needs no thread for each, and finds the one that is ready' -Skip:$fewDescriptors {
        # A process of its own, whose limit of open files is raised to 20,000 where it may be.
        $child = Start-ChildPowerShell -Prefix 'sh', '-c', 'ulimit -n $(ulimit -Hn); exec "$0" "$@"' @'
            function Get-ThreadCount { [int](@([IO.File]::ReadAllLines('/proc/self/status') -match '^Threads:')[0] -replace '\D') }
            $near = [object[]]::new(10000)
            for ($i = 0; $i -lt 10000; $i += 2) { $near[$i], $near[$i + 1] = New-SocketPair }
            Wait-Socket $near -TimeoutSeconds 0 -ErrorAction Ignore
            $before = Get-ThreadCount
            Send-SocketText $near[7001] x
            $ready = @(Wait-Socket $near -TimeoutSeconds 10)
            $count = Get-ThreadCount
            $right = $ready.Count -eq 1 -and [object]::ReferenceEquals($ready[0].Channel, $near[7000])
            $all = @(Wait-Socket $near -Write).Count
            [Console]::Out.WriteLine("$right $all $($count - $before -lt 10) $($count -lt 100)")
            [Environment]::Exit(0)
'@
        try { Read-ChildLine $child | Should -Be 'True 10000 True True' -Because { $child.Errors.Result } }
        finally { Stop-Child $child }
    }
}
