# Notebooks to run in tests.
Set-StrictMode -Version 3.0

$files = 0

# A .dib with these PowerShell cells, in the folder that Pester removes; its path.
function New-Notebook([string[]] $Cell) {
    New-NotebookFile (($Cell | ForEach-Object { "#!pwsh`n`n$_`n" }) -join "`n")
}

# A file with this text.
function New-NotebookFile([string] $Text, [string] $Extension = '.dib') {
    $script:files++
    $path = Join-Path (Get-PSDrive TestDrive).Root "n$script:files$Extension"
    [IO.File]::WriteAllText($path, $Text)
    $path
}

# Runs PowerShell cells and gives what became of them.
function Invoke-Cell([string[]] $Cell, [hashtable] $With = @{}) {
    Invoke-SocketNotebook (New-Notebook $Cell) @With -ErrorAction Ignore
}

Export-ModuleMember -Function *
