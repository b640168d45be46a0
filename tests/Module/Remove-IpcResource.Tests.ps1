# Only what a test made is ever removed: by a name that nothing else has, or by a number together with its interface and kind.
BeforeDiscovery {
    $noIpcs = -not $IsLinux -or -not (Get-Command ipcs, ipcmk, ipcrm -CommandType Application -ErrorAction Ignore)
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
    $canBeNobody = $IsLinux -and (id -u) -eq '0' -and (Get-Command setpriv -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'Remove-IpcResource' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Remove-IpcResource 'Name: String[], position 0, mandatory', 'Kind: IpcResourceKind[]', 'Interface: IpcResourceInterface[]', 'Id: Int32[]', 'InputObject: IpcResource[], mandatory, pipeline',
            'Path: String[], mandatory', 'WhatIf: SwitchParameter', 'Confirm: SwitchParameter'
        Assert-OutputType Remove-IpcResource ([void])
    }

    It 'removes by name, and of a kind only where that is said' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $memory = New-IpcSharedMemory $name -Size 100
        $queue = New-IpcMessageQueue $name
        Remove-IpcResource $name -Kind Semaphore | Should -BeNullOrEmpty
        Get-IpcResource $name | ForEach-Object { "$($_.Kind)" } | Should -Be 'SharedMemory', 'MessageQueue'
        Remove-IpcResource "$($name.Substring(0, 32))*"
        Get-IpcResource "$name*" | Should -BeNullOrEmpty
        # Who has it open goes on with it.
        Unlock-IpcSemaphore $semaphore
        $semaphore.Value | Should -Be 2
        { $semaphore.Dispose(); $memory.Dispose(); $queue.Dispose() } | Should -Not -Throw
    }

    It 'removes what is piped, with -WhatIf nothing' {
        $names = 1..3 | ForEach-Object { New-IpcName }
        $semaphores = $names | ForEach-Object { New-IpcSemaphore $_ }
        Get-IpcResource $names | Remove-IpcResource -WhatIf
        @(Get-IpcResource $names).Count | Should -Be 3
        Get-IpcResource $names | Remove-IpcResource
        $names | ForEach-Object { "/dev/shm/sem.$($_.Substring(1))" | Should -Not -Exist }
    }

    It 'removes what ipcmk made, by number or by row, and ipcs shows it no more' -Skip:$noIpcs {
        $memory = [int]((ipcmk -M 5000) -split ' ')[-1]
        $set = [int]((ipcmk -S 3) -split ' ')[-1]
        $queue = [int]((ipcmk -Q) -split ' ')[-1]
        Remove-IpcResource * -Interface SystemV -Kind SharedMemory -Id $memory
        Get-IpcResource -Interface SystemV -Kind Semaphore -Id $set | Remove-IpcResource
        $lines = Get-IpcResource -Interface SystemV -Kind MessageQueue -Id $queue | Remove-IpcResource -Verbose 4>&1
        "$($lines[-1])" | Should -Be "msgctl($queue, IPC_RMID, NULL) = 0"
        ipcs -m -i $memory 2>&1 | Should -Match 'not found'
        ipcs -s -i $set 2>&1 | Should -Match 'not found'
        ipcs -q -i $queue 2>&1 | Should -Match 'not found'
    }

    It 'removes FIFOs and sockets by path, and no other file' {
        Push-Location $TestDrive
        try {
            mkfifo one two
            'text' | Set-Content other
            Remove-IpcResource -Path one -WhatIf
            Join-Path $TestDrive one | Should -Exist
            Remove-IpcResource -Path one
            Join-Path $TestDrive one | Should -Not -Exist
            Remove-IpcResource -Path *
            Get-ChildItem $TestDrive -Name | Should -Be 'other'
            Remove-IpcResource -Path other -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Remove-IpcResource InvalidArgument 'other'
            Join-Path $TestDrive other | Should -Exist
        } finally { Pop-Location }
    }

    It 'is ENOENT for a name that nothing has, and goes on with the next' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $missing = New-IpcName
        Remove-IpcResource $missing, $name -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOENT Remove-IpcResource ObjectNotFound $missing
        "/dev/shm/sem.$($name.Substring(1))" | Should -Not -Exist
        Remove-IpcResource '/no-such-*'
    }

    It 'is an error for a row that is gone since, which is its target' -Skip:$noIpcs {
        $semaphore = New-IpcSemaphore (New-IpcName)
        $row = Get-IpcResource $semaphore.Name
        $semaphore.Dispose()
        $row | Remove-IpcResource -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOENT Remove-IpcResource ObjectNotFound $row
        $queue = [int]((ipcmk -Q) -split ' ')[-1]
        $row = Get-IpcResource -Interface SystemV -Kind MessageQueue -Id $queue
        ipcrm -q $queue
        $row | Remove-IpcResource -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -Match '^(EINVAL|EIDRM),SocketTools\.Commands\.RemoveIpcResourceCommand$'
        [object]::ReferenceEquals($failure[0].TargetObject, $row) | Should -BeTrue
    }

    It 'is EACCES or EPERM for what is another user''s, and leaves it' -Skip:(-not $canBeNobody) {
        $name = New-IpcName
        $memory = New-IpcSharedMemory $name -Size 100
        $queue = New-IpcMessageQueue -SystemV
        $child = Start-ChildPowerShell -Prefix (Get-NobodyPrefix) "Get-IpcResource $name | Remove-IpcResource -ErrorAction SilentlyContinue -ErrorVariable failure; `$failure[0].FullyQualifiedErrorId
            Get-IpcResource -Kind MessageQueue -Id $($queue.Identifier) -WarningAction SilentlyContinue | Remove-IpcResource -ErrorAction SilentlyContinue -ErrorVariable failure; `$failure[0].FullyQualifiedErrorId"
        try { $lines = 1..2 | ForEach-Object { Read-ChildLine $child } } finally { Stop-Child $child }
        if (-not $lines[0]) { Set-ItResult -Skipped -Because 'this user cannot read the module'; return }
        $lines | ForEach-Object { $_ | Should -Match '^(EACCES|EPERM),SocketTools\.Commands\.RemoveIpcResourceCommand$' }
        @(Get-IpcResource $name).Count | Should -Be 1
        @(Get-IpcResource -Own -Kind MessageQueue -Id $queue.Identifier).Count | Should -Be 1
    }

    It 'closes what lives no longer than its process' {
        $semaphore = New-IpcSemaphore -InitialCount 9
        Get-IpcResource -Own -Kind Semaphore | Where-Object { $_.Lifetime -eq 'Process' -and $_.Value -eq 9 } | Remove-IpcResource
        $semaphore.IsOpen | Should -BeFalse
    }

    It 'leaves a session that is killed nothing to hide: all kinds are found and removed' {
        $name = New-IpcName
        $fifo = Join-Path $TestDrive "$([guid]::NewGuid())"
        $child = Start-ChildPowerShell "`$all = (New-IpcSemaphore $name), (New-IpcSharedMemory $name -Size 100), (New-IpcMessageQueue $name), (New-IpcFifo '$fifo'), (`$v = New-IpcMessageQueue -SystemV); `$v.Identifier; `$null = [Console]::In.ReadLine()"
        try { $id = [int](Read-ChildLine $child) } finally { Stop-Child $child -Kill }
        @(Get-IpcResource $name).Count | Should -Be 3
        Remove-IpcResource $name
        Remove-IpcResource * -Interface SystemV -Kind MessageQueue -Id $id
        Remove-IpcResource -Path $fifo
        Get-IpcResource "$name*" | Should -BeNullOrEmpty
        Get-IpcResource -Kind MessageQueue -Id $id | Should -BeNullOrEmpty
        $fifo | Should -Not -Exist
    }
}
