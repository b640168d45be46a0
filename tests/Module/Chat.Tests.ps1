BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # A chat server of one thread and one Wait-Socket loop: every whole line goes to everybody else. A client that ends, resets, or sends a line
    # beyond the limit is closed, and nobody else notices. It ends when the line "quit" comes. What is half sent stays in its channel, and is not waited for again
    # before more of it comes.
    $server = {
        param($listener, $log)
        $Error.Clear()
        $clients = [Collections.Generic.List[object]]::new()
        $tooLong = 4096
        while ($true) {
            $log['rounds']++
            foreach ($ready in Wait-Socket (@($listener) + $clients.ToArray()) -TimeoutSeconds 20 -ErrorAction Stop) {
                if ($ready.Channel -eq $listener) {
                    while ($new = Receive-SocketConnection $listener -TimeoutSeconds 0 -ErrorAction Ignore) {
                        $clients.Add($new)
                        $log['accepted']++
                    }
                    continue
                }
                $client = $ready.Channel
                if ($client -notin $clients) { continue } # Closed in this round already.
                $log['read']++
                while ($true) {
                    $line = Receive-SocketText $client -Line -MaximumLength $tooLong -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
                    if ($problem -and $problem[0].FullyQualifiedErrorId -match '^EWOULDBLOCK,') { break } # A part of a line stays in the channel.
                    if ($problem -or $null -eq $line) {
                        $why = $problem ? $problem[0].FullyQualifiedErrorId.Split(',')[0] : 'end'
                        $log[$why]++
                        $null = $clients.Remove($client)
                        Close-Socket $client
                        break
                    }
                    if ($line -ceq 'quit') { return }
                    $log['lines']++
                    foreach ($other in $clients.ToArray()) {
                        if ($other -eq $client) { continue }
                        # A client that does not read must not hold up the others: what does not go at once ends it.
                        Send-SocketText $other $line -Line -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable unsent
                        if ($unsent) {
                            $log["unsent $($unsent[0].FullyQualifiedErrorId.Split(',')[0])"]++
                            $null = $clients.Remove($other)
                            Close-Socket $other
                        }
                    }
                }
            }
        }
    }
}

