# The receiving end of a file transfer, in a process of its own. It prints its port; each connection is a file. It ends with its input.
param([string] $ModulePath, [string] $Path)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
$listener = Start-SocketListener tcp://127.0.0.1:0
[Console]::Out.WriteLine($listener.LocalEndPoint.Port)
while ($line = [Console]::In.ReadLine()) {
    if ($line -eq 'peak') { [Console]::Out.WriteLine(((Get-Content /proc/self/status) -match '^VmHWM')[0]); continue }
    $peer = Receive-SocketConnection $listener
    $null = Receive-SocketFile $peer $Path
    Close-Socket $peer
}
Stop-SocketListener $listener
exit 0
