# What the tests of files share. Import it after SocketToolsTest.psm1.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$names = 0

# An empty folder in the one that Pester removes.
function New-Folder {
    $script:names++
    (New-Item -ItemType Directory (Join-Path (Get-PSDrive TestDrive).Root "files$script:names")).FullName
}

# A file of so many bytes, always the same ones for a length.
function New-RandomFile([string] $Path, [int] $Length) {
    $bytes = [byte[]]::new($Length)
    [Random]::new($Length).NextBytes($bytes)
    [IO.File]::WriteAllBytes($Path, $bytes)
    $Path
}

function Get-Sha256([string] $Path) { (Get-FileHash -LiteralPath $Path).Hash.ToLowerInvariant() }

# What is in a folder, hidden files included: so that no temporary file is left.
function Get-FileName([string] $Folder) { @([IO.Directory]::GetFileSystemEntries($Folder) | Split-Path -Leaf | Sort-Object) }

# Runs a script in a child that is started with a prefix (unshare), and returns its last line.
function Invoke-Child([string[]] $Prefix, [string] $Script) {
    $child = Start-ChildPowerShell -Prefix $Prefix -Script "[Console]::WriteLine(`$($Script))"
    try { Read-ChildLine $child -Seconds 60 } finally { Stop-Child $child }
}

Export-ModuleMember -Function *