Describe 'A chat server with one thread and one Wait-Socket loop' {
    AfterEach { Close-EverySocket }

    It 'serves 50 clients of which 20 are rude: every polite one gets every message of the others' {
        $listener = Start-SocketListener tcp://:0 -Backlog 100
        $log = [hashtable]::Synchronized(@{})
        $job = Start-Background $server $listener, $log

        $polite = @(1..30 | ForEach-Object { Connect-Socket $listener })
        $silent = @(1..4 | ForEach-Object { Connect-Socket $listener })
        $half = @(1..4 | ForEach-Object { Connect-Socket $listener })
        $resetting = @(1..4 | ForEach-Object { Connect-Socket $listener })
        $huge = @(1..4 | ForEach-Object { Connect-Socket $listener })
        $midLine = @(1..4 | ForEach-Object { Connect-Socket $listener })
        Wait-Until { $log['accepted'] -eq 50 }

        # Before: half lines, and lines that never end.
        $half | ForEach-Object { Send-SocketText $_ 'half a line' }
        $huge | ForEach-Object { Send-SocketText $_ ('x' * 5000) }
        $said = @()
        foreach ($round in 1..2) {
            foreach ($i in 0..29) {
                Send-SocketText $polite[$i] "round $round from $i" -Line
                $said += "round $round from $i"
                # In between: resets, and ends in the middle of a line.
                if ($round -eq 1 -and $i -lt 4) { Send-SocketText $resetting[$i] part; Close-Socket $resetting[$i] -Reset }
                if ($round -eq 1 -and $i -in 10..13) { Send-SocketText $midLine[$i - 10] 'broken off'; Close-Socket $midLine[$i - 10] }
            }
        }
        $half | ForEach-Object { Send-SocketText $_ ' and the rest' -Line }
        $said += @('half a line and the rest') * 4

        foreach ($i in 0..29) {
            $expected = @($said | Where-Object { $_ -notmatch " from $i$" })
            $received = @(foreach ($n in 1..$expected.Count) { Receive-SocketText $polite[$i] -Line -TimeoutSeconds 20 })
            # Each gets them in the server's order; what one client said stays in order.
            ($received | Sort-Object) -join '|' | Should -BeExactly (($expected | Sort-Object) -join '|')
            foreach ($from in 0..29) {
                @($received | Where-Object { $_ -match " from $from$" }) -join '|' | Should -BeExactly (@($expected | Where-Object { $_ -match " from $from$" }) -join '|')
            }
            $polite[$i].Buffered | Should -Be 0
        }
        # The silent ones were sent everything too, in the server's order.
        Receive-SocketText $silent[0] -Line -TimeoutSeconds 20 | Should -BeIn $said
        # A line that is too long ends its client.
        foreach ($rude in $huge) {
            Receive-SocketByte $rude -All -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null
            if (-not $rude.EndOfStream) { $problem.FullyQualifiedErrorId | Should -BeExactly 'ECONNRESET,SocketTools.Commands.ReceiveSocketByteCommand' }
        }

        Send-SocketText $polite[0] quit -Line
        $null = Wait-Background $job
        $job.Failure | Where-Object { $_.FullyQualifiedErrorId -match 'WaitSocket' } | Should -BeNullOrEmpty
        $log['lines'] | Should -Be 64
        $log['EMSGSIZE'] | Should -Be 4
        # Four ended in the middle of a line, four were reset; a send may meet the reset before the receive does.
        $gone = ($log.Keys | Where-Object { $_ -notin 'accepted', 'lines', 'EMSGSIZE', 'rounds', 'read' } | ForEach-Object { $log[$_] } | Measure-Object -Sum).Sum
        $gone | Should -Be 8 -Because "$($log.Keys.ForEach{ "$_ $($log[$_])" })"
    }

    It 'sleeps while half a character and half a line are there, and passes them on when they are whole' {
        $listener = Start-SocketListener tcp://:0
        $log = [hashtable]::Synchronized(@{})
        $job = Start-Background $server $listener, $log
        $slow, $reader = (Connect-Socket $listener), (Connect-Socket $listener)
        Wait-Until { $log['accepted'] -eq 2 }
        $bytes = [Text.Encoding]::UTF8.GetBytes("caf`u{e9}`n")
        foreach ($i in 0..($bytes.Length - 1)) {
            Send-SocketByte $slow $bytes[$i]
            Wait-Until { $log['read'] -gt $i }
        }
        Receive-SocketText $reader -Line -TimeoutSeconds 20 | Should -BeExactly "caf`u{e9}"
        Send-SocketText $slow quit -Line
        $null = Wait-Background $job
        # One for each byte, one or two for the clients that came, and the last one, which ends it.
        $log['read'] | Should -Be ($bytes.Length + 1)
        $log['rounds'] | Should -BeLessOrEqual ($log['read'] + 2)
    }

    It 'ends a client that takes nothing, and serves the others meanwhile' {
        $listener = Start-SocketListener tcp://:0
        Set-SocketOption $listener -SendBuffer 8192 # for those that it accepts, so that they are full soon
        $log = [hashtable]::Synchronized(@{})
        $job = Start-Background $server $listener, $log
        $stuck = New-Socket
        Set-SocketOption $stuck -ReceiveBuffer 2304
        $null = Connect-Socket $listener -Channel $stuck
        $talker, $reader = (Connect-Socket $listener), (Connect-Socket $listener)
        Wait-Until { $log['accepted'] -eq 3 }
        $line = 'y' * 4000
        $sent = 0
        while (-not $log['unsent EWOULDBLOCK']) {
            Send-SocketText $talker $line -Line
            Receive-SocketText $reader -Line -TimeoutSeconds 20 | Should -BeExactly $line
            (++$sent) | Should -BeLessThan 20000
        }
        Send-SocketText $talker last -Line
        Receive-SocketText $reader -Line -TimeoutSeconds 20 | Should -BeExactly last
        Send-SocketText $talker quit -Line
        $null = Wait-Background $job
        $log['unsent EWOULDBLOCK'] | Should -Be 1
    }
}
