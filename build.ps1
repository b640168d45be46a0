#requires -Version 7.4
<#
.SYNOPSIS
    The one door to the repository: build, test, demo, notebooks, docs, benchmark, package.
.EXAMPLE
    pwsh ./build.ps1 -Task Test
.EXAMPLE
    ./build.ps1 -Task Package, Test -ModulePath out/package/SocketTools

    From inside PowerShell: makes the package and runs the module suite against it.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Demo', 'Notebooks', 'Docs', 'Benchmark', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    # What the module suite imports: a manifest, or the folder that holds it.
    [string] $ModulePath = (Join-Path $PSScriptRoot 'SocketTools.psd1'),

    # Which benchmarks to run, by the names of the files in tests/Benchmarks/Cases, or which notebooks, by the names of theirs; wildcards.
    [string] $Only = '*'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false   # exit codes are looked at where they are made
$colorless = [Console]::IsOutputRedirected
if ($colorless) { $PSStyle.OutputRendering = 'PlainText' }

$root = $PSScriptRoot
$out = Join-Path $root 'out'
$manifest = Import-PowerShellDataFile (Join-Path $root 'SocketTools.psd1')
$properties = @('-c', $Configuration, '-v', 'quiet', '-nologo')

function Invoke-Native([scriptblock] $Command) {
    & $Command | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "Exit code ${LASTEXITCODE}: $("$Command".Trim())" }
}

# The PowerShell that runs this script, as a command line. Started by the dotnet tool, the process is dotnet itself.
function Get-OwnPowerShell {
    $name = $IsWindows ? 'pwsh.exe' : 'pwsh'
    $own = [Environment]::ProcessPath
    if ((Split-Path $own -Leaf) -eq $name) { return $own }
    $beside = Join-Path $PSHOME $name
    if (Test-Path $beside) { return $beside }
    return $own, (Join-Path $PSHOME 'pwsh.dll')
}

# A fresh process: it holds the module's assembly, and this session does not.
function Invoke-ChildScript([string] $Path, [string[]] $Argument = @()) {
    $command, $line = @(Get-OwnPowerShell) + '-NoProfile', '-NonInteractive', '-File', $Path + $Argument
    & $command @line | Out-Host
}

# Removes first: an assembly that a session has mapped is never overwritten under it.
function Copy-Fresh([string] $Source, [string] $Destination) {
    if ((Test-Path $Destination) -and (Get-FileHash $Source).Hash -eq (Get-FileHash $Destination).Hash) { return }
    $null = New-Item -ItemType Directory -Force (Split-Path $Destination)
    try { Remove-Item $Destination -ErrorAction Ignore -Force; Copy-Item $Source $Destination }
    catch { throw "Cannot replace ${Destination}: close the sessions that imported SocketTools. $_" }
}

function Invoke-Build {
    if ($script:built) { return }
    if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) {
        throw 'dotnet is not on the path. Building needs the .NET SDK 10: https://dotnet.microsoft.com/download'
    }
    $publish = Join-Path $out 'publish'
    Invoke-Native { dotnet publish (Join-Path $root 'module/SocketTools') @properties -o $publish }
    foreach ($file in 'SocketTools.dll', 'SocketTools.pdb', 'SocketTools.Engine.dll', 'SocketTools.Engine.pdb') {
        Copy-Fresh (Join-Path $publish $file) (Join-Path $root 'bin' $file)
    }
    Copy-Help
    $script:built = $true
}

# Get-Help looks in the culture folder beside the manifest, not beside the assembly.
function Copy-Help {
    $help = Join-Path $root 'module/Help/en-US'
    foreach ($file in Get-ChildItem $help -Filter '*-Help.xml') { Copy-Fresh $file (Join-Path $root 'en-US' $file.Name) }
    foreach ($file in Get-ChildItem $help -Filter 'about_*.md') { Copy-Fresh $file (Join-Path $root 'en-US' "$($file.BaseName).help.txt") }
}

function New-SuiteResult([string] $Suite, [int] $Passed = 0, [int] $Failed = 0, [string[]] $FailedTest = @(), [string[]] $SkippedTest = @(), [string[]] $Problem = @()) {
    # A suite that could not run in full is a failure, also when no test of it failed.
    [pscustomobject]@{
        Suite = $Suite; Passed = $Passed; Failed = $Failed + ($Problem.Count -gt 0 -and $Failed -eq 0 ? 1 : 0)
        FailedTest = $FailedTest; Skipped = $SkippedTest.Count; SkippedTest = $SkippedTest; Problem = $Problem
    }
}

