# The char server by hand: four runspaces, each in an accept loop of its own, with direct .NET calls.
$ErrorActionPreference = 'Stop'
$listener = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
$listener.Bind([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
$listener.Listen(4096)
foreach ($number in 1..4) {
    $shell = [powershell]::Create()
    $null = $shell.AddScript({
            param($listener)
            $buffer = [byte[]]::new(1)
            while ($true) {
                $client = $listener.Accept()
                $null = $client.Receive($buffer)
                $buffer[0]++
                $null = $client.Send($buffer)
                $client.Dispose()
            }
        }).AddArgument($listener)
    $null = $shell.BeginInvoke()
}
[Console]::Out.WriteLine($listener.LocalEndPoint.Port)
$null = [Console]::In.ReadToEnd()
[Environment]::Exit(0)
