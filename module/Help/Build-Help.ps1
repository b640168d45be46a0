#requires -Version 7.4
<#
.SYNOPSIS
    Makes en-US/SocketTools.dll-Help.xml, which Get-Help reads, from the markdown pages beside it.
.DESCRIPTION
    Run by: pwsh ./build.ps1 -Task Docs
    The pages are in the schema of PlatyPS 1 (Microsoft.PowerShell.PlatyPS), which checks them and writes the MAML. The file is
    committed, so that a build needs no documentation tool; tests/Module/Help.Tests.ps1 holds that it agrees with the pages.
#>
[CmdletBinding()]
param(
    [string] $Folder = (Join-Path $PSScriptRoot 'en-US')
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Import-PlatyPS {
    $wanted = @{ FullyQualifiedName = @{ ModuleName = 'Microsoft.PowerShell.PlatyPS'; ModuleVersion = '1.0.0'; MaximumVersion = '1.999.999' } }
    if (-not (Get-Module @wanted -ListAvailable)) {
        Write-Host 'PlatyPS is missing; installing it from the PowerShell Gallery for the current user.'
        if (Get-Command Install-PSResource -ErrorAction Ignore) {
            Install-PSResource Microsoft.PowerShell.PlatyPS -Version '[1.0.0,2.0.0)' -Repository PSGallery -Scope CurrentUser -TrustRepository
        } else {
            Install-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0.0 -MaximumVersion 1.999.999 -Repository PSGallery -Scope CurrentUser -Force
        }
    }
    Import-Module @wanted
}

function Export-Maml([object[]] $CommandHelp) {
    $temporary = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    try { [xml](Get-Content (Export-MamlCommandHelp $CommandHelp -OutputFolder $temporary) -Raw) }
    finally { Remove-Item $temporary -Recurse -Force -ErrorAction Ignore }
}

function Select-Node([Xml.XmlNode] $Node, [string] $Path) {
    $names = [Xml.XmlNamespaceManager]::new($maml.NameTable)
    foreach ($prefix in 'maml', 'command', 'dev') { $names.AddNamespace($prefix, $maml.DocumentElement.GetNamespaceOfPrefix($prefix)) }
    $Node.SelectNodes($Path, $names)
}

function New-Element([string] $Name, [string] $Text) {
    $element = $maml.CreateElement($Name, $maml.DocumentElement.GetNamespaceOfPrefix(($Name -split ':')[0]))
    $element.InnerText = $Text
    $element
}

# A paragraph each, so that Get-Help puts a line between them.
function Set-Paragraph([Xml.XmlNode] $Node, [string] $Text) {
    $Node.RemoveAll()
    foreach ($paragraph in $Text.Trim() -split '\n{2,}') { $null = $Node.AppendChild((New-Element 'maml:para' $paragraph)) }
}

# PlatyPS leaves the fences of markdown and U+0080 between paragraphs; Get-Help has a place of its own for code.
function Edit-Example([Xml.XmlNode] $Command, [object] $Help) {
    $nodes = @(Select-Node $Command 'command:examples/command:example')
    foreach ($i in 0..($Help.Examples.Count - 1)) {
        $remarks = $Help.Examples[$i].Remarks
        $blocks = [regex]::Matches($remarks, '(?ms)^```\w+\n(.*?)\n```$') | ForEach-Object { $_.Groups[1].Value }
        (Select-Node $nodes[$i] 'maml:introduction').RemoveAll()
        (Select-Node $nodes[$i] 'dev:code').InnerText = $blocks -join "`n`n"
        $text = [regex]::Replace($remarks, '(?ms)^```\w+\n.*?\n```$', '').Trim()
        $node = Select-Node $nodes[$i] 'dev:remarks'
        Set-Paragraph $node $text
        if ($text) { $null = $node.AppendChild((New-Element 'maml:para' '')) }   # a line before the next title
    }
}

# PlatyPS reads default values and does not write them.
function Add-DefaultValue([Xml.XmlNode] $Command, [object] $Help) {
    foreach ($parameter in Select-Node $Command 'command:parameters/command:parameter') {
        $name = (Select-Node $parameter 'maml:name').InnerText
        $value = ($Help.Parameters | Where-Object Name -EQ $name).DefaultValue
        $null = $parameter.AppendChild((New-Element 'dev:defaultValue' ($value ? $value : 'None')))
    }
}

# Links between the pages mean nothing to Get-Help, and there is no online version.
function Edit-Link([Xml.XmlNode] $Command) {
    foreach ($link in Select-Node $Command 'command:relatedLinks/maml:navigationLink') {
        $uri = (Select-Node $link 'maml:uri')
        if (-not $uri.InnerText) { $null = $link.ParentNode.RemoveChild($link) }
        elseif ($uri.InnerText -notmatch '^https?:') { $uri.InnerText = '' }
    }
}

Import-PlatyPS
$pages = Get-ChildItem $Folder -Filter '*-*.md' | Sort-Object Name
foreach ($page in $pages) {
    if (-not (Test-MarkdownCommandHelp $page.FullName)) { throw "Not in the schema of PlatyPS: $($page.Name). Test-MarkdownCommandHelp -DetailView says where." }
}
$help = @($pages | ForEach-Object { Import-MarkdownCommandHelp $_.FullName })
$maml = Export-Maml $help
foreach ($command in Select-Node $maml '//command:command') {
    $name = (Select-Node $command 'command:details/command:name').InnerText
    $page = $help | Where-Object Title -EQ $name
    Set-Paragraph (Select-Node $command 'maml:description') $page.Description
    Set-Paragraph (Select-Node $command 'maml:alertSet/maml:alert') $page.Notes
    Edit-Example $command $page
    Add-DefaultValue $command $page
    Edit-Link $command
}

$settings = [Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; NewLineHandling = 'None'; Encoding = [Text.UTF8Encoding]::new($false) }
$file = Join-Path $Folder 'SocketTools.dll-Help.xml'
$writer = [Xml.XmlWriter]::Create($file, $settings)
try { $maml.Save($writer) } finally { $writer.Dispose() }
[IO.File]::AppendAllText($file, "`n")
Write-Host "$($help.Count) pages: $file"
