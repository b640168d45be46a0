# Every lesson is run to its end, without an error, and its printed results are those that it promises; all together in under three minutes.

BeforeDiscovery {
    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
    $lessons = @(Get-ChildItem (Join-Path $root 'notebooks') -Filter '*.dib' | ForEach-Object {
            @{ Name = $_.BaseName; Path = $_.FullName; Expected = Import-PowerShellDataFile (Join-Path $PSScriptRoot "Expected/$($_.BaseName).psd1") }
        })
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    $notebooks = Resolve-Path (Join-Path $PSScriptRoot '../../notebooks')
    $readme = [IO.File]::ReadAllText((Join-Path $notebooks 'README.md'))
    $seconds = @{}
}

Describe 'The lessons' {
    It 'are twelve' { @(Get-ChildItem $notebooks -Filter '*.dib').Count | Should -Be 12 }

    It 'and each has a promise' {
        (Get-ChildItem (Join-Path $PSScriptRoot 'Expected') -Filter '*.psd1').BaseName | Should -Be (Get-ChildItem $notebooks -Filter '*.dib').BaseName
    }
}

Describe '<Name>' -ForEach $lessons {
    BeforeAll {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $cells = @(Invoke-SocketNotebook $Path -TimeoutSeconds 60 -ContinueOnError -ErrorAction Ignore)
        $seconds[$Name] = $clock.Elapsed.TotalSeconds
    }

    It 'runs to its end without an error' {
        foreach ($cell in $cells) {
            $because = "cell $($cell.Number): $($cell.Reason) $(($cell.Errors | ForEach-Object Message) -join '; ')"
            $cell.Status | Should -Be ($cell.Kernel -in 'csharp', 'http', 'javascript' ? 'NotRun' : 'Ok') -Because $because
        }
    }

    It 'prints what it promises' {
        $lines = @($cells | ForEach-Object { $_.Output; $_.Displays | ForEach-Object Text } | Where-Object { $_ }) -join "`n" -replace '\e\[[\d;]*m' -split '\r?\n'
        foreach ($line in $Expected.Lines) { @($lines | Where-Object { $_ -match $line }).Count | Should -BeGreaterThan 0 -Because "some cell prints $line" }
        foreach ($type in $Expected.Displays) { $cells.Displays.MimeType | Should -Contain $type }
    }

    It 'asks for a prediction, has an exercise with a hidden solution, and says what is left open' {
        $prose = @($cells | Where-Object Kernel -EQ markdown | ForEach-Object Source) -join "`n"
        $prose | Should -Match '(?i)what do you expect'
        $prose | Should -Match '(?s)<details>.*<summary>.*</details>'
    }

    It 'leaves nothing open' {
        @([SocketTools.OpenSockets]::Channels).Count + @([SocketTools.OpenSockets]::Listeners).Count + @([SocketTools.OpenIpc]::All).Count | Should -Be 0
    }

    It 'has the cells that the table of README.md names' {
        $sources = @($cells | ForEach-Object Source)
        foreach ($statement in $Expected.Statements) {
            @($sources | Where-Object { $_.Contains($statement.Cell) }).Count | Should -BeGreaterThan 0 -Because "a cell has: $($statement.Cell)"
            $readme.Contains($statement.Statement.Replace('|', '\|')) | Should -BeTrue -Because "README.md has: $($statement.Statement)"
        }
    }
}

Describe 'All lessons' {
    It 'take less than three minutes together' { ($seconds.Values | Measure-Object -Sum).Sum | Should -BeLessThan 180 }
}
