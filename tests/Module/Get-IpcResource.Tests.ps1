# The machine may hold any number of other resources: those of a test are found by their names, keys and numbers.
BeforeDiscovery {
    $noIpcs = -not $IsLinux -or -not (Get-Command ipcs, ipcmk, ipcrm -CommandType Application -ErrorAction Ignore)
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
    $canBeNobody = $IsLinux -and (id -u) -eq '0' -and (Get-Command setpriv -CommandType Application -ErrorAction Ignore)
    $canMount = $IsLinux -and (id -u) -eq '0' -and (Get-Command unshare, mount -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1

    # The rows of ipcs as objects: the table of one kind, under the names of its columns.
    function Get-Ipcs([string] $Option) {
        $lines = @(ipcs $Option | Where-Object { $_ -match '^(key|0x)' })
        $names = -split $lines[0]
        foreach ($line in $lines | Select-Object -Skip 1) {
            $row = [ordered]@{}
            $values = -split $line
            for ($i = 0; $i -lt [Math]::Min($names.Count, $values.Count); $i++) { $row[$names[$i]] = $values[$i] }
            [pscustomobject]$row
        }
    }
}

Describe 'Get-IpcResource' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Get-IpcResource 'Name: String[], position 0, pipeline', 'Kind: IpcResourceKind[]', 'Interface: IpcResourceInterface[]', 'Id: Int32[]', 'Own: SwitchParameter',
            'Path: String[], mandatory', 'Limit: SwitchParameter, mandatory'
        Assert-OutputType Get-IpcResource ([SocketTools.IpcResource]), ([SocketTools.IpcLimit])
    }

    It 'lists what this session made as its own, with what each holds' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name -InitialCount 3
        $memory = New-IpcSharedMemory $name -Size 10000
        $queue = New-IpcMessageQueue $name -MaximumMessages 4 -MessageSize 100
        Send-IpcByte $queue 1, 2, 3
        $rows = @(Get-IpcResource $name)
        "$($rows.Kind)" | Should -Be 'SharedMemory Semaphore MessageQueue'
        foreach ($row in $rows) {
            $row.IsOwn, $row.CreatorProcessId, $row.Mode, $row.Owner, "$($row.Lifetime)", "$($row.Interface)" | Should -Be $true, $PID, '0600', (id -un), 'Kernel', 'Posix'
            $row.OpenedBy | Should -Be $PID
            $row.OpenedBy[0] | Should -Be $PID
            ([DateTimeOffset]::Now - $row.ChangedAt).TotalSeconds | Should -BeLessThan 60
        }
        $rows[0].Size | Should -Be 10000
        $rows[1].Value | Should -Be 3
        $rows[2].Size, $rows[2].Messages, $rows[2].MaximumMessages, $rows[2].MessageSize | Should -Be 3, 1, 4, 100
    }

    It 'lists what lives no longer than its process' {
        $pipe = New-IpcPipe
        $semaphore = New-IpcSemaphore -InitialCount 5
        $rows = @(Get-IpcResource -Own | Where-Object Lifetime -EQ Process)
        $rows.Kind | Should -Contain ([SocketTools.IpcResourceKind]::Pipe)
        ($rows | Where-Object Kind -EQ Semaphore).Value | Should -Be 5
        ($rows | Where-Object Kind -EQ Semaphore).OpenedBy | Should -Be $PID
    }

    It 'filters by name with wildcards, by kind, interface, number and owner' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $memory = New-IpcSharedMemory $name -Size 100
        @(Get-IpcResource "$($name.Substring(0, 30))*").Count | Should -Be 2
        "$((Get-IpcResource $name -Kind Semaphore).Kind)" | Should -Be Semaphore
        Get-IpcResource "$name*" -Interface SystemV | Should -BeNullOrEmpty
        $name, '/no-such-*' | Get-IpcResource -Kind SharedMemory | ForEach-Object { "$($_.Kind)" } | Should -Be SharedMemory
        Get-IpcResource "$($name.ToUpper())*" | Should -BeNullOrEmpty -Because 'upper and lower case differ'
    }

    It 'is ENOENT for a name that nothing has, and goes on with the next' {
        $name = New-IpcName
        $semaphore = New-IpcSemaphore $name
        $missing = New-IpcName
        $found = Get-IpcResource $missing, $name -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENOENT Get-IpcResource ObjectNotFound $missing
        $found.Name | Should -Be $name
    }

    It 'has what ipcs has of System V' -Skip:$noIpcs {
        $ids = @{
            SharedMemory = [int]((ipcmk -M 5000 -p 0640) -split ' ')[-1]
            Semaphore = [int]((ipcmk -S 3) -split ' ')[-1]
            MessageQueue = [int]((ipcmk -Q) -split ' ')[-1]
        }
        try {
            $row = Get-IpcResource -Interface SystemV -Kind SharedMemory -Id $ids.SharedMemory
            $shown = Get-Ipcs '-m' | Where-Object shmid -EQ $ids.SharedMemory
            $row.Name, $row.Owner, $row.Mode, $row.Size, $row.Attached, "$($row.Lifetime)" | Should -Be $shown.key, $shown.owner, "0$($shown.perms)", $shown.bytes, $shown.nattch, 'Kernel'
            $row.CreatorProcessId | Should -BeGreaterThan 0
            $row.IsOwn | Should -BeFalse

            $row = Get-IpcResource -Interface SystemV -Kind Semaphore -Id $ids.Semaphore
            $shown = Get-Ipcs '-s' | Where-Object semid -EQ $ids.Semaphore
            $row.Name, $row.Owner, $row.Mode, $row.Count | Should -Be $shown.key, $shown.owner, "0$($shown.perms)", $shown.nsems

            $row = Get-IpcResource -Interface SystemV -Kind MessageQueue -Id $ids.MessageQueue
            $shown = Get-Ipcs '-q' | Where-Object msqid -EQ $ids.MessageQueue
            $row.Name, $row.Owner, $row.Mode, $row.Size, $row.Messages | Should -Be $shown.key, $shown.owner, "0$($shown.perms)", $shown.'used-bytes', $shown.messages

            Get-IpcResource $row.Name | ForEach-Object Id | Should -Contain $ids.MessageQueue
        } finally {
            ipcrm -m $ids.SharedMemory
            ipcrm -s $ids.Semaphore
            ipcrm -q $ids.MessageQueue
        }
    }

    It 'knows its own queue of System V' {
        $queue = New-IpcMessageQueue -SystemV
        $row = Get-IpcResource -Own -Kind MessageQueue -Id $queue.Identifier
        $row.IsOwn, $row.Name | Should -Be $true, '0x00000000'
    }

    It 'tells which processes have shared memory of python3 open, also after its name is gone from them' -Skip:$noPython {
        $python = Start-Python 'import sys
from multiprocessing import shared_memory, resource_tracker
m = shared_memory.SharedMemory(create=True, size=4096)
print(m.name); sys.stdin.readline(); m.close(); print("closed"); sys.stdin.readline(); m.unlink()'
        try {
            $name = "/$(Read-ChildLine $python)"
            $row = Get-IpcResource $name
            "$($row.Kind)", $row.Size, $row.IsOwn | Should -Be 'SharedMemory', 4096, $false
            $row.OpenedBy | Should -Contain $python.Id
            $python.Process.StandardInput.WriteLine()
            Read-ChildLine $python | Should -Be 'closed'
            (Get-IpcResource $name).OpenedBy | Should -Not -Contain $python.Id
        } finally { Stop-Child $python }
        Get-IpcResource "$name*" | Should -BeNullOrEmpty
    }

    It 'tells who has a segment of System V attached' -Skip:$noPython {
        $python = Start-Python 'import ctypes, sys
c = ctypes.CDLL(None)
c.shmat.restype = ctypes.c_void_p
id = c.shmget(0, 4096, 0o1600)
at = c.shmat(id, None, 0)
print(id)
sys.stdin.readline()
c.shmctl(id, 0, None)
print("removed")
sys.stdin.readline()'
        try {
            $id = [int](Read-ChildLine $python)
            $row = Get-IpcResource -Kind SharedMemory -Id $id
            $row.Attached, $row.RemovalPending, $row.CreatorProcessId | Should -Be 1, $false, $python.Id
            $row.OpenedBy | Should -Be $python.Id
            $python.Process.StandardInput.WriteLine()
            $null = Read-ChildLine $python
            (Get-IpcResource -Kind SharedMemory -Id $id).RemovalPending | Should -BeTrue
        } finally { Stop-Child $python }
        Get-IpcResource -Kind SharedMemory -Id $id | Should -BeNullOrEmpty
    }

    It 'shows FIFOs and sockets by path, and passes over other files where there are wildcards' {
        Push-Location $TestDrive
        try {
            mkfifo -m 0640 fifo
            $listener = Start-SocketListener unix:socket
            'text' | Set-Content file
            $row = Get-IpcResource -Path fifo
            "$($row.Kind)", $row.Name, $row.Mode, "$($row.Lifetime)", $row.IsOwn | Should -Be 'Fifo', (Join-Path $PWD.ProviderPath fifo), '0640', 'FileSystem', $false
            Get-IpcResource -Path * | ForEach-Object { "$($_.Kind)" } | Should -Be 'Fifo', 'Socket'
            Get-IpcResource -Path file -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Get-IpcResource InvalidArgument 'file'
            Get-IpcResource -Path none -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOENT Get-IpcResource ObjectNotFound 'none'
        } finally { Pop-Location }
    }

    It 'tells who has a FIFO open, and knows its own' {
        $path = Join-Path $TestDrive "$([guid]::NewGuid())"
        $fifo = New-IpcFifo $path
        $end = Connect-IpcFifo $path -Access ReadWrite
        $row = Get-IpcResource -Path $path
        $row.IsOwn | Should -BeTrue
        $row.OpenedBy | Should -Be $PID
        Get-IpcResource -Own -Kind Fifo | ForEach-Object Name | Should -Contain $path
    }

    It 'lists queues in a namespace of its own, with a mount and without' -Skip:(-not $canMount) -ForEach @(
        @{ How = 'with a mount'; Mount = 'mkdir -p "$0" && mount -t mqueue none "$0" && exec "$@"' }
        @{ How = 'without'; Mount = 'exec "$@"' }
    ) {
        $folder = Join-Path $TestDrive 'mqueue'
        $child = Start-ChildPowerShell -Prefix 'unshare', '--ipc', '--mount', 'sh', '-c', $Mount, $folder '
            $q = New-IpcMessageQueue /only -MaximumMessages 2; @(Get-IpcResource).ForEach{ "$($_.Kind) $($_.Name) $($_.MaximumMessages) $($_.OpenedBy -eq $PID)" }; "end"'
        try { $lines = do { $line = Read-ChildLine $child; $line } until ($line -in 'end', $null) } finally { Stop-Child $child }
        $lines -like 'MessageQueue*' | Should -Be "MessageQueue /only 2 $($child.Id)"
    }

    It 'warns that queues cannot be listed, where they are asked for and cannot' -Skip:(-not $canBeNobody -or (Test-Path /dev/mqueue)) {
        $child = Start-ChildPowerShell -Prefix (Get-NobodyPrefix) '$rows = Get-IpcResource -Kind MessageQueue -Interface Posix -WarningVariable said -WarningAction SilentlyContinue; "$($said.Count) $($rows.Count)"
            $null = Get-IpcResource -WarningVariable said -WarningAction SilentlyContinue; "$($said.Count)"'
        try { $lines = 1..2 | ForEach-Object { Read-ChildLine $child } } finally { Stop-Child $child }
        if (-not $lines[0]) { Set-ItResult -Skipped -Because 'this user cannot read the module'; return }
        $lines | Should -Be '1 0', '0'
    }

    It 'is ended by Select-Object -First 1' {
        $semaphore = New-IpcSemaphore (New-IpcName)
        Get-IpcResource | Select-Object -First 1 | Should -Not -BeNullOrEmpty
    }

    It 'opens no descriptor that stays' {
        $semaphore = New-IpcSemaphore (New-IpcName)
        $use = { $null = Get-IpcResource | Format-Table | Out-String }
        & $use
        $before = Get-OpenDescriptor
        1..3 | ForEach-Object { & $use }
        Assert-DescriptorsBack $before
    }
}

