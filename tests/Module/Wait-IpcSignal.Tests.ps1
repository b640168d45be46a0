BeforeDiscovery {
    $noCompiler = -not $IsLinux -or -not (Get-Command cc -CommandType Application -ErrorAction Ignore)
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1

    function Get-Number([string] $Signal) { [SocketTools.IpcSignalTable]::Parse($Signal) }
}

Describe 'Wait-IpcSignal' -Skip:(-not $IsLinux) {
    AfterEach { Get-EventSubscriber -SourceIdentifier SIG* -ErrorAction Ignore | Unregister-Event }

    It 'has the parameters of the design' {
        Assert-Parameter Wait-IpcSignal 'Signal: String[], position 0, mandatory', 'TimeoutSeconds: Double'
        Assert-OutputType Wait-IpcSignal ([SocketTools.IpcSignal])
    }

    It 'gives the signal of kill(1), and who sent it' {
        Register-IpcSignal USR1
        $kill = Start-Program kill '-USR1', $PID
        Stop-Child $kill
        $signal = Wait-IpcSignal USR1
        $signal.Name, $signal.Number, "$($signal.Source)", $signal.SenderProcessId, $signal.SenderUserId, $signal.SenderUser | Should -Be 'SIGUSR1', 10, 'Kill', $kill.Id, ([int](id -u)), (id -un)
        $signal.Value | Should -BeNullOrEmpty
        ([DateTimeOffset]::Now - $signal.ReceivedAt).TotalSeconds | Should -BeLessThan 30
    }

    It 'gives the value that a C program sent' -Skip:$noCompiler -ForEach 0, 42, -7, 2147483647 {
        Register-IpcSignal RTMIN+1
        & (New-CProgram signal) send $PID 35 $_
        $signal = Wait-IpcSignal RTMIN+1
        $signal.Value, "$($signal.Source)" | Should -Be $_, 'Queue'
        $signal.SenderProcessName | Should -BeIn $null, 'signal-c'
    }

    It 'gives every one of many real-time signals of python3' -Skip:$noPython {
        Register-IpcSignal RTMIN+2
        $program = "import ctypes`nc = ctypes.CDLL(None)`nfor i in range(500): c.sigqueue($PID, $(Get-Number RTMIN+2), ctypes.c_void_p(i))"
        $python = Start-Python $program
        $null = $python.Process.WaitForExit(30000)
        $values = 1..500 | ForEach-Object { (Wait-IpcSignal RTMIN+2 -TimeoutSeconds 10).Value }
        Stop-Child $python
        # Two that come at the same moment may be taken by two threads.
        ($values | Sort-Object) -join ' ' | Should -Be ((0..499) -join ' ')
    }

    It 'catches by itself what nobody registered, and only while it waits' {
        $number = Get-Number RTMIN+3
        Test-Caught $number | Should -BeFalse
        $job = Start-Background { Wait-IpcSignal RTMIN+3, RTMIN+4 -TimeoutSeconds 20 }
        Wait-Turn $job
        Test-Caught $number | Should -BeTrue
        Send-IpcSignal RTMIN+3 $PID
        (Wait-Background $job).Name | Should -Be 'SIGRTMIN+3'
        Test-Caught $number | Should -BeFalse
    }

    It 'gives it to one of those who wait' {
        $jobs = 1..2 | ForEach-Object { Start-Background { (Wait-IpcSignal RTMIN+5 -TimeoutSeconds 20).Value } }
        $jobs | ForEach-Object { Wait-Turn $_ }
        Send-IpcSignal RTMIN+5 $PID -Value 1
        Send-IpcSignal RTMIN+5 $PID -Value 2
        $jobs | ForEach-Object { Wait-Background $_ } | Sort-Object | Should -Be 1, 2
    }

    It 'is ETIMEDOUT after its time, EWOULDBLOCK without any' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Wait-IpcSignal RTMIN+6 -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failure
        $clock.ElapsedMilliseconds | Should -BeGreaterThan 180
        Assert-SocketError $failure ETIMEDOUT Wait-IpcSignal OperationTimeout 'RTMIN+6'
        Wait-IpcSignal RTMIN+6 -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EWOULDBLOCK Wait-IpcSignal OperationTimeout 'RTMIN+6'
    }

    It 'is EINVAL for what cannot be caught and for what is no signal' -ForEach 'KILL', 'STOP', 'SEGV', 'NOPE' {
        Wait-IpcSignal $_ -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EINVAL Wait-IpcSignal InvalidArgument $_
    }

    It 'is stopped within 200 ms' {
        Measure-TurnStop { Wait-IpcSignal RTMIN+7 -TimeoutSeconds 20 } | Should -BeLessThan 200
        Test-Caught (Get-Number RTMIN+7) | Should -BeFalse
    }

    It 'is ended by Select-Object -First 1' {
        Register-IpcSignal RTMIN+8
        Send-IpcSignal RTMIN+8 $PID -Value 1
        Send-IpcSignal RTMIN+8 $PID -Value 2
        1..2 | ForEach-Object { Wait-IpcSignal RTMIN+8 } | Select-Object -First 1 | Should -Not -BeNullOrEmpty
        (Wait-IpcSignal RTMIN+8 -TimeoutSeconds 10).Value | Should -BeIn 1, 2 -Because 'the other one is still there'
    }

    It 'opens no descriptor that stays, but those of the first time' {
        $use = { Register-IpcSignal RTMIN+9; Send-IpcSignal RTMIN+9 $PID; $null = Wait-IpcSignal RTMIN+9; Unregister-Event SIGRTMIN+9 }
        & $use
        $before = Get-OpenDescriptor
        1..5 | ForEach-Object { & $use }
        Assert-DescriptorsBack $before
    }

    It 'sees what its children do' {
        Register-IpcSignal CHLD
        $child = Start-Program sh '-c', 'exit 3'
        try {
            $child.Process.WaitForExit(10000) | Should -BeTrue
            $child.Process.ExitCode | Should -Be 3
            $signal = Wait-IpcSignal CHLD
            $signal.SenderProcessId, $signal.Value, "$($signal.Source)" | Should -Be $child.Id, 3, 'Kernel'
        } finally { Stop-Child $child }
    }
}
