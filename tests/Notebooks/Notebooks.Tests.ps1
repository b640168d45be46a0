# The notebooks of the repository: what is beside each other agrees, what is generated is valid, and the sample shows every kind of cell.

BeforeDiscovery {
    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
    $notebooks = @(Get-ChildItem (Join-Path $root 'notebooks'), $PSScriptRoot -Filter '*.dib' | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } })
    $python = '/usr/bin/python3', 'python3' | Where-Object { (Get-Command $_ -ErrorAction Ignore) -and $(& $_ -c 'import jsonschema' 2>$null; $LASTEXITCODE -eq 0) } | Select-Object -First 1
    $browser = Get-Command chromium, chromium-browser, google-chrome -CommandType Application -ErrorAction Ignore | Select-Object -First 1
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    $sample = Join-Path $PSScriptRoot 'sample.dib'
    $python = '/usr/bin/python3', 'python3' | Where-Object { (Get-Command $_ -ErrorAction Ignore) -and $(& $_ -c 'import jsonschema' 2>$null; $LASTEXITCODE -eq 0) } | Select-Object -First 1
    $browser = Get-Command chromium, chromium-browser, google-chrome -CommandType Application -ErrorAction Ignore | Select-Object -First 1

    # What the public schema of nbformat says against a file; nothing where it is valid.
    function Get-SchemaError([string] $Path) {
        $check = @'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
notebook = json.load(open(sys.argv[2], encoding="utf-8"))
for error in jsonschema.Draft4Validator(schema).iter_errors(notebook):
    print("/".join(map(str, error.absolute_path)), error.message[:200])
'@
        $text = & $python -c $check (Join-Path $PSScriptRoot 'nbformat/nbformat.v4.5.schema.json') $Path 2>&1
        if ($LASTEXITCODE) { throw "$text" }
        $text
    }

    # The page as a browser has it when its scripts have run, in a process without any network.
    function Get-BrowserPage([string] $Path) {
        $folder = New-Item -ItemType Directory (Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid()))
        $arguments = '--headless', '--no-sandbox', '--disable-gpu', "--user-data-dir=$folder", '--host-resolver-rules=MAP * ~NOTFOUND', '--virtual-time-budget=10000', '--dump-dom', "file://$Path"
        # Without the script itself, which names everything that a diagram may have.
        ((& $browser.Source @arguments 2>$null) -join "`n") -replace '(?s)<script>.*?</script>'
    }

    function Get-Source([string] $Path) {
        $format = [SocketTools.NotebookDocument]::FormatOf($Path)
        [SocketTools.NotebookDocument]::Parse([IO.File]::ReadAllText($Path), $format).Cells | ForEach-Object { "#!$($_.Kernel)`n$($_.Source)" }
    }
}

Describe '<Name>' -ForEach $notebooks {
    It 'has the same sources as the .ipynb beside it' {
        $made = [IO.Path]::ChangeExtension($Path, '.ipynb')
        $made | Should -Exist -Because 'build.ps1 -Task Notebooks makes it'
        $expected = @(Get-Source $Path)
        $actual = @(Get-Source $made)
        $actual.Count | Should -Be $expected.Count
        for ($i = 0; $i -lt $expected.Count; $i++) { $actual[$i] | Should -BeExactly $expected[$i] -Because "cell $($i + 1) of both is the same; build.ps1 -Task Notebooks makes it so" }
    }

    It 'was run to its end' {
        $cells = (Get-Content ([IO.Path]::ChangeExtension($Path, '.ipynb')) -Raw | ConvertFrom-Json).cells
        $code = @($cells | Where-Object { $_.cell_type -eq 'code' -and $_.metadata.polyglot_notebook.kernelName -eq 'pwsh' })
        $code.execution_count | Should -Not -Contain $null
        @($code.outputs | Where-Object output_type -EQ 'error') | Should -BeNullOrEmpty
    }

    It 'has an .ipynb that is valid by the schema of nbformat 4.5' -Skip:(-not $python) {
        Get-SchemaError ([IO.Path]::ChangeExtension($Path, '.ipynb')) | Should -BeNullOrEmpty
    }

    It 'is as its writer writes it: line feeds, no byte order mark, a selector first' {
        $text = [IO.File]::ReadAllText($Path)
        $text | Should -Not -Match "`r"
        [IO.File]::ReadAllBytes($Path)[0..1] | Should -Be ([byte][char]'#'), ([byte][char]'!')
        [SocketTools.NotebookDocument]::Parse($text, 'Dib').ToDib() | Should -BeExactly $text
    }
}

