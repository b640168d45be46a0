# Import-Module, each time in a fresh process, against a binary module of two bare cmdlets without a manifest.
param([string] $ModulePath, [string] $OutputPath, [string] $Servers, [Parameter(ValueFromRemainingArguments)] $Rest)

$script = Join-Path $Servers 'Measure-Import.ps1'
$empty = Join-Path $OutputPath 'cmdlets/SocketTools.Benchmarks.Cmdlets.dll'
$time = Measure-Interleaved -Rounds 12 -Uncounted 1 ([ordered]@{
        Ours  = { 1e6 * (Invoke-Number (Get-ScriptLine $script $ModulePath)) }
        Empty = { 1e6 * (Invoke-Number (Get-ScriptLine $script $empty)) }
    })
$over = ($time.Ours.Least - $time.Empty.Least) / 1e6
$row = New-TimeRow 'Import-Module in a fresh process' $time.Ours.Least 'a bare binary module' $time.Empty.Least
$row.Ratio += " (+$($over.ToString('0.0', [cultureinfo]::InvariantCulture)) ms)"
$row.Target = 'at most +40 ms'
$row.Met = $over -le 40 ? 'yes' : 'no'
$row
