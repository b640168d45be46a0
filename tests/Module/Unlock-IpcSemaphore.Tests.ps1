BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'Unlock-IpcSemaphore' {
    It 'has the parameters of the design' {
        Assert-Parameter Unlock-IpcSemaphore 'Semaphore: SemaphoreArgument, position 0, mandatory, pipeline', 'Count: Int32', 'PassThru: SwitchParameter'
        Assert-OutputType Unlock-IpcSemaphore ([SocketTools.IpcSemaphore])
    }

    It 'is EINVAL for what is no semaphore' {
        $thing = [datetime]::Now
        Unlock-IpcSemaphore $thing -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.UnlockIpcSemaphoreCommand'
    }
}

Describe 'Unlock-IpcSemaphore of POSIX' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'adds to the count, by object and by name, and writes nothing' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name -InitialCount 0
        Unlock-IpcSemaphore $semaphore | Should -BeNullOrEmpty
        Unlock-IpcSemaphore $name -Count 3
        $semaphore.Value | Should -Be 4
        $semaphore | Unlock-IpcSemaphore -PassThru | Should -Be $semaphore
    }

    It 'is EOVERFLOW at the maximum, and the count is as before' {
        $semaphore = New-IpcSemaphore -InitialCount 2147483647
        Unlock-IpcSemaphore $semaphore -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EOVERFLOW Unlock-IpcSemaphore LimitsExceeded $semaphore
        $semaphore.Value | Should -Be 2147483647
    }

    It 'says how much it added before the maximum' {
        $semaphore = New-IpcSemaphore -InitialCount 2147483645
        Unlock-IpcSemaphore $semaphore -Count 5 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EOVERFLOW Unlock-IpcSemaphore LimitsExceeded $semaphore
        $failure[0].Exception.Message | Should -Match '\b2\b.*\b5\b'
        $semaphore.Value | Should -Be 2147483647
    }

    It 'is ENOENT for a name that nothing has, and goes on with the next' {
        $semaphore = New-IpcSemaphore -InitialCount 0
        $missing = New-IpcName
        $missing, $semaphore | Unlock-IpcSemaphore -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOENT Unlock-IpcSemaphore ObjectNotFound $missing
        $semaphore.Value | Should -Be 1
    }

    It 'is EBADF on one that is closed' {
        $semaphore = New-IpcSemaphore
        $semaphore.Dispose()
        Unlock-IpcSemaphore $semaphore -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Unlock-IpcSemaphore InvalidOperation $semaphore
    }
}
