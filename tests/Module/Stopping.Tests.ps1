BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # A suite that a shell started in the background ignores SIGINT, and so would its children.
    $interruptible = @(if ($IsLinux -and $(env --default-signal=INT true 2>$null; $LASTEXITCODE -eq 0)) { 'env'; '--default-signal=INT' })
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Stopping' {
    BeforeAll {
        # Starts, stops from outside, and looks that nothing stays open. The first stop of a process is slower: it compiles what it needs.
        function Assert-Stops([scriptblock] $Script, [object[]] $ArgumentList) {
            $null = Measure-Stop $Script $ArgumentList
            $descriptors = Get-OpenDescriptor
            $channels = @(Get-Socket).Count
            Measure-Stop $Script $ArgumentList | Should -BeLessThan 200
            Assert-DescriptorsBack $descriptors
            @(Get-Socket).Count | Should -Be $channels
        }

        # Runs here what -First ends; returns the milliseconds.
        function Measure-Pipeline([scriptblock] $Script) {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $null = & $Script
            $clock.Elapsed.TotalMilliseconds
        }
    }
    AfterEach { Close-EverySocket }

    Context 'from outside, within 200 ms' {
        It 'Connect-Socket at a full <_> backlog' -ForEach 'tcp', 'unix' {
            $listener = New-FullListener $_
            Assert-Stops { param($listener) Connect-Socket $listener -TimeoutSeconds -1 } $listener
            # What was given up waits in the queue of the listener only if the kernel had taken it already.
            Clear-Backlog $listener
            $client = Connect-Socket $listener -TimeoutSeconds 10
            $client.State | Should -Be 'Connected'
            Stop-SocketListener $listener
            (Start-SocketListener "$($listener.Endpoint)").State | Should -Be 'Listening'
        }

        It 'Connect-Socket -Channel at a full tcp backlog, and the connect goes on' {
            $listener = New-FullListener tcp
            $sockets = [Collections.Generic.List[object]]::new()
            $script = {
                param($listener, $sockets)
                $socket = New-Socket
                $sockets.Add($socket)
                Connect-Socket $listener -Channel $socket -TimeoutSeconds -1
            }
            Measure-Stop $script $listener, $sockets | Should -BeLessThan 200
            $socket = $sockets[-1]
            $socket.State | Should -Be 'Connecting'
            Connect-Socket $listener -Channel $socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EALREADY Connect-Socket InvalidOperation $listener
            Close-Socket $socket
            $socket.State | Should -Be 'Closed'
        }

        It 'Connect-Socket -Channel at a full unix backlog, and the socket connects later' {
            $listener = New-FullListener unix
            $socket = New-Socket AF_UNIX
            Assert-Stops { param($listener, $socket) Connect-Socket $listener -Channel $socket -TimeoutSeconds -1 } $listener, $socket
            Clear-Backlog $listener
            (Connect-Socket $listener -Channel $socket -TimeoutSeconds 10).State | Should -Be 'Connected'
            Send-SocketText $socket 'works'
            Receive-SocketText (Receive-SocketConnection $listener -TimeoutSeconds 10) -TimeoutSeconds 10 | Should -Be 'works'
        }

        It 'Receive-SocketConnection over <_>, and the listener goes on' -ForEach 'tcp', 'unix' {
            $listener = Start-SocketListener (New-ListenEndpoint $_)
            Assert-Stops { param($listener) Receive-SocketConnection $listener } $listener
            $client = Connect-Socket $listener
            Send-SocketText $client 'works'
            Receive-SocketText (Receive-SocketConnection $listener -TimeoutSeconds 10) -TimeoutSeconds 10 | Should -Be 'works'
            Stop-SocketListener $listener
            (Start-SocketListener "$($listener.Endpoint)").State | Should -Be 'Listening'
        }

        It 'Receive-SocketConnection on a raw TcpListener' {
            $raw = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $raw.Start()
            try { Assert-Stops { param($listener) Receive-SocketConnection $listener } $raw } finally { $raw.Stop() }
        }

        It 'Receive-SocketByte <_>, and nothing is lost' -ForEach '', '-Count 10', '-Exactly 3', '-All', '-All -Raw', '-All -Enumerate', '-Peek', '-Peek -Exactly 3' {
            $client, $server = New-ConnectedPair
            if ($_ -match 'Exactly') { Send-SocketByte $client 1, 2 }
            Assert-Stops ([scriptblock]::Create("param(`$channel) Receive-SocketByte `$channel $_ -TimeoutSeconds -1")) $server
            Send-SocketByte $client 3
            $expected = $_ -match 'Exactly' ? (1, 2, 3) : (, 3)
            Assert-Byte (Receive-SocketByte $server -Exactly $expected.Count -TimeoutSeconds 10) $expected
        }

        It 'Receive-SocketText <_>, and nothing is lost' -ForEach '', '-Line', "-Delimiter ';'", '-All', '-All -Raw', '-Line -All', "-Delimiter ';' -All", '-Encoding unicode' {
            $client, $server = New-ConnectedPair unix
            # The start of a record, or of a character.
            if ($_ -match 'Line|Delimiter|Raw') { Send-SocketText $client 'a' } else { Send-SocketByte $client 0xC3 }
            Assert-Stops ([scriptblock]::Create("param(`$channel) Receive-SocketText `$channel $_ -TimeoutSeconds -1")) $server
            $server.Buffered | Should -Be 1
            Send-SocketByte $client 0xA9
            Receive-SocketByte $server -Exactly 2 -TimeoutSeconds 10 | Should -Not -BeNullOrEmpty
        }

        It 'Send-Socket<Kind> to a <Family> peer that does not read, and the channel goes on' -ForEach @(
            foreach ($family in 'tcp', 'unix') {
                @{ Kind = 'Byte'; Family = $family; Script = { param($channel) Send-SocketByte $channel ([byte[]]::new(1MB)) -TimeoutSeconds -1 } }
                @{ Kind = 'Text'; Family = $family; Script = { param($channel) Send-SocketText $channel ('x' * 1MB) -TimeoutSeconds -1 } }
                @{ Kind = 'Message'; Family = $family; Script = { param($channel) Send-SocketMessage $channel ('x' * 1MB) -MaximumLength 2MB -TimeoutSeconds -1 } }
            }
        ) {
            $client, $server = New-ConnectedPair $Family
            Set-FullSendBuffer $client
            Assert-Stops $Script $client
            $client.State | Should -Be 'Connected'
            $job = Start-Background -ArgumentList $client { param($channel) Send-SocketText $channel 'last' -TimeoutSeconds 20; Disconnect-Socket $channel Send }
            $all = Receive-SocketByte $server -All -Raw -TimeoutSeconds 20
            $null = Wait-Background $job
            $all.Length | Should -Be $client.BytesSent
            [Text.Encoding]::ASCII.GetString($all, $all.Length - 4, 4) | Should -Be 'last'
        }

        It 'Send-Socket<Kind> -Endpoint at a full <Family> backlog' -ForEach @(
            foreach ($family in 'tcp', 'unix') {
                @{ Kind = 'Byte'; Family = $family; Script = { param($listener) Send-SocketByte -Endpoint $listener 1, 2 -TimeoutSeconds -1 } }
                @{ Kind = 'Text'; Family = $family; Script = { param($listener) Send-SocketText -Endpoint $listener 'x' -TimeoutSeconds -1 } }
                @{ Kind = 'Message'; Family = $family; Script = { param($listener) Send-SocketMessage -Endpoint $listener 'x' -TimeoutSeconds -1 } }
            }
        ) {
            $listener = New-FullListener $Family
            Assert-Stops $Script $listener
        }

        It 'Send-Socket<Kind> -Endpoint to a peer that does not read, and its connection is closed' -ForEach @(
            @{ Kind = 'Byte'; Script = { param($listener) Send-SocketByte -Endpoint $listener ([byte[]]::new(64MB)) -TimeoutSeconds -1 } }
            @{ Kind = 'Text'; Script = { param($listener) Send-SocketText -Endpoint $listener ('x' * 16MB) -TimeoutSeconds -1 } }
            @{ Kind = 'Byte'; Script = { param($listener) 1..3 | ForEach-Object { , [byte[]]::new(16MB) } | Send-SocketByte -Endpoint $listener -TimeoutSeconds -1 } }
        ) {
            $listener = Start-SocketListener (New-ListenEndpoint unix)
            Assert-Stops $Script $listener
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            $null = Receive-SocketByte $server -All -Raw -TimeoutSeconds 10
            $server.EndOfStream | Should -BeTrue
        }

        It 'one who waits for the turn of another reader' {
            $client, $server = New-ConnectedPair
            $first = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -TimeoutSeconds 20 }
            Wait-Blocked $first
            Measure-Fastest {
                $second = Start-Background -ArgumentList $server { param($channel) Receive-SocketByte $channel -TimeoutSeconds -1 }
                Wait-Turn $second
                Stop-Background $second
            } | Should -BeLessThan 200
            Send-SocketByte $client 5
            Assert-Byte (Wait-Background $first) 5
        }

        It 'a wait that shows its system calls' {
            $listener = Start-SocketListener tcp://:0
            Assert-Stops { param($listener) Receive-SocketConnection $listener -Verbose } $listener
        }
    }

    Context 'at the worst moment: the socket is open, and nobody has it yet' {
        It '<Name> leaves nothing open' -ForEach @(
            @{ Name = 'New-Socket'; At = '^socket\('; Script = { param($listener) New-Socket -Verbose } }
            @{ Name = 'Start-SocketListener'; At = '^listen\('; Script = { param($listener) Start-SocketListener tcp://:0 -Verbose } }
            @{ Name = 'Connect-Socket'; At = '^(getsockopt|connect)\(.* = 0$'; Script = { param($listener) Connect-Socket $listener -Verbose } }
            @{ Name = 'Connect-Socket over unix'; At = '^connect\(.* = 0$'; Unix = $true; Script = { param($listener) Connect-Socket $listener -Verbose } }
            @{ Name = 'Receive-SocketConnection'; At = '^accept4?\(.* = \d+$'; Script = { param($listener) Receive-SocketConnection $listener -Verbose } }
        ) {
            $listener = Start-SocketListener (New-ListenEndpoint ($_['Unix'] ? 'unix' : 'tcp'))
            $null = Connect-Socket $listener
            $before = @(Get-Socket).Count
            $there, $go = 1..2 | ForEach-Object { [Threading.ManualResetEventSlim]::new() }
            # The system calls come through the pipeline, which stands still at one of them until the stop has begun.
            $job = Start-Background -ArgumentList $Script, $At, $listener, $there, $go {
                param($script, $at, $listener, $there, $go)
                & ([scriptblock]::Create($script)) $listener 4>&1 | ForEach-Object { if ("$_" -match $at) { $there.Set(); $null = $go.Wait(20000) } }
            }
            $there.Wait(20000) | Should -BeTrue
            $stopping = $job.PowerShell.BeginStop($null, $null)
            Wait-Until { "$($job.PowerShell.InvocationStateInfo.State)" -eq 'Stopping' }
            $go.Set()
            $stopping.AsyncWaitHandle.WaitOne(20000) | Should -BeTrue
            @(Get-Socket).Count | Should -Be $before
            @(Get-SocketListener).Count | Should -Be 1
        }
    }

    Context 'Select-Object -First 1' {
        It 'ends <Name>' -ForEach @(
            @{ Name = 'Receive-SocketByte -All'; Script = { Receive-SocketByte $server -All -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketByte -All -Enumerate'; Script = { Receive-SocketByte $server -All -Enumerate -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketByte of two channels'; Script = { $server, $client | Receive-SocketByte -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketText -All'; Script = { Receive-SocketText $server -All -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketText -Line -All'; Script = { Receive-SocketText $server -Line -All -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketText -Delimiter -All'; Script = { Receive-SocketText $server -Delimiter '1' -All -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketText of two channels'; Script = { $server, $client | Receive-SocketText -TimeoutSeconds 20 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketByte that shows its system calls'; Script = { Receive-SocketByte $client -Verbose -TimeoutSeconds 20 4>&1 | Select-Object -First 1 } }
        ) {
            $client, $server = New-ConnectedPair
            Measure-Fastest {
                Send-SocketText $client "line 1`n"
                Measure-Pipeline $Script
            } | Should -BeLessThan 200
            Send-SocketText $client 'works'
            Disconnect-Socket $client Send
            Receive-SocketText $server -All -Raw -TimeoutSeconds 10 | Should -BeLike '*works'
        }

        It 'keeps what came behind the first line' {
            $client, $server = New-ConnectedPair
            'one', 'two' | Send-SocketText $client -Line
            Receive-SocketText $server -Line -All -TimeoutSeconds 10 | Select-Object -First 1 | Should -Be 'one'
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -Be 'two'
        }

        It 'ends Receive-SocketConnection before it waits for the second, and leaves the first open' {
            $listener = Start-SocketListener tcp://:0
            Measure-Fastest {
                $null = Connect-Socket $listener
                Measure-Pipeline { $script:accepted = $listener, $listener | Receive-SocketConnection -TimeoutSeconds 20 | Select-Object -First 1 }
            } | Should -BeLessThan 200
            $script:accepted.State | Should -Be 'Connected'
        }

        It 'ends Connect-Socket before it tries the second, and leaves the first open' {
            $listener, $full = (Start-SocketListener tcp://:0), (New-FullListener)
            Measure-Fastest {
                Measure-Pipeline { $script:connected = $listener, $full | Connect-Socket -TimeoutSeconds 20 | Select-Object -First 1 }
            } | Should -BeLessThan 200
            $script:connected.State | Should -Be 'Connected'
        }

        It 'ends <Name> at its first system call, and leaves nothing open' -ForEach @(
            @{ Name = 'New-Socket'; Script = { New-Socket -Verbose 4>&1 | Select-Object -First 1 } }
            @{ Name = 'Start-SocketListener'; Script = { Start-SocketListener tcp://:0 -Verbose 4>&1 | Select-Object -First 1 } }
            @{ Name = 'Connect-Socket'; Script = { Connect-Socket $full -TimeoutSeconds 20 -Verbose 4>&1 | Select-Object -First 1 } }
            @{ Name = 'Connect-Socket over unix'; Script = { Connect-Socket $fullUnix -TimeoutSeconds 20 -Verbose 4>&1 | Select-Object -First 1 } }
            @{ Name = 'Receive-SocketConnection'; Script = { Receive-SocketConnection $idle -TimeoutSeconds 20 -Verbose 4>&1 | Select-Object -First 1 } }
            @{ Name = 'Send-SocketText -Endpoint'; Script = { Send-SocketText -Endpoint $full 'x' -TimeoutSeconds 20 -Verbose 4>&1 | Select-Object -First 1 } }
        ) {
            $idle, $full, $fullUnix = (Start-SocketListener tcp://:0), (New-FullListener), (New-FullListener unix)
            $channels = @(Get-Socket).Count
            Measure-Fastest { Measure-Pipeline $Script } | Should -BeLessThan 200
            $descriptors = Get-OpenDescriptor
            $null = & $Script
            Assert-DescriptorsBack $descriptors
            @(Get-Socket).Count | Should -Be $channels
            @(Get-SocketListener).Count | Should -Be 3
        }
    }

    Context 'Ctrl+C' {
        It 'ends Receive-SocketConnection in another process' -Skip:(-not $interruptible) -ForEach @{ Prefix = $interruptible } {
            $child = Start-ChildPowerShell -Prefix $Prefix {
                $listener = Start-SocketListener tcp://:0
                [Console]::WriteLine([IO.File]::ResolveLinkTarget('/proc/thread-self', $false).FullName)
                try { Receive-SocketConnection $listener } finally { [Console]::WriteLine('ended') }
            }
            $milliseconds = $null
            try {
                $task = Read-ChildLine $child
                Wait-Until -What 'the child waits' { Test-Blocked $task }
                $clock = [Diagnostics.Stopwatch]::StartNew()
                kill -INT $child.Id
                Read-ChildLine $child | Should -Be 'ended'
                $milliseconds = $clock.ElapsedMilliseconds
                $child.Process.WaitForExit(20000) | Should -BeTrue
            } finally { Stop-Child $child -Kill }
            # This includes a process for kill(1), and the first stop of the child, which compiles what it needs.
            $milliseconds | Should -BeLessThan 5000
        }
    }
}
