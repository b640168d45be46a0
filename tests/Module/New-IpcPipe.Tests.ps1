BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'New-IpcPipe' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameter, and writes a pipe' {
        Assert-Parameter New-IpcPipe 'ForChild: IpcPipeEnds, position 0'
        Assert-OutputType New-IpcPipe ([SocketTools.IpcPipe])
    }

    It 'makes two ends, of which what goes into one comes out of the other' {
        $pipe = New-IpcPipe
        $pipe | Should -BeOfType SocketTools.IpcPipe
        "$($pipe.Reader.CanRead) $($pipe.Reader.CanWrite) $($pipe.Writer.CanRead) $($pipe.Writer.CanWrite)" | Should -BeExactly 'True False False True'
        "$($pipe.Reader.Mechanism) $($pipe.Reader.State) $($pipe.Writer.State)" | Should -BeExactly 'Pipe Open Open'
        $pipe.Reader.Name | Should -BeNullOrEmpty
        Send-IpcByte $pipe (1, 2, 3)
        Assert-Byte (Receive-IpcByte $pipe) (1, 2, 3)
    }

    It 'is shown with -Verbose as strace would show it' {
        $all = @(New-IpcPipe -ForChild Reader -Verbose 4>&1)
        $reader, $writer = $all[-1].Reader.Descriptor, $all[-1].Writer.Descriptor
        $all[0..2] | ForEach-Object Message | Should -BeExactly "pipe2([$reader, $writer], O_CLOEXEC) = 0", "fcntl($reader, F_SETFD, 0) = 0", "fcntl($writer, F_SETFL, O_WRONLY|O_NONBLOCK) = 0"
    }

    It 'gives a child one end, and the other end sees when the child is gone: <Path>' -ForEach @{ Path = 'inherited' }, @{ Path = 'by /proc' } {
        $pipe = $Path -eq 'inherited' ? (New-IpcPipe -ForChild Reader) : (New-IpcPipe)
        $file = Join-Path $TestDrive 'from-pipe'
        $child = Start-Process sh -ArgumentList '-c', "`"head -c 5 $($pipe.Reader.Path) > $file`"" -PassThru
        if ($Path -eq 'inherited') { Close-IpcChannel $pipe.Reader }
        Send-IpcByte $pipe ([Text.Encoding]::ASCII.GetBytes('hello and more'))
        $child.WaitForExit(20000) | Should -BeTrue
        Get-Content $file -Raw | Should -BeExactly 'hello'
        if ($Path -eq 'inherited') {
            Send-IpcByte $pipe 1 -ErrorAction SilentlyContinue -ErrorVariable problem
            Assert-SocketError $problem EPIPE Send-IpcByte ConnectionError $pipe
        }
    }

    It 'gives another PowerShell an end' {
        $pipe = New-IpcPipe -ForChild Writer
        $child = Start-ChildPowerShell "
            `$writer = Connect-IpcFifo $($pipe.Writer.Path) -Access Write
            Send-IpcByte `$writer ([Text.Encoding]::UTF8.GetBytes(`"from process `$PID`"))"
        Close-IpcChannel $pipe.Writer
        try { [Text.Encoding]::UTF8.GetString((Receive-IpcByte $pipe -All -Raw)) | Should -BeExactly "from process $($child.Id)" }
        finally { Stop-Child $child }
    }

    It 'leaves PowerShell alive when nobody reads: SIGPIPE is ignored' {
        $child = Start-ChildPowerShell '
            $pipe = New-IpcPipe
            Close-IpcChannel $pipe.Reader
            try { Send-IpcByte $pipe 1 } catch { [Console]::Out.WriteLine($_.FullyQualifiedErrorId) }
            [Console]::Out.WriteLine("alive")'
        try {
            Read-ChildLine $child | Should -BeExactly 'EPIPE,SocketTools.Commands.SendIpcByteCommand'
            Read-ChildLine $child | Should -BeExactly 'alive'
        } finally { Stop-Child $child }
    }

    It 'is EMFILE where there are no descriptors left' {
        $child = Start-ChildPowerShell -Prefix 'bash', '-c', 'ulimit -n 250; exec "$@"', 'bash' '
            $pipes = [Collections.Generic.List[object]]::new()
            try { while ($pipes.Count -lt 500) { $pipes.Add((New-IpcPipe)) } }
            catch { $failure = $_; $pipes | Close-IpcChannel; [Console]::Out.WriteLine($failure.FullyQualifiedErrorId) }
            (New-IpcPipe) | Close-IpcChannel
            [Console]::Out.WriteLine("goes on")'
        try {
            Read-ChildLine $child | Should -BeExactly 'EMFILE,SocketTools.Commands.NewIpcPipeCommand' -Because $child.Errors.IsCompleted
            Read-ChildLine $child | Should -BeExactly 'goes on'
        } finally { Stop-Child $child }
    }

    It 'leaves the descriptors as they were' {
        New-IpcPipe | Close-IpcChannel
        1..2 | ForEach-Object { [GC]::Collect(); [GC]::WaitForPendingFinalizers() } # What earlier tests dropped goes now.
        $before = Get-OpenDescriptor
        foreach ($i in 1..100) { New-IpcPipe | Close-IpcChannel }
        Assert-DescriptorsBack $before
        [SocketTools.OpenIpc]::All | Should -BeNullOrEmpty
    }

    It 'is taken by Select-Object -First 1, open' {
        $pipe = New-IpcPipe | Select-Object -First 1
        $pipe.Reader.State | Should -Be Open
    }

    It 'is a table: both ends, and what a child opens' {
        $pipe = New-IpcPipe -ForChild Writer
        $lines = @(($pipe | Out-String) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        -split $lines[2] | Should -Be "$($pipe.Reader.Descriptor)", 'Open', "$($pipe.Writer.Descriptor)", 'Open', "/dev/fd/$($pipe.Writer.Descriptor)"
    }
}
