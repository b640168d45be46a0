BeforeDiscovery {
    $missing = @{}
    foreach ($name in 'nc', 'ncat', 'socat', 'python3', 'redis-server') { $missing[$name] = -not (Get-Command $name -CommandType Application -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1

    # A server of one connection in another runspace: the script has it as $args[0].
    function Start-OneServer([scriptblock] $Script, [string] $Family = 'tcp') {
        $listener = Start-SocketListener (New-ListenEndpoint $Family)
        $job = Start-Background -ArgumentList $listener, "$Script" {
            param($listener, $text)
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 20
            try { & ([scriptblock]::Create($text)) $peer } finally { $peer.Dispose() }
        }
        [pscustomobject]@{ Endpoint = "$listener"; Listener = $listener; Job = $job }
    }

    function Get-FreePort {
        $probe = Start-SocketListener tcp://127.0.0.1:0
        $probe.LocalEndPoint.Port
        Stop-SocketListener $probe
    }
}

Describe 'Invoke-SocketRequest' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Invoke-SocketRequest 'Endpoint: EndpointArgument, position 0, mandatory, pipeline', 'Text: String[], position 1', 'Byte: Byte[]',
            'Line: SwitchParameter', 'NewLine: SocketNewLine', 'Delimiter: String', 'Encoding: Encoding', 'NoHalfClose: SwitchParameter',
            'Count: Int32, mandatory', 'Exactly: Int32, mandatory', 'ReceiveLine: SwitchParameter, mandatory', 'ReceiveUntil: String, mandatory',
            'AsText: SwitchParameter', 'MaximumLength: Int32', 'TimeoutSeconds: Double'
        Assert-OutputType Invoke-SocketRequest ([byte[]], [string])
    }

    It 'sends, says that no more comes, and writes what comes until the end, over <_>' -ForEach 'tcp', 'unix' {
        $server = Start-OneServer -Family $_ {
            $all = Receive-SocketByte $args[0] -All -Raw -TimeoutSeconds 20 # returns only behind the half-close
            Send-SocketByte $args[0] ($all + $all)
            'served'
        }
        Assert-Byte (Invoke-SocketRequest $server.Endpoint -Byte 1, 2, 3 -TimeoutSeconds 20) (1, 2, 3, 1, 2, 3)
        Wait-Background $server.Job | Should -Be served
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'speaks over unixpacket' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener "unixpacket:$(New-SocketPath)"
        $job = Start-Background -ArgumentList $listener {
            param($listener)
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 20
            $text = Receive-SocketText $peer -TimeoutSeconds 20
            Send-SocketText $peer "$text!"
            Send-SocketText $peer 'second'
            $peer.Dispose()
        }
        Invoke-SocketRequest $listener hello -AsText -TimeoutSeconds 20 | Should -BeExactly 'hello!second'
        $null = Wait-Background $job
    }

    It 'sends nothing where nothing is given' {
        $listener = Start-SocketListener tcp://:0 -Service Daytime
        Invoke-SocketRequest $listener -AsText -TimeoutSeconds 20 | Should -Match '\d\d:\d\d'
        $echo = Start-SocketListener tcp://:0 -Service Echo
        Invoke-SocketRequest $echo -TimeoutSeconds 20 | Should -BeNullOrEmpty
        Invoke-SocketRequest $echo '' -AsText -TimeoutSeconds 20 | Should -BeNullOrEmpty
    }

    It 'ends each text as <Name> says' -ForEach @(
        @{ Name = 'no parameter'; Options = @{}; Expected = 'ab' }
        @{ Name = '-Line'; Options = @{ Line = $true }; Expected = "a`nb`n" }
        @{ Name = '-NewLine Crlf'; Options = @{ NewLine = 'Crlf' }; Expected = "a`r`nb`r`n" }
        @{ Name = '-Delimiter'; Options = @{ Delimiter = '--' }; Expected = 'a--b--' }
    ) {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        Invoke-SocketRequest $echo a, b @Options -AsText -TimeoutSeconds 20 | Should -BeExactly $Expected
    }

    It 'uses the encoding both ways' {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        Assert-Byte (Invoke-SocketRequest $echo ([string][char]0xE9) -Encoding latin1 -TimeoutSeconds 20) 0xE9
        Invoke-SocketRequest $echo ([string][char]0xE9) -Encoding unicode -AsText -TimeoutSeconds 20 | Should -BeExactly ([string][char]0xE9)
    }

    It 'takes a part of the reply with <Name>, and closes' -ForEach @(
        @{ Name = '-Count'; Options = @{ Count = 3 }; Expected = "one" }
        @{ Name = '-Count beyond the end'; Options = @{ Count = 99 }; Expected = "one`r`ntwo;three" }
        @{ Name = '-Exactly'; Options = @{ Exactly = 5 }; Expected = "one`r`n" }
        @{ Name = '-ReceiveLine'; Options = @{ ReceiveLine = $true }; Expected = 'one' }
        @{ Name = '-ReceiveUntil'; Options = @{ ReceiveUntil = ';' }; Expected = "one`r`ntwo" }
    ) {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        $reply = Invoke-SocketRequest $echo "one`r`ntwo;three" @Options -AsText -TimeoutSeconds 20
        $reply | Should -BeExactly $Expected
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'writes bytes as one array, with -Count and -Exactly too' {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        Assert-Byte (Invoke-SocketRequest $echo abc -Count 2 -TimeoutSeconds 20) (97, 98)
        Assert-Byte (Invoke-SocketRequest $echo abc -Exactly 1 -TimeoutSeconds 20) 97
    }

    It 'keeps the sending side open with -NoHalfClose' {
        $server = Start-OneServer {
            $line = Receive-SocketText $args[0] -Line -TimeoutSeconds 20
            # Nothing more and no end: the wait runs out.
            Receive-SocketByte $args[0] -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable open
            Send-SocketText $args[0] "$line $("$($open.FullyQualifiedErrorId)".Split(',')[0])" -Line
            Receive-SocketByte $args[0] -TimeoutSeconds 20
            "end: $($args[0].EndOfStream)"
        }
        Invoke-SocketRequest $server.Endpoint hello -Line -NoHalfClose -ReceiveLine -TimeoutSeconds 20 | Should -BeExactly 'hello EWOULDBLOCK'
        Wait-Background $server.Job | Should -Be 'end: True'
    }

    It 'does not come to a standstill where the peer answers while it is asked' {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        $bytes = [byte[]]::new(12MB)
        [Random]::new(1).NextBytes($bytes)
        $reply = Invoke-SocketRequest $echo -Byte $bytes -TimeoutSeconds 20
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($reply)) | Should -Be ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)))
    }

    It 'asks each endpoint of the pipeline, and goes on behind one that fails' {
        $a = Start-SocketListener tcp://:0 -Service Echo
        $b = Start-SocketListener "unix:$(New-SocketPath)" -Service Echo
        $refusing = New-RefusingEndpoint
        $replies = "$a", $refusing, $b | Invoke-SocketRequest -Text x -AsText -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
        $replies | Should -Be x, x
        Assert-SocketError $failure ECONNREFUSED Invoke-SocketRequest ConnectionError $refusing
    }

    Context 'errors, and what had arrived' {
        It 'is ETIMEDOUT where the reply stops, with what came' {
            $server = Start-OneServer {
                Send-SocketText $args[0] 'part'
                $null = Receive-SocketByte $args[0] -All -TimeoutSeconds 20
            }
            Invoke-SocketRequest $server.Endpoint x -NoHalfClose -TimeoutSeconds 0.3 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ETIMEDOUT Invoke-SocketRequest OperationTimeout $server.Endpoint
            $failure[0].Exception | Should -BeOfType SocketTools.SocketRequestException
            [Text.Encoding]::ASCII.GetString($failure[0].Exception.Received) | Should -BeExactly part
            @(Get-Socket | Where-Object { "$($_.Endpoint)" -eq $server.Endpoint }).Count | Should -Be 0
            $null = Wait-Background $server.Job
        }

        It 'is ENODATA where the stream ends before -Exactly, with what came' {
            $echo = Start-SocketListener tcp://:0 -Service Echo
            Invoke-SocketRequest $echo abc -Exactly 5 -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENODATA Invoke-SocketRequest ReadError $echo
            Assert-Byte $failure[0].Exception.Received (97, 98, 99)
            $failure[0].Exception.BytesTransferred | Should -Be 3
        }

        It 'is EMSGSIZE where the reply is longer than -MaximumLength, also while the request still goes out' {
            $echo = Start-SocketListener tcp://:0 -Service Echo
            Invoke-SocketRequest $echo (-join ('x' * 10)) -MaximumLength 10 -AsText -TimeoutSeconds 20 | Should -Be xxxxxxxxxx
            Invoke-SocketRequest $echo xxxxxxxxxxx -MaximumLength 10 -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Invoke-SocketRequest LimitsExceeded $echo
            $failure[0].Exception.Received.Length | Should -Be 11
            Invoke-SocketRequest $echo -Byte ([byte[]]::new(32MB)) -MaximumLength 100000 -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Invoke-SocketRequest LimitsExceeded $echo
            $failure[0].Exception.BytesTransferred | Should -BeGreaterThan 0
            $failure[0].Exception.BytesTransferred | Should -BeLessThan 32MB
        }

        It 'is EMSGSIZE for a line longer than -MaximumLength' {
            $echo = Start-SocketListener tcp://:0 -Service Echo
            Invoke-SocketRequest $echo ('y' * 50) -ReceiveLine -MaximumLength 20 -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Invoke-SocketRequest LimitsExceeded $echo
        }

        It 'gives the answer of a peer that closed before it had the whole request' {
            $server = Start-OneServer {
                $null = Receive-SocketByte $args[0] -Count 10 -TimeoutSeconds 20
                Send-SocketText $args[0] 'too long' -Line
                Disconnect-Socket $args[0] Send
                $null = Wait-Socket $args[0] -TimeoutSeconds 20
            }
            $block = [byte[]]::new(32MB)
            Invoke-SocketRequest $server.Endpoint -Byte $block -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId | Should -Match '^(EPIPE|ECONNRESET),'
            [Text.Encoding]::ASCII.GetString($failure[0].Exception.Received) | Should -BeExactly "too long`n"
            $null = Wait-Background $server.Job
        }

        It 'is EILSEQ where the reply ends in the middle of a character' {
            $echo = Start-SocketListener tcp://:0 -Service Echo
            Invoke-SocketRequest $echo -Byte 97, 0xC3 -AsText -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'EILSEQ,*'
            Assert-Byte $failure[0].Exception.Received (97, 0xC3)
        }

        It 'is EINVAL for a text and bytes, and for what is no endpoint' {
            $echo = Start-SocketListener tcp://:0 -Service Echo
            Invoke-SocketRequest $echo a -Byte 1 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Invoke-SocketRequest InvalidArgument $echo
            Invoke-SocketRequest 'tcp://' -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Invoke-SocketRequest InvalidArgument 'tcp://'
        }

        It 'is ENOENT for a Unix path where nothing is' -Skip:$IsWindows {
            $endpoint = "unix:$(New-SocketPath)"
            Invoke-SocketRequest $endpoint x -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOENT Invoke-SocketRequest ObjectNotFound $endpoint
        }

        It 'is EWOULDBLOCK where it must not wait' {
            $listener = Start-SocketListener "unix:$(New-SocketPath)"
            Invoke-SocketRequest $listener x -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EWOULDBLOCK Invoke-SocketRequest OperationTimeout $listener
        }
    }

    Context 'datagrams' {
        It 'sends one and writes one, over <_>' -ForEach 'udp', 'udp6', 'unixgram' {
            if ($_ -eq 'unixgram' -and $IsWindows) { Set-ItResult -Skipped -Because 'Windows has no unixgram'; return }
            $echo = Start-SocketListener @{ udp = 'udp://127.0.0.1:0'; udp6 = 'udp6://[::1]:0'; unixgram = "unixgram:$(New-SocketPath)" }[$_] -Service Echo
            Invoke-SocketRequest $echo hello, you -Line -AsText -TimeoutSeconds 20 | Should -BeExactly "hello`nyou`n"
            Assert-Byte (Invoke-SocketRequest $echo -Byte 7, 8 -TimeoutSeconds 20) (7, 8)
            @(Get-Socket | Where-Object State -NE Bound).Count | Should -Be 0
        }

        It 'sends an empty one where nothing is given' {
            $listener = Start-SocketListener udp://127.0.0.1:0 -Handler { $_.Reply("got $($_.Length)") }
            Invoke-SocketRequest $listener -AsText -TimeoutSeconds 20 | Should -BeExactly 'got 0'
        }

        It 'writes -Count of them, each as it comes' {
            $listener = Start-SocketListener udp://127.0.0.1:0 -Handler { $_.Reply('a'); $_.Reply('b') }
            Invoke-SocketRequest $listener x -Count 2 -AsText -TimeoutSeconds 20 | Should -Be a, b
            $written = Invoke-SocketRequest $listener x -Count 3 -AsText -TimeoutSeconds 0.5 -ErrorAction SilentlyContinue -ErrorVariable failure
            $written | Should -Be a, b
            Assert-SocketError $failure ETIMEDOUT Invoke-SocketRequest OperationTimeout $listener
        }

        It 'is EMSGSIZE for an answer longer than -MaximumLength' {
            $echo = Start-SocketListener udp://127.0.0.1:0 -Service Echo
            Invoke-SocketRequest $echo abc -MaximumLength 3 -AsText -TimeoutSeconds 20 | Should -BeExactly abc
            Invoke-SocketRequest $echo abcd -MaximumLength 3 -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Invoke-SocketRequest LimitsExceeded $echo
        }

        It 'is EOPNOTSUPP for a part of a datagram' {
            foreach ($part in @{ Exactly = 1 }, @{ ReceiveLine = $true }, @{ ReceiveUntil = ';' }) {
                Invoke-SocketRequest udp://127.0.0.1:9 x @part -ErrorAction SilentlyContinue -ErrorVariable failure
                Assert-SocketError $failure EOPNOTSUPP Invoke-SocketRequest InvalidOperation udp://127.0.0.1:9
            }
        }

        It 'is ECONNREFUSED where nobody is' -Skip:$IsWindows {
            $socket = New-Socket AF_INET SOCK_DGRAM
            Set-SocketAddress $socket udp://127.0.0.1:0
            $endpoint = "udp://$($socket.LocalEndPoint)"
            Close-Socket $socket
            Invoke-SocketRequest $endpoint x -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ECONNREFUSED Invoke-SocketRequest ConnectionError $endpoint
            Get-Socket | Should -BeNullOrEmpty
        }
    }

    Context 'stopped from outside' {
        It 'ends within 200 ms while it <Name>, and leaves nothing open' -ForEach @(
            @{ Name = 'waits for the reply'; Script = { param($listener) Invoke-SocketRequest $listener x -TimeoutSeconds -1 } }
            @{ Name = 'waits for a datagram'; Script = { param($listener) Invoke-SocketRequest "udp://127.0.0.1:$($listener.LocalEndPoint.Port)" x -TimeoutSeconds -1 }; Udp = $true }
            @{ Name = 'sends'; Script = { param($listener) Invoke-SocketRequest $listener -Byte ([byte[]]::new(64MB)) -TimeoutSeconds -1 } }
        ) {
            $listener = Start-SocketListener tcp://:0
            if ($_.Udp) { $silent = [Net.Sockets.UdpClient]::new($listener.LocalEndPoint) }
            $null = Measure-Stop $Script $listener
            $before = Get-OpenDescriptor
            Measure-Stop $Script $listener | Should -BeLessThan 200
            Get-Socket | Should -BeNullOrEmpty
            Assert-DescriptorsBack $before
            if ($_.Udp) { $silent.Dispose() }
            $endpoint = "$listener"
            Stop-SocketListener $listener
            (Start-SocketListener $endpoint).State | Should -Be Listening
        }

        It 'ends with Select-Object -First 1, and leaves nothing open' {
            $echo = Start-SocketListener tcp://:0 -Service Echo
            $silent = Start-SocketListener tcp://:0
            $clock = [Diagnostics.Stopwatch]::StartNew()
            "$echo", "$silent" | Invoke-SocketRequest -Text x -AsText -TimeoutSeconds 20 | Select-Object -First 1 | Should -Be x
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
            Get-Socket | Should -BeNullOrEmpty
        }
    }

    Context 'real counterparts' {
        BeforeAll {
            # The text that a program prints is of no interest; that it answers at its port says that it is up.
            function Start-Server([string] $Name, [string[]] $Argument) {
                $start = [Diagnostics.ProcessStartInfo]::new((Get-Command $Name -CommandType Application | Select-Object -First 1).Source)
                $Argument | ForEach-Object { $start.ArgumentList.Add($_) }
                $start.WorkingDirectory = (Get-PSDrive TestDrive).Root
                $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
                [Diagnostics.Process]::Start($start)
            }

            function Invoke-WhenUp([string] $Endpoint, [hashtable] $Request) {
                $box = @{}
                Wait-Until -What "$Endpoint answers" {
                    $box.Reply = Invoke-SocketRequest $Endpoint @Request -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
                    if ($failure -and $failure[0].FullyQualifiedErrorId -notmatch '^(ECONNREFUSED|ENOENT),') { throw $failure[0] }
                    -not $failure
                }
                $box.Reply
            }

            function Stop-Server($Process) {
                if (-not $Process.HasExited) { $Process.Kill() }
                $null = $Process.WaitForExit(20000)
                $Process.Dispose()
            }
        }

        It 'ncat that sends back what comes' -Skip:($missing.ncat) {
            $port = Get-FreePort
            $process = Start-Server ncat '-l', '127.0.0.1', "$port", '--exec', '/bin/cat'
            # It takes the end of what is sent for the end of the client.
            try { Invoke-WhenUp "tcp://127.0.0.1:$port" @{ Text = 'hello'; NoHalfClose = $true; Exactly = 5; AsText = $true } | Should -BeExactly hello }
            finally { Stop-Server $process }
        }

        It 'socat that sends back what comes' -Skip:($missing.socat) {
            $port = Get-FreePort
            $process = Start-Server socat "TCP-LISTEN:$port,bind=127.0.0.1", 'EXEC:cat'
            try { Invoke-WhenUp "tcp://127.0.0.1:$port" @{ Text = 'hello'; AsText = $true } | Should -BeExactly hello }
            finally { Stop-Server $process }
        }

        It 'socat at a Unix socket that sends back what comes' -Skip:($missing.socat) {
            $path = New-SocketPath
            $process = Start-Server socat "UNIX-LISTEN:$path", 'EXEC:cat'
            try { Invoke-WhenUp "unix:$path" @{ Text = 'hello'; AsText = $true } | Should -BeExactly hello }
            finally { Stop-Server $process }
        }

        It 'nc that says something, and gets what is said' -Skip:($missing.nc) {
            $port = Get-FreePort
            $process = Start-Server nc '-l', '-N', '127.0.0.1', "$port"
            try {
                $process.StandardInput.Write('from nc')
                $process.StandardInput.Close()
                Invoke-WhenUp "tcp://127.0.0.1:$port" @{ Text = 'to nc'; AsText = $true } | Should -BeExactly 'from nc'
                $process.StandardOutput.ReadToEnd() | Should -BeExactly 'to nc'
            } finally { Stop-Server $process }
        }

        It 'the http.server of python3' -Skip:($missing.python3) {
            $folder = Join-Path (Get-PSDrive TestDrive).Root web
            $null = New-Item -ItemType Directory $folder
            [IO.File]::WriteAllText("$folder/page.txt", 'the page')
            $child = Start-Python @'
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
print(server.server_address[1])
server.serve_forever()
'@ $folder
            try {
                $port = Read-ChildLine $child
                $reply = Invoke-SocketRequest "tcp://127.0.0.1:$port" 'GET /page.txt HTTP/1.0', '' -NewLine Crlf -AsText -TimeoutSeconds 20
                $reply | Should -Match '^HTTP/1\.[01] 200 OK\r\n'
                $reply | Should -Match '\r\n\r\nthe page$'
                Invoke-SocketRequest "tcp://127.0.0.1:$port" 'GET /none HTTP/1.1', 'Host: x', '' -NewLine Crlf -NoHalfClose -ReceiveLine -TimeoutSeconds 20 | Should -Match ' 404 '
            } finally { Stop-Child $child -Kill }
        }

        It 'Redis over TCP and over its Unix socket' -Skip:($missing['redis-server']) {
            $folder = (Get-PSDrive TestDrive).Root
            $port = Get-FreePort
            $path = New-SocketPath
            $process = Start-Server redis-server '--port', "$port", '--bind', '127.0.0.1', '--unixsocket', $path, '--dir', $folder, '--save', '', '--appendonly', 'no'
            try {
                foreach ($endpoint in "tcp://127.0.0.1:$port", "unix:$path") {
                    Invoke-WhenUp $endpoint @{ Text = 'PING'; NewLine = 'Crlf'; ReceiveLine = $true } | Should -BeExactly '+PONG'
                    # Redis answers, and closes behind QUIT.
                    Invoke-SocketRequest $endpoint 'SET k v', 'GET k', 'QUIT' -NewLine Crlf -AsText -TimeoutSeconds 20 | Should -BeExactly "+OK`r`n`$1`r`nv`r`n+OK`r`n"
                }
            } finally { Stop-Server $process }
        }
    }
}