Describe 'The sample' {
    It 'has every kind of cell, and runs in under 2 s' {
        $best = [double]::MaxValue
        for ($i = 0; $i -lt 3 -and $best -ge 2; $i++) {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $cells = Invoke-SocketNotebook $sample
            $best = [Math]::Min($best, $clock.Elapsed.TotalSeconds)
        }
        $best | Should -BeLessThan 2
        $cells.Kernel | Sort-Object -Unique | Should -Be 'csharp', 'html', 'markdown', 'mermaid', 'pwsh', 'value'
        $cells.Status | Sort-Object -Unique | Should -Be 'Ok', 'NotRun'
        ($cells | Where-Object Status -EQ 'NotRun').Kernel | Should -Be 'csharp'
        $cells[1].Output | Should -BeExactly "char from server = B`n"
    }

    It 'is valid by the schema with all that can come of cells' -Skip:(-not $python) {
        $source = Join-Path (Get-PSDrive TestDrive).Root 'all.dib'
        $made = Join-Path (Get-PSDrive TestDrive).Root 'all.ipynb'
        Set-Content $source (@([IO.File]::ReadAllText($sample)) + @('throw "x"', 'Write-Error y -ErrorAction SilentlyContinue', 'if (', '"`u{1}`f`u{2028}" + [char] 0xD800', 'while ($true) { }', '@{ a = 1 } | Out-Display -MimeType application/json', '#!nosuch') -join "`n#!pwsh`n")
        $null = Invoke-SocketNotebook $source -OutFile $made -ContinueOnError -TimeoutSeconds 1 -ErrorAction Ignore
        Get-SchemaError $made | Should -BeNullOrEmpty
        $types = (Get-Content $made -Raw | ConvertFrom-Json).cells.outputs.output_type | Sort-Object -Unique
        $types | Should -Be 'display_data', 'error', 'stream'
    }

    It 'and the schema finds what is wrong' -Skip:(-not $python) {
        $bad = Join-Path (Get-PSDrive TestDrive).Root 'bad.ipynb'
        Set-Content $bad '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","metadata":{},"source":[]}]}'
        Get-SchemaError $bad | Should -Not -BeNullOrEmpty
    }

    It 'is a page that shows table, svg and mermaid in a browser without a network' -Skip:(-not $browser) {
        $page = Join-Path (Get-PSDrive TestDrive).Root 'sample.html'
        $null = Invoke-SocketNotebook $sample -OutFile $page
        [IO.File]::ReadAllText($page) -match '<(script|link|img|iframe)\s[^>]*(src|href)\s*=\s*["'']?https?:' | Should -BeFalse
        $shown = Get-BrowserPage $page
        $shown | Should -Match '<table>\s*<thead>\s*<tr>\s*<th>Call</th>'
        $shown | Should -Match '<table class="sockettools"[^>]*>.*Descriptor|<th[^>]*>FD</th>'
        $shown | Should -Match '<svg[^>]*>.*client and server, drawn as svg'
        # Mermaid has put its drawing in the place of the text.
        $shown | Should -Match '<pre class="mermaid" data-processed="true"><svg[^>]*aria-roledescription="sequence"'
        $shown | Should -Match '(?s)<svg[^>]*aria-roledescription="sequence".*>SYN, ACK<'
        $shown | Should -Not -Match 'Syntax error in'
    }
}

Describe 'What the module ships' {
    BeforeAll { $assets = Join-Path (Split-Path $env:SOCKETTOOLS_MODULE) 'module/Assets' }

    It 'is <File> as it was published, with its licence' -ForEach @(
        @{ File = 'mermaid/mermaid.tiny.js'; Hash = '7A644017D37F93C8359790884E6B67FB1F747C78EB20475952404BD87190A3F8' }
        @{ File = 'marked/marked.umd.js'; Hash = 'BB95D4C15F1289F78486EAACEBF3BB18688475ED58A040EF762ED49337090542' }
    ) {
        (Get-FileHash (Join-Path $assets $File) -Algorithm SHA256).Hash | Should -Be $Hash
        Join-Path $assets (Split-Path $File) 'LICENSE' | Should -FileContentMatch 'MIT License|Permission is hereby granted, free of charge'
        # Nothing in it would end the script element that it stands in.
        [IO.File]::ReadAllText((Join-Path $assets $File)) -match '</script' | Should -BeFalse
    }
}
