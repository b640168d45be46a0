# The pages agree with the cmdlets, and the MAML that Get-Help reads agrees with the pages: it fails when a page was edited and
# build.ps1 -Task Docs was not run, or when a parameter changed and its page did not.

BeforeDiscovery {
    Import-Module $env:SOCKETTOOLS_MODULE
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters
    # A cmdlet without a page fails once, below, and not in every test.
    $documented = @(Get-Command -Module SocketTools -CommandType Cmdlet |
        Where-Object { Test-Path (Join-Path $PSScriptRoot "../../module/Help/en-US/$($_.Name).md") })
    $commands = @($documented | ForEach-Object { @{ Command = $_.Name } })
    $parameters = foreach ($command in $documented) {
        foreach ($parameter in $command.Parameters.Values | Where-Object Name -NotIn $common) {
            @{ Command = $command.Name; Parameter = $parameter.Name }
        }
    }
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    $folder = Resolve-Path (Join-Path $PSScriptRoot '../../module/Help/en-US')
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters

    # Spaces and line ends do not count.
    function Join-Text([object[]] $Text) { ($Text -join ' ' -replace '\s+', ' ').Trim() }

    function Read-Yaml([string] $Yaml) {
        $result = @{ ParameterSets = @(); AcceptedValues = @(); Aliases = @() }
        $list = $null
        foreach ($line in $Yaml -split "`n") {
            $key, $value = $line -split ':\s*', 2
            if ($line -match '^- Name: (.+)$') { $result.ParameterSets += @{ Name = $Matches[1] } }
            elseif ($line -match '^- (.+)$') { $result[$list] += $Matches[1] }
            elseif ($line -match '^  ') { $result.ParameterSets[-1][$key.Trim()] = $value }
            elseif ($value -in '', '[]') { $list = $key }
            else { $result[$key] = $value -replace "^'(.*)'$", '$1' }
        }
        $result
    }

    function Split-Section([string] $Text, [string] $Heading) {
        $result = [ordered]@{}
        foreach ($part in [regex]::Split($Text, "(?m)^$Heading ") | Select-Object -Skip 1) {
            $title, $body = $part -split "`n", 2
            $result[$title.Trim()] = "$body".Trim()
        }
        $result
    }

    function Read-Page([string] $Command) {
        $text = (Get-Content (Join-Path $folder "$Command.md") -Raw).Replace("`r", '')
        $page = Split-Section $text '##'
        $parameters = [ordered]@{}
        foreach ($section in (Split-Section $page.PARAMETERS '###').GetEnumerator() | Where-Object Key -NE 'CommonParameters') {
            $match = [regex]::Match($section.Value, '(?ms)\A(.*?)\n```yaml\n(.*?)\n```\z')
            $parameters[$section.Key.TrimStart('-')] = (Read-Yaml $match.Groups[2].Value) + @{ Description = $match.Groups[1].Value }
        }
        @{
            Sections = $page; Parameters = $parameters; Front = $text.Substring(0, $text.IndexOf("`n# "))
            Syntax = Split-Section $page.SYNTAX '###'
            Examples = Split-Section $page.EXAMPLES '###'
            Inputs = Split-Section $page.INPUTS '###'; Outputs = Split-Section $page.OUTPUTS '###'
            Links = [regex]::Matches($page.'RELATED LINKS', '(?m)^- \[(.+?)\]\((.+?)\)$')
        }
    }

    $pages = @{}
    $helps = @{}
    foreach ($command in Get-Command -Module SocketTools -CommandType Cmdlet) {
        if (Test-Path (Join-Path $folder "$($command.Name).md")) { $pages[$command.Name] = Read-Page $command.Name }
        $helps[$command.Name] = Get-Help $command.Name -Full
    }
}

Describe 'Pages' {
    It 'are there for each cmdlet' {
        $missing = (Get-Command -Module SocketTools -CommandType Cmdlet).Name | Where-Object { -not $pages.ContainsKey($_) }
        $missing | Should -BeNullOrEmpty
    }
}

