BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
    # Small ones: the memory of all queues of a user has a limit, and other tests run beside these.
    function New-SmallQueue([string] $Name = (New-IpcName)) { New-IpcMessageQueue $Name -MaximumMessages 3 -MessageSize 64 }
}

Describe 'New-IpcMessageQueue' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes queues' {
        Assert-Parameter New-IpcMessageQueue 'Name: String, position 0, mandatory', 'MaximumMessages: Int32', 'MessageSize: Int32', 'Open: SwitchParameter', 'Access: IpcAccess',
        'SystemV: SwitchParameter, mandatory', 'Key: Int32', 'Identifier: Int32, mandatory'
        Assert-OutputType New-IpcMessageQueue ([SocketTools.IpcPosixQueue]), ([SocketTools.IpcSystemVQueue])
    }

    It 'makes a queue of POSIX, for its owner only, and removes it when it is closed' {
        $name = New-IpcName
        $queue = New-IpcMessageQueue $name -MaximumMessages 2 -MessageSize 10
        $queue | Should -BeOfType SocketTools.IpcPosixQueue
        "$($queue.Name) $($queue.Mechanism) $($queue.MaximumMessages) $($queue.MessageSize) $($queue.Messages) $($queue.IsOwner) $($queue.State)" | Should -BeExactly "$name MessageQueue 2 10 0 True Open"
        (Get-IpcResource -Name $name).Mode | Should -BeExactly '0600'
        Send-IpcByte $queue (1, 2)
        $queue.Messages | Should -Be 1
        Close-IpcChannel $queue
        New-IpcMessageQueue $name -Open -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ENOENT New-IpcMessageQueue ObjectNotFound $name
    }

    It 'has the limits of the system when none are given' {
        $queue = New-IpcMessageQueue (New-IpcName)
        $queue.MaximumMessages | Should -Be ([Math]::Min([int](Get-Content /proc/sys/fs/mqueue/msg_default), [int](Get-Content /proc/sys/fs/mqueue/msg_max)))
        $queue.MessageSize | Should -Be ([Math]::Min([int](Get-Content /proc/sys/fs/mqueue/msgsize_default), [int](Get-Content /proc/sys/fs/mqueue/msgsize_max)))
    }

    It 'opens one that is there, for what is asked' {
        $queue = New-SmallQueue
        Send-IpcByte $queue (1, 2)
        $reader = New-IpcMessageQueue $queue.Name -Open -Access Read
        $reader.IsOwner | Should -BeFalse
        Assert-Byte (Receive-IpcByte $reader) (1, 2)
        Send-IpcByte $reader 1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EBADF Send-IpcByte InvalidOperation $reader
        Close-IpcChannel $reader
        (New-IpcMessageQueue $queue.Name -Open).State | Should -Be Open
    }

    It 'is <Errno> for <Name>' -ForEach @(
        @{ Name = 'a name without a slash'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Value = 'queue' }
        @{ Name = 'a slash alone'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Value = '/' }
        @{ Name = 'two slashes'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Value = '/a/b' }
        @{ Name = 'a name that is too long'; Errno = 'ENAMETOOLONG'; Category = 'InvalidArgument'; Value = '/' + 'x' * 256 }
    ) {
        New-IpcMessageQueue $Value -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno New-IpcMessageQueue $Category $Value
    }

    It 'is EEXIST for a name that is there' {
        $queue = New-SmallQueue
        New-IpcMessageQueue $queue.Name -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EEXIST New-IpcMessageQueue ResourceExists $queue.Name
        $queue.Messages | Should -Be 0
    }

    It 'is EINVAL above the limits of the system, and its advice names <File>' -ForEach @(
        @{ File = '/proc/sys/fs/mqueue/msg_max'; Limit = @{ MaximumMessages = 1000000 } }
        @{ File = '/proc/sys/fs/mqueue/msgsize_max'; Limit = @{ MessageSize = 100000000 } }
    ) {
        $name = New-IpcName
        New-IpcMessageQueue $name @Limit -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL New-IpcMessageQueue InvalidArgument $name
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike "*$File*"
        "$($problem[0])" | Should -BeLike "*$(Get-Content $File)*"
    }

    It 'is EMFILE above the memory that a user may have in queues, and its advice names ulimit' {
        $child = Start-ChildPowerShell -Prefix 'bash', '-c', 'ulimit -q 2000; exec "$@"', 'bash' "
            try { New-IpcMessageQueue $(New-IpcName) } catch { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId); [Console]::Out.WriteLine(`$_.ErrorDetails.RecommendedAction) }"
        try {
            Read-ChildLine $child | Should -BeExactly 'EMFILE,SocketTools.Commands.NewIpcMessageQueueCommand'
            Read-ChildLine $child | Should -BeLike '*ulimit -q*'
        } finally { Stop-Child $child }
    }

    It 'makes a queue of System V, which ipcs shows, and removes it' {
        $key = Get-Random -Minimum 1 -Maximum ([int]::MaxValue)
        $queue = New-IpcMessageQueue -SystemV -Key $key
        $queue | Should -BeOfType SocketTools.IpcSystemVQueue
        "$($queue.Key) $($queue.Descriptor) $($queue.IsSystemV) $($queue.MessageSize)" | Should -BeExactly "$key -1 True $(Get-Content /proc/sys/kernel/msgmax)"
        Send-IpcByte $queue (1, 2, 3)
        (ipcs -q) -match ('^0x{0:x8}\s+{1}\s+\S+\s+600\s+3\s+1' -f $key, $queue.Identifier) | Should -Not -BeNullOrEmpty
        foreach ($same in (New-IpcMessageQueue -SystemV -Key $key -Open), (New-IpcMessageQueue -SystemV -Identifier $queue.Identifier)) {
            "$($same.Identifier) $($same.Key) $($same.Messages) $($same.IsOwner)" | Should -BeExactly "$($queue.Identifier) $key 1 False"
            Close-IpcChannel $same
        }
        Close-IpcChannel $queue
        (ipcs -q) -match ('^0x{0:x8}\s' -f $key) | Should -BeNullOrEmpty
    }

    It 'is an error for a key or identifier that is there, or is not' {
        $queue = New-IpcMessageQueue -SystemV -Key (Get-Random -Minimum 1 -Maximum ([int]::MaxValue))
        New-IpcMessageQueue -SystemV -Key $queue.Key -ErrorAction SilentlyContinue -ErrorVariable problem
        "$($problem[0].FullyQualifiedErrorId) $($problem[0].TargetObject)" | Should -BeExactly "EEXIST,SocketTools.Commands.NewIpcMessageQueueCommand $($queue.Key)"
        Close-IpcChannel $queue
        New-IpcMessageQueue -SystemV -Key $queue.Key -Open -ErrorAction SilentlyContinue -ErrorVariable problem
        "$($problem[0].FullyQualifiedErrorId) $($problem[0].TargetObject)" | Should -BeExactly "ENOENT,SocketTools.Commands.NewIpcMessageQueueCommand $($queue.Key)"
        New-IpcMessageQueue -SystemV -Identifier $queue.Identifier -ErrorAction SilentlyContinue -ErrorVariable problem
        "$($problem[0].FullyQualifiedErrorId) $($problem[0].TargetObject)" | Should -BeExactly "EINVAL,SocketTools.Commands.NewIpcMessageQueueCommand $($queue.Identifier)"
        "$($problem[0].CategoryInfo.Category)" | Should -BeExactly InvalidArgument
    }

    It 'is EACCES for what belongs to somebody else' -Skip:(-not (Get-Command setpriv -ErrorAction Ignore) -or (id -u) -ne '0') {
        $posix, $systemV = (New-SmallQueue), (New-IpcMessageQueue -SystemV)
        $child = Start-ChildPowerShell -Prefix (Get-NobodyPrefix) "
            try { New-IpcMessageQueue $($posix.Name) -Open } catch { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId) }
            try { New-IpcMessageQueue -SystemV -Identifier $($systemV.Identifier) } catch { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId) }"
        try { 1..2 | ForEach-Object { Read-ChildLine $child | Should -BeExactly 'EACCES,SocketTools.Commands.NewIpcMessageQueueCommand' } } finally { Stop-Child $child }
    }

    It 'is removed when its pipeline is stopped, and nobody has it' {
        $name = New-IpcName
        $script = { param($name) New-IpcMessageQueue $name -MaximumMessages 1 -MessageSize 1 | ForEach-Object { Receive-IpcByte $_ -TimeoutSeconds -1 } }
        Measure-Stop $script $name | Should -BeLessThan 200
        Wait-Until { -not (Get-IpcResource -Name $name -ErrorAction Ignore) }
        [SocketTools.OpenIpc]::All | Should -BeNullOrEmpty
    }

    It 'is taken by Select-Object -First 1, open' {
        $queue = New-SmallQueue | Select-Object -First 1
        $queue.State | Should -Be Open
        Send-IpcByte $queue 1
        $queue.Messages | Should -Be 1
    }

    It 'is shown with -Verbose' {
        $name = New-IpcName
        $all = @(New-IpcMessageQueue $name -MaximumMessages 2 -MessageSize 10 -Verbose 4>&1)
        $all[0].Message | Should -BeExactly "mq_open(`"$name`", O_RDWR|O_NONBLOCK|O_CLOEXEC|O_CREAT|O_EXCL, 0600, {mq_flags=0, mq_maxmsg=2, mq_msgsize=10, mq_curmsgs=0}) = $($all[1].Descriptor)"
        $all = @(New-IpcMessageQueue -SystemV -Verbose 4>&1)
        $all[0].Message | Should -BeExactly "msgget(IPC_PRIVATE, IPC_CREAT|IPC_EXCL|0600) = $($all[1].Identifier)"
    }

    It 'completes the names of queues' {
        $queue = New-SmallQueue
        $line = "New-IpcMessageQueue $($queue.Name.Substring(0, 22))"
        @((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText) | Should -Contain $queue.Name
    }

    It 'is a table' {
        $queue = New-SmallQueue
        Send-IpcByte $queue 1
        $lines = @(($queue | Out-String -Width 200) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        -split $lines[2] | Should -Be "$($queue.Descriptor)", 'POSIX', $queue.Name, '1', '3', 'messages', '64', 'Open'
        $systemV = New-IpcMessageQueue -SystemV
        $lines = @(($systemV | Out-String -Width 200) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        $lines[2] | Should -Match "^ +- System V id $($systemV.Identifier) +0 "
    }
}
