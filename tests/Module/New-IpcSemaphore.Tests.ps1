BeforeDiscovery {
    # nohup leaves SIGHUP ignored in all that it starts, and an ignored signal ends nothing.
    $default = @(if ($IsLinux -and $(env --default-signal=HUP true 2>$null; $LASTEXITCODE -eq 0)) { 'env'; '--default-signal=HUP' })
    $noCompiler = -not $IsLinux -or -not (Get-Command cc -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1

    function Get-SemaphoreFile([string] $Name) { "/dev/shm/sem.$($Name.Substring(1))" }
}

Describe 'New-IpcSemaphore' {
    It 'has the parameters of the design' {
        Assert-Parameter New-IpcSemaphore 'Name: String, position 0', 'Name: String, position 0, mandatory', 'InitialCount: Int32', 'Open: SwitchParameter, mandatory'
        Assert-OutputType New-IpcSemaphore ([SocketTools.IpcSemaphore])
    }

    It 'refuses a count that is none' {
        { New-IpcSemaphore -InitialCount -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.NewIpcSemaphoreCommand'
    }
}

Describe 'New-IpcSemaphore of POSIX' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'makes one with the count 1, private to its user' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $semaphore.Name, $semaphore.Value, $semaphore.IsOwner, $semaphore.IsOpen | Should -Be $name, 1, $true, $true
        stat -c %a (Get-SemaphoreFile $name) | Should -Be 600
    }

    It 'is removed when its pipeline is stopped, and nobody has it' {
        $name = New-IpcName
        $script = { param($name) New-IpcSemaphore $name -InitialCount 0 | ForEach-Object { Lock-IpcSemaphore $_ -TimeoutSeconds -1 } }
        Measure-SemaphoreStop $script $name | Should -BeLessThan 200
        Wait-Until { -not (Test-Path (Get-SemaphoreFile $name)) }
        [SocketTools.OpenIpc]::All | Should -BeNullOrEmpty
    }

    It 'makes one with another count, also 0, and one without a name' {
        (New-IpcSemaphore (New-IpcName) -InitialCount 0).Value | Should -Be 0
        $unnamed = New-IpcSemaphore -InitialCount 2147483647
        $unnamed.Name | Should -BeNullOrEmpty
        "$unnamed" | Should -Be '(unnamed)'
        $unnamed.Value | Should -Be 2147483647
    }

    It 'opens one that exists, and that one is the same' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name -InitialCount 3
        $second = New-IpcSemaphore $name -Open
        Lock-IpcSemaphore $second
        $semaphore.Value | Should -Be 2
        $second.IsOwner | Should -BeFalse
        Close-IpcChannel $second
        Get-SemaphoreFile $name | Should -Exist
    }

    It 'is seen by a C program, and opens one that a C program made' -Skip:$noCompiler {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name -InitialCount 5
        & (New-CProgram semaphore) $name value | Should -Be 5
        $other = New-IpcName
        try {
            & (New-CProgram semaphore) $other create
            $opened = New-IpcSemaphore $other -Open
            $opened.Value, $opened.IsOwner | Should -Be 1, $false
            $opened.Dispose()
            Get-SemaphoreFile $other | Should -Exist
        } finally { Remove-Item (Get-SemaphoreFile $other) -ErrorAction Ignore }
    }

    It 'is EEXIST, ENOENT, EINVAL and ENAMETOOLONG for the names that are wrong' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        New-IpcSemaphore $name -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EEXIST New-IpcSemaphore ResourceExists $name
        $missing = New-IpcName
        New-IpcSemaphore $missing -Open -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOENT New-IpcSemaphore ObjectNotFound $missing
        foreach ($wrong in 'lock', '/', '/a/b') {
            New-IpcSemaphore $wrong -Open -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL New-IpcSemaphore InvalidArgument $wrong
        }
        $long = '/' + 'x' * 252
        New-IpcSemaphore $long -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENAMETOOLONG New-IpcSemaphore InvalidArgument $long
    }

    It 'is EACCES where it is another user''s' -Skip:(-not $IsLinux -or -not (Get-Command setpriv -CommandType Application -ErrorAction Ignore) -or (id -u) -ne '0') {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $child = Start-ChildPowerShell "New-IpcSemaphore $name -Open -ErrorAction SilentlyContinue -ErrorVariable failure; `$failure[0].FullyQualifiedErrorId
            Remove-IpcResource $name -ErrorAction SilentlyContinue -ErrorVariable failure; `$failure[0].FullyQualifiedErrorId
            `$row = Get-IpcResource $name; `"`$(`$row.Owner) `$(`$row.Mode) [`$(`$row.Value)]`"" -Prefix (Get-NobodyPrefix)
        try { $lines = 1..3 | ForEach-Object { Read-ChildLine $child } } finally { Stop-Child $child }
        if (-not $lines[0]) { Set-ItResult -Skipped -Because 'this user cannot read the module'; return }
        $lines[0] | Should -Be 'EACCES,SocketTools.Commands.NewIpcSemaphoreCommand'
        $lines[1] | Should -BeLike 'E*,SocketTools.Commands.RemoveIpcResourceCommand'
        $lines[2] | Should -Be "$([Environment]::UserName) 0600 []"
        $semaphore.Value | Should -Be 1
    }

    It 'does not die of a file that is shorter than a semaphore' {
        $name = New-IpcName
        [IO.File]::WriteAllBytes((Get-SemaphoreFile $name), [byte[]]::new(0))
        try {
            New-IpcSemaphore $name -Open -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL New-IpcSemaphore InvalidArgument $name
            Lock-IpcSemaphore $name -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Lock-IpcSemaphore InvalidArgument $name
        } finally { Remove-Item (Get-SemaphoreFile $name) }
    }

    It 'is removed when it is closed' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $semaphore | Close-IpcChannel
        Get-SemaphoreFile $name | Should -Not -Exist
        $semaphore.IsOpen | Should -BeFalse
        Close-IpcChannel $semaphore -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Close-IpcChannel InvalidOperation $semaphore
    }

    It 'is removed when its process <How>' -ForEach @(
        @{ How = 'ends'; End = '' }
        @{ How = 'exits with an error'; End = 'exit 3' }
        @{ How = 'is asked to end by SIGTERM'; End = 'Send-IpcSignal TERM $PID; Start-Sleep 60' }
        @{ How = 'loses its terminal (SIGHUP)'; End = 'Send-IpcSignal HUP $PID; Start-Sleep 60'; Prefix = $default }
    ) {
        $name = New-IpcName
        $child = Start-ChildPowerShell "`$s = New-IpcSemaphore $name; 'made'; `$null = [Console]::In.ReadLine(); $End" -Prefix @($Prefix | Where-Object { $_ })
        try {
            Read-ChildLine $child | Should -Be 'made'
            Get-SemaphoreFile $name | Should -Exist
        } finally { Stop-Child $child }
        Get-SemaphoreFile $name | Should -Not -Exist
    }

    It 'is left by a process that is killed, which Get-IpcResource shows and Remove-IpcResource removes' {
        $name = New-IpcName
        $child = Start-ChildPowerShell "`$s = New-IpcSemaphore $name -InitialCount 4; 'made'; `$null = [Console]::In.ReadLine()"
        try {
            Read-ChildLine $child | Should -Be 'made'
            $row = Get-IpcResource $name
            $row.OpenedBy | Should -Be $child.Id
            $row.IsOwn | Should -BeFalse
        } finally { Stop-Child $child -Kill }
        $row = Get-IpcResource $name
        "$($row.Kind)", $row.Value, $row.OpenedBy.Count | Should -Be 'Semaphore', 4, 0
        $row | Remove-IpcResource
        Get-SemaphoreFile $name | Should -Not -Exist
    }

    It 'is written whole before Select-Object -First 1 ends the pipeline' {
        $semaphore = New-IpcSemaphore (New-IpcName) | Select-Object -First 1
        $semaphore.Value | Should -Be 1
    }

    It 'opens no descriptor that stays' {
        $use = { $s = New-IpcSemaphore (New-IpcName); Lock-IpcSemaphore $s; Lock-IpcSemaphore $s -TimeoutSeconds 0.01 -ErrorAction Ignore; $s.Dispose() }
        & $use
        $before = Get-OpenDescriptor
        1..5 | ForEach-Object { & $use }
        Assert-DescriptorsBack $before
    }

    It 'shows its calls' {
        $name = New-IpcName
        $lines = & {
            $s = New-IpcSemaphore $name -Verbose
            Lock-IpcSemaphore $s -Verbose
            Unlock-IpcSemaphore $s -Verbose
            Close-IpcChannel $s -Verbose
        } 4>&1 | ForEach-Object { "$_" -replace '0x[0-9a-f]+|(?<== )\d{9,}', 'ADDRESS' }
        $lines | Should -Be "sem_open(`"$name`", O_CREAT|O_EXCL, 0600, 1) = ADDRESS", 'sem_trywait(ADDRESS) = 0', 'sem_post(ADDRESS) = 0', "sem_unlink(`"$name`") = 0", 'sem_close(ADDRESS) = 0'
    }
}
