# Manifest, assembly, help pages and test files are one list, and an import costs what a binary module costs.

BeforeDiscovery {
    $data = Import-PowerShellDataFile $env:SOCKETTOOLS_MODULE
    $commands = @($data.CmdletsToExport | ForEach-Object { @{ Command = $_ } })
    # Receive-SocketListener reads what is there already; a signal is sent at once.
    $waiting = @($commands | Where-Object { $_.Command -match '^(Connect|Receive|Send|Wait|Invoke|Resolve|Lock)-' -and $_.Command -notin 'Receive-SocketListener', 'Send-IpcSignal' } | ForEach-Object {
            @{ Command = $_.Command; Default = $_.Command -eq 'Receive-SocketConnection' ? -1 : 30 }
        })
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    $data = Import-PowerShellDataFile $env:SOCKETTOOLS_MODULE
    $module = Get-Module SocketTools
    $base = Split-Path $env:SOCKETTOOLS_MODULE
    $types = [SocketTools.Commands.SocketCommand].Assembly.GetExportedTypes() | Where-Object { $_.IsSubclassOf([System.Management.Automation.Cmdlet]) -and -not $_.IsAbstract }
    function Get-CmdletName([type] $Type) {
        $attribute = $Type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        "$($attribute.VerbName)-$($attribute.NounName)"
    }
}

Describe 'Manifest' {
    It 'is valid' {
        (Test-ModuleManifest $env:SOCKETTOOLS_MODULE -ErrorAction Stop).Name | Should -Be 'SocketTools'
    }

    It 'exports the cmdlet classes of the assembly, by name' {
        @($data.CmdletsToExport | Sort-Object) | Should -Be @($types | ForEach-Object { Get-CmdletName $_ } | Sort-Object)
        $data.CmdletsToExport + $data.AliasesToExport | Should -Not -Match '[*?]'
    }

    It 'exports the aliases of the cmdlets, by name' {
        $aliases = $types | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.AliasAttribute], $false).AliasNames }
        @($data.AliasesToExport | Sort-Object) | Should -Be @($aliases | Sort-Object)
    }

    It 'exports no functions and no variables' {
        $data.ContainsKey('FunctionsToExport') | Should -BeTrue
        $data.ContainsKey('VariablesToExport') | Should -BeTrue
        $data.FunctionsToExport | Should -BeNullOrEmpty
        $data.VariablesToExport | Should -BeNullOrEmpty
        @($module.ExportedCommands.Keys | Sort-Object) | Should -Be @($data.CmdletsToExport + $data.AliasesToExport | Sort-Object)
    }

    It 'has a help page for each cmdlet and for nothing else' {
        $pages = Get-ChildItem (Join-Path $PSScriptRoot '../../module/Help/en-US') -Filter '*-*.md' | ForEach-Object BaseName
        @($pages | Sort-Object) | Should -Be @($data.CmdletsToExport | Sort-Object)
    }

    It 'has a test file for each cmdlet' {
        $files = Get-ChildItem $PSScriptRoot -Recurse -Filter '*.Tests.ps1' | ForEach-Object { $_.Name -replace '\.Tests\.ps1$' } | Where-Object { $_ -match '^[A-Z][a-z]+-[A-Z]\w+$' }
        @($files | Sort-Object) | Should -Be @($data.CmdletsToExport | Sort-Object)
    }

    It 'is for PowerShell 7.4 and later, Core' {
        $data.CompatiblePSEditions | Should -Be 'Core'
        $data.PowerShellVersion | Should -Be '7.4'
    }

    It 'has tags that are single words, a description, a licence and a changelog' {
        $data.PrivateData.PSData.Tags.Count | Should -BeGreaterThan 3
        $data.PrivateData.PSData.Tags | Should -Not -Match '\s'
        $data.Description.Length | Should -BeGreaterThan 40
        Join-Path $base 'LICENSE' | Should -Exist
        @(Get-ChildItem $base, (Join-Path $base 'module') -Filter 'CHANGELOG.md' -ErrorAction Ignore).Count | Should -Be 1
    }

    It 'has no script to parse at import: the root module is the assembly' {
        $data.RootModule | Should -Match '\.dll$'
        Join-Path $base $data.RootModule | Should -Exist
        'ScriptsToProcess', 'NestedModules', 'RequiredModules', 'RequiredAssemblies' | Where-Object { $data[$_] } | Should -BeNullOrEmpty
        $module.ModuleType | Should -Be 'Binary'
    }

    It 'names views that exist' {
        foreach ($file in $data.FormatsToProcess + $data.TypesToProcess) { Join-Path $base $file | Should -Exist }
    }

    It 'has the version of the assemblies and of the changelog' {
        foreach ($assembly in [SocketTools.Commands.SocketCommand].Assembly, [SocketTools.SocketChannel].Assembly) {
            $assembly.GetName().Version.ToString(3) | Should -Be $data.ModuleVersion
        }
        $changelog = Get-ChildItem $base, (Join-Path $base 'module') -Filter 'CHANGELOG.md' -ErrorAction Ignore
        Get-Content $changelog | Where-Object { $_ -match '^## \[?(\d[\w.-]*)' } | Select-Object -First 1 | Should -Match "^## \[?$([regex]::Escape($data.ModuleVersion))\b"
    }

    It 'loads no third-party assembly' {
        $names = Get-ChildItem (Join-Path $base 'bin') -Filter '*.dll' | ForEach-Object BaseName
        @($names | Sort-Object) | Should -Be 'SocketTools', 'SocketTools.Engine'
    }
}

