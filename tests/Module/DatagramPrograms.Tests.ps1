# Datagrams, and the transports of streams that CPrograms does not have, against programs that know nothing of us.

BeforeDiscovery {
    $missing = @{}
    foreach ($name in 'socat', 'ncat', 'nc', 'dig', 'dnsmasq', 'logger') { $missing[$name] = -not (Get-Command $name -CommandType Application -ErrorAction Ignore) }
    # Of the netcats only OpenBSD's is meant here: the others understand other options.
    if (-not $missing.nc) { $missing.nc = "$(nc -h 2>&1)" -notmatch 'OpenBSD' }
    # Their Unix sockets and their ways to say that they are ready are looked at in /proc.
    if (-not $IsLinux) { foreach ($name in @($missing.Keys)) { $missing[$name] = $true } }
    $internet = @(
        @{ Family = 'udp4'; Listen = 'udp4://127.0.0.1:0'; Address = '127.0.0.1'; Socat = 'UDP4'; Version = '-4' }
        @{ Family = 'udp6'; Listen = 'udp6://[::1]:0'; Address = '::1'; Socat = 'UDP6'; Version = '-6' }
    )
    # Those that CPrograms does not have.
    $streamClients = @(
        @{ Program = 'socat'; Kind = 'tcp6'; Listen = 'tcp6://[::1]:0'; Argument = { '-t5', '-', "TCP6:$($args[0].LocalEndPoint)" } }
        @{ Program = 'nc'; Kind = 'tcp6'; Listen = 'tcp6://[::1]:0'; Argument = { '-6', '-N', '::1', $args[0].LocalEndPoint.Port } }
        @{ Program = 'ncat'; Kind = 'tcp6'; Listen = 'tcp6://[::1]:0'; Argument = { '-6', '::1', $args[0].LocalEndPoint.Port } }
        @{ Program = 'nc'; Kind = 'unix'; Listen = 'unix:PATH'; Argument = { '-N', '-U', $args[0].Endpoint.Path } }
        @{ Program = 'socat'; Kind = 'an abstract name'; Listen = 'unix:@NAME'; Argument = { '-t5', '-', "ABSTRACT-CONNECT:$($args[0].Endpoint.Path.TrimStart('@'))" } }
        @{ Program = 'socat'; Kind = 'unixpacket'; Listen = 'unixpacket:PATH'; Argument = { '-t5', '-', "UNIX-CONNECT:$($args[0].Endpoint.Path),type=5" } }
    )
    $streamServers = @(
        @{ Program = 'socat'; Kind = 'tcp6'; Listen = 'tcp6://[::1]:0'; Argument = { "TCP6-LISTEN:$($args[0]),bind=[::1]", 'EXEC:cat' } }
        @{ Program = 'ncat'; Kind = 'tcp4'; Listen = 'tcp://127.0.0.1:0'; Argument = { '-4', '-l', '127.0.0.1', $args[0] } }
        @{ Program = 'ncat'; Kind = 'tcp6'; Listen = 'tcp6://[::1]:0'; Argument = { '-6', '-l', '::1', $args[0] } }
        @{ Program = 'nc'; Kind = 'tcp4'; Listen = 'tcp://127.0.0.1:0'; Argument = { '-l', '127.0.0.1', $args[0] } }
        @{ Program = 'nc'; Kind = 'tcp6'; Listen = 'tcp6://[::1]:0'; Argument = { '-6', '-l', '::1', $args[0] } }
        @{ Program = 'socat'; Kind = 'unix'; Argument = { "UNIX-LISTEN:$($args[0])", 'EXEC:cat' } }
        @{ Program = 'ncat'; Kind = 'unix'; Argument = { '-l', '-U', $args[0] } }
        @{ Program = 'nc'; Kind = 'unix'; Argument = { '-l', '-U', $args[0] } }
        @{ Program = 'socat'; Kind = 'unixpacket'; Argument = { "UNIX-LISTEN:$($args[0]),type=5", 'EXEC:cat' } }
    )
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Datagrams.psm1
    $seconds = 20
    $programs = [Collections.Generic.List[Diagnostics.Process]]::new()

    # Starts a program; what it is to send stands in -Text, and its input stays open without it.
    function Start-Program([string] $Name, [object[]] $Argument, [string] $Text) {
        $start = [Diagnostics.ProcessStartInfo]::new((Get-Command $Name -CommandType Application | Select-Object -First 1).Source)
        $start.WorkingDirectory = (Get-PSDrive TestDrive).Root
        $start.RedirectStandardOutput = $start.RedirectStandardError = $start.RedirectStandardInput = $true
        foreach ($value in $Argument) { $start.ArgumentList.Add("$value") }
        $process = [Diagnostics.Process]::Start($start)
        $programs.Add($process)
        if ($Text) {
            $process.StandardInput.Write($Text)
            $process.StandardInput.Close()
        }
        $process
    }

    function Read-Line($Process) {
        $line = $Process.StandardOutput.ReadLineAsync()
        if (-not $line.Wait($seconds * 1000)) { throw "$($Process.StartInfo.FileName) wrote no line within $seconds s." }
        $line.Result
    }

    # What it wrote, when it has ended by itself and well.
    function Wait-Program($Process) {
        $output = $Process.StandardOutput.ReadToEndAsync()
        $errors = $Process.StandardError.ReadToEndAsync()
        if (-not $Process.WaitForExit($seconds * 1000)) { throw "$($Process.StartInfo.FileName) did not end within $seconds s." }
        if ($Process.ExitCode -ne 0) { throw "$($Process.StartInfo.FileName) ended with $($Process.ExitCode): $($errors.Result)" }
        $output.Result
    }

    # Whether some socket of the machine is bound to a port of UDP, or to one of TCP that listens, or to a path.
    function Test-Bound([string] $Table, [int] $Port) {
        @(Get-Content "/proc/net/$Table") -match ('^\s*\d+: [0-9A-F]+:{0:X4} 0+:0000 (07|0A) ' -f $Port) | ForEach-Object { return $true }
    }
    function Test-BoundPath([string] $Path) { @(Get-Content /proc/net/unix) -match "$([regex]::Escape($Path))$" | ForEach-Object { return $true } }

    # A port that was free a moment ago, for programs that cannot tell which one they took.
    function Get-FreePort([string] $Endpoint) {
        $socket = New-Socket ($Endpoint -match '6' ? 'AF_INET6' : 'AF_INET') ($Endpoint -match 'tcp' ? 'SOCK_STREAM' : 'SOCK_DGRAM')
        Set-SocketAddress $socket $Endpoint
        $socket.LocalEndPoint.Port
        Close-Socket $socket
    }

    # Starts a program on a free port and waits until it is there. Somebody else may be quicker to the port; then another one is tried.
    # With -Also the program is ready when it has that port of the other protocol too; it may be taken, and then the next port is tried.
    function Start-Server([string] $Name, [string] $Endpoint, [scriptblock] $Argument, [string] $Also) {
        $table = ($Endpoint -match 'tcp' ? 'tcp' : 'udp') + ($Endpoint -match '6' ? '6' : '')
        for ($attempt = 1; ; $attempt++) {
            $port = Get-FreePort $Endpoint
            $process = Start-Program $Name (& $Argument $port)
            Wait-Until { $process.HasExited -or ((Test-Bound $table $port) -and (-not $Also -or (Test-Bound $Also $port))) }
            if (-not $process.HasExited) { return @{ Process = $process; Port = $port } }
            if ($attempt -eq 10) { throw "$Name ended: $($process.StandardError.ReadToEnd())" }
        }
    }
}

