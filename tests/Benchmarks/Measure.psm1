# What the cases share: programs and servers in other processes, interleaved blocks, and the rows of the table.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$script:leftOut = [Collections.Generic.List[string]]::new()

# What could not run, by name, for the end of the table.
function Add-LeftOut([string] $What, [string] $Why) { $script:leftOut.Add("${What}: $Why") }
function Get-LeftOut { $script:leftOut }

# The PowerShell that runs this, as a command line. Started by the dotnet tool, the process is dotnet itself.
function Get-PowerShellLine {
    $own = [Environment]::ProcessPath
    if ((Split-Path $own -LeafBase) -eq 'pwsh') { return @($own) }
    @($own, (Join-Path $PSHOME 'pwsh.dll'))
}

# A command line that runs a script in a fresh PowerShell.
function Get-ScriptLine([string] $Path, [string[]] $Argument = @()) {
    @(Get-PowerShellLine) + '-NoProfile', '-NonInteractive', '-File', $Path + $Argument
}

# Builds what the cases need, and says which load generator there is: the C one on Linux with a compiler, else that of .NET.
function Initialize-Program([string] $OutputPath) {
    $dotnet = Join-Path $OutputPath 'programs/SocketTools.Benchmarks.Programs.dll'
    $programs = @{ Load = @('dotnet', $dotnet); BareEcho = @('dotnet', $dotnet, 'serve'); BareEchoName = 'the barest .NET echo server'; SendFile = $null; IpcLoop = $null; IsC = $false }
    $cc = Get-Command cc, gcc, clang -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $IsLinux) { Add-LeftOut 'the plain C epoll echo server' 'epoll exists on Linux only; the barest .NET server takes its place' }
    elseif (-not $cc) { Add-LeftOut 'the plain C epoll echo server' 'there is no C compiler (cc); the barest .NET server takes its place' }
    else {
        foreach ($name in 'load', 'echo', 'sendfile', 'ipc') {
            & $cc.Source -O2 -o (Join-Path $OutputPath $name) (Join-Path $PSScriptRoot "Programs/$name.c") | Out-Host
            if ($LASTEXITCODE -ne 0) { throw "$($cc.Name) could not compile $name.c." }
        }
        $programs.Load = @(Join-Path $OutputPath 'load')
        $programs.BareEcho = @(Join-Path $OutputPath 'echo')
        $programs.BareEchoName = 'plain C epoll server'
        $programs.SendFile = Join-Path $OutputPath 'sendfile'
        $programs.IpcLoop = Join-Path $OutputPath 'ipc'
        $programs.IsC = $true
    }
    $programs
}

# Starts a program that prints one line first, its port as a rule, and ends when its standard input does.
function Start-Peer([string[]] $Line, [switch] $FirstLineOnError) {
    $start = [Diagnostics.ProcessStartInfo]::new($Line[0])
    foreach ($argument in $Line | Select-Object -Skip 1) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $FirstLineOnError
    $process = [Diagnostics.Process]::Start($start)
    $stream = $FirstLineOnError ? $process.StandardError : $process.StandardOutput
    $peer = [pscustomobject]@{ Process = $process; Output = $stream; First = $null; Port = 0; Seconds = $FirstLineOnError ? 0 : 3 }
    try {
        $peer.First = Read-Peer $peer
        # Nobody reads what it says later; a full pipe would stop it.
        if ($FirstLineOnError) { $null = $stream.BaseStream.CopyToAsync([IO.Stream]::Null) }
        $peer.Port = $peer.First -match '(\d+)\s*$' ? [int] $Matches[1] : 0
    } catch {
        Stop-Peer $peer
        throw "$($Line -join ' '): $_"
    }
    $peer
}

function Read-Peer($Peer, [int] $Seconds = 60) {
    $line = $Peer.Output.ReadLineAsync()
    if (-not $line.Wait([timespan]::FromSeconds($Seconds))) { throw "It printed nothing for $Seconds s." }
    if ($null -eq $line.Result) { throw 'It ended.' }
    $line.Result
}

function Request-Peer($Peer, [string] $Line) {
    $Peer.Process.StandardInput.WriteLine($Line)
    Read-Peer $Peer
}

function Stop-Peer($Peer) {
    if ($null -eq $Peer) { return }
    try { $Peer.Process.StandardInput.Close() } catch [IO.IOException] { $null = $_ }
    if (-not $Peer.Process.WaitForExit($Peer.Seconds * 1000)) { $Peer.Process.Kill($true); $Peer.Process.WaitForExit() }
    $Peer.Process.Dispose()
}

