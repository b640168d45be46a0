BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1
}

Describe 'New-IpcFifo' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameter, and writes a FIFO' {
        Assert-Parameter New-IpcFifo 'Path: String, position 0, mandatory, pipeline'
        Assert-OutputType New-IpcFifo ([SocketTools.IpcFifo])
    }

    It 'makes a FIFO with mode 0600, and removes it when it is closed' {
        $path = New-SocketPath
        $fifo = New-IpcFifo $path
        $fifo | Should -BeOfType SocketTools.IpcFifo
        "$($fifo.Path) $($fifo.Mechanism) $($fifo.State) $fifo" | Should -BeExactly "$path Fifo Open $path"
        (Get-Item $path).UnixMode | Should -BeExactly 'prw-------'
        stat -c %F $path | Should -BeExactly 'fifo'
        Close-IpcChannel $fifo
        Test-Path $path | Should -BeFalse
        $fifo.State | Should -Be Closed
    }

    It 'starts a relative path at the location of PowerShell, and takes a path of a drive' {
        Push-Location TestDrive:/
        try { (New-IpcFifo ./relative).Path | Should -BeExactly (Join-Path $TestDrive relative) } finally { Pop-Location }
        (New-IpcFifo TestDrive:/onDrive).Path | Should -BeExactly (Join-Path $TestDrive onDrive)
        (New-IpcFifo (Join-Path $TestDrive '[x]*')).Path | Should -BeExactly (Join-Path $TestDrive '[x]*')
    }

    It 'makes each of several that are piped, and one that fails is one error' {
        $paths = (New-SocketPath), '/no/such/place', (New-SocketPath)
        $made = @($paths | New-IpcFifo -ErrorAction SilentlyContinue -ErrorVariable problem)
        $made.Path | Should -Be $paths[0, 2]
        Assert-SocketError $problem ENOENT New-IpcFifo ObjectNotFound '/no/such/place'
    }

    It 'is <Errno> for <Name>' -ForEach @(
        @{ Name = 'a file that is there'; Errno = 'EEXIST'; Category = 'ResourceExists'; Path = { $p = New-SocketPath; $null = New-Item $p; $p } }
        @{ Name = 'a FIFO that is there'; Errno = 'EEXIST'; Category = 'ResourceExists'; Path = { $p = New-SocketPath; $null = New-IpcFifo $p; $p } }
        @{ Name = 'a path that goes through a file'; Errno = 'ENOTDIR'; Category = 'InvalidArgument'; Path = { '/etc/passwd/fifo' } }
        @{ Name = 'a name that is too long'; Errno = 'ENAMETOOLONG'; Category = 'InvalidArgument'; Path = { Join-Path $TestDrive ('x' * 256) } }
        @{ Name = 'a path of another provider'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Path = { 'env:fifo' } }
    ) {
        $target = & $Path
        New-IpcFifo $target -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno New-IpcFifo $Category $target
    }

    It 'is EACCES where somebody else has the directory' -Skip:(-not (Get-Command setpriv -ErrorAction Ignore) -or (id -u) -ne '0') {
        $path = New-SocketPath
        $child = Start-ChildPowerShell -Prefix (Get-NobodyPrefix) "try { New-IpcFifo '$path' } catch { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId) }"
        try { Read-ChildLine $child | Should -BeExactly 'EACCES,SocketTools.Commands.NewIpcFifoCommand' } finally { Stop-Child $child }
    }

    It 'leaves a file that has taken its path' {
        $path = New-SocketPath
        $fifo = New-IpcFifo $path
        Move-Item $path "$path.away"
        Set-Content $path another
        Close-IpcChannel $fifo
        Get-Content $path | Should -BeExactly another
    }

    It 'is shown with -Verbose' {
        $path = New-SocketPath
        $all = @(New-IpcFifo $path -Verbose 4>&1) + @(Close-IpcChannel ([SocketTools.OpenIpc]::All) -Verbose 4>&1)
        ($all | Where-Object { $_ -is [Management.Automation.VerboseRecord] }).Message | Should -BeExactly "mkfifo(`"$path`", 0600) = 0", "unlink(`"$path`") = 0"
    }

    It 'is a table' {
        $fifo = New-IpcFifo (New-SocketPath)
        $lines = @(($fifo | Out-String -Width 200) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ })
        -split $lines[2] | Should -Be 'Fifo', $fifo.Path, 'Open'
    }
}
