BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'Connect-IpcFifo' -Skip:(-not $IsLinux) {
    BeforeEach { $fifo = New-IpcFifo (New-SocketPath) }
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes an end' {
        Assert-Parameter Connect-IpcFifo 'Path: String, position 0, mandatory, pipeline', 'Access: IpcAccess, position 1', 'TimeoutSeconds: Double'
        Assert-OutputType Connect-IpcFifo ([SocketTools.IpcPipeEnd])
    }

    It 'opens what New-IpcFifo wrote, piped or not, and a path' {
        foreach ($end in (Connect-IpcFifo $fifo ReadWrite), ($fifo | Connect-IpcFifo -Access ReadWrite), (Connect-IpcFifo $fifo.Path ReadWrite)) {
            "$($end.Mechanism) $($end.Name) $($end.State) $($end.CanRead) $($end.CanWrite)" | Should -BeExactly "Fifo $($fifo.Path) Open True True"
            Close-IpcChannel $end
        }
    }

    It 'meets another runspace, which <Access>s' -ForEach @{ Access = 'Write'; Own = 'Read' }, @{ Access = 'Read'; Own = 'Write' } {
        $job = Start-Background -ArgumentList "$fifo", $Access {
            param($path, $access)
            $end = Connect-IpcFifo $path $access -TimeoutSeconds 20
            if ($access -eq 'Write') { Send-IpcByte $end (1, 2, 3) } else { , (Receive-IpcByte $end -All -Raw -TimeoutSeconds 20) }
            Close-IpcChannel $end
        }
        $end = Connect-IpcFifo $fifo $Own -TimeoutSeconds 20
        if ($Own -eq 'Read') {
            Assert-Byte (Receive-IpcByte $end -All -Raw -TimeoutSeconds 20) (1, 2, 3)
            $end.EndOfStream | Should -BeTrue
            $null = Wait-Background $job
        } else {
            Send-IpcByte $end (1, 2, 3)
            Close-IpcChannel $end
            (Wait-Background $job) -join ' ' | Should -BeExactly '1 2 3'
        }
    }

    It 'meets cat, in both directions' {
        $text = -join (1..20000 | ForEach-Object { "$_`n" })
        $file = New-SocketPath
        [IO.File]::WriteAllText($file, $text)
        $cat = Start-Process sh -ArgumentList '-c', "`"cat $file > $fifo`"" -PassThru
        $reader = Connect-IpcFifo $fifo -TimeoutSeconds 20
        [Text.Encoding]::ASCII.GetString((Receive-IpcByte $reader -All -Raw -TimeoutSeconds 20)) | Should -BeExactly $text
        $cat.WaitForExit(20000) | Should -BeTrue

        $copy = New-SocketPath
        $cat = Start-Process sh -ArgumentList '-c', "`"cat $fifo > $copy`"" -PassThru
        $writer = Connect-IpcFifo $fifo Write -TimeoutSeconds 20
        Send-IpcByte $writer ([Text.Encoding]::ASCII.GetBytes($text)) -TimeoutSeconds 20
        Close-IpcChannel $writer
        $cat.WaitForExit(20000) | Should -BeTrue
        [IO.File]::ReadAllText($copy) | Should -BeExactly $text
    }

    It 'ends by time when nobody opens the other end, to <_>' -ForEach 'Read', 'Write' {
        Connect-IpcFifo $fifo $_ -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Connect-IpcFifo OperationTimeout $fifo.Path
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Connect-IpcFifo $fifo $_ -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ETIMEDOUT Connect-IpcFifo OperationTimeout $fifo.Path
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.18
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'ends within 200 ms when it is stopped, to <_>, and leaves nothing open' -ForEach 'Read', 'Write' {
        $script = { param($path, $access) Connect-IpcFifo $path $access -TimeoutSeconds -1 }
        $null = Measure-Stop $script "$fifo", $_
        $descriptors = Get-OpenDescriptor
        Measure-Stop $script "$fifo", $_ | Should -BeLessThan 200
        Assert-DescriptorsBack $descriptors
        @([SocketTools.OpenIpc]::All).Count | Should -Be 1
    }

    It 'is taken by Select-Object -First 1, open' {
        $end = $fifo | Connect-IpcFifo -Access ReadWrite | Select-Object -First 1
        $end.State | Should -Be Open
        Send-IpcByte $end 1
        Assert-Byte (Receive-IpcByte $end) 1
    }

    It 'is <Errno> for <Name>' -ForEach @(
        @{ Name = 'nothing'; Errno = 'ENOENT'; Category = 'ObjectNotFound'; Path = { New-SocketPath } }
        @{ Name = 'a file'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Path = { $p = New-SocketPath; $null = New-Item $p; $p } }
        @{ Name = 'a directory'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Path = { "$TestDrive" } }
        @{ Name = 'a device'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Path = { '/dev/null' } }
        @{ Name = 'a Unix socket'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Path = { $p = New-SocketPath; $null = Start-SocketListener "unix:$p"; $p } }
        @{ Name = 'a named pipe of .NET, which is a Unix socket'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Path = { $p = New-SocketPath; $script:server = [IO.Pipes.NamedPipeServerStream]::new($p); $p } }
    ) {
        $target = & $Path
        Connect-IpcFifo $target Write -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno Connect-IpcFifo $Category $target
        if (Test-Path variable:script:server) { $script:server.Dispose() }
    }

    It 'is EACCES for a FIFO of somebody else' -Skip:(-not (Get-Command setpriv -ErrorAction Ignore) -or (id -u) -ne '0') {
        $directory = [IO.Directory]::CreateTempSubdirectory('st').FullName
        chmod 755 $directory
        $other = New-IpcFifo (Join-Path $directory f)
        $child = Start-ChildPowerShell -Prefix (Get-NobodyPrefix) "try { Connect-IpcFifo '$other' ReadWrite } catch { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId) }"
        try { Read-ChildLine $child | Should -BeExactly 'EACCES,SocketTools.Commands.ConnectIpcFifoCommand' }
        finally {
            Stop-Child $child
            Close-IpcChannel $other
            Remove-Item $directory
        }
    }

    It 'is shown with -Verbose, and what it tries again is shown once' {
        $all = @(Connect-IpcFifo $fifo Write -TimeoutSeconds 0.1 -Verbose -ErrorAction SilentlyContinue 4>&1)
        $all.Message | Should -BeExactly "open(`"$fifo`", O_WRONLY|O_NONBLOCK|O_CLOEXEC) = -1 ENXIO (No such device or address)"
        $all = @(Connect-IpcFifo $fifo ReadWrite -Verbose 4>&1)
        $all[0].Message | Should -BeExactly "open(`"$fifo`", O_RDWR|O_NONBLOCK|O_CLOEXEC) = $($all[1].Descriptor)"
    }

    It 'is a table: descriptor, mechanism, name, access, state, bytes each way' {
        $end = Connect-IpcFifo $fifo ReadWrite
        Send-IpcByte $end (1, 2, 3)
        $null = Receive-IpcByte $end -Count 2
        $lines = @(($end | Out-String -Width 200) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        -split $lines[0] | Should -Be 'FD', 'Mechanism', 'Name', 'Access', 'State', 'Sent', 'Received'
        -split $lines[2] | Should -Be "$($end.Descriptor)", 'Fifo', $fifo.Path, 'ReadWrite', 'Open', '3', '2'
    }
}