Describe 'Cmdlet <Command>' -ForEach $commands {
    BeforeAll { $info = Get-Command $Command }

    It 'says what it writes' {
        $info.OutputType | Should -Not -BeNullOrEmpty
        $info.OutputType.Type | Should -Not -Contain $null
    }

    It 'is a sealed class in the namespace that error ids name' {
        $info.ImplementingType.IsSealed | Should -BeTrue
        $info.ImplementingType.FullName | Should -BeExactly "SocketTools.Commands.$($Command -replace '-')Command"
    }

    It 'has an approved verb and singular nouns' {
        $info.Verb | Should -BeIn (Get-Verb).Verb
        $info.Noun | Should -Not -Match '[^s]s$'
    }

    It 'keeps every parameter name in the plain form' {
        foreach ($parameter in $info.Parameters.Values) { $parameter.Name | Should -MatchExactly '^[A-Z][A-Za-z0-9]+$' }
    }

    It 'has -TimeoutSeconds only as a number of seconds with fractions' {
        if ($info.Parameters.ContainsKey('TimeoutSeconds')) { $info.Parameters.TimeoutSeconds.ParameterType | Should -Be ([double]) }
        $info.Parameters.Keys | Should -Not -Contain 'Timeout'
    }
}

Describe 'Waiting of <Command>' -ForEach $waiting {
    It 'is limited by -TimeoutSeconds, <Default> when none is given' {
        $info = Get-Command $Command
        $parameter = $info.Parameters.TimeoutSeconds
        $parameter.ParameterType | Should -Be ([double])
        @($parameter.ParameterSets.Keys) | Should -Be '__AllParameterSets'
        $parameter.ParameterSets['__AllParameterSets'].IsMandatory | Should -BeFalse
        $info.ImplementingType::new().TimeoutSeconds | Should -Be $Default
    }

    It 'takes -1 and 0, and refuses less than -1' {
        $range = (Get-Command $Command).Parameters.TimeoutSeconds.Attributes.Where{ $_ -is [System.Management.Automation.ValidateRangeAttribute] }
        $range.MinRange | Should -Be -1
        $range.MaxRange | Should -Be ([double]::MaxValue)
    }
}
