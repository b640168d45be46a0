# Many clients that say nothing: what each costs in managed memory, and whether an echo among them takes longer.
param([string] $ModulePath, [string] $Servers, [string[]] $Load, [Parameter(ValueFromRemainingArguments)] $Rest)

$connections = 10000
$limit = $IsWindows ? [int]::MaxValue : [int64](((& sh -c 'ulimit -H -n') -replace 'unlimited', [int]::MaxValue))
if ($limit -lt $connections + 200) {
    Add-LeftOut '10,000 idle connections' "the hard limit of open files is $limit (ulimit -H -n)"
    return
}

$alone = $among = $idle = $null
try {
    $line = Get-ScriptLine (Join-Path $Servers 'Start-Listener.ps1') $ModulePath, 'Echo'
    $alone = Start-Peer $line
    $among = Start-Peer $line
    # Both have done the same before: what was compiled and pooled in the meantime is not the connections'.
    foreach ($peer in $alone, $among) { $null = Invoke-Number ($Load + 'echo', $peer.Port, 64, 64, 200) }
    $before = [long] (Request-Peer $among 'memory')
    $open = [long] (Read-Peer $among)
    $idle = Start-Peer ($Load + 'hold', $among.Port, $connections)
    # Connected is not yet accepted; the server says how many it has.
    $deadline = [DateTime]::UtcNow.AddSeconds(30)
    do {
        $after = [long] (Request-Peer $among 'memory')
        $open = [long] (Read-Peer $among)
    } until ($open -ge $connections -or [DateTime]::UtcNow -gt $deadline)
    if ($open -lt $connections) { throw "Only $open of $connections connections were accepted." }
    $time = Measure-Interleaved -Rounds 15 -Uncounted 2 ([ordered]@{
            Among = { Invoke-Number ($Load + 'echo', $among.Port, 1, 64, 120) }
            Alone = { Invoke-Number ($Load + 'echo', $alone.Port, 1, 64, 120) }
        })
    $each = ($after - $before) / $connections / 1KB
    $invariant = [cultureinfo]::InvariantCulture
    New-Row '10,000 idle connections, managed memory of each' ('{0} KB' -f $each.ToString('0.00', $invariant)) '3 KB' ($each / 3) -AtMost 1
    New-TimeRow 'An echo among 10,000 idle connections' $time.Among.Least 'the same server without them' $time.Alone.Least -AtMost 1.5
} finally {
    Stop-Peer $idle
    Stop-Peer $among
    Stop-Peer $alone
}