Describe 'Page of <Command>' -ForEach $commands {
    BeforeAll {
        $page = $pages[$Command]
        $info = Get-Command $Command
    }

    It 'exists, with every section in the order of the schema' {
        @($page.Sections.Keys) | Should -Be @(
            'SYNOPSIS', 'SYNTAX', 'ALIASES', 'DESCRIPTION', 'EXAMPLES', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS')
        $page.Sections.Values | Should -Not -BeNullOrEmpty
        $page.Front | Should -Match "(?m)^title: $Command$"
        $page.Front | Should -Match '(?m)^PlatyPS schema version: 2024-05-01$'
        $page.Front | Should -Match '(?m)^external help file: SocketTools.dll-Help.xml$'
        $page.Sections.Values | Should -Not -Match '\{\{|Fill in'
    }

    It 'has a synopsis of one sentence and two to five examples' {
        $page.Sections.SYNOPSIS | Should -Match '\A[A-Z][^\n]+\.\z'
        $page.Examples.Count | Should -BeGreaterOrEqual 2
        $page.Examples.Count | Should -BeLessOrEqual 5
        $page.Examples.Values | Should -Match '(?ms)^```powershell\n.+?\n```$'
    }

    It 'shows the syntax of each parameter set' {
        $sets = [ordered]@{}
        foreach ($set in $info.ParameterSets | Sort-Object { -not $_.IsDefault } -Stable) {
            $name = $set.IsDefault -and $set.Name -ne '__AllParameterSets' ? "$($set.Name) (Default)" : $set.Name
            $sets[$name] = "$Command $set"
        }

        @($page.Syntax.Keys) | Should -Be @($sets.Keys)
        foreach ($name in $sets.Keys) { Join-Text $page.Syntax[$name].Trim('`') | Should -BeExactly $sets[$name] }
    }

    It 'names the aliases' {
        $aliases = @(Get-Alias -Definition $Command -ErrorAction Ignore | ForEach-Object Name)
        $shown = $aliases ? "This cmdlet has the following aliases, $($aliases -join ', ')" : 'This cmdlet has no aliases.'
        Join-Text $page.Sections.ALIASES | Should -BeExactly $shown
    }

    It 'has the parameters of the cmdlet and no others' {
        @($page.Parameters.Keys) | Should -Be @($info.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object)
    }

    It 'names the output types of the cmdlet' {
        @($page.Outputs.Keys) | Sort-Object | Should -Be @($info.OutputType.Type.FullName | Sort-Object)
    }

    It 'names the input types of the cmdlet' {
        $types = @($info.Parameters.Values | Where-Object { $_.ParameterSets.Values.ValueFromPipeline -contains $true -or $_.ParameterSets.Values.ValueFromPipelineByPropertyName -contains $true } |
            ForEach-Object { $_.ParameterType.FullName -replace '^(SocketTools\..+)\[\]$', '$1' } | Sort-Object -Unique)
        @($page.Inputs.Keys) | Sort-Object | Should -Be @($types ? $types : 'None')
    }

    It 'says who owns what, and which errors there are by names that exist' {
        $page.Sections.NOTES | Should -Match '(?m)^Ownership: '
        $page.Sections.NOTES | Should -Match '(?m)^Errors'
        $names = [regex]::Matches(($page.Sections.NOTES + $page.Sections.DESCRIPTION), '\bE[A-Z]+(_[A-Z]+)?\b').Value | Sort-Object -Unique
        # EAGAIN and EWOULDBLOCK are one number; the table has it under the second name.
        $names | Where-Object { $_ -notin [enum]::GetNames([SocketTools.Errno]) } | Should -BeNullOrEmpty
    }

    It 'links to pages that exist, to about_SocketTools and to manual pages' {
        @($page.Links).Count | Should -BeGreaterThan 1
        $page.Links | ForEach-Object { $_.Groups[1].Value } | Should -Contain 'about_SocketTools'
        foreach ($link in $page.Links) {
            $target = $link.Groups[2].Value
            if ($target -notmatch '^https://man7\.org/linux/man-pages/man\d/[a-z_]+\.\d\.html$') { Join-Path $folder $target | Should -Exist }
        }
    }
}

Describe 'Parameters' {
    It '<Command> -<Parameter> is described, and as it is in the cmdlet' -ForEach $parameters {
        $page = $pages[$Command].Parameters[$Parameter]
        $info = (Get-Command $Command).Parameters[$Parameter]
        $page.Description.Trim() | Should -Match '(?s)\A[^ ].{10,}\.\z'

        $page.Type | Should -BeExactly $info.ParameterType.ToString()
        $page.Aliases | Should -Be @($info.Aliases)
        $type = $info.ParameterType.IsArray ? $info.ParameterType.GetElementType() : $info.ParameterType
        $page.AcceptedValues | Should -Be @($type.IsEnum ? [enum]::GetNames($type) : @())
        $page.SupportsWildcards | Should -Be "$($info.Attributes.TypeId.Name -contains 'SupportsWildcardsAttribute')".ToLowerInvariant()

        $expected = foreach ($set in $info.ParameterSets.GetEnumerator() | Sort-Object Key) {
            $value = $set.Value
            $name = $set.Key -eq '__AllParameterSets' ? '(All)' : $set.Key
            $position = $value.Position -lt 0 ? 'Named' : $value.Position
            "$name $position $($value.IsMandatory) $($value.ValueFromPipeline) $($value.ValueFromPipelineByPropertyName)"
        }
        $shown = foreach ($set in $page.ParameterSets | Sort-Object { $_.Name }) {
            "$($set.Name) $($set.Position) $($set.IsRequired) $($set.ValueFromPipeline) $($set.ValueFromPipelineByPropertyName)"
        }
        $shown | Should -Be $expected

        $default = (Get-Command $Command).ImplementingType::new().$Parameter
        $text = if ($info.ParameterSets.Values.IsMandatory -notcontains $false) { '' }
            elseif ($default -is [System.Text.Encoding]) { $default.WebName -eq 'utf-8' -and $default.GetPreamble().Count -eq 0 ? 'utf8NoBOM' : $default.WebName }
            elseif ($default -is [SocketTools.SocketPlatform] -and $default -eq [SocketTools.SocketPlatforms]::Current) { 'this platform' }
            else { $default -is [array] ? $default -join ', ' : "$default" }
        $page.DefaultValue | Should -BeExactly $text
    }
}

Describe 'Get-Help <Command>' -ForEach $commands {
    BeforeAll {
        $page = $pages[$Command]
        $help = $helps[$Command]
    }

    It 'gives synopsis, description and notes of the page' {
        Join-Text $help.Synopsis | Should -BeExactly (Join-Text $page.Sections.SYNOPSIS)
        Join-Text $help.description.Text | Should -BeExactly (Join-Text $page.Sections.DESCRIPTION)
        Join-Text $help.alertSet.alert.Text | Should -BeExactly (Join-Text $page.Sections.NOTES)
    }

    It 'gives the examples of the page: title, code with its output, text' {
        $examples = @($help.examples.example)
        $examples.Count | Should -Be $page.Examples.Count
        foreach ($i in 0..($examples.Count - 1)) {
            $body = @($page.Examples.Values)[$i]
            $blocks = [regex]::Matches($body, '(?ms)^```\w+\n(.*?)\n```$') | ForEach-Object { $_.Groups[1].Value }
            $examples[$i].title.Trim('-', ' ') | Should -BeExactly @($page.Examples.Keys)[$i]
            ($examples[$i].code -replace '\r').Trim() | Should -BeExactly ($blocks -join "`n`n").Trim()
            Join-Text $examples[$i].remarks.Text | Should -BeExactly (Join-Text ([regex]::Replace($body, '(?ms)^```\w+\n.*?\n```$', '')))
        }
    }

    It 'gives the parameters of the page' {
        $shown = @($help.parameters.parameter)
        @($shown.name) | Sort-Object | Should -Be @($page.Parameters.Keys)
        foreach ($parameter in $shown) {
            $expected = $page.Parameters[$parameter.name]
            Join-Text $parameter.description.Text | Should -BeExactly (Join-Text $expected.Description)
            $parameter.type.name | Should -BeExactly $expected.Type
            $parameter.position | Should -Be $expected.ParameterSets[0].Position
            $parameter.required | Should -Be "$($expected.ParameterSets.IsRequired -contains 'true')".ToLowerInvariant()
            $parameter.globbing | Should -Be $expected.SupportsWildcards
            $parameter.aliases | Should -Be ($expected.Aliases ? $expected.Aliases -join ', ' : 'none')
            $parameter.defaultValue | Should -BeExactly ($expected.DefaultValue ? $expected.DefaultValue : 'None')
            $pipeline = @(
                if ($expected.ParameterSets.ValueFromPipeline -contains 'true') { 'ByValue' }
                if ($expected.ParameterSets.ValueFromPipelineByPropertyName -contains 'true') { 'ByPropertyName' }) -join ', '
            $parameter.pipelineInput | Should -Be ($pipeline ? "true ($pipeline)" : 'false')
        }
    }

    It 'gives the parameter sets of the page' {
        $shown = @($help.syntax.syntaxItem) | ForEach-Object { @($_.parameter.name | Sort-Object) -join ' ' }
        $expected = $page.Syntax.Values | ForEach-Object { @([regex]::Matches($_, '(?<=\s|\[)-(\w+)').ForEach{ $_.Groups[1].Value } | Sort-Object) -join ' ' }
        $shown | Should -Be $expected
    }

    It 'gives inputs, outputs and links of the page' {
        foreach ($side in @{ Shown = $help.inputTypes.inputType; Page = $page.Inputs }, @{ Shown = $help.returnValues.returnValue; Page = $page.Outputs }) {
            @($side.Shown.type.name) | Should -Be @($side.Page.Keys)
            Join-Text $side.Shown.description.Text | Should -BeExactly (Join-Text @($side.Page.Values))
        }
        @($help.relatedLinks.navigationLink.linkText) | Should -Be @($page.Links | ForEach-Object { $_.Groups[1].Value })
    }
}

Describe 'SocketTools.dll-Help.xml' {
    It 'has the cmdlets of the module and no others' {
        $maml = [xml](Get-Content (Join-Path (Split-Path $env:SOCKETTOOLS_MODULE) 'en-US/SocketTools.dll-Help.xml') -Raw)
        $names = $maml.GetElementsByTagName('command:name') | ForEach-Object InnerText
        @($names | Sort-Object) | Should -Be @((Get-Command -Module SocketTools -CommandType Cmdlet).Name | Sort-Object)
    }
}

Describe 'about_SocketTools' {
    BeforeAll {
        $topic = Get-Help about_SocketTools
        $text = Get-Content (Join-Path $folder 'about_SocketTools.md') -Raw
    }

    It 'is found by Get-Help, as on its page' {
        @($topic).Count | Should -Be 1
        $topic.Name | Should -Be 'about_SocketTools'
        Join-Text $topic | Should -BeExactly (Join-Text $text)
    }

    It 'has a short description as its synopsis' {
        $topic.Synopsis | Should -Match '\A[A-Z].+\.\z'
    }

    It 'names every command' {
        foreach ($command in Get-Command -Module SocketTools) { $text | Should -Match "\b$($command.Name)\b" }
    }

    It 'names errors that exist' {
        $names = [regex]::Matches($text, '(?m)^\| (E[A-Z_]+)').ForEach{ $_.Groups[1].Value }
        $names.Count | Should -BeGreaterThan 15
        $names | Where-Object { $_ -notin [enum]::GetNames([SocketTools.Errno]) } | Should -BeNullOrEmpty
    }
}

Describe 'about_SocketCapture' {
    It 'is found by Get-Help, as on its page' {
        $topic = Get-Help about_SocketCapture
        @($topic).Count | Should -Be 1
        $topic.Synopsis | Should -Match '\A[A-Z].+\.\z'
        Join-Text $topic | Should -BeExactly (Join-Text (Get-Content (Join-Path $folder 'about_SocketCapture.md') -Raw))
    }
}

Describe 'README.md' {
    BeforeAll { $text = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw }

    It 'links to the page of every command, and to nothing that is missing' {
        $links = [regex]::Matches($text, '\]\(([^)#]+)\)').ForEach{ $_.Groups[1].Value }
        foreach ($command in Get-Command -Module SocketTools -CommandType Cmdlet) { $links | Should -Contain "module/Help/en-US/$($command.Name).md" }
        foreach ($link in $links | Where-Object { $_ -notmatch '^https?:' }) { Join-Path $PSScriptRoot '../..' $link | Should -Exist }
    }

    It 'has exactly two commands to set up and to test' {
        $block = [regex]::Match($text, '(?ms)^```sh\n(.*?)\n```$').Groups[1].Value -split '\n'
        $block | Should -Be 'pwsh ./build.ps1 -Task Demo', 'pwsh ./build.ps1 -Task Test'
    }
}
