BeforeDiscovery {
    $noCompiler = -not $IsLinux -or -not (Get-Command cc -CommandType Application -ErrorAction Ignore)
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1
    Import-Module $PSScriptRoot/Support/Terminal.psm1
}

Describe 'Lock-IpcSemaphore' {
    It 'has the parameters of the design' {
        Assert-Parameter Lock-IpcSemaphore 'Semaphore: SemaphoreArgument, position 0, mandatory, pipeline', 'Count: Int32', 'TimeoutSeconds: Double', 'PassThru: SwitchParameter'
        Assert-OutputType Lock-IpcSemaphore ([SocketTools.IpcSemaphore])
    }

    It 'refuses a count that is none' -ForEach 0, -1 {
        { Lock-IpcSemaphore /x -Count $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.LockIpcSemaphoreCommand'
    }

    It 'is EINVAL for what is no semaphore' {
        $thing = [datetime]::Now
        Lock-IpcSemaphore $thing -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.LockIpcSemaphoreCommand'
        $failure[0].TargetObject | Should -Be $thing
    }
}

Describe 'Lock-IpcSemaphore of POSIX' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'takes one off the count, of an object, a name or a row, and writes nothing' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name -InitialCount 4
        Lock-IpcSemaphore $semaphore | Should -BeNullOrEmpty
        Lock-IpcSemaphore $name
        $semaphore | Lock-IpcSemaphore
        Get-IpcResource $name | Lock-IpcSemaphore
        $semaphore.Value | Should -Be 0
        Unlock-IpcSemaphore $semaphore
        $semaphore | Lock-IpcSemaphore -PassThru | Should -Be $semaphore
    }

    It 'takes several at once, or none' {
        $semaphore = New-IpcSemaphore -InitialCount 5
        Lock-IpcSemaphore $semaphore -Count 3
        $semaphore.Value | Should -Be 2
        Lock-IpcSemaphore $semaphore -Count 3 -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EWOULDBLOCK Lock-IpcSemaphore OperationTimeout $semaphore
        $semaphore.Value | Should -Be 2
    }

    It 'is ETIMEDOUT after its time, EWOULDBLOCK without any, and the count is as before' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name -InitialCount 0
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Lock-IpcSemaphore $name -TimeoutSeconds 0.3 -ErrorAction SilentlyContinue -ErrorVariable failure
        $clock.ElapsedMilliseconds | Should -BeGreaterThan 280
        Assert-SocketError $failure ETIMEDOUT Lock-IpcSemaphore OperationTimeout $name
        Lock-IpcSemaphore $semaphore -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EWOULDBLOCK Lock-IpcSemaphore OperationTimeout $semaphore
        $semaphore.Value | Should -Be 0
    }

    It 'goes on as soon as another runspace unlocks' {
        $semaphore = New-IpcSemaphore -InitialCount 0
        $job = Start-Background -ArgumentList $semaphore { param($s) Lock-IpcSemaphore $s -TimeoutSeconds 20; 'locked' }
        Wait-Futex $job
        Unlock-IpcSemaphore $semaphore
        Wait-Background $job | Should -Be 'locked'
        $job.Failure | Should -BeNullOrEmpty
        $semaphore.Value | Should -Be 0
    }

    It 'waits for a C program, which waits for it' -Skip:$noCompiler {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        Lock-IpcSemaphore $semaphore
        $program = Start-Program (New-CProgram semaphore) $name, lock
        try {
            Read-ChildLine $program | Should -Be 'waiting'
            $semaphore.Value | Should -Be 0
            Unlock-IpcSemaphore $semaphore
            Read-ChildLine $program | Should -Be 'locked'
        } finally { Stop-Child $program }
        $job = Start-Background -ArgumentList $semaphore { param($s) Lock-IpcSemaphore $s -TimeoutSeconds 20; 'locked' }
        Wait-Futex $job
        & (New-CProgram semaphore) $name unlock | Should -Be 'unlocked'
        Wait-Background $job | Should -Be 'locked'
    }

    It 'waits for a lock that has died with its holder, until somebody gives it back' -Skip:$noCompiler {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $holder = Start-Program (New-CProgram semaphore) $name, hold
        try {
            $null = Read-ChildLine $holder
            Read-ChildLine $holder | Should -Be 'locked'
            (Get-IpcResource $name).OpenedBy | Should -Contain $holder.Id
        } finally { Stop-Child $holder -Kill }
        (Get-IpcResource $name).OpenedBy | Should -Not -Contain $holder.Id
        Lock-IpcSemaphore $semaphore -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ETIMEDOUT Lock-IpcSemaphore OperationTimeout $semaphore
        $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*Unlock-IpcSemaphore*'
        Unlock-IpcSemaphore $name
        Lock-IpcSemaphore $semaphore
        $semaphore.Value | Should -Be 0
    }

    It 'keeps two processes of PowerShell from being inside at once' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $file = Join-Path $TestDrive "$([guid]::NewGuid())"
        '0' | Set-Content $file
        $script = "1..60 | ForEach-Object { Lock-IpcSemaphore $name; [IO.File]::WriteAllText('$file', [int][IO.File]::ReadAllText('$file') + 1); Unlock-IpcSemaphore $name }; 'done'"
        $children = 1..2 | ForEach-Object { Start-ChildPowerShell $script }
        try { $children | ForEach-Object { Read-ChildLine $_ } | Should -Be 'done', 'done' } finally { $children | ForEach-Object { Stop-Child $_ } }
        [int][IO.File]::ReadAllText($file) | Should -Be 120
        $semaphore.Value | Should -Be 1
    }

    It 'is EBADF on one that is closed, also while it waits' {
        $semaphore = New-IpcSemaphore -InitialCount 0
        $job = Start-Background -ArgumentList $semaphore { param($s) Lock-IpcSemaphore $s -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure; $failure[0].FullyQualifiedErrorId }
        Wait-Futex $job
        $semaphore.Dispose()
        Wait-Background $job | Should -Be 'EBADF,SocketTools.Commands.LockIpcSemaphoreCommand'
        Lock-IpcSemaphore $semaphore -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Lock-IpcSemaphore InvalidOperation $semaphore
    }

    It 'is stopped within 200 ms, and the count is as before' {
        $semaphore = New-IpcSemaphore -InitialCount 0
        Measure-SemaphoreStop { param($s) Lock-IpcSemaphore $s -TimeoutSeconds 20 } $semaphore | Should -BeLessThan 200
        $semaphore.Value | Should -Be 0
        Unlock-IpcSemaphore $semaphore -Count 2
        Measure-SemaphoreStop { param($s) Lock-IpcSemaphore $s -Count 3 -TimeoutSeconds 20 } $semaphore | Should -BeLessThan 200
        $semaphore.Value | Should -Be 2
    }

    It 'is ended by Select-Object -First 1' {
        $semaphore = New-IpcSemaphore -InitialCount 3
        1..3 | ForEach-Object { $semaphore } | Lock-IpcSemaphore -PassThru | Select-Object -First 1 | Should -Be $semaphore
        $semaphore.Value | Should -Be 2
    }

    It 'is ended by Ctrl+C at a terminal' -Skip:$noPython {
        $terminal = Start-Terminal '$s = New-IpcSemaphore -InitialCount 0; try { "begin"; Lock-IpcSemaphore $s -TimeoutSeconds 60 } finally { [Console]::WriteLine("e" + "nded") }'
        try {
            $null = Wait-Screen $terminal 'begin'
            # Each attempt has a wait of its own; a busy machine may hold up the key.
            Wait-Screen $terminal 'ended' ([char]3) | Should -BeLessThan 5000
        } finally { Stop-Terminal $terminal }
    }
}
