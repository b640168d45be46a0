# The module within .NET Interactive, whose public members are played by Support/FakeInteractive.cs: the real one can no longer be restored.
BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    $folder = (Get-PSDrive TestDrive).Root
    # Add-Type gives its assemblies names of its own, and the module goes by the name.
    Add-Type 'class LoadsTheCompiler { }'
    $references = [AppContext]::GetData('TRUSTED_PLATFORM_ASSEMBLIES') -split [IO.Path]::PathSeparator | Where-Object { (Split-Path $_ -Leaf) -match '^(System\..*|netstandard|mscorlib)\.dll$' } |
        ForEach-Object { [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($_) }
    function New-Fake([string] $Name, [string[]] $Define, [string] $Folder) {
        $null = New-Item -ItemType Directory -Force $Folder
        $text = -join @($Define | ForEach-Object { "#define $_`n" }; [IO.File]::ReadAllText("$PSScriptRoot/Support/FakeInteractive.cs"))
        $tree = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($text)
        $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new([Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary)
        $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($Name, [Microsoft.CodeAnalysis.SyntaxTree[]] $tree, [Microsoft.CodeAnalysis.MetadataReference[]] $references, $options)
        $path = Join-Path $Folder "$Name.dll"
        $stream = [IO.File]::Create($path)
        try { $result = $compilation.Emit($stream) } finally { $stream.Dispose() }
        if (-not $result.Success) { throw "$($result.Diagnostics)" }
        $path
    }
    $formatting = New-Fake Microsoft.DotNet.Interactive.Formatting @() $folder
    $kernel = New-Fake Microsoft.DotNet.Interactive KERNEL $folder
    $old = New-Fake Microsoft.DotNet.Interactive.Formatting OLD (Join-Path $folder old)

    # Runs a script in a process that has these assemblies before the module; it writes one object as JSON.
    function Invoke-InHost([string[]] $Assembly, [scriptblock] $Script) {
        $load = ($Assembly | ForEach-Object { "Add-Type -Path '$_'" }) -join '; '
        $text = "`$ErrorActionPreference = 'Stop'; $load; Import-Module '$env:SOCKETTOOLS_MODULE'; & { $Script } | ConvertTo-Json -Depth 4 -Compress"
        $own, $first = Get-OwnPowerShell
        $output = & $own @($first) -NoProfile -NonInteractive -EncodedCommand ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))) 2>&1
        if ($LASTEXITCODE) { throw "$output" }
        "$($output | Select-Object -Last 1)" | ConvertFrom-Json
    }
}

