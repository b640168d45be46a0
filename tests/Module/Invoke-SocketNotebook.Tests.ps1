BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Notebooks.psm1
}

Describe 'Invoke-SocketNotebook' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Invoke-SocketNotebook 'Path: String, position 0, mandatory, pipeline, by property name', 'OutFile: String', 'Parameters: IDictionary',
            'ContinueOnError: SwitchParameter', 'MaximumLength: Int32', 'TimeoutSeconds: Double'
        Assert-OutputType Invoke-SocketNotebook ([SocketTools.SocketNotebookCell])
    }

    It 'runs the cells in order in one runspace, with the module loaded, in the folder of the notebook' {
        $cells = Invoke-Cell '$a = 1; function f { "f $a" }', 'f', '$a++', 'f; "$PWD"; (Get-Module SocketTools).Name'
        $cells.Status | Should -Be 'Ok', 'Ok', 'Ok', 'Ok'
        $cells.Number | Should -Be 1, 2, 3, 4
        $cells[1].Output | Should -BeExactly "f 1`n"
        $cells[3].Output | Should -BeExactly "f 2`n$((Get-PSDrive TestDrive).Root)`nSocketTools`n"
        $cells[3].Duration | Should -BeGreaterThan ([timespan]::Zero)
        $cells[3].Path | Should -Exist
    }

    It 'has a runspace of its own: nothing of the caller is seen there, and nothing comes back' {
        $global:notebookTest = 'caller'
        try {
            (Invoke-Cell '"<$notebookTest>"; $global:notebookTest = "cell"; Set-Alias nbt Get-Item').Output | Should -BeExactly "<>`n"
            $global:notebookTest | Should -BeExactly 'caller'
            Get-Alias nbt -ErrorAction Ignore | Should -BeNullOrEmpty
        } finally { Remove-Variable notebookTest -Scope Global }
    }

    It 'writes each cell as it ends' {
        $path = New-Notebook '"one"', '$second = $true; [Threading.Thread]::Sleep(-1)'
        @(Invoke-SocketNotebook $path | Select-Object -First 1).Output | Should -BeExactly "one`n"
    }

    It 'keeps text in the order in which a console would show it' {
        $output = (Invoke-Cell '"a"; Write-Host b; [pscustomobject]@{ x = 1; y = 2 } | Format-Table; Write-Warning w; Get-Item /nonexistent-1; "c"; $Error.Clear()').Output
        $output -replace '\s+', ' ' | Should -Match '^a b x y - - 1 2 WARNING: w Get-Item: .*nonexistent-1.* c $'
    }

    It 'has what native commands write, their errors too, and these do not fail the cell' -Skip:$IsWindows {
        $cell = Invoke-Cell 'sh -c "echo out; echo err >&2; exit 3"; $LASTEXITCODE'
        $cell.Status | Should -Be 'Ok'
        $cell.Output -split "`n" | Sort-Object -Unique | Should -Be '', '3', 'err', 'out'
    }

    It 'takes the escape sequences of terminals out of text' {
        (Invoke-Cell '"`e[31mred`e[0m `e]8;;http://x`e\link`e]8;;`e\"; Write-Host "`e[1mbold"').Output | Should -BeExactly "red link`nbold`n"
    }

    It 'keeps cells of other kernels and does not run them, nor parts of them' {
        $cells = Invoke-SocketNotebook (New-NotebookFile "text`n#!csharp`nx`n#!pwsh`n'p'`n#!fsharp`ny")
        $cells.Kernel | Should -Be 'csharp', 'csharp', 'pwsh', 'fsharp'
        $cells.Status | Should -Be 'NotRun', 'NotRun', 'Ok', 'NotRun'
        $cells[0].Reason | Should -Match 'before the first selector'
        $json = '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","metadata":{"polyglot_notebook":{"kernelName":"pwsh"}},"source":"$global:ran=1\n#!csharp\nx"},{"cell_type":"raw","metadata":{},"source":"r"}]}'
        $mixed = Invoke-SocketNotebook (New-NotebookFile $json '.ipynb')
        $mixed.Status | Should -Be 'NotRun', 'NotRun'
        $mixed[0].Reason | Should -Match 'csharp'
    }

    It 'shows markdown, a diagram of mermaid and html as it is' {
        $cells = Invoke-SocketNotebook (New-NotebookFile "#!markdown`n# T`n#!mermaid`ngraph TD`n#!html`n<b>x</b>")
        $cells.Status | Should -Be 'Ok', 'Ok', 'Ok'
        if (Get-Command ConvertFrom-Markdown -ErrorAction Ignore) {
            $cells[0].Displays[0].MimeType | Should -Be 'text/html'
            $cells[0].Displays[0].Content | Should -Match '<h1.*>T</h1>'
        } else {
            $cells[0].Displays[0].MimeType | Should -Be 'text/markdown'
            $cells[0].Displays[0].Content | Should -BeExactly '# T'
        }
        $cells[1].Displays[0].MimeType | Should -Be 'text/vnd.mermaid'
        $cells[2].Displays[0].Content | Should -BeExactly '<b>x</b>'
    }

    It 'converts markdown by ConvertFrom-Markdown where there is one' {
        $path = New-NotebookFile "#!markdown`n*x*"
        function global:ConvertFrom-Markdown([string] $InputObject) { [pscustomobject]@{ Html = "<i>converted $InputObject</i>" } }
        try { (Invoke-SocketNotebook $path).Displays[0].Content | Should -BeExactly '<i>converted *x*</i>' }
        finally { Remove-Item function:ConvertFrom-Markdown }
    }

    It 'takes values from value cells with #!set and #!share' {
        $cells = Invoke-SocketNotebook (New-NotebookFile ("#!value`n#!value --name j --mime-type application/json`n{`"port`":9734}`n" +
                "#!pwsh`n#!value --name t`nsome text`n#!pwsh`n#!set --name v --value @value:j`n#!share t --from value --as u`n`"`$(`$v.port) `$u`"`n#!pwsh`n#!set --name x --value @value:none")) -ErrorAction Ignore
        $cells.Status | Should -Be 'Ok', 'Ok', 'Ok', 'Failed'
        $cells[0].Displays[0].MimeType | Should -Be 'application/json'
        $cells[2].Output | Should -BeExactly "9734 some text`n"
        $cells[3].Errors[0].Message | Should -Match 'none'
    }

    It 'fails a cell with an unknown directive before anything of it runs' {
        $cells = Invoke-Cell '$ran = 1', "`$ran = 2`n#!nosuch`n", '$ran' @{ ContinueOnError = $true }
        $cells.Status | Should -Be 'Ok', 'Failed', 'Ok'
        $cells[1].Errors[0].Message | Should -Match '#!nosuch'
        $cells[2].Output | Should -BeExactly "1`n"
    }

    Describe 'An error' {
        It 'that is left in $Error fails the cell: <Name>' -ForEach @(
            @{ Name = 'written'; Code = 'Write-Error boom'; Message = 'boom' }
            @{ Name = 'thrown'; Code = 'throw "boom"'; Message = 'boom' }
            @{ Name = 'caught'; Code = 'try { throw "boom" } catch { "caught" }'; Message = 'boom' }
            @{ Name = 'silenced'; Code = 'Write-Error boom -ErrorAction SilentlyContinue; "goes on"'; Message = 'boom' }
            @{ Name = 'of the parser'; Code = 'if ('; Message = "Missing condition in if statement after 'if ('" }
            @{ Name = 'of a cmdlet of the module'; Code = 'Connect-Socket unix:./nobody'; Message = '(ENOENT)' }
        ) {
            $cell = Invoke-Cell $Code
            $cell.Status | Should -Be 'Failed'
            @($cell.Errors).Count | Should -Be 1
            $cell.Errors[0].Message | Should -BeLike "*$Message*"
            $cell.Errors[0].ErrorRecord | Should -BeOfType System.Management.Automation.ErrorRecord
        }

        It 'that is shown on purpose does not fail the cell: <_>' -ForEach '$Error.Clear()', 'Write-Error x -ErrorAction Ignore', 'try { Connect-Socket unix:./nobody -ErrorAction Stop } catch { "$_"; $Error.Clear() }' {
            (Invoke-Cell $_).Status | Should -Be 'Ok'
        }

        It 'ends the notebook, and -ContinueOnError goes on with an empty $Error' {
            (Invoke-Cell '"a"', 'throw "x"', '"b"').Status | Should -Be 'Ok', 'Failed', 'NotRun'
            $cells = Invoke-Cell '"a"', 'throw "x"', '$Error.Count' @{ ContinueOnError = $true }
            $cells.Status | Should -Be 'Ok', 'Failed', 'Ok'
            $cells[2].Output | Should -BeExactly "0`n"
        }

        It 'is told when all is written, by cell' {
            $path = New-Notebook 'throw "first"', 'throw "second"'
            $cells = Invoke-SocketNotebook $path -ContinueOnError -ErrorAction SilentlyContinue -ErrorVariable problem
            $cells.Count | Should -Be 2
            $problem.Count | Should -Be 2
            Assert-SocketError $problem[0] ECANCELED Invoke-SocketNotebook OperationStopped $path
            $problem[1].Exception.Message | Should -Match 'Cell 2: second'
        }

        It 'does not cost the file with -ErrorAction Stop' {
            $out = Join-Path (Get-PSDrive TestDrive).Root 'stop.ipynb'
            { Invoke-SocketNotebook (New-Notebook 'throw "x"') -OutFile $out -ErrorAction Stop } | Should -Throw -ErrorId 'ECANCELED,*'
            (Get-Content $out -Raw | ConvertFrom-Json).cells[0].outputs[0].output_type | Should -Be 'error'
        }
    }

    It 'begins with the variables of -Parameters, and sets them again behind a cell with that tag' {
        (Invoke-Cell '"$a $($b.Count)"' @{ Parameters = @{ a = 'x'; b = 1, 2 } }).Output | Should -BeExactly "x 2`n"
        $json = '{"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"name":".net-pwsh"}},"cells":[{"cell_type":"code","metadata":{"tags":["parameters"]},"source":"$a = 1; $b = 2"},{"cell_type":"code","metadata":{},"source":"$a, $b -join \" \""}]}'
        (Invoke-SocketNotebook (New-NotebookFile $json '.ipynb') -Parameters @{ a = 9 })[1].Output | Should -BeExactly "9 2`n"
    }

    It 'refuses what it cannot run: <Name>' -ForEach @(
        @{ Name = 'no file'; Path = 'none.dib'; With = @{}; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
        @{ Name = 'another ending'; Path = 'none.txt'; With = @{}; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'no JSON'; Text = '#!pwsh'; Extension = '.ipynb'; With = @{}; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'nbformat 3'; Text = '{"nbformat":3}'; Extension = '.ipynb'; With = @{}; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'metadata that are none'; Text = "#!meta`n{`n#!pwsh`nx"; Extension = '.dib'; With = @{}; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'no time'; Text = "#!pwsh`n1"; Extension = '.dib'; With = @{ TimeoutSeconds = 0 }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Name = 'a name with a drive'; Text = "#!pwsh`n1"; Extension = '.dib'; With = @{ Parameters = @{ 'env:x' = 1 } }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Name = 'a name of a constant'; Text = "#!pwsh`n1"; Extension = '.dib'; With = @{ Parameters = @{ true = 1 } }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Name = 'an output of another kind'; Text = "#!pwsh`n1"; Extension = '.dib'; With = @{ OutFile = 'x.pdf' }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Name = 'an output without a folder'; Text = "#!pwsh`n1"; Extension = '.dib'; With = @{ OutFile = 'no/x.html' }; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
    ) {
        $file = $_['Path'] ?? (New-NotebookFile $Text $Extension)
        Push-Location TestDrive:/
        try { $cells = Invoke-SocketNotebook $file @With -ErrorAction SilentlyContinue -ErrorVariable problem } finally { Pop-Location }
        $cells | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno Invoke-SocketNotebook $Category $file
    }

    It 'refuses a FIFO, and does not wait for somebody who writes to it' -Skip:(-not $IsLinux) {
        $path = Join-Path (Get-PSDrive TestDrive).Root 'fifo.dib'
        & mkfifo $path
        Invoke-SocketNotebook $path -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ESPIPE Invoke-SocketNotebook InvalidArgument $path
    }

    It 'puts pictures beside the notebook into the page, and warns of what the page lacks' {
        $folder = (Get-PSDrive TestDrive).Root
        [IO.File]::WriteAllText((Join-Path $folder 'dot.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
        $path = New-NotebookFile "#!markdown`n`n![a dot](dot.svg) and ![none](nothing.png)`n`n#!html`n`n<img src=`"./dot.svg`">"
        $out = Join-Path $folder 'pictures.html'
        $null = Invoke-SocketNotebook $path -OutFile $out -WarningVariable warnings -WarningAction SilentlyContinue
        $page = [IO.File]::ReadAllText($out)
        [regex]::Matches($page, 'data:image/svg\+xml;base64,PHN2').Count | Should -Be 2
        $warnings.Count | Should -Be 1
        "$warnings" | Should -Match '^Cell 1: The page needs nothing\.png, which is not in it: .*ENOENT'
    }

    It 'takes several from the pipeline, and one file is for one of them' {
        $paths = (New-Notebook '1'), 'none.dib', (New-Notebook '2')
        (Get-Item $paths[0], $paths[2] | Invoke-SocketNotebook).Output | Should -Be "1`n", "2`n"
        $out = Join-Path (Get-PSDrive TestDrive).Root 'several.dib'
        ($paths | Invoke-SocketNotebook -ErrorAction SilentlyContinue -ErrorVariable problem).Output | Should -Be "1`n", "2`n"
        $problem.FullyQualifiedErrorId | Should -Be 'ENOENT,SocketTools.Commands.InvokeSocketNotebookCommand'
        $null = $paths[0], $paths[2] | Invoke-SocketNotebook -OutFile $out -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EINVAL Invoke-SocketNotebook InvalidArgument $paths[2]
    }

    It 'writes a .dib that is the same, and converts between the two' {
        $text = "#!meta`n`n{`"kernelInfo`":{`"items`":[]}}`n`n#!markdown`n`n# T`n`n#!powershell`n`n1`n"
        $dib = New-NotebookFile $text
        $copy = Join-Path (Get-PSDrive TestDrive).Root 'copy.dib'
        $null = Invoke-SocketNotebook $dib -OutFile $copy
        [IO.File]::ReadAllText($copy) | Should -BeExactly $text
        $ipynb = Join-Path (Get-PSDrive TestDrive).Root 'copy.ipynb'
        $null = Invoke-SocketNotebook $dib -OutFile $ipynb
        (Invoke-SocketNotebook $ipynb -OutFile $copy).Source | Should -Be '# T', '1'
        [IO.File]::ReadAllText($copy) | Should -BeExactly "#!markdown`n`n# T`n`n#!pwsh`n`n1`n"
        Get-ChildItem (Get-PSDrive TestDrive).Root -Filter '*.tmp' | Should -BeNullOrEmpty
    }

    It 'shows a table of cells' {
        $lines = (Invoke-SocketNotebook (New-NotebookFile "#!markdown`n# T`n#!pwsh`n'out'`n#!csharp`nx") | Out-String -Width 100) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        -split $lines[0] | Should -Be '#', 'Kernel', 'Status', 'Seconds', 'Shown', 'Output'
        $lines[2] | Should -Match '^\s+1 markdown\s+Ok\s+1 # T$'
        $lines[3] | Should -Match '^\s+2 pwsh\s+Ok\s+\d+\.\d{3}\s+0 out$'
        $lines[4] | Should -Match '^\s+3 csharp\s+NotRun\s+0 It is for the kernel csharp'
    }

    It 'shows its progress' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript('param($module, $path) Import-Module $module; Invoke-SocketNotebook $path').AddArgument($env:SOCKETTOOLS_MODULE).AddArgument((New-Notebook '1', '2'))
            $null = $shell.Invoke()
            $records = @($shell.Streams.Progress | Where-Object Activity -Like 'Running *')
            $records[0].StatusDescription | Should -Be 'cell 1 of 2'
            $records[-1].RecordType | Should -Be 'Completed'
        } finally { $shell.Dispose() }
    }
}