function Invoke-EngineSuite([string] $Suite, [string] $SystemCalls, [string] $ResultFile, [string[]] $Without = @()) {
    Write-Host "`n== $Suite"
    $tests = Join-Path $root "tests/Engine/bin/$Configuration/net10.0/SocketTools.Engine.Tests.dll"
    Remove-Item $ResultFile -ErrorAction Ignore
    $before = $env:SOCKETTOOLS_SYSTEM_CALLS
    $env:SOCKETTOOLS_SYSTEM_CALLS = $SystemCalls
    try { dotnet $tests -noLogo ($colorless ? '-noColor' : '-noLogo') -xml $ResultFile @($Without | ForEach-Object { '-namespace-', "SocketTools.Tests.$_" }) | Out-Host } finally { $env:SOCKETTOOLS_SYSTEM_CALLS = $before }
    $exit = $LASTEXITCODE

    if (-not (Test-Path $ResultFile)) { return New-SuiteResult $Suite -Problem "exit code $exit and no result file" }
    $assembly = ([xml](Get-Content $ResultFile -Raw)).SelectSingleNode('/assemblies/assembly')
    $passed, $failed, $errors = $assembly.GetAttribute('passed'), $assembly.GetAttribute('failed'), $assembly.GetAttribute('errors')
    $skipped = @($assembly.SelectNodes('.//test[@result="Skip"]') | ForEach-Object { "$($_.name): $($_.reason.InnerText)" })
    $failures = @($assembly.SelectNodes('.//test[@result="Fail"]') | ForEach-Object {
            "$($_.name): $($_.failure.message.InnerText)`n$($_.failure.'stack-trace'.InnerText)" })
    $problem = @(
        if (0 -eq $assembly.GetAttribute('total')) { 'no test was found' }
        if ($assembly.GetAttribute('not-run') -gt 0) { "$($assembly.GetAttribute('not-run')) tests did not run" }
        if ($errors -gt 0) { "$errors errors outside the tests" }
        if ($exit -ne 0 -and $failed -eq 0) { "exit code $exit" }
    )
    New-SuiteResult $Suite -Passed $passed -Failed $failed -FailedTest $failures -SkippedTest $skipped -Problem $problem
}

function Invoke-ModuleSuite {
    $suite = 'module'
    Write-Host "`n== $suite ($ModulePath)"
    $resultFile = Join-Path $out 'tests/module.json'
    Remove-Item $resultFile -ErrorAction Ignore
    Invoke-ChildScript (Join-Path $root 'tests/Module/Invoke-ModuleSuite.ps1') @(
        '-ModulePath', $ModulePath, '-ResultFile', $resultFile, '-ReportFile', (Join-Path $out 'tests/module.xml'))
    $exit = $LASTEXITCODE
    if (-not (Test-Path $resultFile)) { return New-SuiteResult $suite -Problem "exit code $exit and no result: the suite did not run" }
    $result = Get-Content $resultFile -Raw | ConvertFrom-Json
    $problem = @($result.Problem; if ($exit -ne 0) { "exit code $exit" })
    New-SuiteResult $suite -Passed $result.Passed -Failed $result.Failed -FailedTest $result.FailedTest -SkippedTest $result.SkippedTest -Problem $problem
}

function Invoke-Test {
    Invoke-Build
    Invoke-Native { dotnet build (Join-Path $root 'tests/Engine') @properties }
    $null = New-Item -ItemType Directory -Force (Join-Path $out 'tests')
    $results = @(
        Invoke-EngineSuite 'engine' $null (Join-Path $out 'tests/engine.xml')
        # What decodes, draws and reads files makes no call of a socket, and is the same with both.
        Invoke-EngineSuite 'engine, managed calls' 'managed' (Join-Path $out 'tests/engine-managed.xml') -Without Capture, Charts, Formatting, Notebooks
        Invoke-ModuleSuite
    )
    Write-Host ''
    # What failed is said last, where it is seen also when only the end of a long log is kept.
    foreach ($result in $results) { $result.SkippedTest | ForEach-Object { Write-Host "skipped ($($result.Suite)): $_" } }
    foreach ($result in $results) {
        $result.Problem | ForEach-Object { Write-Host "PROBLEM ($($result.Suite)): $_" }
        $result.FailedTest | ForEach-Object { Write-Host "FAILED ($($result.Suite)): $_" }
    }
    $results | Format-Table Suite, Passed, Failed, Skipped | Out-Host

    $total = @{}
    foreach ($count in 'Passed', 'Failed', 'Skipped') { $total[$count] = ($results | Measure-Object $count -Sum).Sum }
    $line = "$($total.Passed) passed, $($total.Failed) failed"
    Write-Host ($total.Skipped ? "$line, $($total.Skipped) skipped" : $line)
    $script:failed = $total.Failed -gt 0
}