Describe 'In .NET Interactive' {
    It 'the types that have a form of their own are registered at import, and arrays of them' {
        $result = Invoke-InHost $formatting {
            $registered = [Microsoft.DotNet.Interactive.Formatting.Formatter]::Registered
            $pair = New-SocketPair
            @{
                Types = @($registered.Item1.FullName); MimeTypes = @($registered.Item2 | Select-Object -Unique)
                Expected = @([SocketTools.SocketRichOutput]::Types.FullName)
                One = [Microsoft.DotNet.Interactive.Formatting.Formatter]::ToDisplayString($pair[0].PSObject.BaseObject, 'text/html')
                Many = [Microsoft.DotNet.Interactive.Formatting.Formatter]::ToDisplayString([SocketTools.SocketChannel[]] $pair, 'text/html')
            }
        }
        $result.MimeTypes | Should -Be 'text/html'
        $result.Types | Sort-Object | Should -Be (@($result.Expected) + @($result.Expected | ForEach-Object { "$_[]" }) | Sort-Object)
        $result.One | Should -Match '^registered: <table.*Connected.*</table>$'
        [regex]::Matches($result.Many, '<tr>').Count | Should -Be 3
    }

    It 'a version that cannot register finds the formatters by the attribute of the types: <_>' -ForEach 'text/html', 'text/markdown' {
        $env:NOTEBOOK_TEST_MIME = $_
        try {
            $result = Invoke-InHost $old {
                @{
                    Ours = [Microsoft.DotNet.Interactive.Formatting.Formatter]::ToDisplayString((ConvertTo-SocketAddress tcp://127.0.0.1:9734).PSObject.BaseObject, $env:NOTEBOOK_TEST_MIME)
                    Other = [Microsoft.DotNet.Interactive.Formatting.Formatter]::ToDisplayString('text', $env:NOTEBOOK_TEST_MIME)
                }
            }
        } finally { Remove-Item env:NOTEBOOK_TEST_MIME }
        $result.Ours | Should -Match '(?s)^by attribute: .*26 06.*sin(_|&#95;)port'
        $result.Other | Should -BeNullOrEmpty
    }

    It 'a wait ends when the cell is stopped, the rest of the cell is not run, and the next cell is as ever' {
        $result = Invoke-InHost $kernel {
            $listener = Start-SocketListener tcp://:0
            $shell = [powershell]::Create()
            function Invoke-Cell($Text, $Argument) {
                $shell.Commands.Clear()
                $shell.Streams.ClearStreams()
                $clock = [Diagnostics.Stopwatch]::StartNew()
                try { $output = @($shell.AddScript($Text).AddArgument($Argument).Invoke()); $ended = 'by itself' }
                catch { $output = @(); $ended = $_.Exception.InnerException.GetType().Name }
                @{ Ended = $ended; Output = @($output | ForEach-Object { "$_" }); Errors = @($shell.Streams.Error | ForEach-Object { "$($_.FullyQualifiedErrorId)" }); Milliseconds = $clock.ElapsedMilliseconds }
            }
            $null = Invoke-Cell 'param($m) Import-Module $m' "$((Get-Module SocketTools).Path)"
            $context = [Microsoft.DotNet.Interactive.KernelInvocationContext]::Begin()
            $context.CancelAfter(300)
            $stopped = Invoke-Cell 'param($l) Receive-SocketConnection $l -TimeoutSeconds -1; $global:behind = 1' $listener
            $null = [Microsoft.DotNet.Interactive.KernelInvocationContext]::Begin()
            $next = Invoke-Cell 'param($l) "<$behind>"; Receive-SocketConnection $l -TimeoutSeconds 0.1; "here"' $listener
            [Microsoft.DotNet.Interactive.KernelInvocationContext]::End()
            $without = Invoke-Cell 'param($l) Receive-SocketConnection $l -TimeoutSeconds 0.1' $listener
            @{ Stopped = $stopped; Next = $next; Without = $without; State = "$($listener.State)" }
        }
        $result.Stopped.Ended | Should -BeIn 'by itself', 'PipelineStoppedException'
        $result.Stopped.Milliseconds | Should -BeGreaterThan 200
        $result.Stopped.Milliseconds | Should -BeLessThan 5000
        $result.Stopped.Errors | Should -BeNullOrEmpty
        $result.Next.Ended | Should -Be 'by itself'
        $result.Next.Output | Should -Be '<>', 'here'
        $result.Next.Errors | Should -Be 'ETIMEDOUT,SocketTools.Commands.ReceiveSocketConnectionCommand'
        $result.Without.Errors | Should -Be 'ETIMEDOUT,SocketTools.Commands.ReceiveSocketConnectionCommand'
        $result.State | Should -Be 'Listening'
    }

    It 'a notebook that is run there ends with the cell too' {
        $result = Invoke-InHost $kernel {
            $path = [IO.Path]::GetTempFileName() + '.dib'
            Set-Content $path "#!pwsh`nStart-Sleep 1000"
            try {
                $context = [Microsoft.DotNet.Interactive.KernelInvocationContext]::Begin()
                $context.CancelAfter(500)
                $shell = [powershell]::Create()
                $clock = [Diagnostics.Stopwatch]::StartNew()
                try { $null = $shell.AddScript('param($m, $p) Import-Module $m; Invoke-SocketNotebook $p -TimeoutSeconds -1').AddArgument("$((Get-Module SocketTools).Path)").AddArgument($path).Invoke(); $ended = 'by itself' }
                catch { $ended = $_.Exception.InnerException.GetType().Name }
                @{ Ended = $ended; Seconds = $clock.Elapsed.TotalSeconds }
            } finally { Remove-Item $path }
        }
        $result.Ended | Should -BeIn 'by itself', 'PipelineStoppedException'
        $result.Seconds | Should -BeLessThan 10
    }
}

Describe 'Outside of it' {
    It 'nothing is registered and a wait has only its own end' {
        $result = Invoke-InHost @() {
            $listener = Start-SocketListener tcp://:0
            Receive-SocketConnection $listener -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue -ErrorVariable problem
            @{ Error = "$($problem.FullyQualifiedErrorId)"; Loaded = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object FullName -Like 'Microsoft.DotNet.Interactive*').Count }
        }
        $result.Error | Should -Be 'ETIMEDOUT,SocketTools.Commands.ReceiveSocketConnectionCommand'
        $result.Loaded | Should -Be 0
    }
}
