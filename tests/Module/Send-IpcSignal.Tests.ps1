BeforeDiscovery {
    $noCompiler = -not $IsLinux -or -not (Get-Command cc -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1

    # A process that waits to be ended.
    function Start-Sleeper {
        $process = [Diagnostics.Process]::Start('sleep', '60')
        $processes.Add($process)
        $process
    }
    $processes = [Collections.Generic.List[Diagnostics.Process]]::new()
}

AfterAll {
    foreach ($process in $processes) { if (-not $process.HasExited) { $process.Kill() }; $process.Dispose() }
}

Describe 'Send-IpcSignal' -Skip:$IsWindows {
    It 'has the parameters of the design' {
        Assert-Parameter Send-IpcSignal 'Signal: String, position 0, mandatory', 'Process: ProcessArgument[], position 1, mandatory, pipeline', 'Value: Int32', 'WhatIf: SwitchParameter', 'Confirm: SwitchParameter'
        Assert-OutputType Send-IpcSignal ([void])
        (Get-Command Send-IpcSignal).Parameters.Process.Aliases | Should -Be 'Id', 'ProcessId'
    }

    It 'ends a process, by <How>' -ForEach @(
        @{ How = 'name'; Signal = 'TERM'; Code = 143 }
        @{ How = 'name with SIG'; Signal = 'sigkill'; Code = 137 }
        @{ How = 'number'; Signal = 15; Code = 143 }
    ) {
        $process = Start-Sleeper
        Send-IpcSignal $Signal $process.Id | Should -BeNullOrEmpty
        $process.WaitForExit(10000) | Should -BeTrue
        $process.ExitCode | Should -Be $Code
    }

    It 'takes Process objects, numbers and rows with a ProcessId, also from the pipeline' {
        $processes = 1..5 | ForEach-Object { Start-Sleeper }
        Send-IpcSignal TERM $processes[0], $processes[1].Id
        Get-Process -Id $processes[2].Id | Send-IpcSignal TERM
        "$($processes[3].Id)" | Send-IpcSignal TERM
        [pscustomobject]@{ ProcessId = $processes[4].Id } | Send-IpcSignal TERM
        foreach ($process in $processes) { $process.WaitForExit(10000) | Should -BeTrue; $process.ExitCode | Should -Be 143 }
    }

    It 'sends nothing with -WhatIf, and with signal 0' {
        $process = Start-Sleeper
        Send-IpcSignal KILL $process -WhatIf
        Send-IpcSignal 0 $process
        $process.WaitForExit(100) | Should -BeFalse
    }

    It 'stops and continues a process' -Skip:(-not $IsLinux) {
        $process = Start-Sleeper
        Send-IpcSignal STOP $process
        Wait-Until -What 'it is stopped' { (Get-Content "/proc/$($process.Id)/stat") -match '\) T ' }
        Send-IpcSignal CONT $process
        Wait-Until -What 'it goes on' { (Get-Content "/proc/$($process.Id)/stat") -match '\) S ' }
    }

    It 'tells a C program who sent it, and with what value' -Skip:$noCompiler -ForEach @(
        @{ Parameters = @{}; Shown = 'code 0'; Value = 0 }
        @{ Parameters = @{ Value = 42 }; Shown = 'code -1'; Value = 42 }
        @{ Parameters = @{ Value = -7 }; Shown = 'code -1'; Value = -7 }
    ) {
        $program = Start-Program (New-CProgram signal) wait, 10
        try {
            Read-ChildLine $program | Should -Be 'ready'
            Send-IpcSignal USR1 $program.Id @Parameters
            Read-ChildLine $program | Should -Be "signal 10 $Shown pid $PID uid $(id -u) value $Value"
        } finally { Stop-Child $program }
    }

    It 'is ESRCH for a process that is gone, and goes on with the next' {
        $gone = [Diagnostics.Process]::Start('true')
        $gone.WaitForExit()
        $process = Start-Sleeper
        $id = $gone.Id
        Send-IpcSignal TERM $id, $process -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ESRCH,SocketTools.Commands.SendIpcSignalCommand'
        "$($failure[0].CategoryInfo.Category)" | Should -Be 'ObjectNotFound'
        $failure[0].TargetObject | Should -Be $id
        $process.WaitForExit(10000) | Should -BeTrue

        Send-IpcSignal TERM $gone -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ESRCH Send-IpcSignal ObjectNotFound $gone
        $gone.Dispose()
        Send-IpcSignal TERM $gone -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ESRCH,SocketTools.Commands.SendIpcSignalCommand'
    }

    It 'is EPERM for a process of another user' -Skip:(-not $IsLinux -or ((id -u) -eq '0' -and -not (Get-Command setpriv -CommandType Application -ErrorAction Ignore))) {
        $child = Start-ChildPowerShell "Send-IpcSignal TERM 1 -ErrorAction SilentlyContinue -ErrorVariable failure; `$failure[0].FullyQualifiedErrorId; `"`$(`$failure[0].CategoryInfo.Category) `$(`$failure[0].TargetObject)`"" -Prefix (Get-NobodyPrefix)
        try { $lines = 1..2 | ForEach-Object { Read-ChildLine $child } } finally { Stop-Child $child }
        if (-not $lines[0]) { Set-ItResult -Skipped -Because 'this user cannot read the module'; return }
        $lines | Should -Be 'EPERM,SocketTools.Commands.SendIpcSignalCommand', 'PermissionDenied 1'
    }

    It 'is EINVAL for a signal that does not exist, once' -ForEach 'NOPE', '65', '-1', 'RTMAX+1' {
        Send-IpcSignal $_ $PID, $PID -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EINVAL Send-IpcSignal InvalidArgument $_
    }

    It 'is EINVAL for groups of processes and for what is no process' {
        foreach ($wrong in 0, -1, -2147483648, 'pwsh', '12x') {
            Send-IpcSignal 0 $wrong -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.SendIpcSignalCommand'
            $failure[0].TargetObject | Should -Be $wrong
        }
        $thing = [pscustomobject]@{ Name = 'x' }
        $thing | Send-IpcSignal 0 -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.SendIpcSignalCommand'
    }

    It 'sends nothing where there is no process to send to' {
        @() | Send-IpcSignal TERM
        Send-IpcSignal TERM @()
    }

    It 'is EWOULDBLOCK where too many wait to be taken' -Skip:(-not $IsLinux -or -not (Get-Command prlimit -CommandType Application -ErrorAction Ignore)) {
        $program = Start-Program prlimit '--sigpending=3', sleep, 60
        try {
            Wait-Until -What 'it is sleep' { [IO.File]::ReadAllText("/proc/$($program.Id)/comm").Trim() -eq 'sleep' }
            Send-IpcSignal STOP $program.Id
            $failure = $null
            1..20 | ForEach-Object { Send-IpcSignal RTMIN+1 $program.Id -Value $_ -ErrorAction SilentlyContinue -ErrorVariable +failure }
            $failure.FullyQualifiedErrorId | Select-Object -Unique | Should -Be 'EWOULDBLOCK,SocketTools.Commands.SendIpcSignalCommand'
            $failure.Count | Should -BeLessThan 21
        } finally { Stop-Child $program -Kill }
    }

    It 'shows its calls' {
        "$(Send-IpcSignal 0 $PID -Verbose 4>&1 | Select-Object -Last 1)" | Should -Be "kill($PID, 0) = 0"
        Register-IpcSignal RTMIN+9
        try { "$(Send-IpcSignal RTMIN+9 $PID -Value 5 -Verbose 4>&1 | Select-Object -Last 1)" | Should -Be "sigqueue($PID, SIGRTMIN+9, {sival_int=5}) = 0" }
        finally { $null = Wait-IpcSignal RTMIN+9; Unregister-Event SIGRTMIN+9 }
    }

    It 'is ended by Select-Object -First 1 in front of it' {
        $process = Start-Sleeper
        $process, $process | Select-Object -First 1 | Send-IpcSignal TERM
        $process.WaitForExit(10000) | Should -BeTrue
    }
}
