<#
.SYNOPSIS
    Runs the notebooks and writes the .ipynb beside each .dib, with what came of it.
.DESCRIPTION
    Run by: pwsh ./build.ps1 -Task Notebooks
    The .dib is the source, and is what is edited. The .ipynb is made from it, so that GitHub, VS Code and Jupyter show the notebook with its outputs.
    One that fails keeps the .ipynb that it had.
#>
param(
    [string] $ModulePath = (Join-Path $PSScriptRoot '../SocketTools.psd1'),

    # Names of notebooks without their ending; wildcards.
    [string] $Name = '*'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module $ModulePath

$failed = 0
$sample = Join-Path $PSScriptRoot '../tests/Notebooks'
foreach ($source in Get-ChildItem $PSScriptRoot, $sample -Filter '*.dib' | Where-Object BaseName -Like $Name | Sort-Object Name) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $made = Join-Path ([IO.Path]::GetTempPath()) "$([guid]::NewGuid()).ipynb"
    try {
        $cells = @(Invoke-SocketNotebook $source.FullName -OutFile $made -TimeoutSeconds 60 -ErrorAction Continue -ErrorVariable problems)
        if ($problems) { $failed++ }
        else { Move-Item $made ([IO.Path]::ChangeExtension($source.FullName, '.ipynb')) -Force }
    }
    finally { Remove-Item $made -ErrorAction Ignore }
    $counts = $cells | Group-Object Status | ForEach-Object { "$($_.Count) $($_.Name)" }
    Write-Host ('{0,-40} {1,6:n1} s   {2}' -f $source.Name, $watch.Elapsed.TotalSeconds, ($counts -join ', '))
}
exit $failed
