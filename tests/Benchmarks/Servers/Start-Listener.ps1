# A server of SocketTools in a process of its own. It prints its port, answers the line "memory" with the bytes of managed
# memory in use, and ends when its standard input does.
param([string] $ModulePath, [ValidateSet('Echo', 'UdpEcho', 'CharServer')] [string] $Kind)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
$listener = if ($Kind -eq 'Echo') {
    Start-SocketListener tcp://:0 -Service Echo
} elseif ($Kind -eq 'UdpEcho') {
    Start-SocketListener udp4://:0 -Service Echo
} else {
    Start-SocketListener tcp://:0 {
        $byte = Receive-SocketByte $_
        Send-SocketByte $_ ($byte[0] + 1)
    }
}

[Console]::Out.WriteLine($listener.LocalEndPoint.Port)
while ($null -ne ($line = [Console]::In.ReadLine())) {
    if ($line -ne 'memory') { continue }
    [GC]::Collect()
    [GC]::WaitForPendingFinalizers()
    [Console]::Out.WriteLine([GC]::GetTotalMemory($true))
    [Console]::Out.WriteLine($listener.Active)
}
if ($listener.ErrorCount) { [Console]::Error.WriteLine("$($listener.ErrorCount) errors, the last: $($listener.Errors[-1])") }
Stop-SocketListener $listener
exit 0
