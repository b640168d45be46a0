#requires -Version 7.4
<#
.SYNOPSIS
    Runs the benchmarks and prints one table of ratios. build.ps1 -Task Benchmark starts it in a fresh process.
.DESCRIPTION
    What is compared runs in turns in this one run, and the least time of many short blocks counts, because whatever else the
    machine does only adds to it. The exit code is 0 also when a target is missed; it is 1 when a benchmark breaks.
.PARAMETER Only
    The cases to run, by the names of the files in Cases; wildcards.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ModulePath,
    [Parameter(Mandatory)] [string] $OutputPath,
    [string] $Only = '*'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'Measure.psm1')

$manifest = (Test-Path $ModulePath -PathType Container) ? (Join-Path $ModulePath 'SocketTools.psd1') : $ModulePath
$context = @{
    ModulePath = (Resolve-Path -LiteralPath $manifest).ProviderPath
    OutputPath = (Resolve-Path -LiteralPath $OutputPath).ProviderPath
    Servers    = Join-Path $PSScriptRoot 'Servers'
}
$context += Initialize-Program $context.OutputPath

$cases = 'RoundTrip', 'EchoService', 'ScriptHandlers', 'Blocks', 'Files', 'IdleConnections', 'Waiting', 'Datagrams', 'Messages', 'Endpoints', 'Ports', 'Connections', 'Packets', 'Capture', 'Ipc', 'Import' | Where-Object { $_ -like $Only }
if (-not $cases) { throw "No benchmark is called '$Only'." }

$clock = [Diagnostics.Stopwatch]::StartNew()
$broken = [Collections.Generic.List[string]]::new()
$rows = foreach ($case in $cases) {
    Write-Host "$case ..." -NoNewline
    $start = $clock.Elapsed
    try { & (Join-Path $PSScriptRoot "Cases/$case.ps1") @context }
    catch {
        $broken.Add("${case}: $_")
        Write-Host ' BROKEN' -NoNewline
        Write-Host "`n$($_.ScriptStackTrace)" -NoNewline
    }
    Write-Host (' {0:0} s' -f ($clock.Elapsed - $start).TotalSeconds)
}

# One table of full width, whatever the window: a ratio that is cut off says nothing.
($rows | Format-Table What, Ours, 'Compared to', @{ Name = 'Ratio'; Expression = 'Ratio'; Alignment = 'Right' }, Target, Met -AutoSize | Out-String -Width 240).Trim() | ForEach-Object { Write-Host "`n$_`n" }
Get-LeftOut | ForEach-Object { Write-Host "left out: $_" }
$missed = @($rows | Where-Object Met -EQ 'no')
$judged = @($rows | Where-Object Met)
Write-Host "$($judged.Count - $missed.Count) of $($judged.Count) targets met in $([int] $clock.Elapsed.TotalSeconds) s."
$broken | ForEach-Object { Write-Host "BROKEN: $_" }
exit ($broken.Count ? 1 : 0)