function Invoke-Demo {
    Invoke-Build
    Invoke-ChildScript (Join-Path $root 'notebooks/demo.ps1')
    if ($LASTEXITCODE -ne 0) { throw "The demo ended with exit code $LASTEXITCODE." }
}

# Each .dib is run, and the .ipynb beside it is what came of it.
function Invoke-Notebooks {
    Invoke-Build
    Invoke-ChildScript (Join-Path $root 'notebooks/Export-Notebook.ps1') @('-ModulePath', $ModulePath, "-Name:$Only")
    if ($LASTEXITCODE -ne 0) { throw "A notebook failed: exit code $LASTEXITCODE." }
}

function Invoke-Docs {
    Invoke-Build
    Invoke-ChildScript (Join-Path $root 'module/Help/Build-Help.ps1')
    if ($LASTEXITCODE -ne 0) { throw "Help was not built: exit code $LASTEXITCODE." }
    Copy-Help
}

function Invoke-Benchmark {
    Invoke-Build
    $folder = Join-Path $out 'benchmarks'
    foreach ($project in 'Cmdlets', 'Programs') {
        Invoke-Native { dotnet build (Join-Path $root "tests/Benchmarks/$project") @properties -o (Join-Path $folder $project.ToLowerInvariant()) }
    }
    # With the colon, because PowerShell would expand a lone * to the names of files.
    Invoke-ChildScript (Join-Path $root 'tests/Benchmarks/Invoke-Benchmark.ps1') @('-ModulePath', $ModulePath, '-OutputPath', $folder, "-Only:$Only")
    if ($LASTEXITCODE -ne 0) { throw "A benchmark broke: exit code $LASTEXITCODE." }
}

function Invoke-Package {
    Invoke-Build
    $package = Join-Path $out 'package'
    $folder = Join-Path $package 'SocketTools'
    Remove-Item $package -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Force (Join-Path $folder 'module')
    foreach ($item in 'SocketTools.psd1', 'README.md', 'LICENSE', 'module/CHANGELOG.md', 'bin', 'en-US') {
        Copy-Item (Join-Path $root $item) $folder -Recurse
    }
    foreach ($item in 'Views', 'Assets') { Copy-Item (Join-Path $root 'module' $item) (Join-Path $folder 'module') -Recurse }
    $null = New-Item -ItemType Directory (Join-Path $folder 'module/Samples')
    Copy-Item (Join-Path $root 'module/Samples/*.pcapng') (Join-Path $folder 'module/Samples')
    $null = Test-ModuleManifest (Join-Path $folder 'SocketTools.psd1')

    $nuspec = Join-Path $out 'SocketTools.nuspec'
    $text = Get-Content (Join-Path $root 'module/Package/SocketTools.nuspec') -Raw
    foreach ($token in (Get-PackageMetadata).GetEnumerator()) {
        $text = $text.Replace("{$($token.Key)}", [Security.SecurityElement]::Escape($token.Value))
    }
    Set-Content $nuspec $text -NoNewline
    Invoke-Native {
        dotnet pack (Join-Path $root 'module/SocketTools') @properties --no-build -o $package "-p:NuspecFile=$nuspec" "-p:NuspecBasePath=$folder" '-p:NoWarn=NU5100%3BNU5110%3BNU5111'
    }
    Get-ChildItem $package -Filter '*.nupkg' | ForEach-Object { Write-Host "packed $($_.FullName)" }
}

# The tags are what a PowerShell gallery finds modules and commands by.
function Get-PackageMetadata {
    $data = $manifest.PrivateData.PSData
    $tags = @('PSModule'; 'PSEdition_Core'; 'PSIncludes_Cmdlet'; $data.Tags
        $manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
    @{
        Version = $manifest.ModuleVersion; Author = $manifest.Author; Copyright = $manifest.Copyright
        Description = $manifest.Description; ReleaseNotes = $data.ReleaseNotes; Tags = $tags -join ' '
    }
}

$script:built = $script:failed = $false
$ModulePath = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($ModulePath)
foreach ($name in $Task) { & "Invoke-$name" }
if ($script:failed) { exit 1 }
