# The sending end of a file transfer, in a process of its own. For each line it sends the file, waits until the peer has closed, and prints the
# nanoseconds that it took. It ends with its input.
param([string] $ModulePath, [int] $Port, [string] $Path)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
[Console]::Out.WriteLine('ready')
while ($line = [Console]::In.ReadLine()) {
    if ($line -eq 'peak') { [Console]::Out.WriteLine(((Get-Content /proc/self/status) -match '^VmHWM')[0]); continue }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $channel = Connect-Socket "tcp://127.0.0.1:$Port"
    Send-SocketFile $channel $Path
    Disconnect-Socket $channel Send
    if ($null -ne (Receive-SocketByte $channel)) { throw 'The peer sent something.' }
    Close-Socket $channel
    [Console]::Out.WriteLine([long] $clock.Elapsed.TotalNanoseconds)
}
exit 0
