# Whatever a cell does, the runner survives it, says which cell it was, and leaves nothing behind.
BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Notebooks.psm1

    # Whether the process handles a signal itself (proc_pid_status(5)).
    function Test-SignalTaken([int] $Number) {
        $mask = [Convert]::ToUInt64(([IO.File]::ReadAllLines('/proc/self/status') -match '^SigCgt')[0].Split("`t")[1], 16)
        ($mask -shr ($Number - 1)) -band 1
    }

    function Test-PortFree([int] $Port) {
        try { $socket = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $Port); $socket.Start(); $socket.Stop(); $true } catch { $false }
    }
}

Describe 'A cell' {
    AfterEach { Close-EverySocket }

    It 'that calls exit ends itself, and not the notebook' {
        $cells = Invoke-Cell '"before"; exit 3; "behind"', '"next"'
        $cells.Status | Should -Be 'Ok', 'Ok'
        $cells.Output | Should -Be "before`n", "next`n"
        $cells[0].Reason | Should -Match 'exit \(3\)'
    }

    It 'that writes without measure is cut, and it is said: <Name>' -ForEach @(
        @{ Name = 'one text of half a gigabyte'; Code = '"x" * 500MB'; More = 524288000 - 1000 }
        @{ Name = 'many lines'; Code = '$line = "y" * 1MB; foreach ($i in 1..200) { $line }'; More = 200MB - 1000 }
        @{ Name = 'the host'; Code = '$line = "z" * 1MB; foreach ($i in 1..200) { Write-Host $line -NoNewline }'; More = 200MB - 1000 }
        @{ Name = 'the information stream'; Code = '$line = "z" * 1MB; foreach ($i in 1..200) { Write-Verbose $line -Verbose }'; More = 200MB - 1000 }
    ) {
        [GC]::Collect()
        $before = [GC]::GetTotalMemory($true)
        $cells = Invoke-Cell $Code, '"next"' @{ MaximumLength = 1000 }
        $cells.Status | Should -Be 'Ok', 'Ok'
        $cells[0].Output.Length | Should -BeLessThan 1100
        [int64](($cells[0].Reason -split ' ')[0] -replace ',') | Should -BeGreaterOrEqual $More
        $cells[0].Output | Should -Match 'more characters were left out'
        [GC]::GetTotalMemory($true) - $before | Should -BeLessThan 50MB
    }

    It 'that displays without measure is cut, and it is said' {
        $cell = Invoke-Cell '1..5 | ForEach-Object { "s" * 400 | Out-Display -MimeType text/x-long }' @{ MaximumLength = 1000 }
        $cell.Displays.Count | Should -Be 2
        $cell.Reason | Should -Match '^3 displays'
    }

    It 'that writes objects without measure is cut, and it is said' {
        $before = [GC]::GetTotalMemory($true)
        $cell = Invoke-Cell '$s = (ConvertTo-SocketSequence -Sample CharServer).Steps[0]; 1..3000 | ForEach-Object { $s }; "behind"' @{ MaximumLength = 20000 }
        $cell.Status | Should -Be 'Ok'
        $cell.Reason | Should -Match '[\d,]+ objects were left out of tables'
        $left = [int](($cell.Reason | Select-String '([\d,]+) objects').Matches.Groups[1].Value -replace ',')
        $left | Should -BeGreaterThan 2800
        $left | Should -BeLessThan 3000
        $cell.Output.Length | Should -BeLessThan 20200
        [GC]::GetTotalMemory($true) - $before | Should -BeLessThan 20MB
    }

    It 'that writes objects of different kinds without measure keeps nothing of what is left out' {
        $cell = Invoke-Cell '$s = ConvertTo-SocketSequence -Sample CharServer; 1..300 | ForEach-Object { $s.Steps[0]; $s.Steps[0].Packet; $s }' @{ MaximumLength = 30000 }
        $cell.Status | Should -Be 'Ok'
        $cell.Reason | Should -Match '89\d objects were left out'
        $out = $cell.GetType().GetProperty('Outputs', [Reflection.BindingFlags] 'Instance, NonPublic').GetValue($cell)
        $out.Count | Should -BeLessThan 100
    }

    It 'whose time is over before it begins is stopped too, and not left alone' {
        $cells = Invoke-Cell 'Start-Sleep 1000', '"next"' @{ ContinueOnError = $true; TimeoutSeconds = 0.000001 }
        $cells[0].Status | Should -Be 'TimedOut'
        $cells[0].Reason | Should -Match 'and was stopped'
        $cells[1].Reason | Should -Not -Match 'runspace is lost'
    }

    It 'that never ends is stopped, and the next one runs with -ContinueOnError: <Name>' -ForEach @(
        @{ Name = 'a loop'; Code = 'while ($true) { }' }
        @{ Name = 'a loop that writes'; Code = 'while ($true) { "line" }' }
        @{ Name = 'Start-Sleep'; Code = 'Start-Sleep 1000' }
        @{ Name = 'a wait of the module'; Code = '$l = Start-SocketListener tcp://:0; Receive-SocketConnection $l -TimeoutSeconds -1' }
        @{ Name = 'a native program'; Code = 'sleep 1000' }
    ) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $cells = Invoke-Cell '"first"', $Code, '"next"' @{ ContinueOnError = $true; TimeoutSeconds = 0.5 }
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        $cells.Status | Should -Be 'Ok', 'TimedOut', 'Ok'
        $cells[1].Errors[0].FullyQualifiedErrorId | Should -Be 'ETIMEDOUT'
        $cells[1].Reason | Should -Match 'within 0.5 s and was stopped'
        $cells[2].Output | Should -BeExactly "next`n"
    }

    It 'that is stopped ends the notebook without -ContinueOnError, with the error of its cell' {
        $path = New-Notebook 'while ($true) { }', '"next"'
        $cells = Invoke-SocketNotebook $path -TimeoutSeconds 0.3 -ErrorAction SilentlyContinue -ErrorVariable problem
        $cells.Status | Should -Be 'TimedOut', 'NotRun'
        Assert-SocketError $problem ETIMEDOUT Invoke-SocketNotebook OperationTimeout $path
    }

    It 'that does not obey is left with its runspace after two seconds, and the notebook ends, also with -ContinueOnError' {
        $release = [Threading.ManualResetEventSlim]::new()
        try {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $cells = Invoke-Cell 'New-Socket | Out-Null; $release.Wait()', '"next"' @{ ContinueOnError = $true; TimeoutSeconds = 0.3; Parameters = @{ release = $release } }
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 2.2
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
            $cells.Status | Should -Be 'TimedOut', 'NotRun'
            $cells[0].Reason | Should -Match 'nor when it was stopped'
            [SocketTools.OpenSockets]::Channels.Count | Should -Be 0
        } finally { $release.Set() }
    }

    It 'that throws, or breaks out of a loop that is not there, fails or ends, and the next one runs' {
        $cells = Invoke-Cell 'throw "x"', 'break', 'continue', 'return', '[Environment]::FailedOnPurpose()', '"next"' @{ ContinueOnError = $true }
        $cells.Status | Should -Be 'Failed', 'Ok', 'Ok', 'Ok', 'Failed', 'Ok'
    }

    It 'that asks is told that nobody is there: <_>' -ForEach 'Read-Host', '$Host.UI.PromptForChoice("a", "b", @("&y", "&n"), 0)', '$Host.EnterNestedPrompt()', 'Remove-Item (New-TemporaryFile) -Confirm' {
        $cells = Invoke-Cell $_, '"next"' @{ ContinueOnError = $true; TimeoutSeconds = 20 }
        $cells.Status | Should -Be 'Failed', 'Ok'
        $cells[0].Errors[0].Message | Should -Match 'without anybody to ask'
    }
}

