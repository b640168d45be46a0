# -Service Echo against other echo servers, each in a process of its own, under the same load generator.
param([string] $ModulePath, [string] $Servers, [string[]] $Load, [string[]] $BareEcho, [string] $BareEchoName, [bool] $IsC, [Parameter(ValueFromRemainingArguments)] $Rest)

$peers = [ordered]@{}
try {
    $peers.Ours = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Listener.ps1') $ModulePath, 'Echo')
    $peers.Bare = Start-Peer $BareEcho
    $python = Get-Command python3, python -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if ($python) { $peers.Asyncio = Start-Peer $python.Source, (Join-Path $Servers 'echo.py') } else { Add-LeftOut 'the asyncio echo server' 'there is no python3' }
    $socat = Get-Command socat -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    # It says on the error stream where it listens.
    if ($socat) { $peers.Socat = Start-Peer $socat.Source, '-d', '-d', 'TCP4-LISTEN:0,bind=127.0.0.1,backlog=128,fork', 'PIPE' -FirstLineOnError } else { Add-LeftOut 'the socat echo server' 'there is no socat' }

    $blocks = [ordered]@{}
    foreach ($name in $peers.Keys) {
        $port = $peers[$name].Port
        $blocks["$name, 64"] = { Invoke-Number ($Load + 'echo', $port, 64, 64, 150) }.GetNewClosure()
        $blocks["$name, 1"] = { Invoke-Number ($Load + 'echo', $port, 1, 64, 80) }.GetNewClosure()
    }
    $time = Measure-Interleaved $blocks -Rounds ($IsC ? 18 : 10) -Uncounted 4
    New-RateRow '-Service Echo, 64 connections, 64 bytes' $time['Ours, 64'].Least $BareEchoName $time['Bare, 64'].Least 'messages/s' -AtLeast 0.95
    New-TimeRow '-Service Echo, one connection, a message' $time['Ours, 1'].Least $BareEchoName $time['Bare, 1'].Least -AtMost 1.1
    foreach ($name in 'Asyncio', 'Socat' | Where-Object { $peers.Contains($_) }) {
        New-RateRow '-Service Echo, 64 connections' $time['Ours, 64'].Least $name.ToLowerInvariant() $time["$name, 64"].Least 'messages/s' -AtLeast 1
        New-TimeRow '-Service Echo, one connection' $time['Ours, 1'].Least $name.ToLowerInvariant() $time["$name, 1"].Least -AtMost 1
    }
} finally {
    foreach ($peer in $peers.Values) { Stop-Peer $peer }
}
