# Every PowerShell block of the help pages, of about_SocketTools and of README.md runs as it stands, in a session of its own, in an
# empty folder. A block fenced as output behind it shows what it writes. In such a block
#   a number from 49152 to 65535 is an ephemeral port and one from 160 to 199 a descriptor: any number, the same wherever it occurs;
#   * is any text within the line; runs of spaces and empty lines do not count.

BeforeDiscovery {
    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
    $files = @(Get-ChildItem (Join-Path $root 'module/Help/en-US') -Filter '*.md') + @(Get-Item (Join-Path $root 'README.md'))
    $examples = foreach ($file in $files) {
        $text = (Get-Content $file -Raw).Replace("`r", '')
        $number = 0
        foreach ($match in [regex]::Matches($text, '(?ms)^```powershell\n(?<code>.*?)\n```$(\s*^```output\n(?<output>.*?)\n```$)?')) {
            $headings = [regex]::Matches($text.Substring(0, $match.Index), '(?m)^#+ (.+)$')
            @{
                Page = $file.Name; Number = ++$number; Heading = $headings[-1].Groups[1].Value
                Code = $match.Groups['code'].Value
                Output = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
            }
        }
    }
    $pages = $files | ForEach-Object { @{ Page = $_.Name; Count = @($examples | Where-Object Page -EQ $_.Name).Count } }
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    # What other tests may have left open would show in the examples that list sockets.
    Get-Socket | Close-Socket
    Get-SocketListener | Stop-SocketListener

    # It needs Linux and CAP_NET_RAW.
    $noCapture = try { $null = Start-SocketCapture -ErrorAction Stop | Stop-SocketCapture } catch { "capturing is not permitted here: $($_.FullyQualifiedErrorId)" }

    # As a person sees it: objects are formatted when they are written, verbose messages stand between them.
    $runner = {
        param($Code, $Location, $Problems)
        Set-Location -LiteralPath $Location
        . ([scriptblock]::Create($Code)) *>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord]) { $Problems.Add($_) }
            elseif ($_ -is [System.Management.Automation.VerboseRecord]) { "VERBOSE: $($_.Message)" }
            elseif ($_ -is [System.Management.Automation.InformationRecord] -and $_.Tags -notcontains 'PSHOST') { } # a person does not see it
            else { $_ }
        } | Out-String -Stream -Width 120
    }

    function Invoke-Example([string] $Code, [string] $Location, [int] $Seconds = 20) {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($env:SOCKETTOOLS_MODULE)
        $runspace = [runspacefactory]::CreateRunspace($state)
        $shell = [powershell]::Create($runspace)
        $problems = [System.Collections.Generic.List[object]]::new()
        try {
            $runspace.Open()
            $null = $shell.AddScript($runner.ToString()).AddArgument($Code).AddArgument($Location).AddArgument($problems)
            $running = $shell.BeginInvoke()
            if (-not $running.AsyncWaitHandle.WaitOne([timespan]::FromSeconds($Seconds))) {
                $shell.Stop()
                throw "It did not end within $Seconds s."
            }
            $lines = $shell.EndInvoke($running)
            $problems.AddRange(@($shell.Streams.Error))
            @{ Lines = @($lines); Problems = $problems }
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    function Join-Line([string[]] $Line) {
        (($Line -join "`n") -replace '\e\[[\d;]*m' -split '\r?\n' | ForEach-Object { ($_ -replace '\s+', ' ').Trim() } | Where-Object { $_ }) -join "`n"
    }

    function ConvertTo-Pattern([string] $Shown) {
        $known = @{}
        $lines = foreach ($line in (Join-Line $Shown) -split "`n") {
            [regex]::Replace([regex]::Escape($line).Replace('\*', '.*?'), '(?<![\w.])\d{3,5}(?![\w.])', {
                    param($Match)
                    $number = [int] $Match.Value
                    if (($number -lt 160 -or $number -gt 199) -and ($number -lt 49152 -or $number -gt 65535)) { return $Match.Value }
                    if ($known[$number]) { return "\k<n$number>" }
                    $known[$number] = $true
                    "(?<n$number>\d+)"
                })
        }
        '\A' + ($lines -join '\n') + '\z'
    }
}

Describe 'Examples' {
    It '<Page> has examples' -ForEach $pages {
        $Count | Should -BeGreaterThan ($Page -eq 'README.md' ? 0 : 1)
    }

    It '<Page> <Number>: <Heading>' -ForEach $examples {
        if ($Code -match 'Start-SocketCapture' -and $noCapture) { Set-ItResult -Skipped -Because $noCapture; return }
        $location = New-Item -ItemType Directory (Join-Path $TestDrive ([IO.Path]::GetRandomFileName()))
        try {
            $result = Invoke-Example $Code $location
            $open = @([SocketTools.OpenSockets]::Channels) + @([SocketTools.OpenSockets]::Listeners) + @([SocketTools.SocketCapture]::Running) + @([SocketTools.OpenIpc]::All)
        }
        finally {
            Get-Socket | Close-Socket
            Get-SocketListener | Stop-SocketListener
            [SocketTools.OpenIpc]::All | ForEach-Object Dispose
        }

        $result.Problems | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        $open | ForEach-Object { "$_" } | Should -BeNullOrEmpty -Because 'an example closes what it opens'
        # What the calls look like differs from system to system.
        if ($null -ne $Output -and ($IsLinux -or $Output -notmatch 'VERBOSE')) {
            Join-Line $result.Lines | Should -MatchExactly (ConvertTo-Pattern $Output)
        }
    }
}
