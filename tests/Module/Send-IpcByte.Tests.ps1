BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'Send-IpcByte' -Skip:(-not $IsLinux) {
    BeforeAll {
        # What carries bytes, by its name; both ends in one object, or a pipe.
        function New-Channel([string] $Kind) {
            switch ($Kind) {
                pipe { New-IpcPipe }
                inherited { New-IpcPipe -ForChild Reader, Writer }
                fifo { New-IpcFifo (New-SocketPath) | Connect-IpcFifo -Access ReadWrite }
                posix { New-IpcMessageQueue (New-IpcName) -MaximumMessages 3 -MessageSize 1000 }
                systemv { New-IpcMessageQueue -SystemV }
                ring { New-IpcSharedMemory (New-IpcName) 5000 -Ring }
            }
        }
        # Sends until there is no room; returns the error of the last one.
        function Set-Full($Channel) {
            do { Send-IpcByte $Channel ([byte[]]::new(1000)) -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable full } until ($full)
            $full
        }
    }
    AfterEach { Close-EverySocket }

    It 'has its parameters' {
        Assert-Parameter Send-IpcByte 'Channel: IpcArgument, position 0, mandatory, by property name', 'Byte: Byte[], position 1, mandatory, pipeline', 'Priority: Int32', 'MessageType: Int64', 'Offset: Int64', 'PassThru: SwitchParameter', 'TimeoutSeconds: Double'
        Assert-OutputType Send-IpcByte ([SocketTools.IpcChannel]), ([SocketTools.IpcSharedMemory]), ([SocketTools.SocketChannel])
    }

    It 'sends what Receive-IpcByte receives: <_>' -ForEach 'pipe', 'inherited', 'fifo', 'posix', 'systemv', 'ring' {
        $channel = New-Channel $_
        Send-IpcByte $channel (1, 2, 3) | Should -BeNullOrEmpty
        [byte[]] (4, 5), [byte[]] (6, 7) | Send-IpcByte $channel
        if ($channel.KeepsBoundaries) {
            Assert-Byte (Receive-IpcByte $channel) (1, 2, 3)
            Assert-Byte (Receive-IpcByte $channel) (4, 5)
            Assert-Byte (Receive-IpcByte $channel) (6, 7)
        } else { Assert-Byte (Receive-IpcByte $channel -Exactly 7) (1, 2, 3, 4, 5, 6, 7) }
    }

    It 'sends single bytes of a pipeline together: <_>' -ForEach 'pipe', 'posix' {
        $channel = New-Channel $_
        $calls = @(1..5 | Send-IpcByte $channel -Verbose 4>&1)
        $calls.Count | Should -Be 1
        Assert-Byte (Receive-IpcByte $channel) (1, 2, 3, 4, 5)
    }

    It 'sends through a socket too, and to each of several by property name' {
        $one, $two = New-SocketPair
        $pipe = New-IpcPipe
        Send-IpcByte $one (1, 2)
        Assert-Byte (Receive-IpcByte $two) (1, 2)
        [pscustomobject]@{ Channel = $one }, [pscustomobject]@{ Channel = $pipe } | Send-IpcByte -Byte 7
        Assert-Byte (Receive-IpcByte $two) 7
        Assert-Byte (Receive-IpcByte $pipe) 7
    }

    It 'writes the channel with -PassThru' {
        $pipe = New-IpcPipe
        [object]::ReferenceEquals((Send-IpcByte $pipe 1 -PassThru), $pipe) | Should -BeTrue
        $memory = New-IpcSharedMemory (New-IpcName) 10
        [object]::ReferenceEquals((Send-IpcByte $memory 1 -PassThru), $memory) | Should -BeTrue
    }

    It 'sends with a priority, or a type' {
        $queue = New-Channel posix
        Send-IpcByte $queue 1
        Send-IpcByte $queue 2 -Priority 3
        (Receive-IpcByte $queue -AsMessage).Priority | Should -Be 3
        $systemV = New-Channel systemv
        Send-IpcByte $systemV 1
        Send-IpcByte $systemV 2 -MessageType 9
        Assert-Byte (Receive-IpcByte $systemV -MessageType 9) 2
        (Receive-IpcByte $systemV -AsMessage).MessageType | Should -Be 1
    }

    It 'sends an empty message, and nothing is no bytes for a stream' {
        $queue = New-Channel posix
        Send-IpcByte $queue ([byte[]]::new(0))
        $queue.Messages | Should -Be 1
        (Receive-IpcByte $queue -AsMessage).Length | Should -Be 0
        $pipe = New-IpcPipe
        Send-IpcByte $pipe ([byte[]]::new(0)) -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EINVAL Send-IpcByte InvalidArgument $pipe
    }

    It 'puts bytes into shared memory, one array behind the other' {
        $memory = New-IpcSharedMemory (New-IpcName) 8
        [byte[]] (1, 2), [byte[]] (3, 4) | Send-IpcByte $memory -Offset 2
        Assert-Byte $memory.ReadBytes(0, 8) (0, 0, 1, 2, 3, 4, 0, 0)
        Send-IpcByte $memory (1, 2, 3) -Offset 6 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EINVAL Send-IpcByte InvalidArgument $memory
        Assert-Byte $memory.ReadBytes(6, 2) (0, 0)
    }

    It 'is EWOULDBLOCK at once, and ETIMEDOUT in time, where there is no room: <_>' -ForEach 'pipe', 'inherited', 'fifo', 'posix', 'systemv', 'ring' {
        $channel = New-Channel $_
        Assert-SocketError (Set-Full $channel) EWOULDBLOCK Send-IpcByte OperationTimeout $channel
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Send-IpcByte $channel ([byte[]]::new(1000)) -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ETIMEDOUT Send-IpcByte OperationTimeout $channel
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.08
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        $null = Receive-IpcByte $channel
        Send-IpcByte $channel 1 -TimeoutSeconds 10
    }

    It 'says how much of it went' {
        $pipe = New-IpcPipe
        Send-IpcByte $pipe ([byte[]]::new(100000)) -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ETIMEDOUT Send-IpcByte OperationTimeout $pipe
        $problem[0].Exception.BytesTransferred | Should -Be 65536
        $problem[0].Exception.Message | Should -BeLike '*65536 of 100000*'
    }

    It 'is EPIPE when the reader is gone: <_>' -ForEach 'pipe', 'inherited', 'ring' {
        if ($_ -eq 'ring') {
            $channel = New-Channel ring
            $reader = New-IpcSharedMemory $channel.Name -Open -Ring
            Send-IpcByte $channel 1
            $null = Receive-IpcByte $reader
            Close-IpcChannel $reader
        } else {
            $channel = New-Channel $_
            Close-IpcChannel $channel.Reader
        }
        Send-IpcByte $channel 1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EPIPE Send-IpcByte ConnectionError $channel
    }

    It 'is EMSGSIZE for a message longer than the queue takes: <_>' -ForEach 'posix', 'systemv' {
        $channel = New-Channel $_
        Send-IpcByte $channel ([byte[]]::new($channel.MessageSize + 1)) -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EMSGSIZE Send-IpcByte LimitsExceeded $channel
        $problem[0].Exception.Message | Should -BeLike "*$($channel.MessageSize + 1)*$($channel.MessageSize)*"
        $channel.Messages | Should -Be 0
    }

    It 'is EIDRM when the queue was removed' {
        $queue = New-Channel systemv
        ipcrm -q $queue.Identifier
        Send-IpcByte $queue 1 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EIDRM Send-IpcByte ObjectNotFound $queue
    }

    It 'is <Errno> for <Name>' -ForEach @(
        @{ Name = 'the end that receives'; Errno = 'EBADF'; Category = 'InvalidOperation'; Channel = { (New-IpcPipe).Reader }; More = @{} }
        @{ Name = 'a channel that is closed'; Errno = 'EBADF'; Category = 'InvalidOperation'; Channel = { $p = New-IpcPipe; Close-IpcChannel $p; $p }; More = @{} }
        @{ Name = 'a FIFO that is not open'; Errno = 'ENOTCONN'; Category = 'ConnectionError'; Channel = { New-IpcFifo (New-SocketPath) }; More = @{} }
        @{ Name = 'a priority of a pipe'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Channel = { New-IpcPipe }; More = @{ Priority = 1 } }
        @{ Name = 'a type of a POSIX queue'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Channel = { New-Channel posix }; More = @{ MessageType = 1 } }
        @{ Name = 'an offset of a queue'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Channel = { New-Channel posix }; More = @{ Offset = 1 } }
        @{ Name = 'a priority that cannot be'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Channel = { New-Channel posix }; More = @{ Priority = 32768 } }
        @{ Name = 'a type that cannot be'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Channel = { New-Channel systemv }; More = @{ MessageType = 0 } }
        @{ Name = 'what carries no bytes'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Channel = { [uri]'http://localhost' }; More = @{} }
    ) {
        $target = & $Channel
        Send-IpcByte $target 1 @More -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem $Errno Send-IpcByte $Category $target
    }

    It 'ends within 200 ms when it is stopped: <_>' -ForEach 'pipe', 'inherited', 'fifo', 'posix', 'systemv' {
        $channel = New-Channel $_
        $null = Set-Full $channel
        $script = { param($channel) Send-IpcByte $channel ([byte[]]::new(1000)) -TimeoutSeconds -1 }
        $null = Measure-Stop $script $channel
        $descriptors = Get-OpenDescriptor
        Measure-Stop $script $channel | Should -BeLessThan 200
        Assert-DescriptorsBack $descriptors
        $null = Receive-IpcByte $channel
        Send-IpcByte $channel 1 -TimeoutSeconds 10
    }

    It 'ends with Select-Object -First 1' {
        $pipe = New-IpcPipe
        $bytes = [byte[]] (1, 2)
        [object]::ReferenceEquals(($bytes | Send-IpcByte $pipe -PassThru | Select-Object -First 1), $pipe) | Should -BeTrue
        Assert-Byte (Receive-IpcByte $pipe) (1, 2)
    }
}
