# The char server as a script handler against servers written by hand; eight clients at a time.
param([string] $ModulePath, [string] $Servers, [string[]] $Load, [bool] $IsC, [Parameter(ValueFromRemainingArguments)] $Rest)

$peers = [ordered]@{}
try {
    $peers.Ours = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Listener.ps1') $ModulePath, 'CharServer')
    $peers.Runspaces = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Runspaces.ps1'))
    $peers.Pool = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Pool.ps1'))
    $peers.SamePool = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Pool.ps1') $ModulePath)
    $blocks = [ordered]@{}
    foreach ($name in $peers.Keys) {
        $port = $peers[$name].Port
        $blocks[$name] = { Invoke-Number ($Load + 'connect', $port, 8, 200) }.GetNewClosure()
    }
    # A PowerShell that just started compiles for seconds under load; each gets the same time for it.
    foreach ($peer in $peers.Values) { $null = Invoke-Number ($Load + 'connect', $peer.Port, 8, 2500) }
    $time = Measure-Interleaved $blocks -Rounds ($IsC ? 24 : 10)   # .NET's load generator takes longer to start
    New-RateRow 'Script handler, the char server' $time.Ours.Least 'four runspaces in accept loops, .NET calls' $time.Runspaces.Least 'connections/s' -AtLeast 0.5
    New-RateRow 'Script handler, the char server' $time.Ours.Least 'PowerShell.Create() per client, same handler' $time.SamePool.Least 'connections/s' -AtLeast 3
    New-RateRow 'Script handler, the char server' $time.Ours.Least 'PowerShell.Create() per client, .NET calls' $time.Pool.Least 'connections/s' -AtLeast 3
} finally {
    foreach ($peer in $peers.Values) { Stop-Peer $peer }
}
