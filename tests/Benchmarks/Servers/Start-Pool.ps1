# The char server as it is often written: an accept loop, and for each client a PowerShell.Create() on a pool of runspaces.
# With a module its handler is the one of Start-Listener.ps1, without one it makes direct .NET calls.
param([string] $ModulePath)

$ErrorActionPreference = 'Stop'
$listener = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
$listener.Bind([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
$listener.Listen(4096)
$loop = [powershell]::Create()
$null = $loop.AddScript({
        param($listener, $modulePath)
        $initial = [initialsessionstate]::CreateDefault2()
        if ($modulePath) { $initial.ImportPSModule($modulePath) }
        $pool = [runspacefactory]::CreateRunspacePool($initial)
        $null = $pool.SetMaxRunspaces(16)
        $pool.Open()
        $handler = if ($modulePath) { {
            param($client)
            $byte = Receive-SocketByte $client
            Send-SocketByte $client ($byte[0] + 1)
            $client.Dispose()
        } } else { {
            param($client)
            $buffer = [byte[]]::new(1)
            $null = $client.Receive($buffer)
            $buffer[0]++
            $null = $client.Send($buffer)
            $client.Dispose()
        } }
        $handler = "$handler"
        $running = [Collections.Generic.Queue[object]]::new()
        while ($true) {
            $client = $listener.Accept()
            $shell = [powershell]::Create()
            $shell.RunspacePool = $pool
            $null = $shell.AddScript($handler).AddArgument($client)
            $running.Enqueue(@($shell, $shell.BeginInvoke()))
            while ($running.Count -and $running.Peek()[1].IsCompleted) {
                $done = $running.Dequeue()
                $null = $done[0].EndInvoke($done[1])
                $done[0].Dispose()
            }
        }
    }).AddArgument($listener).AddArgument($ModulePath)
$null = $loop.BeginInvoke()
[Console]::Out.WriteLine($listener.LocalEndPoint.Port)
$null = [Console]::In.ReadToEnd()
[Environment]::Exit(0)