Describe 'Programs of others, datagrams' {
    AfterEach {
        foreach ($process in $programs) {
            if (-not $process.HasExited) { $process.Kill() }
            $process.Dispose()
        }
        $programs.Clear()
        Close-EverySocket
    }

    Context '<Family>' -ForEach $internet {
        It 'socat sends to us, and has our answer' -Skip:$missing.socat {
            $receiver = Start-SocketListener $Listen
            $client = Start-Program socat '-t5', '-', "$Socat-SENDTO:$($receiver.LocalEndPoint)" -Text hello
            $datagram = Receive-SocketDatagram $receiver -TimeoutSeconds $seconds
            $datagram.Text | Should -BeExactly hello
            "$($datagram.RemoteEndPoint.Address)" | Should -BeExactly $Address
            $datagram.Reply("answer`n")
            Read-Line $client | Should -BeExactly answer
        }

        It 'socat has what we send, and we have its answer' -Skip:$missing.socat {
            $server = Start-Server socat $Listen { param($port) "$Socat-RECVFROM:$port,bind=$($Address -match ':' ? "[$Address]" : $Address)", 'EXEC:tr a-z A-Z' }
            $client = Connect-Socket ($Listen -replace ':0$', ":$($server.Port)")
            Send-SocketText $client hello
            (Receive-SocketDatagram $client -TimeoutSeconds $seconds).Text | Should -BeExactly HELLO
        }

        It 'nc sends to us, and has our answer' -Skip:$missing.nc {
            $receiver = Start-SocketListener $Listen
            $client = Start-Program nc $Version, '-u', '-w', $seconds, $Address, $receiver.LocalEndPoint.Port
            $client.StandardInput.Write("hello`n")
            $client.StandardInput.Flush()
            $datagram = Receive-SocketDatagram $receiver -TimeoutSeconds $seconds
            $datagram.Text | Should -BeExactly "hello`n"
            $datagram.Reply("answer`n")
            Read-Line $client | Should -BeExactly answer
        }

        It 'nc has what we send, and we have its answer' -Skip:$missing.nc {
            $server = Start-Server nc $Listen { param($port) $Version, '-u', '-l', $Address, $port }
            $client = Connect-Socket ($Listen -replace ':0$', ":$($server.Port)")
            Send-SocketText $client "hello`n"
            Read-Line $server.Process | Should -BeExactly hello
            $server.Process.StandardInput.Write("answer`n")
            $server.Process.StandardInput.Flush()
            (Receive-SocketDatagram $client -TimeoutSeconds $seconds).Text | Should -BeExactly "answer`n"
        }

        It 'ncat sends to us, and has our answer' -Skip:$missing.ncat {
            $receiver = Start-SocketListener $Listen
            $client = Start-Program ncat $Version, '-u', $Address, $receiver.LocalEndPoint.Port
            $client.StandardInput.Write("hello`n")
            $client.StandardInput.Flush()
            $datagram = Receive-SocketDatagram $receiver -TimeoutSeconds $seconds
            $datagram.Text | Should -BeExactly "hello`n"
            $datagram.Reply("answer`n")
            Read-Line $client | Should -BeExactly answer
        }

        It 'ncat has what we send, and we have its answer' -Skip:$missing.ncat {
            $server = Start-Server ncat $Listen { param($port) $Version, '-u', '-l', $Address, $port }
            $client = Connect-Socket ($Listen -replace ':0$', ":$($server.Port)")
            Send-SocketText $client "hello`n"
            Read-Line $server.Process | Should -BeExactly hello
            $server.Process.StandardInput.Write("answer`n")
            $server.Process.StandardInput.Flush()
            (Receive-SocketDatagram $client -TimeoutSeconds $seconds).Text | Should -BeExactly "answer`n"
        }

        It 'socat and the built-in Echo keep boundaries together' -Skip:$missing.socat {
            $echo = Start-SocketListener $Listen -Service Echo
            $client = Start-Program socat '-t5', '-', "${Socat}:$($echo.LocalEndPoint)"
            foreach ($text in "one`n", "two`n") {
                $client.StandardInput.Write($text)
                $client.StandardInput.Flush()
                "$(Read-Line $client)`n" | Should -BeExactly $text
            }
            $echo.Accepted | Should -Be 2
        }
    }

    Context 'unixgram' {
        It 'socat sends to us, and has our answer' -Skip:$missing.socat {
            $path = New-SocketPath
            $receiver = Start-SocketListener "unixgram:$path"
            $own = New-SocketPath
            $client = Start-Program socat '-t5', '-', "UNIX-SENDTO:$path,bind=$own" -Text hello
            $datagram = Receive-SocketDatagram $receiver -TimeoutSeconds $seconds
            $datagram.Text, "$($datagram.RemoteEndPoint)" | Should -BeExactly hello, $own
            $datagram.Reply("answer`n")
            Read-Line $client | Should -BeExactly answer
        }

        It 'socat has what we send, and we have its answer' -Skip:$missing.socat {
            $path = New-SocketPath
            $null = Start-Program socat "UNIX-RECVFROM:$path", 'EXEC:tr a-z A-Z'
            Wait-Until { Test-BoundPath $path }
            $socket = New-DatagramSocket (New-DatagramEndpoint unixgram)
            Send-SocketText $socket hello -To "unixgram:$path"
            (Receive-SocketDatagram $socket -TimeoutSeconds $seconds).Text | Should -BeExactly HELLO
        }

        It 'socat has what a socket without a name sends' -Skip:$missing.socat {
            $path = New-SocketPath
            $server = Start-Program socat '-u', "UNIX-RECV:$path", '-'
            Wait-Until { Test-BoundPath $path }
            'one', 'two' | Send-SocketText -Endpoint "unixgram:$path" -Line
            Read-Line $server | Should -BeExactly one
            Read-Line $server | Should -BeExactly two
        }

        It 'nc sends to us' -Skip:$missing.nc {
            $path = New-SocketPath
            $receiver = Start-SocketListener "unixgram:$path"
            $client = Start-Program nc '-u', '-U', '-N', $path
            $client.StandardInput.Write("hello`n")
            $client.StandardInput.Flush()
            (Receive-SocketDatagram $receiver -TimeoutSeconds $seconds).Text | Should -BeExactly "hello`n"
        }

        It 'nc has what we send' -Skip:$missing.nc {
            $path = New-SocketPath
            $server = Start-Program nc '-u', '-U', '-l', $path
            Wait-Until { Test-BoundPath $path }
            Send-SocketText (New-DatagramSocket (New-DatagramEndpoint unixgram)) "hello`n" -To "unixgram:$path"
            Read-Line $server | Should -BeExactly hello
        }

        It 'logger sends a message of syslog to us' -Skip:$missing.logger {
            $path = New-SocketPath
            $listener = Start-SocketListener "unixgram:$path" -Handler { $_.Text }
            $null = Wait-Program (Start-Program logger '--socket', $path, '--socket-errors=on', '--priority', 'user.notice', '--tag', 'sockettools', 'a message')
            Wait-Until { $script:message = Receive-SocketListener $listener; $script:message }
            # RFC 3164: facility 1 (user) and severity 5 (notice) are 8 * 1 + 5.
            $message | Should -Match '^<13>.*sockettools.*: a message$'
        }

        It 'a log that takes syslog takes ours' -Skip:$missing.socat {
            $path = New-SocketPath
            $server = Start-Program socat '-u', "UNIX-RECV:$path", '-'
            Wait-Until { Test-BoundPath $path }
            $log = Connect-Socket "unixgram:$path"
            Send-SocketText $log "<13>sockettools: a message`n"
            Read-Line $server | Should -BeExactly '<13>sockettools: a message'
        }
    }

    Context 'DNS' {
        BeforeAll {
            # A query for an A record: the header, the name in labels, type and class (RFC 1035).
            function New-DnsQuery([int] $Id, [string] $Name) {
                $labels = foreach ($label in $Name.Split('.')) { $label.Length; [Text.Encoding]::ASCII.GetBytes($label) }
                [byte[]](@(($Id -shr 8), ($Id -band 255), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) + $labels + @(0, 0, 1, 0, 1))
            }

            # Reads a question, and answers 192.0.2.7 for example.test and that there is no such name (NXDOMAIN) for all others.
            $responder = {
                $query = $_.Byte
                $labels = for ($i = 12; $query[$i] -ne 0; $i += $query[$i] + 1) { [Text.Encoding]::ASCII.GetString($query, $i + 1, $query[$i]) }
                $question = $query[12..($i + 4)]
                $found = ($labels -join '.') -eq 'example.test' -and $query[$i + 2] -eq 1
                $header = $query[0..1] + @(0x85, ($found ? 0x80 : 0x83), 0, 1, 0, ([int]$found), 0, 0, 0, 0)
                # The name is the one of the question: a pointer to byte 12. Type A, class IN, one minute, four bytes.
                $answer = $found ? @(0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7) : @()
                $_.Reply([byte[]]($header + $question + $answer))
            }
        }

        It 'dig asks our responder over <Family>' -Skip:$missing.dig -ForEach $internet {
            $server = Start-SocketListener $Listen -Handler $responder
            $common = "@$Address", '-p', $server.LocalEndPoint.Port, '+tries=1', "+time=$seconds", '+noedns'
            Wait-Program (Start-Program dig ($common + '+short', 'example.test', 'A')) | Should -BeExactly "192.0.2.7`n"
            Wait-Program (Start-Program dig ($common + 'other.test', 'A')) | Should -Match 'status: NXDOMAIN'
            $server.ErrorCount | Should -Be 0
            $server.Accepted | Should -Be 2
        }

        It 'we ask dnsmasq' -Skip:$missing.dnsmasq {
            $server = Start-Server dnsmasq udp4://127.0.0.1:0 -Also tcp {
                param($port)
                '--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--no-poll', '--bind-interfaces', '--listen-address=127.0.0.1', '--pid-file=',
                "--port=$port", '--user=', '--group=', '--address=/example.test/192.0.2.7'
            }
            $client = Connect-Socket "udp://127.0.0.1:$($server.Port)"
            Send-SocketByte $client (New-DnsQuery 0x1234 'example.test')
            $answer = (Receive-SocketDatagram $client -TimeoutSeconds $seconds).Byte
            $answer[0..1] | Should -Be 0x12, 0x34
            $answer[2] -band 0x80 | Should -Be 0x80 -Because 'it is an answer'
            $answer[3] -band 15 | Should -Be 0
            $answer[7] | Should -Be 1
            $answer[-4..-1] -join '.' | Should -BeExactly 192.0.2.7

            # Not connected, two questions at once; each answer has the number of its question.
            $socket = New-Socket AF_INET SOCK_DGRAM
            foreach ($id in 1, 2) { Send-SocketByte $socket (New-DnsQuery $id ($id -eq 1 ? 'example.test' : 'www.example.test')) -To $client.RemoteEndPoint }
            $answers = Receive-SocketDatagram $socket -Count 2 -TimeoutSeconds $seconds
            $answers.ForEach{ $_.Byte[1] } | Sort-Object | Should -Be 1, 2
            $answers.ForEach{ $_.Byte[-4..-1] -join '.' } | Should -Be 192.0.2.7, 192.0.2.7
        }
    }
}

