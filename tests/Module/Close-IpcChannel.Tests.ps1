BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'Close-IpcChannel' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameters' {
        Assert-Parameter Close-IpcChannel 'Channel: IpcArgument[], position 0, mandatory, pipeline', 'PassThru: SwitchParameter'
        Assert-OutputType Close-IpcChannel ([SocketTools.IpcChannel])
    }

    It 'closes all that the commands make, given or piped' {
        $all = @(
            New-IpcPipe
            New-IpcFifo (New-SocketPath)
            New-IpcMessageQueue (New-IpcName) -MaximumMessages 1 -MessageSize 1
            New-IpcMessageQueue -SystemV
            New-IpcSharedMemory (New-IpcName) 10
            New-IpcSharedMemory (New-IpcName) 10 -Ring
            New-IpcSemaphore (New-IpcName)
        )
        $sockets = New-SocketPair
        Close-IpcChannel $all[0..2]
        $all[3..6] + $sockets | Close-IpcChannel
        $all[1..5].State | Should -Be (@('Closed') * 5)
        $all[0].Reader.State, $all[0].Writer.State | Should -Be 'Closed', 'Closed'
        $sockets.State | Should -Be 'Closed', 'Closed'
        [SocketTools.OpenIpc]::All | Should -BeNullOrEmpty
    }

    It 'closes one end, and the other sees it' {
        $pipe = New-IpcPipe
        Close-IpcChannel $pipe.Writer
        Receive-IpcByte $pipe -TimeoutSeconds 5 | Should -BeNullOrEmpty
        $pipe.Reader.EndOfStream | Should -BeTrue
        Close-IpcChannel $pipe
        $pipe.Reader.State | Should -Be Closed
    }

    It 'is EBADF when it was closed before, once for each, and goes on with the next' {
        $closed, $open = (New-IpcPipe), (New-IpcPipe)
        Close-IpcChannel $closed
        Close-IpcChannel $closed, $open -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EBADF Close-IpcChannel InvalidOperation $closed
        $open.Reader.State | Should -Be Closed
        foreach ($made in (New-IpcFifo (New-SocketPath)), (New-IpcMessageQueue -SystemV), (New-IpcSharedMemory (New-IpcName) 10), (New-IpcSharedMemory (New-IpcName) 10 -Ring)) {
            Close-IpcChannel $made
            Close-IpcChannel $made -ErrorAction SilentlyContinue -ErrorVariable problem
            Assert-SocketError $problem EBADF Close-IpcChannel InvalidOperation $made
        }
    }

    It 'is EINVAL for what is nothing of the kind' {
        $target = [uri]'http://localhost'
        Close-IpcChannel $target -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EINVAL Close-IpcChannel InvalidArgument $target
    }

    It 'writes what it closed with -PassThru' {
        $pipe = New-IpcPipe
        [object]::ReferenceEquals((Close-IpcChannel $pipe -PassThru), $pipe) | Should -BeTrue
        $pipe.Writer.BytesSent | Should -Be 0
    }

    It 'is shown with -Verbose' {
        $memory = New-IpcSharedMemory (New-IpcName) 10
        $calls = @(Close-IpcChannel $memory -Verbose 4>&1).Message
        $calls[0] | Should -BeExactly "shm_unlink(`"$($memory.Name)`") = 0"
        $calls[1] | Should -Match '^munmap\(0x[0-9a-f]+, 10\) = 0$'
        $calls[2] | Should -BeExactly "close($($memory.Descriptor)) = 0"
    }
}