Describe 'Behind a notebook' {
    AfterEach { Close-EverySocket }

    It 'the working directory, the location and the environment are as before, and -Verbose says so' {
        $env:NOTEBOOK_TEST_KEPT = 'kept'
        $env:NOTEBOOK_TEST_REMOVED = 'there'
        $directory, $location = [Environment]::CurrentDirectory, "$PWD"
        try {
            $path = New-Notebook '[Environment]::CurrentDirectory = [IO.Path]::GetPathRoot($PWD); Set-Location ..; $env:NOTEBOOK_TEST_NEW = 1; $env:NOTEBOOK_TEST_KEPT = 2; Remove-Item env:NOTEBOOK_TEST_REMOVED', '[Environment]::CurrentDirectory'
            $verbose = Invoke-SocketNotebook $path -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            [Environment]::CurrentDirectory | Should -BeExactly $directory
            "$PWD" | Should -BeExactly $location
            $env:NOTEBOOK_TEST_NEW, $env:NOTEBOOK_TEST_KEPT, $env:NOTEBOOK_TEST_REMOVED | Should -Be $null, 'kept', 'there'
            "$verbose" | Should -Match 'working directory.*NOTEBOOK_TEST_KEPT.*NOTEBOOK_TEST_NEW.*NOTEBOOK_TEST_REMOVED'
        } finally {
            Remove-Item env:NOTEBOOK_TEST_KEPT, env:NOTEBOOK_TEST_REMOVED, env:NOTEBOOK_TEST_NEW -ErrorAction Ignore
            [Environment]::CurrentDirectory = $directory
        }
    }

    It 'no listener runs, no socket and no descriptor is open, and those of the caller stay' {
        $mine = Start-SocketListener tcp://:0
        $code = '$l = Start-SocketListener tcp://:0 -Service Echo -Persist; $c = Connect-Socket $l; $l.LocalEndPoint.Port', '$u = Start-SocketListener udp://:0 -Handler { $_.Reply("x") }; New-SocketPair | Out-Null; $u.LocalEndPoint.Port'
        $null = Invoke-Cell $code # What the process opens once, when it first needs it.
        $before = Get-OpenDescriptor
        $cells = Invoke-Cell $code
        $cells.Status | Should -Be 'Ok', 'Ok'
        Test-PortFree ([int] $cells[0].Output) | Should -BeTrue
        @([SocketTools.OpenSockets]::Channels).Count | Should -Be 0
        @([SocketTools.OpenSockets]::Listeners).Count | Should -Be 1
        $mine.State | Should -Be 'Listening'
        Assert-DescriptorsBack $before
    }

    It 'no pipe, queue, semaphore or memory is left, nor its name' -Skip:(-not $IsLinux) {
        $name = "/notebook-test-$PID"
        $cells = Invoke-Cell "`$p = New-IpcPipe; `$q = New-IpcMessageQueue $name; `$s = New-IpcSemaphore $name; `$m = New-IpcSharedMemory $name -Size 4096; `$f = New-IpcFifo ./fifo; Register-IpcSignal USR2 -Action { }"
        $cells.Errors | Should -BeNullOrEmpty
        $cells.Status | Should -Be 'Ok'
        @([SocketTools.OpenIpc]::All).Count | Should -Be 0
        Get-IpcResource | Where-Object Name -Like '*notebook-test*' | Should -BeNullOrEmpty
        Join-Path (Get-PSDrive TestDrive).Root 'fifo' | Should -Not -Exist
        Wait-Until { -not (Test-SignalTaken 12) }
    }

    It 'no job and no runspace is left' {
        $before = @(Get-Runspace).Count
        $cells = Invoke-Cell '$job = Start-Job { $PID; Start-Sleep 1000 }; do { $child = Receive-Job $job } until ($child); $child', '1..2 | ForEach-Object -Parallel { $_ } | Sort-Object'
        $cells.Status | Should -Be 'Ok', 'Ok'
        $cells[1].Output | Should -BeExactly "1`n2`n"
        Wait-Until { -not (Get-Process -Id ([int] $cells[0].Output) -ErrorAction Ignore) }
        Wait-Until { @(Get-Runspace).Count -le $before }
    }

    It 'a notebook that runs a notebook leaves nothing either' {
        $inner = New-Notebook '$env:NOTEBOOK_TEST_INNER = 1; New-Socket | Out-Null; "inner"'
        $cells = Invoke-Cell "`$c = Invoke-SocketNotebook '$inner'; `$c.Output", '$null -eq $env:NOTEBOOK_TEST_INNER'
        $cells.Status | Should -Be 'Ok', 'Ok'
        $cells[0].Output | Should -BeExactly "inner`n`n"
        $env:NOTEBOOK_TEST_INNER | Should -BeNullOrEmpty
        @([SocketTools.OpenSockets]::Channels).Count | Should -Be 0
    }
}

