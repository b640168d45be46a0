# What the tests of IPC share: names that nothing else has, programs in C, and what is left to look at.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

Import-Module $PSScriptRoot/SocketToolsTest.psm1

function New-IpcName { "/sockettools-test-$([guid]::NewGuid().ToString('n'))" }

# Compiles a program of the folder c; returns its path.
function New-CProgram([string] $Name) {
    $program = Join-Path (Get-PSDrive TestDrive).Root "$Name-c"
    if (-not (Test-Path $program)) {
        $message = cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -o $program (Join-Path $PSScriptRoot "../c/$Name.c") -pthread 2>&1
        if ($LASTEXITCODE -ne 0) { throw "cc: $message" }
    }
    $program
}

# Starts a program. The result goes with Read-ChildLine and Stop-Child.
function Start-Program([string] $Path, [object[]] $ArgumentList = @()) {
    $start = [Diagnostics.ProcessStartInfo]::new($Path)
    foreach ($value in $ArgumentList) { $start.ArgumentList.Add("$value") }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    [pscustomobject]@{ Process = $process; Id = $process.Id; Errors = $process.StandardError.ReadToEndAsync() }
}

# Whether a signal is caught by this process: a bit each in the status of proc_pid_status(5).
function Test-Caught([int] $Number) {
    $line = [IO.File]::ReadAllLines('/proc/self/status') | Where-Object { $_ -like 'SigCgt:*' }
    [bool]([Convert]::ToUInt64(($line -split '\t')[1], 16) -shr ($Number - 1) -band 1)
}

# Futex, in which a semaphore waits, by the numbers of x86-64 and arm64; or a kernel that does not tell.
function Wait-Futex($Job) {
    Wait-Until -What 'the other runspace waits for the semaphore' {
        if ($Job.Async.IsCompleted) { throw "The script ended, it does not wait: $($Job.PowerShell.Streams.Error)" }
        if ($null -eq $Job.Shared.Task) { return $false }
        # One of .NET's own locks is a futex too; that of a semaphore has another operation: FUTEX_WAIT_BITSET (9) with FUTEX_CLOCK_REALTIME or without, not private.
        $call = [IO.File]::ReadAllText("$($Job.Shared.Task)/syscall").Split(' ')
        $call[0] -in '202', '98' -and $call.Count -gt 2 -and ([Convert]::ToInt64($call[2], 16) -band 0xFF) -eq 9
    }
}

# As Measure-Stop, for what waits in a semaphore.
function Measure-SemaphoreStop([scriptblock] $Script, [object[]] $ArgumentList = @()) {
    Measure-Fastest {
        $job = Start-Background $Script $ArgumentList
        Wait-Futex $job
        Stop-Background $job
    }
}

# As Measure-Stop, for what waits for another thread of this process.
function Measure-TurnStop([scriptblock] $Script, [object[]] $ArgumentList = @()) {
    Measure-Fastest {
        $job = Start-Background $Script $ArgumentList
        Wait-Turn $job
        Stop-Background $job
    }
}

# The command line that runs the rest as a user who is nobody; nothing where this process is no root.
function Get-NobodyPrefix { if ((id -u) -eq '0') { 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'env', 'HOME=/tmp' } }

Export-ModuleMember -Function *