# Runs a program to its end; what it prints is one number.
function Invoke-Number([string[]] $Line) {
    $command, $arguments = $Line
    $text = & $command @arguments
    if ($LASTEXITCODE -ne 0) { throw "$($Line -join ' '): exit code $LASTEXITCODE" }
    [double]::Parse(@($text)[-1], [cultureinfo]::InvariantCulture)
}

# The blocks one after another, A B C A B C ...; each gives the nanoseconds of one operation. For each, its least and its median.
# The first rounds are not counted: they compile.
function Measure-Interleaved([Collections.Specialized.OrderedDictionary] $Block, [int] $Rounds = 12, [int] $Uncounted = 1) {
    $times = @{}
    foreach ($name in $Block.Keys) { $times[$name] = [Collections.Generic.List[double]]::new() }
    for ($round = -$Uncounted; $round -lt $Rounds; $round++) {
        foreach ($name in $Block.Keys) {
            $time = [double] (& $Block[$name])
            if ($round -ge 0) { $times[$name].Add($time) }
        }
    }
    $result = @{}
    foreach ($name in $Block.Keys) {
        $sorted = @($times[$name] | Sort-Object)
        $result[$name] = [pscustomobject]@{ Least = $sorted[0]; Median = $sorted[[int][math]::Floor($sorted.Count / 2)] }
    }
    $result
}

# Nanoseconds of a script block, for each of the operations that it does.
function Measure-Block([scriptblock] $Block, [long] $Operations) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Block
    $watch.Elapsed.TotalNanoseconds / $Operations
}

function Format-Time([double] $Nanoseconds) {
    if ($Nanoseconds -lt 1e3) { return [string]::Format([cultureinfo]::InvariantCulture, '{0:0} ns', $Nanoseconds) }
    $text = $Nanoseconds -ge 1e6 ? '{0:0.0} ms' : '{0:0.0} µs'
    [string]::Format([cultureinfo]::InvariantCulture, $text, $Nanoseconds / ($Nanoseconds -ge 1e6 ? 1e6 : 1e3))
}

function Format-Rate([double] $Nanoseconds, [string] $Unit) {
    $rate = 1e9 / $Nanoseconds
    $rate -ge 1e4 ? [string]::Format([cultureinfo]::InvariantCulture, '{0:0}k {1}', $rate / 1e3, $Unit) : [string]::Format([cultureinfo]::InvariantCulture, '{0:0} {1}', $rate, $Unit)
}

# A row of the table. A ratio of times is ours divided by theirs, one of rates too; so -AtMost is for times, -AtLeast for rates.
function New-Row {
    param([string] $What, [string] $Ours, [string] $ComparedTo, [double] $Ratio, [double] $AtMost = [double]::NaN, [double] $AtLeast = [double]::NaN, [string] $RatioText, [string] $TargetText)
    $invariant = [cultureinfo]::InvariantCulture
    $target, $met = if (-not [double]::IsNaN($AtMost)) { "at most $($AtMost.ToString($invariant))", ($Ratio -le $AtMost) }
    elseif (-not [double]::IsNaN($AtLeast)) { "at least $($AtLeast.ToString($invariant))", ($Ratio -ge $AtLeast) }
    else { '', $null }
    [pscustomobject]@{
        What = $What; Ours = $Ours; 'Compared to' = $ComparedTo
        Ratio = $RatioText ? $RatioText : $Ratio.ToString('0.00', $invariant)
        Target = $TargetText ? $TargetText : $target
        Met = $null -eq $met ? '' : $met ? 'yes' : 'no'
    }
}

function New-TimeRow([string] $What, [double] $Ours, [string] $Other, [double] $Theirs, [double] $AtMost = [double]::NaN) {
    New-Row -What $What -Ours (Format-Time $Ours) -ComparedTo "${Other}: $(Format-Time $Theirs)" -Ratio ($Ours / $Theirs) -AtMost $AtMost
}

function New-RateRow([string] $What, [double] $Ours, [string] $Other, [double] $Theirs, [string] $Unit, [double] $AtLeast = [double]::NaN) {
    New-Row -What $What -Ours (Format-Rate $Ours $Unit) -ComparedTo "${Other}: $(Format-Rate $Theirs $Unit)" -Ratio ($Theirs / $Ours) -AtLeast $AtLeast
}

Export-ModuleMember -Function *
