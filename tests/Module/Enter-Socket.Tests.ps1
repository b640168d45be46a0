BeforeDiscovery {
    $noPython = $IsWindows -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Terminal.psm1

    # What a session shows is in the information stream, piece by piece.
    function Join-Shown($Record) { -join ($Record | ForEach-Object { "$($_.MessageData)" }) }

    # Runs a script in a PowerShell of its own with its standard input from a text; returns its standard output.
    function Invoke-Redirected([string] $Script, [string] $Text, [string] $How = '-Command') {
        $line = @(Get-OwnPowerShell) + '-NoProfile', '-NonInteractive', '-OutputFormat', 'Text'
        $all = "`$ErrorActionPreference = 'Stop'; Import-Module '$env:SOCKETTOOLS_MODULE'; $Script"
        $line += switch ($How) {
            '-Command' { '-Command', $all }
            '-EncodedCommand' { '-EncodedCommand', [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($all)) }
            '-File' {
                $file = Join-Path (Get-PSDrive TestDrive).Root "$([guid]::NewGuid()).ps1"
                [IO.File]::WriteAllText($file, $all)
                '-File', $file
            }
        }
        $start = [Diagnostics.ProcessStartInfo]::new($line[0])
        $line | Select-Object -Skip 1 | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [Diagnostics.Process]::Start($start)
        try {
            $errors = $process.StandardError.ReadToEndAsync()
            $process.StandardInput.Write($Text)
            $process.StandardInput.Close()
            $output = $process.StandardOutput.ReadToEndAsync()
            if (-not $output.Wait(60000)) { $process.Kill(); throw 'The child did not end.' }
            if ($errors.Result) { Write-Verbose $errors.Result }
            $output.Result
        } finally { $process.Dispose() }
    }
}