Describe 'Programs of others, streams' {
    AfterEach {
        foreach ($process in $programs) {
            if (-not $process.HasExited) { $process.Kill() }
            $process.Dispose()
        }
        $programs.Clear()
        Close-EverySocket
    }

    Context '<Program>' -ForEach @(@{ Program = 'socat' }, @{ Program = 'nc' }, @{ Program = 'ncat' }) {
        It 'as client of our Echo over <Kind>' -Skip:$missing[$Program] -ForEach ($streamClients | Where-Object Program -EQ $Program) {
            $listener = Start-SocketListener ($Listen.Replace('PATH', (New-SocketPath)).Replace('NAME', "socket-tools-$([guid]::NewGuid())")) -Service Echo
            $client = Start-Program $Program (& $Argument $listener)
            $client.StandardInput.Write("hello`n")
            $client.StandardInput.Flush()
            Read-Line $client | Should -BeExactly hello
            $client.StandardInput.Close()
            Wait-Program $client | Should -BeExactly ''
        }

        It 'as server over <Kind>' -Skip:$missing[$Program] -ForEach ($streamServers | Where-Object Program -EQ $Program) {
            if ($Kind -match 'unix') {
                $path = New-SocketPath
                $process = Start-Program $Program (& $Argument $path)
                # A file is there before its socket listens; the flags of one that does have bit 16 (__SO_ACCEPTCON).
                Wait-Until { @(Get-Content /proc/net/unix) -match " 00010000 .*$([regex]::Escape($path))$" }
                $client = Connect-Socket "${Kind}:$path"
            } else {
                $server = Start-Server $Program $Listen $Argument
                $process = $server.Process
                $client = Connect-Socket ($Listen -replace ':0$', ":$($server.Port)")
            }
            Send-SocketText $client hello -Line
            if ($Program -eq 'socat') {
                Receive-SocketText $client -TimeoutSeconds $seconds | Should -BeExactly "hello`n"
            } else {
                Read-Line $process | Should -BeExactly hello
                $process.StandardInput.Write("answer`n")
                $process.StandardInput.Flush()
                Receive-SocketText $client -Line -TimeoutSeconds $seconds | Should -BeExactly answer
            }
            Close-Socket $client
        }
    }
}