Describe 'Get-IpcResource -Limit' -Skip:(-not $IsLinux) {
    It 'has the limits of /proc, and says what each is' {
        $limits = Get-IpcResource -Limit
        foreach ($name in 'msg_max', 'msgsize_max', 'queues_max') {
            $limit = $limits | Where-Object Name -EQ $name
            $limit.Value | Should -Be (Get-Content "/proc/sys/fs/mqueue/$name")
            "$($limit.Kind) $($limit.Interface)" | Should -Be 'MessageQueue Posix'
            $limit.Source | Should -Be "/proc/sys/fs/mqueue/$name"
        }
        $limits | ForEach-Object { $_.Meaning | Should -Not -BeNullOrEmpty }
        ($limits | Where-Object Name -EQ SEM_VALUE_MAX).Value | Should -Be 2147483647
    }

    It 'has those of ipcs -l' -Skip:$noIpcs {
        $shown = @{}
        foreach ($line in ipcs -l) { if ($line -match '^(.+?) = (\d+)$') { $shown[$Matches[1]] = [ulong]$Matches[2] } }
        $limits = @{}
        Get-IpcResource -Limit -Interface SystemV | ForEach-Object { $limits[$_.Name] = $_.Value }
        $limits.msgmni, $limits.msgmax, $limits.msgmnb | Should -Be $shown['max queues system wide'], $shown['max size of message (bytes)'], $shown['default max size of queue (bytes)']
        $limits.shmmni, $limits.semmni, $limits.semmsl | Should -Be $shown['max number of segments'], $shown['max number of arrays'], $shown['max semaphores per array']
        $limits.semmns, $limits.semopm | Should -Be $shown['max semaphores system wide'], $shown['max ops per semop call']
    }

    It 'is a table of a line each, also in 80 columns' {
        $lines = (Get-IpcResource -Limit | Out-String -Width 80).Trim() -split '\r?\n'
        $lines.Count | Should -Be (2 + @(Get-IpcResource -Limit).Count)
        @($lines) -match ' msgsize_max +\d+ bytes B' | Should -HaveCount 1
        @($lines) -match '^SharedMemory SystemV   shmmax +(none|\d+ bytes) ' | Should -HaveCount 1
    }

    It 'filters by kind and interface' {
        (Get-IpcResource -Limit -Kind Pipe).Kind | Select-Object -Unique | Should -Be Pipe
        (Get-IpcResource -Limit -Interface Posix).Interface | Select-Object -Unique | Should -Be Posix
    }
}
