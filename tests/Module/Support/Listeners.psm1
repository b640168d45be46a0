# What the tests of background listeners share. Import it after SocketToolsTest.psm1.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# A whole visit: connects, sends a line if there is one, reads to the end of the stream, closes. Returns the text.
function Invoke-Visit($Listener, [string] $Line, [double] $TimeoutSeconds = 20) {
    $client = Connect-Socket $Listener -TimeoutSeconds $TimeoutSeconds
    try {
        if ($Line) { Send-SocketText $client $Line -Line }
        Receive-SocketText $client -All -Raw -TimeoutSeconds $TimeoutSeconds
    } finally { $client.Dispose() }
}

# How a visit ended for one who may be turned away: the text, 'end' for an end without a text, or the errno of what failed.
function Get-VisitEnd($Listener, [string] $Line, $Channel) {
    try {
        $to = if ($Channel) { @{ Channel = $Channel } } else { @{} }
        $client = Connect-Socket $Listener @to -TimeoutSeconds 20
        if ($Line) { Send-SocketText $client $Line -Line }
        $text = Receive-SocketText $client -All -Raw -TimeoutSeconds 20
        $text ? $text : 'end'
    } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
    finally { if (Test-Path variable:client) { $client.Dispose() } }
}

# Stops a listener; returns how many milliseconds that took. Its address must be free for a new one at once.
function Measure-ListenerStop($Listener) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    Stop-SocketListener $Listener
    $clock.Stop()
    $next = Start-SocketListener "$Listener"
    if ("$($next.State)" -ne 'Listening') { throw "The address $Listener is not free." }
    Stop-SocketListener $next
    $clock.Elapsed.TotalMilliseconds
}

# What every listener must still do behind a fault: stop within a second, with its address free, and with no descriptor left.
function Assert-StopsCleanly($Listener) {
    Measure-ListenerStop $Listener | Should -BeLessThan 1000
    $Listener.State | Should -Be 'Closed'
    $Listener.Active | Should -Be 0
}

# Clients at once, as a server that knows nothing of the module sees them: each sends a byte and wants it back. Compiled, because a loop in PowerShell
# is not "at once". Where the backlog is full, connect(2) of a Unix socket waits. TCP drops the packet and tries again later and later, so a client
# that has no answer after a short time begins anew.
function Invoke-Swarm($Listener, [int] $Clients) {
    if (-not ('SocketToolsTest.Swarm' -as [type])) {
        Add-Type -Namespace SocketToolsTest -Name Swarm -UsingNamespace System.Linq, System.Net, System.Net.Sockets, System.Threading, System.Threading.Tasks -MemberDefinition @'
            public static Task<byte[]> Run(EndPoint server, int clients) =>
                Task.WhenAll(Enumerable.Range(0, clients).Select(i => server is IPEndPoint ? VisitInternet(server, (byte)i) : VisitLocal(server, (byte)i)));

            private static async Task<byte> VisitInternet(EndPoint server, byte value)
            {
                while (true)
                {
                    using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    using CancellationTokenSource time = new(500);
                    byte[] buffer = new byte[] { value };
                    try
                    {
                        await socket.ConnectAsync(server, time.Token);
                        await socket.SendAsync(buffer, SocketFlags.None, time.Token);
                        if (await socket.ReceiveAsync(buffer, SocketFlags.None, time.Token) == 1)
                        {
                            return (byte)(buffer[0] - value);
                        }
                    }
                    catch (Exception e) when (e is SocketException or OperationCanceledException)
                    {
                        socket.LingerState = new LingerOption(true, 0);
                    }
                }
            }

            private static Task<byte> VisitLocal(EndPoint server, byte value)
            {
                TaskCompletionSource<byte> answer = new();
                Thread thread = new(() =>
                {
                    try
                    {
                        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                        byte[] buffer = new byte[] { value };
                        socket.Connect(server);
                        socket.Send(buffer);
                        answer.SetResult(socket.Receive(buffer) == 1 ? (byte)(buffer[0] - value) : (byte)255);
                    }
                    catch (Exception e)
                    {
                        answer.SetException(e);
                    }
                }, 128 * 1024);
                thread.IsBackground = true;
                thread.Start();
                return answer.Task;
            }
'@
    }
    $run = [SocketToolsTest.Swarm]::Run($Listener.LocalEndPoint, $Clients)
    if (-not $run.Wait(60000)) { throw 'The clients were not all served within 60 s.' }
    $run.Result
}

# A child that does what it is told: each line that it reads is a script, and it answers with a line.
function Start-ObedientChild([string] $Script, [string[]] $Prefix = @()) {
    $child = Start-ChildPowerShell -Prefix $Prefix -Script @"
$Script
[Console]::Out.WriteLine('ready')
while (`$line = [Console]::In.ReadLine()) {
    try { [Console]::Out.WriteLine((. ([scriptblock]::Create(`$line))) -join ' ') } catch { [Console]::Out.WriteLine("`$_") }
}
"@
    $ready = Read-ChildLine $child -Seconds 60
    if ($ready -ne 'ready') { throw "The child did not start: $ready $($child.Errors.Result)" }
    $child
}

function Invoke-InChild($Child, [string] $Script) {
    $Child.Process.StandardInput.WriteLine($Script)
    Read-ChildLine $Child -Seconds 30
}

# The texts' client in C: connects, writes one character, reads one, prints it. With a number it is the one for AF_INET.
function New-CharClient([string] $Folder) {
    $source = Join-Path $Folder 'client.c'
    Set-Content $source @'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct sockaddr_in inet = { .sin_family = AF_INET };
    int port = argc > 1 ? atoi(argv[1]) : 0;
    char ch = 'A';
    int fd, failed;

    if (port > 0) {
        inet.sin_port = htons(port);
        inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fd = socket(AF_INET, SOCK_STREAM, 0);
        failed = connect(fd, (struct sockaddr *)&inet, sizeof inet);
    } else {
        strcpy(local.sun_path, "server_socket");
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        failed = connect(fd, (struct sockaddr *)&local, sizeof local);
    }
    if (failed) {
        perror("connect");
        return 1;
    }
    if (write(fd, &ch, 1) != 1 || read(fd, &ch, 1) != 1) {
        perror("write or read");
        return 1;
    }
    printf("char from server = %c\n", ch);
    close(fd);
    return 0;
}
'@
    $program = Join-Path $Folder 'client'
    & cc -o $program $source 2>&1 | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'The C client was not compiled.' }
    $program
}

Export-ModuleMember -Function *
