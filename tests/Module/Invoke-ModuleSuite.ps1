#requires -Version 7.4
<#
.SYNOPSIS
    Runs the Pester tests of this folder and of the notebooks in this process. build.ps1 starts it in a fresh one.
.DESCRIPTION
    Tests import the manifest named by $env:SOCKETTOOLS_MODULE. The exit code is 0 when the suite ran in full, whatever
    the tests said; the counts are in the result file.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ModulePath,
    [Parameter(Mandatory)] [string] $ResultFile,
    [Parameter(Mandatory)] [string] $ReportFile
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Import-Pester {
    $wanted = @{ FullyQualifiedName = @{ ModuleName = 'Pester'; ModuleVersion = '5.5.0'; MaximumVersion = '5.999.999' } }
    if (-not (Get-Module @wanted -ListAvailable)) {
        Write-Host 'Pester 5 is missing; installing it from the PowerShell Gallery for the current user.'
        try {
            if (Get-Command Install-PSResource -ErrorAction Ignore) {
                Install-PSResource Pester -Version '[5.5.0,6.0.0)' -Repository PSGallery -Scope CurrentUser -TrustRepository
            } else {
                Install-Module Pester -MinimumVersion 5.5.0 -MaximumVersion 5.999.999 -Repository PSGallery -Scope CurrentUser -Force -SkipPublisherCheck
            }
        } catch {
            throw "The module tests need Pester 5.5 or later (not 6), and it could not be installed: $_ Install it by hand: Install-PSResource Pester -Version '[5.5.0,6.0.0)'"
        }
    }
    Import-Module @wanted
}

$manifest = (Test-Path $ModulePath -PathType Container) ? (Join-Path $ModulePath 'SocketTools.psd1') : $ModulePath
$env:SOCKETTOOLS_MODULE = (Resolve-Path -LiteralPath $manifest).ProviderPath
Import-Pester

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot, (Join-Path $PSScriptRoot '../Notebooks')
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$configuration.TestResult.Enabled = $true
$configuration.TestResult.OutputFormat = 'JUnitXml'
$configuration.TestResult.OutputPath = $ReportFile

# Tests run as a person's session does: what this script is strict about would reach into them.
Set-StrictMode -Off
$ErrorActionPreference = 'Continue'
$run = Invoke-Pester -Configuration $configuration
$ErrorActionPreference = 'Stop'

@{
    Passed      = $run.PassedCount
    Failed      = $run.FailedCount
    FailedTest  = @($run.Failed | ForEach-Object { "$($_.ExpandedPath): $((@($_.ErrorRecord.DisplayErrorMessage) + @($_.ErrorRecord.DisplayStackTrace)) -join "`n")" })
    SkippedTest = @($run.Skipped | ForEach-Object { (@($_.ExpandedPath) + @($_.ErrorRecord | ForEach-Object { $_.TargetObject.Message ?? "$_" })) -join ': ' })
    Problem     = @(
        if ($run.TotalCount -eq 0) { 'no test was found' }
        foreach ($container in $run.FailedContainers) { "did not load: $($container.Item)" }
        foreach ($block in $run.FailedBlocks) { "setup or teardown failed: $($block.ExpandedPath)" }
        foreach ($test in @($run.Tests).Where{ $_.Result -notin 'Passed', 'Failed', 'Skipped' }) { "$($test.Result): $($test.ExpandedPath)" }
    )
} | ConvertTo-Json | Set-Content $ResultFile
# Tests may leave listeners or handler runspaces behind; they must not keep this process.
exit 0
