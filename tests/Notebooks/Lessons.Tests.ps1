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
        # The solution of the exercise runs where the person's own one goes.
        $text = [IO.File]::ReadAllText($Path)
        $solution = [regex]::Match($text, '(?s)<details>.*?```powershell\n(.*?)```').Groups[1].Value
        $solved = Join-Path (Get-PSDrive TestDrive).Root "$Name.dib"
        [IO.File]::WriteAllText($solved, $text.Replace('# Your turn.', $solution))

        $clock = [Diagnostics.Stopwatch]::StartNew()
        $cells = @(Invoke-SocketNotebook $solved -TimeoutSeconds 60 -ContinueOnError -ErrorAction Ignore)
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

    It 'has a solution of its exercise that does what it says' {
        $solution.Length | Should -BeGreaterThan 0
        $lines = @($cells | Where-Object { $_.Source -eq $solution.Trim() } | ForEach-Object Output) -join "`n" -replace '\e\[[\d;]*m' -split '\r?\n'
        $Expected.Solution | Should -Not -BeNullOrEmpty
        foreach ($line in $Expected.Solution) { @($lines | Where-Object { $_ -match $line }).Count | Should -BeGreaterThan 0 -Because "the solution prints $line" }
    }

    It 'asks for a prediction, has an exercise with a hidden solution, and says what is left open' {
        $prose = @($cells | Where-Object Kernel -EQ markdown | ForEach-Object Source) -join "`n"
        $prose | Should -Match '(?i)what do you expect'
        $prose | Should -Match '(?s)<details>.*<summary>.*</details>'
    }

    It 'leaves nothing open' {
        @([SocketTools.OpenSockets]::Channels).Count + @([SocketTools.OpenSockets]::Listeners).Count + @([SocketTools.OpenIpc]::All).Count | Should -Be 0
    }

    It 'has the cells that the table of README.md names, in rows that say so' {
        $prose = @($cells | Where-Object Kernel -EQ markdown | ForEach-Object Source) -join "`n"
        $code = @($cells | Where-Object Kernel -EQ pwsh | ForEach-Object Source) -join "`n"
        foreach ($statement in $Expected.Statements) {
            $shown = $statement.Cell
            if ($prose -notmatch "(?m)^#+ $([regex]::Escape($shown))$") {
                $code.Contains($shown) | Should -BeTrue -Because "a heading or a cell is: $shown"
                $shown = "``$shown``"
            }
            $readme.Contains("`n| $($statement.Statement) | [$([int] $Name.Substring(0, 2))]($Name.dib) | $shown |`n") | Should -BeTrue -Because "README.md has the row of: $($statement.Statement)"
        }
    }

    # A person types a cell line by line, and PowerShell runs what is complete at the end of a line.
    It 'has cells that can be typed line by line' {
        foreach ($cell in $cells | Where-Object Kernel -EQ pwsh) {
            $typed = ''
            foreach ($line in $cell.Source -split "`n") {
                if (-not $typed) { $line | Should -Not -Match '^\s*(else|elseif|catch|finally)\b' -Because "what is before it in cell $($cell.Number) has run" }
                else { $line | Should -Not -BeNullOrEmpty -Because "an empty line ends the input in cell $($cell.Number)" }
                $typed = $typed ? "$typed`n$line" : $line
                $tokens = $problems = $null
                $null = [Management.Automation.Language.Parser]::ParseInput($typed, [ref] $tokens, [ref] $problems)
                if (-not $problems) { $typed = '' } else { $problems.IncompleteInput | Should -Contain $true -Because "cell $($cell.Number) goes on after: $line" }
            }
            $typed | Should -BeNullOrEmpty -Because "cell $($cell.Number) is complete"
        }
    }

    It 'has cells that a plain shell can run, where there is no Out-Display' {
        foreach ($cell in $cells | Where-Object { $_.Kernel -eq 'pwsh' -and $_.Source -match 'Out-Display' }) { $cell.Source | Should -Match '(?m)^if \(Get-Command Out-Display -ErrorAction Ignore\)' }
    }

    # Between two cells a person reads. A server that waits for the next request of a client does so for as long.
    It 'has servers that wait while one reads' {
        foreach ($cell in $cells | Where-Object Kernel -EQ pwsh) {
            $tokens = $problems = $null
            $ast = [Management.Automation.Language.Parser]::ParseInput($cell.Source, [ref] $tokens, [ref] $problems)
            foreach ($loop in $ast.FindAll({ $args[0] -is [Management.Automation.Language.WhileStatementAst] }, $true)) {
                if ("$($loop.Condition)" -match 'Receive-Socket\w+ \$Client') { "$($loop.Condition)" | Should -Match '-TimeoutSeconds 600' -Because "cell $($cell.Number)" }
            }
        }
    }
}

Describe 'All lessons' {
    It 'take less than three minutes together' { ($seconds.Values | Measure-Object -Sum).Sum | Should -BeLessThan 180 }
}
