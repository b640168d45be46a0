BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'Receive-IpcByte' -Skip:(-not $IsLinux) {
    BeforeAll {
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
    }
    AfterEach { Close-EverySocket }

    It 'has its parameters' {
        Assert-Parameter Receive-IpcByte 'Channel: IpcArgument, position 0, mandatory, pipeline', 'Count: Int32', 'Exactly: Int32, mandatory', 'All: SwitchParameter, mandatory', 'Raw: SwitchParameter', 'MaximumLength: Int32',
        'AsMessage: SwitchParameter, mandatory', 'MessageType: Int64', 'Offset: Int64', 'Enumerate: SwitchParameter', 'TimeoutSeconds: Double'
        Assert-OutputType Receive-IpcByte ([byte[]]), ([byte]), ([SocketTools.IpcMessage])
    }

    It 'takes what is there, up to -Count, or -Exactly so many: <_>' -ForEach 'pipe', 'inherited', 'fifo', 'ring' {
        $channel = New-Channel $_
        Send-IpcByte $channel (1, 2, 3, 4, 5, 6)
        Assert-Byte (Receive-IpcByte $channel -Count 2) (1, 2)
        Assert-Byte ($channel | Receive-IpcByte -Exactly 3) (3, 4, 5)
        Assert-Byte (Receive-IpcByte $channel) 6
    }

    It 'takes everything to the end of the stream' {
        $pipe = New-IpcPipe
        Send-IpcByte $pipe ([byte[]]::new(60000))
        Close-IpcChannel $pipe.Writer
        (Receive-IpcByte $pipe -All -Raw -MaximumLength 59999 -ErrorAction SilentlyContinue -ErrorVariable problem) | Should -BeNullOrEmpty
        Assert-SocketError $problem EMSGSIZE Receive-IpcByte LimitsExceeded $pipe
        $all = Receive-IpcByte $pipe -All -Raw
        $all.Length | Should -Be 60000
        Receive-IpcByte $pipe -All | Should -BeNullOrEmpty
        $pipe.Reader.EndOfStream | Should -BeTrue
    }

    It 'writes blocks as they arrive, and Select-Object -First 1 ends it and leaves the rest' {
        $pipe = New-IpcPipe
        Send-IpcByte $pipe (1, 2)
        Assert-Byte (Receive-IpcByte $pipe -All | Select-Object -First 1) (1, 2)
        Send-IpcByte $pipe 3
        Assert-Byte (Receive-IpcByte $pipe) 3
    }

    It 'writes single bytes with -Enumerate' {
        $pipe = New-IpcPipe
        Send-IpcByte $pipe (1, 2)
        $bytes = @(Receive-IpcByte $pipe -Enumerate)
        $bytes.Count | Should -Be 2
        $bytes[0] | Should -BeOfType byte
    }

    It 'is ENODATA when the writer is gone before, and what came stays' {
        $pipe = New-IpcPipe
        Send-IpcByte $pipe (1, 2)
        Close-IpcChannel $pipe.Writer
        Receive-IpcByte $pipe -Exactly 3 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ENODATA Receive-IpcByte ReadError $pipe
        $problem[0].Exception.BytesTransferred | Should -Be 2
        Assert-Byte (Receive-IpcByte $pipe) (1, 2)
    }

    It 'takes one message a call, whole: <_>' -ForEach 'posix', 'systemv' {
        $queue = New-Channel $_
        Send-IpcByte $queue (1, 2, 3)
        Receive-IpcByte $queue -Count 2 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EMSGSIZE Receive-IpcByte LimitsExceeded $queue
        Receive-IpcByte $queue -Exactly 4 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ENODATA Receive-IpcByte ReadError $queue
        Receive-IpcByte $queue -All -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EOPNOTSUPP Receive-IpcByte InvalidOperation $queue
        Assert-Byte (Receive-IpcByte $queue -Exactly 3) (1, 2, 3)
    }

    It 'writes a message as an object, and as a table' {
        $queue = New-Channel posix
        Send-IpcByte $queue ([Text.Encoding]::UTF8.GetBytes("hé`n")) -Priority 4
        $message = Receive-IpcByte $queue -AsMessage
        "$($message.Priority) $($message.MessageType) $($message.Length) $($message.Text)" | Should -BeExactly "4  4 hé`n"
        $lines = @(($message | Out-String -Width 200) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        -split $lines[2] | Should -Be '4', '4', 'hé␊'
    }

    It 'chooses a message by its type' {
        $queue = New-Channel systemv
        foreach ($type in 3, 1, 2) { Send-IpcByte $queue $type -MessageType $type }
        Assert-Byte (Receive-IpcByte $queue -MessageType 2) 2
        (Receive-IpcByte $queue -MessageType -2 -AsMessage).MessageType | Should -Be 1
        Receive-IpcByte $queue -MessageType 7 -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Receive-IpcByte OperationTimeout $queue
        Assert-Byte (Receive-IpcByte $queue) 3
    }

    It 'takes bytes of shared memory, to its end' {
        $memory = New-IpcSharedMemory (New-IpcName) 100000
        $memory.WriteBytes(99998, (8, 9))
        (Receive-IpcByte $memory).Length | Should -Be 65536
        (Receive-IpcByte $memory -All -Raw).Length | Should -Be 100000
        @(Receive-IpcByte $memory -All | ForEach-Object Length) | Should -Be 65536, 34464
        Assert-Byte (Receive-IpcByte $memory -Offset 99998 -Count 10) (8, 9)
        Receive-IpcByte $memory -Offset 99998 -Exactly 3 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL Receive-IpcByte InvalidArgument $memory
        Receive-IpcByte $memory -Offset 100001 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL Receive-IpcByte InvalidArgument $memory
    }

    It 'receives from a socket, and from several that are piped' {
        $one, $two = New-SocketPair
        $pipe = New-IpcPipe
        Send-SocketByte $one (1, 2)
        Send-IpcByte $pipe (3, 4)
        @($two, $pipe | Receive-IpcByte | ForEach-Object { $_ }) -join ' ' | Should -BeExactly '1 2 3 4'
    }

    It 'is EWOULDBLOCK at once, and ETIMEDOUT in time, where there is nothing: <_>' -ForEach 'pipe', 'inherited', 'fifo', 'posix', 'systemv', 'ring' {
        $channel = New-Channel $_
        Receive-IpcByte $channel -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Receive-IpcByte OperationTimeout $channel
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Receive-IpcByte $channel -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ETIMEDOUT Receive-IpcByte OperationTimeout $channel
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.08
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'ends within 200 ms when it is stopped, and what waited goes on: <_>' -ForEach 'pipe', 'inherited', 'fifo', 'posix', 'systemv' {
        $channel = New-Channel $_
        $script = { param($channel) Receive-IpcByte $channel -TimeoutSeconds -1 }
        $null = Measure-Stop $script $channel
        $descriptors = Get-OpenDescriptor
        Measure-Stop $script $channel | Should -BeLessThan 200
        Assert-DescriptorsBack $descriptors
        Send-IpcByte $channel 1
        Assert-Byte (Receive-IpcByte $channel -TimeoutSeconds 10) 1
    }

    It 'gets EBADF when another runspace closes the channel' {
        $pipe = New-IpcPipe
        $job = Start-Background { param($pipe) Receive-IpcByte $pipe -TimeoutSeconds 20 } $pipe
        Wait-Blocked $job
        Close-IpcChannel $pipe.Reader
        $null = Wait-Background $job
        Assert-SocketError $job.Failure EBADF Receive-IpcByte InvalidOperation $pipe
    }

    It 'is <Errno> for <Name>' -ForEach @(
        @{ Name = 'the end that sends'; Errno = 'EBADF'; Category = 'InvalidOperation'; Channel = { (New-IpcPipe).Writer }; More = @{} }
        @{ Name = 'a FIFO that is not open'; Errno = 'ENOTCONN'; Category = 'ConnectionError'; Channel = { New-IpcFifo (New-SocketPath) }; More = @{} }
        @{ Name = 'messages of a pipe'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Channel = { New-IpcPipe }; More = @{ AsMessage = $true } }
        @{ Name = 'a type of a POSIX queue'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Channel = { New-Channel posix }; More = @{ MessageType = 1 } }
        @{ Name = 'an offset of a pipe'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Channel = { New-IpcPipe }; More = @{ Offset = 1 } }
        @{ Name = 'what carries no bytes'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Channel = { [uri]'http://localhost' }; More = @{} }
    ) {
        $target = & $Channel
        Receive-IpcByte $target @More -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno Receive-IpcByte $Category $target
    }

    It 'is one call of the system, shown with -Verbose: <Kind>' -ForEach @(
        @{ Kind = 'pipe'; Call = '^read\(\d+, "\\1\\2", 65536\) = 2$' }
        @{ Kind = 'posix'; Call = '^mq_receive\(\d+, "\\1\\2", 1000, \[0\]\) = 2$' }
        @{ Kind = 'systemv'; Call = '^msgrcv\(\d+, \{1, "\\1\\2"\}, \d+, 0, IPC_NOWAIT\) = 2$' }
    ) {
        $channel = New-Channel $Kind
        Send-IpcByte $channel (1, 2)
        $all = @(Receive-IpcByte $channel -Verbose 4>&1)
        $all.Count | Should -Be 2
        $all[0].Message | Should -MatchExactly $Call
    }
}
