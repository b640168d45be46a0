# Programs that know nothing of us: four in plain libc (c/*.c, compiled here), and those of others where they are installed.
# Each pairing reads one character, answers the next one, and closes, as in the texts.

BeforeDiscovery {
    function Test-Program([string] $Name) { [bool](Get-Command $Name -CommandType Application -ErrorAction Ignore) }
    # /proc tells what the kernel has; the test can only run where it has ::1.
    function Test-IPv6 {
        try { $socket = [System.Net.Sockets.Socket]::new('InterNetworkV6', 'Stream', 'Tcp'); $socket.Bind([ipendpoint]::new([ipaddress]::IPv6Loopback, 0)); $socket.Dispose(); $true }
        catch { $false }
    }
    $compiler = Test-Program cc
    $missing = @{}
    foreach ($name in 'socat', 'ncat', 'nc', 'python3', 'curl') { $missing[$name] = -not (Test-Program $name) }
    $families = @(
        @{ Kind = 'AF_UNIX, the file server_socket'; Family = 'AF_UNIX'; Server = 'server1'; Client = 'client1'; Name = 'server_socket' }
        @{ Kind = 'AF_INET'; Family = 'AF_INET'; Server = 'server3'; Client = 'client3'; Address = '127.0.0.1' }
        if ($IsLinux) { @{ Kind = 'AF_UNIX, an abstract name'; Family = 'AF_UNIX'; Server = 'server1'; Client = 'client1'; Name = "@sockettools-$PID" } }
        if (Test-IPv6) { @{ Kind = 'AF_INET6'; Family = 'AF_INET6'; Server = 'server3'; Client = 'client3'; Address = '::1' } }
    )
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    $seconds = 15
    $children = [System.Collections.Generic.List[System.Diagnostics.Process]]::new()

    function Start-Program([string] $Path, [object[]] $Argument = @(), [switch] $StandardInput) {
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Command $Path -CommandType Application | Select-Object -First 1).Source)
        $start.WorkingDirectory = $PWD.ProviderPath
        $start.RedirectStandardOutput = $start.RedirectStandardError = $start.RedirectStandardInput = $true
        foreach ($value in $Argument) { $start.ArgumentList.Add("$value") }
        $process = [System.Diagnostics.Process]::Start($start)
        $children.Add($process)
        if (-not $StandardInput) { $process.StandardInput.Close() }
        $process
    }

    # The next line that fits, or an error when it does not come in time.
    function Wait-Line([System.IO.StreamReader] $Reader, [string] $Pattern) {
        while ($true) {
            $line = $Reader.ReadLineAsync()
            if (-not $line.Wait([timespan]::FromSeconds($seconds))) { throw "'$Pattern' did not come within $seconds s." }
            if ($null -eq $line.Result) { throw "The program ended, and '$Pattern' did not come." }
            if ($line.Result -match $Pattern) { return $line.Result }
        }
    }

    # The rest of its output, when it has ended by itself and well.
    function Wait-Program([System.Diagnostics.Process] $Process) {
        $output = $Process.StandardOutput.ReadToEndAsync()
        $errors = $Process.StandardError.ReadToEndAsync()
        if (-not $Process.WaitForExit([timespan]::FromSeconds($seconds))) { throw "$($Process.StartInfo.FileName) did not end within $seconds s." }
        if ($Process.ExitCode -ne 0) { throw "$($Process.StartInfo.FileName) ended with $($Process.ExitCode): $($errors.Result)" }
        $output.Result.TrimEnd()
    }

    function Start-CServer([hashtable] $Kind, [int] $Clients) {
        $server = Start-Program $programs[$Kind.Server] ($Kind.Name ? @($Clients, $Kind.Name) : @($Clients, 0, $Kind.Address))
        $port = $Kind.Name ? 0 : [int] ((Wait-Line $server.StandardOutput '^port \d+$') -split ' ')[1]
        $null = Wait-Line $server.StandardOutput '^server waiting$'
        $Kind + @{
            Process = $server; Port = $port
            ClientArguments = $Kind.Name ? @($Kind.Name) : @($port, $Kind.Address)
            Endpoint = $Kind.Name ? "unix:$($Kind.Name)" : $Kind.Address.Contains(':') ? "tcp6://[$($Kind.Address)]:$port" : "tcp://$($Kind.Address):$port"
        }
    }

    # server1.c and server3.c, call by call.
    function Start-OurServer([hashtable] $Kind) {
        $server = New-Socket $Kind.Family SOCK_STREAM
        Set-SocketAddress $server ($Kind.Name ? "unix:$($Kind.Name)" : $Kind.Address.Contains(':') ? 'tcp6://:0' : 'tcp://:0')
        $listener = Start-SocketListener -Channel $server -Backlog 5
        $Kind + @{
            Listener = $listener; Endpoint = $listener.Endpoint
            ClientArguments = $Kind.Name ? @($Kind.Name) : @($listener.LocalEndPoint.Port, $Kind.Address)
        }
    }

    function Invoke-OurServer([hashtable] $Server) {
        $connected = Receive-SocketConnection $Server.Listener -TimeoutSeconds $seconds
        $byte = (Receive-SocketByte $connected -Exactly 1 -TimeoutSeconds $seconds)[0]
        Send-SocketByte $connected ($byte + 1)
        Close-Socket $connected
    }

    # client1.c and client3.c, call by call.
    function Invoke-OurClient([hashtable] $Server) {
        $client = New-Socket $Server.Family SOCK_STREAM
        $null = Connect-Socket $Server.Endpoint -Channel $client -TimeoutSeconds $seconds
        Send-SocketByte $client ([byte][char] 'A')
        $byte = (Receive-SocketByte $client -Exactly 1 -TimeoutSeconds $seconds)[0]
        Receive-SocketByte $client -TimeoutSeconds $seconds
        if (-not $client.EndOfStream) { throw 'The server has not closed.' }
        Close-Socket $client
        "char from server = $([char] $byte)"
    }

    # Each test in an empty folder, as PowerShell's location.
    function Enter-Folder {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive ([IO.Path]::GetRandomFileName())))
        $children.Clear()
    }

    # Whatever a test leaves is closed and ended, and is a failure.
    function Exit-Folder {
        $open = @(Get-Socket) + @(Get-SocketListener) | ForEach-Object { "$_" }
        Get-Socket | Close-Socket
        Get-SocketListener | Stop-SocketListener
        $running = @($children | Where-Object { -not $_.HasExited })
        $running | ForEach-Object { $_.Kill(); $_.WaitForExit() }
        $names = @($running | ForEach-Object { $_.StartInfo.FileName })
        $children | ForEach-Object Dispose
        Pop-Location
        $open | Should -BeNullOrEmpty -Because 'a test closes what it opens'
        $names | Should -BeNullOrEmpty -Because 'every program ends by itself'
    }
}

