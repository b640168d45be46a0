# What has a name goes with the process that made it, however that ends, unless it is killed.
BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # Children of a suite that was started in the background may ignore signals.
    $default = @(if ($IsLinux -and $(env --default-signal=HUP true 2>$null; $LASTEXITCODE -eq 0)) { 'env'; '--default-signal=HUP,TERM' })
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Ipc.psm1

    # A process that made one of each, and says so.
    function Start-Maker([string[]] $Prefix = @()) {
        $name, $path, $key = (New-IpcName), (New-SocketPath), (Get-Random -Minimum 1 -Maximum ([int]::MaxValue))
        $child = Start-ChildPowerShell -Prefix $Prefix "
            `$made = (New-IpcFifo '$path'), (New-IpcMessageQueue $name -MaximumMessages 1 -MessageSize 1), (New-IpcMessageQueue -SystemV -Key $key), (New-IpcSharedMemory $name 10), (New-IpcSharedMemory $name.ring 10 -Ring), (New-IpcSemaphore $name)
            [Console]::Out.WriteLine(`$made.Count)
            `$null = [Console]::In.ReadLine()"
        Read-ChildLine $child | Should -BeExactly '6' -Because 'it made them'
        [pscustomobject]@{ Child = $child; Name = $name; Path = $path; Key = $key }
    }

    # Which of them are there.
    function Get-Left($Maker) {
        @(
            if (Test-Path $Maker.Path) { 'fifo' }
            if (Get-IpcResource -Kind MessageQueue -Name $Maker.Name -ErrorAction Ignore) { 'queue' }
            if ((ipcs -q) -match ('^0x{0:x8}\s' -f $Maker.Key)) { 'systemv' }
            if (Test-Path "/dev/shm$($Maker.Name)") { 'memory' }
            if (Test-Path "/dev/shm$($Maker.Name).ring") { 'ring' }
            if (Test-Path "/dev/shm/sem.$($Maker.Name.Substring(1))") { 'semaphore' }
        ) -join ' '
    }
}

Describe 'What has a name' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'goes when the process ends' {
        $maker = Start-Maker
        Get-Left $maker | Should -BeExactly 'fifo queue systemv memory ring semaphore'
        Stop-Child $maker.Child
        Get-Left $maker | Should -BeExactly ''
    }

    It 'goes when the process is ended by SIG<Signal>' -ForEach @{ Signal = 'TERM'; Default = $default }, @{ Signal = 'HUP'; Default = $default } {
        $maker = Start-Maker $Default
        kill -s $Signal $maker.Child.Id
        $maker.Child.Process.WaitForExit(20000) | Should -BeTrue
        Stop-Child $maker.Child
        Get-Left $maker | Should -BeExactly ''
    }

    It 'stays when the process is killed, and Remove-IpcResource removes it' {
        $maker = Start-Maker
        Stop-Child $maker.Child -Kill
        Get-Left $maker | Should -BeExactly 'fifo queue systemv memory ring semaphore'
        Get-IpcResource | Where-Object { $_.Name -like "$($maker.Name)*" -or $_.Name -like ('*{0:x8}' -f $maker.Key) } | Remove-IpcResource -Confirm:$false
        Get-Left $maker | Should -BeExactly 'fifo'
        Remove-Item $maker.Path
    }
}