Describe 'Enter-Socket' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Enter-Socket 'Endpoint: EndpointArgument, position 0, mandatory', 'Channel: ChannelArgument, mandatory', 'Text: String, pipeline',
            'NewLine: SocketNewLine', 'Encoding: Encoding', 'TimeoutSeconds: Double'
        Assert-OutputType Enter-Socket ([void])
    }

    Context 'with lines piped' {
        It 'sends each as a line, says that no more comes, shows the answer until its end, and closes' {
            $listener = Start-SocketListener tcp://:0 -OnLine { Send-SocketText $Client "<$_>" -Line }
            $shown = 'one', '', 'three' | Enter-Socket $listener -TimeoutSeconds 20 6>&1
            Join-Shown $shown | Should -BeExactly "<one>`n<>`n<three>`n"
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'writes nothing to the pipeline' {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            'x' | Enter-Socket $listener -TimeoutSeconds 20 6>$null | Should -BeNullOrEmpty
        }

        It 'ends lines with CRLF where -NewLine says so' {
            $listener = Start-SocketListener "unix:$(New-SocketPath)" -Service Echo
            Join-Shown ('a', 'b' | Enter-Socket $listener -NewLine Crlf -TimeoutSeconds 20 6>&1) | Should -BeExactly "a`r`nb`r`n"
        }

        It 'uses the encoding both ways, also where a character comes in two parts' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $server 0x41, 0xC3
            $shown = & {
                Wait-Until { $client.Socket.Available -eq 2 }
                'x'
                Send-SocketByte $server 0xA9
                Wait-Until { $client.Socket.Available -eq 1 }
                'y'
            } | Enter-Socket $client 6>&1
            @($shown).Count | Should -Be 2 -Because 'the first part was shown by itself'
            Join-Shown $shown | Should -BeExactly "A$([char]0xE9)"
            $echo = Start-SocketListener tcp://:0 -Service Echo
            Join-Shown ([string][char]0xE9 | Enter-Socket $echo -Encoding latin1 -TimeoutSeconds 20 6>&1) | Should -BeExactly "$([char]0xE9)`n"
            Assert-Byte (Invoke-SocketRequest $echo ([string][char]0xE9) -Encoding latin1 -TimeoutSeconds 20) 0xE9
        }

        It 'leaves a channel open and as it is' {
            $client, $server = New-ConnectedPair
            'hello' | Enter-Socket $client 6>&1 | Should -BeNullOrEmpty
            'again' | Enter-Socket -Channel $client 6>&1 | Should -BeNullOrEmpty
            "$($client.State)" | Should -BeExactly Connected
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly hello
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly again
            Receive-SocketByte $server -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable open
            $open[0].FullyQualifiedErrorId | Should -BeLike 'EWOULDBLOCK,*'
        }

        It 'does not come to a standstill where both sides send much' {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            $line = 'x' * 1MB
            $shown = 1..8 | ForEach-Object { $line } | Enter-Socket $listener -TimeoutSeconds 20 6>&1
            (Join-Shown $shown).Length | Should -Be (8 * (1MB + 1))
        }

        It 'sends each line as a message over <Scheme>' -ForEach @{ Scheme = 'udp' }, @{ Scheme = 'unixgram' } {
            if ($Scheme -eq 'unixgram' -and $IsWindows) { Set-ItResult -Skipped -Because 'Windows has no unixgram'; return }
            $listener = Start-SocketListener ($Scheme -eq 'udp' ? 'udp://127.0.0.1:0' : "unixgram:$(New-SocketPath)") -ThrottleLimit 1 -Handler { $_.Reply("$($_.Length)") }
            (Join-Shown ('abc', 'de' | Enter-Socket $listener -TimeoutSeconds 20 6>&1)) -split '\r?\n' -ne '' | Should -Be 3, 2
        }

        It 'sends each line as a message over unixpacket' -Skip:(-not $IsLinux) {
            $one, $two = New-SocketPair SOCK_SEQPACKET
            Send-SocketText $two 'hi'
            $shown = 'abc', 'de' | Enter-Socket $one 6>&1
            Join-Shown $shown | Should -BeExactly "hi`n"
            Receive-SocketText $two -TimeoutSeconds 10 | Should -BeExactly abc
            Receive-SocketText $two -TimeoutSeconds 10 | Should -BeExactly de
        }
    }

    Context 'errors' {
        It 'is ENOTTY in a host without a console, and opens nothing' {
            $listener = Start-SocketListener tcp://:0
            $job = Start-Background -ArgumentList "$listener" { param($endpoint) Enter-Socket $endpoint }
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure ENOTTY Enter-Socket InvalidOperation "$listener"
            Receive-SocketConnection $listener -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
        }

        It 'is one ECONNREFUSED for all lines' {
            $endpoint = New-RefusingEndpoint
            1..3 | Enter-Socket $endpoint -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ECONNREFUSED Enter-Socket ConnectionError $endpoint
        }

        It 'is ETIMEDOUT where the peer does not end, and closes' {
            $listener = Start-SocketListener tcp://:0
            'x' | Enter-Socket $listener -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ETIMEDOUT Enter-Socket OperationTimeout $listener
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'is EBADF for a closed channel, ENOTSOCK for what is no socket' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            'x' | Enter-Socket $client -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Enter-Socket InvalidOperation $client
            'x' | Enter-Socket -Channel 5 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'ENOTSOCK,*'
        }

        It 'is one error where the peer closed at once' {
            $client, $server = New-ConnectedPair
            Close-Socket $server -Reset
            'x', 'y', 'z' | Enter-Socket $client -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -Match '^(EPIPE|ECONNRESET),'
        }

        It 'shows what comes, and is EPIPE where the peer takes no more lines' {
            $client, $server = New-ConnectedPair
            Send-SocketText $server 'last words'
            Close-Socket $server
            $shown = & {
                'x'
                Wait-Until { $client.Socket.Poll(0, 'SelectError') -or -not $client.Socket.Connected -or $client.Socket.Poll(0, 'SelectRead') }
                1..1000
            } | Enter-Socket $client 6>&1 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -Match '^(EPIPE|ECONNRESET),'
            Join-Shown ($shown | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] }) | Should -BeExactly 'last words'
        }
    }

    Context 'stopped from outside' {
        It 'ends within 200 ms, and leaves nothing open' {
            $listener = Start-SocketListener tcp://:0
            $script = { param($listener) 'x' | Enter-Socket $listener -TimeoutSeconds -1 }
            $null = Measure-Stop $script $listener
            $before = Get-OpenDescriptor
            Measure-Stop $script $listener | Should -BeLessThan 200
            Get-Socket | Should -BeNullOrEmpty
            Assert-DescriptorsBack $before
        }

        It 'ends within 200 ms while the peer never pauses' {
            $listener = Start-SocketListener tcp://:0 -Service Chargen
            Measure-Fastest {
                $job = Start-Background -ArgumentList $listener { param($listener) 'x' | Enter-Socket $listener -TimeoutSeconds -1 }
                Wait-Until { @(Get-Socket -Protocol tcp | Where-Object BytesReceived -GT 1MB).Count -gt 0 }
                Stop-Background $job
            } | Should -BeLessThan 200
            Wait-Until { $listener.Active -eq 0 }
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'ends with Select-Object -First 1 behind what it shows' {
            $listener = Start-SocketListener tcp://:0 -Handler { Send-SocketText $_ 'hi'; $null = Receive-SocketByte $_ -TimeoutSeconds -1; $null = Receive-SocketByte $_ -TimeoutSeconds -1 }
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shown = & { 'x'; Wait-Until { @(Get-Socket).Socket.Available -gt 0 }; 'y' } | Enter-Socket $listener -TimeoutSeconds 30 6>&1 | Select-Object -First 1
            Join-Shown $shown | Should -BeExactly hi
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 20
            Wait-Until { $listener.Active -eq 0 }
        }
    }

    Context 'with the standard input redirected' {
        It 'sends its lines, shows the rest of the answer, and ends (<_>)' -ForEach '-Command', '-File', '-EncodedCommand' {
            $listener = Start-SocketListener tcp://127.0.0.1:0 -OnLine { Send-SocketText $Client "<$_>" -Line }
            $output = Invoke-Redirected "Enter-Socket $listener; 'after'" "one`ntwo`nlast" $_
            $output -split '\r?\n' | Should -Be '<one>', '<two>', '<last>', 'after', ''
        }

        It 'finds it from inside a function too' {
            $listener = Start-SocketListener tcp://127.0.0.1:0 -Service Echo
            Invoke-Redirected "function f { & { Enter-Socket $listener } }; f" "one`n" | Should -BeExactly "one`n"
        }

        It 'ends at once where there is none, and shows what the peer says' {
            $listener = Start-SocketListener tcp://127.0.0.1:0 -Service Daytime
            Invoke-Redirected "Enter-Socket $listener" '' | Should -Match '\d\d:\d\d'
        }
    }

    Context 'at a terminal' {
        BeforeAll {
            # A child at a terminal with a session over a connection to here. It goes on when it is sent a line.
            function Start-Session([string] $After = "'left the session'") {
                $listener = Start-SocketListener tcp://127.0.0.1:0
                $terminal = Start-Terminal "`$c = Connect-Socket $listener; `$null = Receive-SocketText `$c -Line; try { Enter-Socket `$c } finally { [Console]::Out.WriteLine('left' + ' it'); `$null = `$c.Socket.Receive([byte[]]::new(1)) }; $After"
                $peer = Receive-SocketConnection $listener -TimeoutSeconds 60
                [pscustomobject]@{ Terminal = $terminal; Peer = $peer }
            }
        }

        It 'sends what is typed, shows what comes while nothing is, leaves with Ctrl+D, and the terminal is as it was' -Skip:$noPython {
            $session = Start-Session
            try {
                Set-TerminalEcho $session.Terminal $false
                $before = Get-TerminalMode $session.Terminal
                Send-SocketText $session.Peer 'go' -Line
                Send-SocketText $session.Peer 'unasked'
                $null = Wait-Screen $session.Terminal 'unasked'
                Get-TerminalMode $session.Terminal | Should -Be '+echo +canonical'
                Send-Key $session.Terminal "typo$([char]0x7F)ed`r"
                Receive-SocketText $session.Peer -Line -TimeoutSeconds 30 | Should -BeExactly 'typed'
                Send-SocketText $session.Peer "answer`n"
                $null = Wait-Screen $session.Terminal 'answer\r\n'
                Send-Key $session.Terminal "without end$([char]4)"
                $null = Wait-Screen $session.Terminal 'left it' -Keys "$([char]4)"
                Receive-SocketText $session.Peer -Line -TimeoutSeconds 30 | Should -BeExactly 'without end'
                Get-TerminalMode $session.Terminal | Should -Be $before
                Send-SocketText $session.Peer 'x'
                $null = Wait-Screen $session.Terminal 'left the session'
            } finally { Stop-Terminal $session.Terminal }
        }

        It 'ends with Ctrl+C, and the terminal is as it was' -Skip:$noPython {
            $session = Start-Session
            try {
                Set-TerminalEcho $session.Terminal $false
                $before = Get-TerminalMode $session.Terminal
                Send-SocketText $session.Peer "go`nup"
                $null = Wait-Screen $session.Terminal 'up'
                Get-TerminalMode $session.Terminal | Should -Be '+echo +canonical'
                # The 200 ms are measured above; here the keys, the terminal, a signal and the end of a process are in it.
                Wait-Screen $session.Terminal 'left it' -Keys "$([char]3)" | Should -BeLessThan 2000
                Get-TerminalMode $session.Terminal | Should -Be $before
                Send-SocketText $session.Peer 'x'
                Receive-SocketByte $session.Peer -TimeoutSeconds 30 | Should -BeNullOrEmpty
            } finally { Stop-Terminal $session.Terminal }
        }

        It 'ends with the peer, and takes nothing of what is typed after' -Skip:$noPython {
            $listener = Start-SocketListener tcp://127.0.0.1:0
            $terminal = Start-Terminal "Enter-Socket $listener; 'the peer' + ' ended'; 'read ' + [Console]::In.ReadLine()"
            try {
                $peer = Receive-SocketConnection $listener -TimeoutSeconds 60
                Send-SocketText $peer 'bye' -Line
                Close-Socket $peer
                $null = Wait-Screen $terminal 'bye\r\nthe peer ended'
                $null = Wait-Screen $terminal 'read next line' -Keys "next line`r"
            } finally { Stop-Terminal $terminal }
        }

        It 'tells the peer of Ctrl+D, shows the rest of its answer, and ends with a second Ctrl+D' -Skip:$noPython {
            $listener = Start-SocketListener tcp://127.0.0.1:0
            $terminal = Start-Terminal "Enter-Socket $listener; 'over' + ' now'; 'read ' + [Console]::In.ReadLine()"
            try {
                $peer = Receive-SocketConnection $listener -TimeoutSeconds 60
                Send-Key $terminal "line`r$([char]4)"
                Receive-SocketText $peer -All -Raw -TimeoutSeconds 30 | Should -BeExactly "line`n"
                Send-SocketText $peer 'the rest'
                $null = Wait-Screen $terminal 'the rest'
                $null = Wait-Screen $terminal 'over now' -Keys "$([char]4)"
                $null = Wait-Screen $terminal 'read after' -Keys "after`r"
            } finally { Stop-Terminal $terminal }
        }
    }
}