Describe 'C programs (need cc)' -Skip:(-not $compiler) {
    BeforeEach { Enter-Folder }
    AfterEach { Exit-Folder }

    BeforeAll {
        $programs = @{}
        foreach ($name in 'server1', 'client1', 'server3', 'client3') {
            $programs[$name] = Join-Path $TestDrive $name
            $message = cc -std=c11 -D_DEFAULT_SOURCE -Wall -Wextra -Werror -o $programs[$name] (Join-Path $PSScriptRoot "c/$name.c") 2>&1
            if ($LASTEXITCODE -ne 0) { throw "$name.c: $message" }
        }
    }

    Context '<Kind>' -ForEach $families {
        BeforeAll { $family = $_ }

        It 'C client and C server, as the control' {
            $server = Start-CServer $family 1
            Wait-Program (Start-Program $programs[$Client] $server.ClientArguments) | Should -BeExactly 'char from server = B'
            Wait-Program $server.Process | Should -BeExactly ''
        }

        It 'our client and C server' {
            $server = Start-CServer $family 1
            Invoke-OurClient $server | Should -BeExactly 'char from server = B'
            $null = Wait-Program $server.Process
        }

        It 'C client and our server' {
            $server = Start-OurServer $family
            $client = Start-Program $programs[$Client] $server.ClientArguments
            Invoke-OurServer $server
            Wait-Program $client | Should -BeExactly 'char from server = B'
            Stop-SocketListener $server.Listener
        }

        It 'our client and our server' {
            $server = Start-OurServer $family
            $client = Connect-Socket $server.Listener
            Send-SocketText $client 'A'
            Invoke-OurServer $server
            "char from server = $(Receive-SocketText $client)" | Should -BeExactly 'char from server = B'
            Close-Socket $client
            Stop-SocketListener $server.Listener
        }

        It 'several clients one after the other: ours, C, ours' {
            $server = Start-CServer $family 3
            Invoke-OurClient $server | Should -BeExactly 'char from server = B'
            Wait-Program (Start-Program $programs[$Client] $server.ClientArguments) | Should -BeExactly 'char from server = B'
            Invoke-OurClient $server | Should -BeExactly 'char from server = B'
            $null = Wait-Program $server.Process
        }

        It 'several C clients in the backlog of our server' {
            $server = Start-OurServer $family
            $clients = 1..3 | ForEach-Object { Start-Program $programs[$Client] $server.ClientArguments }
            1..3 | ForEach-Object { Invoke-OurServer $server }
            $clients | ForEach-Object { Wait-Program $_ } | Should -BeExactly (@('char from server = B') * 3)
            $server.Listener.Accepted | Should -Be 3
            Stop-SocketListener $server.Listener
        }
    }

    It 'the file server_socket is private while our server has it, and gone afterwards' -Skip:$IsWindows {
        $server = Start-OurServer @{ Family = 'AF_UNIX'; Name = 'server_socket' }
        (Get-Item server_socket).UnixMode | Should -Be 'srw-------'
        $client = Start-Program $programs.client1
        Invoke-OurServer $server
        Wait-Program $client | Should -BeExactly 'char from server = B'
        Stop-SocketListener $server.Listener
        'server_socket' | Should -Not -Exist
    }

    It 'a C client that finds nobody is refused, as ours is' {
        $client = Start-Program $programs.client1
        $null = Wait-Line $client.StandardError '^connect: No such file or directory'
        $client.WaitForExit([timespan]::FromSeconds($seconds)) | Should -BeTrue
        $client.ExitCode | Should -Be 1
        { Connect-Socket unix:server_socket -ErrorAction Stop } | Should -Throw -ErrorId 'ENOENT,SocketTools.Commands.ConnectSocketCommand'
    }

    It 'a C server that is killed leaves its file: ours then takes its place' -Skip:$IsWindows {
        $dead = Start-CServer @{ Family = 'AF_UNIX'; Server = 'server1'; Name = 'server_socket' } 1
        $dead.Process.Kill()
        $dead.Process.WaitForExit()
        'server_socket' | Should -Exist
        { Connect-Socket unix:server_socket -ErrorAction Stop } | Should -Throw -ErrorId 'ECONNREFUSED,SocketTools.Commands.ConnectSocketCommand'

        $server = Start-OurServer @{ Family = 'AF_UNIX'; Name = 'server_socket' }
        $client = Start-Program $programs.client1
        Invoke-OurServer $server
        Wait-Program $client | Should -BeExactly 'char from server = B'
        Stop-SocketListener $server.Listener
    }

    It 'the address of a living C server is not taken from it' {
        $living = Start-CServer @{ Family = 'AF_UNIX'; Server = 'server1'; Name = 'server_socket' } 2
        { Start-SocketListener unix:server_socket -ErrorAction Stop } | Should -Throw -ErrorId 'EADDRINUSE,SocketTools.Commands.StartSocketListenerCommand'
        # The look whether somebody listens was the first of the two clients.
        Invoke-OurClient (@{ Family = 'AF_UNIX'; Endpoint = 'unix:server_socket' }) | Should -BeExactly 'char from server = B'
        $null = Wait-Program $living.Process
    }
}