Describe 'Ending Invoke-SocketNotebook from outside' {
    AfterEach { Close-EverySocket }

    It 'Stop() ends it within 200 ms, and the port is free: <Name>' -ForEach @(
        @{ Name = 'a wait'; Code = '$l = Start-SocketListener tcp://:0; $port.Value = $l.LocalEndPoint.Port; $started.Set(); Receive-SocketConnection $l -TimeoutSeconds -1' }
        @{ Name = 'a cell that does not obey'; Code = '$l = Start-SocketListener tcp://:0; $port.Value = $l.LocalEndPoint.Port; $started.Set(); [Threading.Thread]::Sleep(4000)' }
    ) {
        $path = New-Notebook $Code
        $state = @{ Port = 0 }
        $fastest = Measure-Fastest {
            $started = [Threading.ManualResetEventSlim]::new()
            $port = [ref] 0
            $job = Start-Background -ArgumentList $path, $started, $port {
                param($path, $started, $port)
                Invoke-SocketNotebook $path -Parameters @{ started = $started; port = $port }
            }
            if (-not $started.Wait(20000)) { throw 'The cell did not begin.' }
            $state.Port = $port.Value
            Stop-Background $job
        }
        $fastest | Should -BeLessThan 200
        Wait-Until { Test-PortFree $state.Port }
    }

    It 'Select-Object -First 1 ends it behind the first cell, and nothing is left' {
        $path = New-Notebook '$l = Start-SocketListener tcp://:0 -Service Echo; $l.LocalEndPoint.Port', 'Start-Sleep 1000'
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $cell = Invoke-SocketNotebook $path | Select-Object -First 1
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        Test-PortFree ([int] $cell.Output) | Should -BeTrue
        @([SocketTools.OpenSockets]::Listeners).Count | Should -Be 0
    }
}
