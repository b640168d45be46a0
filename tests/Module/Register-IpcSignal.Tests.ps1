BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1
    Import-Module $PSScriptRoot/Support/Terminal.psm1

    function Get-Number([string] $Signal) { [SocketTools.IpcSignalTable]::Parse($Signal) }
}

Describe 'Register-IpcSignal' -Skip:(-not $IsLinux) {
    AfterEach {
        Get-EventSubscriber -SourceIdentifier SIG* -ErrorAction Ignore | Unregister-Event
        Get-EventSubscriber -SourceIdentifier test* -ErrorAction Ignore | Unregister-Event
        Remove-Variable seen -Scope Global -ErrorAction Ignore
    }

    It 'has the parameters of the design' {
        Assert-Parameter Register-IpcSignal 'Signal: String[], position 0, mandatory, pipeline', 'Action: ScriptBlock, position 1', 'SourceIdentifier: String', 'MessageData: PSObject', 'MaxTriggerCount: Int32'
        Assert-OutputType Register-IpcSignal ([System.Management.Automation.PSEventJob])
    }

    It 'runs an action with the signal as its arguments, between two commands of the session' {
        $job = Register-IpcSignal USR1 -MessageData 'mine' {
            $global:seen = [pscustomobject]@{ Name = $EventArgs.Name; Sender = $EventArgs.SenderProcessId; Value = $EventArgs.Value; Type = $EventArgs.GetType(); Id = $Event.SourceIdentifier; Data = $Event.MessageData }
        }
        $job | Should -BeOfType System.Management.Automation.PSEventJob
        Send-IpcSignal USR1 $PID -Value 11
        Wait-Until -What 'the action has run' { $null -ne (Get-Variable seen -Scope Global -ValueOnly -ErrorAction Ignore) }
        $seen.Name, $seen.Sender, $seen.Value, $seen.Id, $seen.Data | Should -Be 'SIGUSR1', $PID, 11, 'SIGUSR1', 'mine'
        $seen.Type | Should -Be ([SocketTools.IpcSignal])
    }

    It 'runs an action for each, and as often as -MaxTriggerCount says' {
        $global:seen = [Collections.Generic.List[int]]::new()
        $null = Register-IpcSignal RTMIN+3 { $global:seen.Add($EventArgs.Value) } -MaxTriggerCount 3
        1..3 | ForEach-Object { Send-IpcSignal RTMIN+3 $PID -Value $_ }
        Wait-Until -What 'the third' { $global:seen.Count -eq 3 }
        $seen | Sort-Object | Should -Be 1, 2, 3
        Wait-Until -What 'it has ended by itself' { -not (Test-Caught (Get-Number RTMIN+3)) }
    }

    It 'without an action writes nothing, and keeps signals for Wait-IpcSignal, not in the event queue' {
        Register-IpcSignal RTMIN+4, RTMIN+5 | Should -BeNullOrEmpty
        Send-IpcSignal RTMIN+4 $PID -Value 1
        Send-IpcSignal RTMIN+5 $PID -Value 2
        (Wait-IpcSignal RTMIN+5).Value | Should -Be 2
        (Wait-IpcSignal RTMIN+4, RTMIN+5).Value | Should -Be 1
        Get-Event -SourceIdentifier SIG* -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'catches until Unregister-Event' {
        $number = Get-Number USR2
        Test-Caught $number | Should -BeFalse
        Register-IpcSignal USR2
        $null = Register-IpcSignal USR2 -SourceIdentifier test-second { }
        Test-Caught $number | Should -BeTrue
        Unregister-Event SIGUSR2
        Test-Caught $number | Should -BeTrue -Because 'the second is still there'
        Unregister-Event test-second
        Test-Caught $number | Should -BeFalse
    }

    It 'ends with its runspace' {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($env:SOCKETTOOLS_MODULE)
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript('Register-IpcSignal RTMIN+7').Invoke()
        Test-Caught (Get-Number RTMIN+7) | Should -BeTrue
        $shell.Dispose()
        $runspace.Dispose()
        Test-Caught (Get-Number RTMIN+7) | Should -BeFalse
    }

    It 'is EEXIST for an identifier that is there' {
        Register-IpcSignal RTMIN+8
        Register-IpcSignal RTMIN+8 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EEXIST Register-IpcSignal ResourceExists 'RTMIN+8'
    }

    It 'is EINVAL for what cannot be caught and for what is no signal, and registers the others' {
        Register-IpcSignal KILL, NOPE, STOP, SEGV, RTMIN, RTMIN+9 -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be (@('EINVAL,SocketTools.Commands.RegisterIpcSignalCommand') * 5)
        "$($failure[0].CategoryInfo.Category)" | Should -Be 'InvalidArgument'
        $failure.TargetObject | Should -Be 'KILL', 'NOPE', 'STOP', 'SEGV', 'RTMIN'
        Test-Caught (Get-Number RTMIN+9) | Should -BeTrue
    }

    It 'shows its calls' {
        "$(Register-IpcSignal RTMIN+10 -Verbose 4>&1)" | Should -Be 'rt_sigaction(SIGRTMIN+10, {sa_flags=SA_RESTART|SA_SIGINFO}) = 0'
    }

    It 'does not let SIGTERM and SIGHUP end the process, nor take its socket files and semaphores' {
        $path = New-SocketPath
        $name = New-IpcName
        $child = Start-ChildPowerShell "`$l = Start-SocketListener unix:$path; `$s = New-IpcSemaphore $name
            Register-IpcSignal TERM, HUP; 'ready'; 1..2 | ForEach-Object { `"`$((Wait-IpcSignal TERM, HUP).Name) `$(Test-Path $path) `$(`$s.Value) `$(Test-Path /dev/shm/sem.$($name.Substring(1)))`" }"
        try {
            Read-ChildLine $child | Should -Be 'ready'
            foreach ($signal in 'TERM', 'HUP') {
                & kill "-$signal" $child.Id
                Read-ChildLine $child | Should -Be "SIG$signal True 1 True"
            }
        } finally { Stop-Child $child }
        $path | Should -Not -Exist
        "/dev/shm/sem.$($name.Substring(1))" | Should -Not -Exist
    }

    It 'leaves a child that .NET starts its own signals' {
        Register-IpcSignal USR1, TERM
        $child = Start-Program sh '-c', 'kill -TERM $$; sleep 30'
        try {
            $child.Process.WaitForExit(10000) | Should -BeTrue
            $child.Process.ExitCode | Should -Be 143
        } finally { Stop-Child $child }
    }

    It 'leaves Ctrl+C to PowerShell: it ends what runs, and the action sees it too' -Skip:$noPython {
        # The action runs between two commands, so also in the block that a stop leads to.
        $terminal = Start-Terminal '$null = Register-IpcSignal INT { [Console]::WriteLine("act" + "ion $($EventArgs.Name) $($EventArgs.Source)") }
            try { [Console]::WriteLine("begin"); Wait-IpcSignal USR1 -TimeoutSeconds 60; [Console]::WriteLine("went" + " on") } finally { [Console]::WriteLine("en" + "ded") }'
        try {
            $null = Wait-Screen $terminal 'begin'
            Wait-Screen $terminal '(?s)(action SIGINT Kernel.*ended|ended.*action SIGINT Kernel)' ([char]3) | Should -BeLessThan 5000
        } finally { Stop-Terminal $terminal }
    }
}