Describe 'Programs of others, where installed' {
    BeforeEach { Enter-Folder }
    AfterEach { Exit-Folder }

    BeforeAll {
        # Sends A, and is answered; the half-close is theirs, so our server reads to the end.
        function Invoke-Answer([object] $Listener) {
            $peer = Receive-SocketConnection $Listener -TimeoutSeconds $seconds
            $byte = (Receive-SocketByte $peer -Exactly 1 -TimeoutSeconds $seconds)[0]
            Send-SocketByte $peer ($byte + 1)
            Receive-SocketByte $peer -All -TimeoutSeconds $seconds
            Close-Socket $peer
        }

        function Invoke-Client([string] $Path, [object[]] $Argument) {
            $client = Start-Program $Path $Argument -StandardInput
            $client.StandardInput.Write('A')
            $client.StandardInput.Close()
            $client
        }
    }

    It 'socat as client, TCP' -Skip:$missing.socat {
        $listener = Start-SocketListener tcp://:0
        $client = Invoke-Client socat @('-t', $seconds, '-', "TCP:$($listener.LocalEndPoint)")
        Invoke-Answer $listener
        Wait-Program $client | Should -BeExactly 'B'
        Stop-SocketListener $listener
    }

    It 'socat as client, Unix domain' -Skip:$missing.socat {
        $listener = Start-SocketListener unix:server_socket
        $client = Invoke-Client socat @('-t', $seconds, '-', 'UNIX-CONNECT:server_socket')
        Invoke-Answer $listener
        Wait-Program $client | Should -BeExactly 'B'
        Stop-SocketListener $listener
    }

    It 'socat as echo server, TCP' -Skip:$missing.socat {
        $server = Start-Program socat @('-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1', 'EXEC:cat')
        $address = (Wait-Line $server.StandardError 'listening on') -replace '^.* '
        $client = Connect-Socket $address
        Send-SocketText $client 'hello' -Line
        Receive-SocketText $client -Line -TimeoutSeconds $seconds | Should -BeExactly 'hello'
        Disconnect-Socket $client Send
        Receive-SocketText $client -TimeoutSeconds $seconds | Should -BeNullOrEmpty
        $client.EndOfStream | Should -BeTrue
        Close-Socket $client
        $null = Wait-Program $server
    }

    It 'socat as echo server, abstract name' -Skip:($missing.socat -or -not $IsLinux) {
        $name = "sockettools-socat-$PID"
        $server = Start-Program socat @('-d', '-d', "ABSTRACT-LISTEN:$name", 'EXEC:cat')
        $null = Wait-Line $server.StandardError 'listening on'
        $client = Connect-Socket "unix:@$name"
        Send-SocketText $client 'hello' -Line
        Receive-SocketText $client -Line -TimeoutSeconds $seconds | Should -BeExactly 'hello'
        Close-Socket $client
        $null = Wait-Program $server
    }

    It 'ncat as client, TCP' -Skip:$missing.ncat {
        $listener = Start-SocketListener tcp://:0
        $client = Invoke-Client ncat @('127.0.0.1', $listener.LocalEndPoint.Port)
        Invoke-Answer $listener
        Wait-Program $client | Should -BeExactly 'B'
        Stop-SocketListener $listener
    }

    It 'ncat as client, Unix domain' -Skip:$missing.ncat {
        $listener = Start-SocketListener unix:server_socket
        $client = Invoke-Client ncat @('-U', 'server_socket')
        Invoke-Answer $listener
        Wait-Program $client | Should -BeExactly 'B'
        Stop-SocketListener $listener
    }

    It 'nc as client, TCP' -Skip:$missing.nc {
        $listener = Start-SocketListener tcp://:0
        # No option: the netcats agree on none. This one does not half-close, so the server ends the connection.
        $client = Start-Program nc @('127.0.0.1', $listener.LocalEndPoint.Port) -StandardInput
        $client.StandardInput.Write('A')
        $client.StandardInput.Flush()
        $peer = Receive-SocketConnection $listener -TimeoutSeconds $seconds
        Receive-SocketText $peer -TimeoutSeconds $seconds | Should -BeExactly 'A'
        Send-SocketText $peer 'B'
        Close-Socket $peer
        $client.StandardInput.Close()
        Wait-Program $client | Should -BeExactly 'B'
        Stop-SocketListener $listener
    }

    It 'python3 as client, TCP' -Skip:$missing.python3 {
        $listener = Start-SocketListener tcp://:0
        $client = Start-Program python3 @('-c', @'
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=15) as s:
    s.sendall(b"A")
    s.shutdown(socket.SHUT_WR)
    print("char from server =", s.recv(1).decode())
'@, $listener.LocalEndPoint.Port)
        Invoke-Answer $listener
        Wait-Program $client | Should -BeExactly 'char from server = B'
        Stop-SocketListener $listener
    }

    It 'python3 as server, Unix domain' -Skip:($missing.python3 -or $IsWindows) {
        $server = Start-Program python3 @('-c', @'
import socket
with socket.socket(socket.AF_UNIX) as s:
    s.settimeout(15)
    s.bind("server_socket")
    s.listen(5)
    print("server waiting", flush=True)
    with s.accept()[0] as c:
        c.sendall(bytes([c.recv(1)[0] + 1]))
'@)
        $null = Wait-Line $server.StandardOutput '^server waiting$'
        Invoke-OurClient @{ Family = 'AF_UNIX'; Endpoint = 'unix:server_socket' } | Should -BeExactly 'char from server = B'
        $null = Wait-Program $server
    }

    It 'curl against an answer of HTTP made by hand, <Kind>' -Skip:$missing.curl -ForEach @(
        @{ Kind = 'TCP'; At = 'tcp://:0' }
        @{ Kind = 'Unix domain'; At = 'unix:server_socket' }
    ) {
        $listener = Start-SocketListener $At
        $arguments = $Kind -eq 'TCP' ? @("http://$($listener.LocalEndPoint)/path") : @('--unix-socket', 'server_socket', 'http://localhost/path')
        $client = Start-Program curl (@('--silent', '--show-error', '--noproxy', '*', '--max-time', $seconds) + $arguments)
        $peer = Receive-SocketConnection $listener -TimeoutSeconds $seconds
        $request = @(do { $line = Receive-SocketText $peer -Line -TimeoutSeconds $seconds; $line } while ($line))
        'HTTP/1.1 200 OK', 'Content-Length: 7', 'Connection: close', '' | Send-SocketText $peer -NewLine Crlf
        Send-SocketText $peer 'by hand'
        Close-Socket $peer
        Wait-Program $client | Should -BeExactly 'by hand'
        $request[0] | Should -BeExactly 'GET /path HTTP/1.1'
        Stop-SocketListener $listener
    }
}
