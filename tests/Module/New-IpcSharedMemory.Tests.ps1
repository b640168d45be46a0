BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'New-IpcSharedMemory' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes memory, or a channel' {
        Assert-Parameter New-IpcSharedMemory 'Name: String, position 0, mandatory', 'Size: Int64, position 1, mandatory', 'Size: Int64, position 1', 'Open: SwitchParameter, mandatory', 'Access: IpcAccess', 'Ring: SwitchParameter', 'Ring: SwitchParameter, mandatory'
        Assert-OutputType New-IpcSharedMemory ([SocketTools.IpcSharedMemory]), ([SocketTools.IpcRingChannel])
    }

    It 'makes memory for its owner only, full of zeros, and removes its name when it is closed' {
        $name = New-IpcName
        $memory = New-IpcSharedMemory $name 64KB
        "$($memory.Name) $($memory.Size) $($memory.CanWrite) $($memory.IsOwner) $($memory.State)" | Should -BeExactly "$name 65536 True True Open"
        (Get-Item "/dev/shm$name").UnixMode | Should -BeExactly '-rw-------'
        (Get-Item "/dev/shm$name").Length | Should -Be 64KB
        ($memory.ReadBytes(0, 64KB) | Measure-Object -Sum).Sum | Should -Be 0
        Close-IpcChannel $memory
        Test-Path "/dev/shm$name" | Should -BeFalse
    }

    It 'is the same memory for another process, in both directions' {
        $memory = New-IpcSharedMemory (New-IpcName) 4096
        $memory.WriteInt32(0, 41)
        $memory.WriteDouble(8, 0.5)
        $child = Start-ChildPowerShell "
            `$memory = New-IpcSharedMemory $($memory.Name) -Open
            `$memory.WriteInt32(0, `$memory.ReadInt32(0) + 1)
            `$memory.WriteDouble(8, `$memory.ReadDouble(8) * 4)
            Send-IpcByte `$memory (1, 2, 3) -Offset 100
            [Console]::Out.WriteLine(`$memory.Size)
            Close-IpcChannel `$memory"
        try { Read-ChildLine $child | Should -BeExactly '4096' } finally { Stop-Child $child }
        "$($memory.ReadInt32(0)) $($memory.ReadDouble(8)) $($memory.ReadBytes(100, 3))" | Should -BeExactly '42 2 1 2 3'
        Test-Path "/dev/shm$($memory.Name)" | Should -BeTrue
    }

    It 'is the same memory for Python' -Skip:(-not (Get-Command python3 -CommandType Application -ErrorAction Ignore)) {
        $memory = New-IpcSharedMemory (New-IpcName) 4096
        $memory.WriteInt32(4, 1234567)
        $shown = python3 -c 'import mmap, struct, sys
with open("/dev/shm" + sys.argv[1], "r+b") as f, mmap.mmap(f.fileno(), 0) as m:
    print(len(m), struct.unpack_from("=i", m, 4)[0])
    struct.pack_into("=q", m, 8, -5)
    m[100:105] = b"hello"' $memory.Name
        $shown | Should -BeExactly '4096 1234567'
        $memory.ReadInt64(8) | Should -Be -5
        [Text.Encoding]::ASCII.GetString((Receive-IpcByte $memory -Offset 100 -Exactly 5)) | Should -BeExactly hello
    }

    It 'is the same memory that Python made' -Skip:(-not (Get-Command python3 -CommandType Application -ErrorAction Ignore)) {
        $name = New-IpcName
        python3 -c 'import sys
from multiprocessing import shared_memory, resource_tracker
s = shared_memory.SharedMemory(sys.argv[1], create=True, size=5000)
resource_tracker.unregister(s._name, "shared_memory")
s.buf[:4] = b"from"
s.close()' $name.Substring(1)
        try {
            $memory = New-IpcSharedMemory $name -Open -Size 5000
            [Text.Encoding]::ASCII.GetString($memory.ReadBytes(0, 4)) | Should -BeExactly from
            $memory.IsOwner | Should -BeFalse
            Close-IpcChannel $memory
            Test-Path "/dev/shm$name" | Should -BeTrue
        } finally { Remove-Item "/dev/shm$name" }
    }

    It 'is EFAULT, and no SIGBUS, when another process has cut it' {
        $memory = New-IpcSharedMemory (New-IpcName) 64KB
        $ring = New-IpcSharedMemory (New-IpcName) 64KB -Ring
        truncate -s 4096 "/dev/shm$($memory.Name)"
        truncate -s 0 "/dev/shm$($ring.Name)"
        Receive-IpcByte $memory -Offset 8000 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EFAULT Receive-IpcByte InvalidArgument $memory
        Send-IpcByte $memory 1 -Offset 8000 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EFAULT Send-IpcByte InvalidArgument $memory
        { $memory.ReadInt32(8000) } | Should -Throw '*EFAULT*'
        Send-IpcByte $ring 1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EFAULT Send-IpcByte InvalidArgument $ring
        Close-IpcChannel $memory, $ring
    }

    It 'is <Errno> for <Name>' -ForEach @(
        @{ Name = 'a name without a slash'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Arguments = { @{ Name = 'memory'; Size = 1 } } }
        @{ Name = 'two slashes'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Arguments = { @{ Name = '/a/b'; Size = 1 } } }
        @{ Name = 'a name that is there'; Errno = 'EEXIST'; Category = 'ResourceExists'; Arguments = { $n = New-IpcName; $null = New-IpcSharedMemory $n 1; @{ Name = $n; Size = 1 } } }
        @{ Name = 'a name that is not there'; Errno = 'ENOENT'; Category = 'ObjectNotFound'; Arguments = { @{ Name = New-IpcName; Open = $true } } }
        @{ Name = 'more than there is'; Errno = 'ENOSPC'; Category = 'ResourceUnavailable'; Arguments = { @{ Name = New-IpcName; Size = 1PB } } }
        @{ Name = 'less than asked for'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Arguments = { $n = New-IpcName; $null = New-IpcSharedMemory $n 100; @{ Name = $n; Size = 101; Open = $true } } }
        @{ Name = 'memory that is no ring'; Errno = 'EBADMSG'; Category = 'InvalidData'; Arguments = { $n = New-IpcName; $null = New-IpcSharedMemory $n 5000; @{ Name = $n; Ring = $true; Open = $true } } }
    ) {
        $given = & $Arguments
        $open = @([SocketTools.OpenIpc]::All).Count
        New-IpcSharedMemory @given -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno New-IpcSharedMemory $Category $given.Name
        @([SocketTools.OpenIpc]::All).Count | Should -Be $open
    }

    It 'is EACCES for what belongs to somebody else' -Skip:(-not (Get-Command setpriv -ErrorAction Ignore) -or (id -u) -ne '0') {
        $memory = New-IpcSharedMemory (New-IpcName) 4096
        $child = Start-ChildPowerShell -Prefix (Get-NobodyPrefix) "try { New-IpcSharedMemory $($memory.Name) -Open -Access Read } catch { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId) }"
        try { Read-ChildLine $child | Should -BeExactly 'EACCES,SocketTools.Commands.NewIpcSharedMemoryCommand' } finally { Stop-Child $child }
    }

    It 'streams from another process through a ring, to the end of the stream' {
        $ring = New-IpcSharedMemory (New-IpcName) 64KB -Ring
        $ring.Capacity | Should -Be 64KB
        $child = Start-ChildPowerShell "
            `$ring = New-IpcSharedMemory $($ring.Name) -Open -Ring
            foreach (`$i in 1..20) { Send-IpcByte `$ring ([byte[]]::new(50000)) }
            Close-IpcChannel `$ring"
        try { (Receive-IpcByte $ring -All -Raw).Length | Should -Be 1000000 } finally { Stop-Child $child }
        $ring.EndOfStream | Should -BeTrue
    }

    It 'ends the stream of a ring when its writer is killed' {
        $ring = New-IpcSharedMemory (New-IpcName) 64KB -Ring
        $child = Start-ChildPowerShell "
            `$ring = New-IpcSharedMemory $($ring.Name) -Open -Ring
            Send-IpcByte `$ring (1, 2, 3)
            [Console]::Out.WriteLine('sent')
            `$null = [Console]::In.ReadLine()"
        try { Read-ChildLine $child | Should -BeExactly sent } finally { Stop-Child $child -Kill }
        Assert-Byte (Receive-IpcByte $ring -All -Raw -TimeoutSeconds 20) (1, 2, 3)
    }

    It 'is removed when its pipeline is stopped, and nobody has it' {
        $name = New-IpcName
        $script = { param($name) $pipe = New-IpcPipe; New-IpcSharedMemory $name 4096 | ForEach-Object { Receive-IpcByte $pipe -TimeoutSeconds -1 } }
        Measure-Stop $script $name | Should -BeLessThan 200
        Wait-Until { -not (Test-Path "/dev/shm$name") }
    }

    It 'is taken by Select-Object -First 1, open' {
        (New-IpcSharedMemory (New-IpcName) 10 | Select-Object -First 1).State | Should -Be Open
    }

    It 'is shown with -Verbose' {
        $name = New-IpcName
        $all = @(New-IpcSharedMemory $name 4096 -Verbose 4>&1)
        $fd = $all[-1].Descriptor
        $all[0..2].Message | Should -BeExactly "shm_open(`"$name`", O_RDWR|O_CREAT|O_EXCL, 0600) = $fd", "ftruncate($fd, 4096) = 0", "posix_fallocate($fd, 0, 4096) = 0"
        $all[3].Message | Should -BeLike "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, $fd, 0) = *"
    }

    It 'completes the names of memory, and not of semaphores' {
        $memory = New-IpcSharedMemory (New-IpcName) 10
        $line = "New-IpcSharedMemory $($memory.Name.Substring(0, 22))"
        @((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText) | Should -Contain $memory.Name
        $null = New-IpcSemaphore (New-IpcName)
        @((TabExpansion2 'New-IpcSharedMemory /' 21).CompletionMatches.CompletionText) -like '/sem.*' | Should -BeNullOrEmpty
    }

    It 'is a table' {
        $memory = New-IpcSharedMemory (New-IpcName) 4096
        $lines = @(($memory | Out-String -Width 200) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        -split $lines[2] | Should -Be "$($memory.Descriptor)", 'SharedMemory', $memory.Name, '4096', 'ReadWrite', 'True', 'Open'
    }
}
