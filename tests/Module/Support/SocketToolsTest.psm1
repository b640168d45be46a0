# What the module tests share: sockets to test on, a second runspace, a second process, and the one way to look at an error.
# Import it after the module under test. Nothing here sleeps for a fixed time: everything waits for a state, up to a limit.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# It waits for ever otherwise, and a test that fails shall end. The default itself is tested where the cmdlet is.
$global:PSDefaultParameterValues['Receive-SocketConnection:TimeoutSeconds'] = 20

$idleRunspaces = [Collections.Generic.Stack[runspace]]::new()
$names = 0

#region Sockets

# A path for a Unix socket that nothing else uses, in the folder that Pester removes.
function New-SocketPath {
    $script:names++
    Join-Path (Get-PSDrive TestDrive).Root "s$script:names"
}

# An endpoint to listen at.
function New-ListenEndpoint([ValidateSet('tcp', 'tcp6', 'unix', 'abstract')] [string] $Family) {
    switch ($Family) {
        'tcp' { 'tcp://127.0.0.1:0' }
        'tcp6' { 'tcp6://[::1]:0' }
        'unix' { "unix:$(New-SocketPath)" }
        'abstract' { "unix:@socket-tools-test-$([guid]::NewGuid())" }
    }
}

# Two channels, connected to each other: the client's end and the server's.
function New-ConnectedPair([ValidateSet('tcp', 'tcp6', 'unix', 'abstract')] [string] $Family = 'tcp') {
    $listener = Start-SocketListener (New-ListenEndpoint $Family)
    try {
        $client = Connect-Socket $listener -TimeoutSeconds 10
        $server = Receive-SocketConnection $listener -TimeoutSeconds 10
    } finally { Stop-SocketListener $listener }
    return $client, $server
}

# A listener whose backlog is full, so that the next connect waits.
function New-FullListener([ValidateSet('tcp', 'unix')] [string] $Family = 'tcp') {
    $listener = Start-SocketListener (New-ListenEndpoint $Family) -Backlog 0
    $null = Connect-Socket $listener -TimeoutSeconds 10
    # The client of TCP is connected a moment before the listener has it in its queue.
    Wait-Until { $listener.Channel.Socket.Poll(0, 'SelectRead') }
    $listener
}

# Takes every connection that waits at a listener.
function Clear-Backlog($Listener) {
    while ($connection = Receive-SocketConnection $Listener -TimeoutSeconds 0 -ErrorAction Ignore) { $connection.Dispose() }
}

# An endpoint that refuses: its address is taken by a socket that does not listen, so no other process can get it.
function New-RefusingEndpoint([ValidateSet('tcp', 'unix')] [string] $Family = 'tcp') {
    $socket = $Family -eq 'tcp' ? (New-Socket) : (New-Socket AF_UNIX)
    Set-SocketAddress $socket (New-ListenEndpoint $Family)
    "$($socket.Endpoint)"
}

# Sends until the peer's buffer and this side's are full, so that the next send waits.
function Set-FullSendBuffer($Channel) {
    $block = [byte[]]::new(256KB)
    do {
        Send-SocketByte $Channel $block -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable full
    } until ($full)
}

# A server that knows nothing of the module: it sends back what comes, to one client.
function Start-EchoServer([ValidateSet('tcp', 'unix')] [string] $Family = 'tcp') {
    if ($Family -eq 'tcp') {
        $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $socket.Bind([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
        $endpoint = "tcp://$($socket.LocalEndPoint)"
    } else {
        $path = New-SocketPath
        $socket = [Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        $socket.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new($path))
        $endpoint = "unix:$path"
    }
    $socket.Listen(5)
    $job = Start-Background -ArgumentList $socket {
        param($socket)
        $client = $socket.Accept()
        $block = [byte[]]::new(64KB)
        while ($count = $client.Receive($block)) { $null = $client.Send($block, $count, 'None') }
        $client.Dispose()
        $socket.Dispose()
    }
    [pscustomobject]@{ Endpoint = $endpoint; Socket = $socket; Job = $job }
}

# Everything that the process has open. Tests close behind themselves with it.
function Close-EverySocket {
    foreach ($open in @([SocketTools.OpenSockets]::Channels) + @([SocketTools.OpenSockets]::Listeners) + @([SocketTools.OpenIpc]::All)) { $open.Dispose() }
}

# What the process has open, as "number target", to be compared with later: sockets, pipes, eventfds and the like, on Linux. Files are left out:
# .NET opens an assembly when it first needs it.
function Get-OpenDescriptor {
    if (-not $IsLinux) { return }
    foreach ($entry in [IO.Directory]::GetFileSystemEntries('/proc/self/fd')) {
        # The descriptor that reads this list is gone by now, and has no target.
        $target = [IO.FileInfo]::new($entry).LinkTarget
        if ($target -and $target[0] -ne '/') { "$([IO.Path]::GetFileName($entry)) $target" }
    }
}

# Those that are open and were not then.
function Get-NewDescriptor([string[]] $Before) { Get-OpenDescriptor | Where-Object { $_ -notin $Before } }

# Holds that no more is open than then. What earlier tests left to the finaliser goes at any time, so the number may fall meanwhile; and .NET may replace
# one of its own by another. A leak makes both the number grow and something be there that was not.
function Assert-DescriptorsBack([string[]] $Before) {
    try { Wait-Until { @(Get-OpenDescriptor).Count -le $Before.Count -or -not (Get-NewDescriptor $Before) } }
    catch { throw "$($Before.Count) descriptors before, $(@(Get-OpenDescriptor).Count) after; new are $((Get-NewDescriptor $Before) -join ', ')" }
}

#endregion

#region Waiting

function Wait-Until([scriptblock] $Condition, [string] $What = "$Condition", [double] $Seconds = 20) {
    $test = [Func[bool]] { [bool](& $Condition) }
    if (-not [Threading.SpinWait]::SpinUntil($test, [int]($Seconds * 1000))) { throw "Not so within $Seconds s: $What" }
}

# The fastest of a few attempts. What is measured is the product; a busy machine may hold up one attempt, not each of them.
function Measure-Fastest([scriptblock] $Attempt, [int] $Milliseconds = 200, [int] $Attempts = 5) {
    $fastest = [double]::MaxValue
    for ($i = 0; $i -lt $Attempts -and $fastest -ge $Milliseconds; $i++) {
        $took = & $Attempt
        $fastest = [Math]::Min($fastest, $took)
        if ($took -gt 5000) { break } # No busy machine; it waited for its time to be over.
    }
    $fastest
}

# Poll, ppoll, epoll_wait or epoll_pwait, and connect, by the numbers that x86-64 and arm64 have for them.
$waitingCalls = @{ X64 = '7', '271', '232', '281', '42'; Arm64 = '73', '22', '203' }

# Whether a thread sits in one of the calls in which the module waits.
function Test-Blocked([string] $Task) {
    $architecture = "$([Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture)"
    try { return [IO.File]::ReadAllText("$Task/syscall").Split(' ')[0] -in $waitingCalls[$architecture] }
    catch [IO.IOException], [UnauthorizedAccessException] { }
    # A kernel that does not tell the call tells at least that the thread sleeps.
    [IO.File]::ReadAllText("$Task/stat") -match '\) S '
}

#endregion

#region A second runspace

function Get-IdleRunspace {
    $runspace = $null
    if ($idleRunspaces.TryPop([ref] $runspace)) { return $runspace }
    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule($env:SOCKETTOOLS_MODULE)
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $runspace
}

# Runs a script in a runspace of its own, with the module loaded.
function Start-Background([scriptblock] $Script, [object[]] $ArgumentList = @()) {
    $shared = [hashtable]::Synchronized(@{ Task = $null; Thread = $null })
    $powerShell = [powershell]::Create()
    $powerShell.Runspace = Get-IdleRunspace
    $null = $powerShell.AddScript({
            param($shared, $text, $argumentList)
            $shared.Thread = [Threading.Thread]::CurrentThread
            if ($IsLinux) { $shared.Task = [IO.File]::ResolveLinkTarget('/proc/thread-self', $false).FullName }
            & ([scriptblock]::Create($text)) @argumentList
        }).AddArgument($shared).AddArgument("$Script").AddArgument($ArgumentList)
    $output = [Management.Automation.PSDataCollection[psobject]]::new()
    $async = $powerShell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
    [pscustomobject]@{ PowerShell = $powerShell; Async = $async; Output = $output; Shared = $shared }
}

# Returns when the script sits in a system call that waits.
function Wait-Blocked($Job) {
    if (-not $IsLinux) { Wait-Until { "$($Job.PowerShell.InvocationStateInfo.State)" -eq 'Running' }; return }
    Wait-Until -What 'the other runspace waits' {
        if ($Job.Async.IsCompleted) { throw "The script ended, it does not wait: $($Job.PowerShell.Streams.Error)" }
        $null -ne $Job.Shared.Task -and (Test-Blocked $Job.Shared.Task)
    }
}

# Returns when the script waits for another thread of this process.
function Wait-Turn($Job) {
    Wait-Until -What 'the other runspace waits for its turn' {
        $Job.Shared.Thread -and $Job.Shared.Thread.ThreadState.HasFlag([Threading.ThreadState]::WaitSleepJoin)
    }
}

# Stops the script from here; returns how many milliseconds that took.
function Stop-Background($Job) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $stopping = $Job.PowerShell.BeginStop($null, $null)
    if (-not $stopping.AsyncWaitHandle.WaitOne(20000)) { throw 'The script did not stop within 20 s.' }
    $clock.Stop()
    if ("$($Job.PowerShell.InvocationStateInfo.State)" -ne 'Stopped') { throw "The script was not stopped, it is $($Job.PowerShell.InvocationStateInfo.State)." }
    if ($Job.PowerShell.Streams.Error.Count) { throw "The stopped script wrote an error: $($Job.PowerShell.Streams.Error)" }
    $idleRunspaces.Push($Job.PowerShell.Runspace)
    $Job.PowerShell.Dispose()
    $clock.Elapsed.TotalMilliseconds
}

# Waits for the end of the script; returns what it wrote, and its errors in a variable of the caller.
function Wait-Background($Job, [double] $Seconds = 20) {
    if (-not $Job.Async.AsyncWaitHandle.WaitOne([int]($Seconds * 1000))) { throw "The script did not end within $Seconds s." }
    try { $null = $Job.PowerShell.EndInvoke($Job.Async) }
    finally {
        $Job | Add-Member -NotePropertyName Failure -NotePropertyValue @($Job.PowerShell.Streams.Error) -Force
        $idleRunspaces.Push($Job.PowerShell.Runspace)
        $Job.PowerShell.Dispose()
    }
    $Job.Output
}

# Starts a script that waits, stops it from outside, and returns the milliseconds of the fastest of a few attempts.
function Measure-Stop([scriptblock] $Script, [object[]] $ArgumentList = @()) {
    Measure-Fastest {
        $job = Start-Background $Script $ArgumentList
        Wait-Blocked $job
        Stop-Background $job
    }
}

#endregion

#region A second process

# The PowerShell that runs this, as a command line. Started by the dotnet tool, the process is dotnet itself.
function Get-OwnPowerShell {
    $own = [Environment]::ProcessPath
    $name = $IsWindows ? 'pwsh.exe' : 'pwsh'
    if ((Split-Path $own -Leaf) -eq $name) { return , $own }
    $beside = Join-Path $PSHOME $name
    if (Test-Path $beside) { return , $beside }
    return $own, (Join-Path $PSHOME 'pwsh.dll')
}

# Starts PowerShell with the module loaded. Prefix is a command to start it with, such as unshare --net.
function Start-ChildPowerShell([string] $Script, [string[]] $Prefix = @()) {
    $text = "`$ErrorActionPreference = 'Stop'; Import-Module '$env:SOCKETTOOLS_MODULE'; $Script"
    $line = @($Prefix) + @(Get-OwnPowerShell) + '-NoProfile', '-NonInteractive', '-EncodedCommand', [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
    $start = [Diagnostics.ProcessStartInfo]::new($line[0])
    $line | Select-Object -Skip 1 | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    $errors = $process.StandardError.ReadToEndAsync()
    [pscustomobject]@{ Process = $process; Id = $process.Id; Errors = $errors }
}

# The next line that the child writes; null at the end of its output.
function Read-ChildLine($Child, [double] $Seconds = 30) {
    $line = $Child.Process.StandardOutput.ReadLineAsync()
    if (-not $line.Wait([int]($Seconds * 1000))) { throw "The child wrote no line within $Seconds s." }
    $line.Result
}

# Ends the child, by closing its input and waiting, or by force.
function Stop-Child($Child, [switch] $Kill) {
    $process = $Child.Process
    if ($Kill) { $process.Kill() }
    $process.StandardInput.Close()
    if (-not $process.WaitForExit(30000)) {
        $process.Kill()
        throw 'The child did not end.'
    }
    # A Process does not dispose the streams that were used; their descriptors would go at some later time.
    $null = $Child.Errors.Wait(10000)
    $process.StandardOutput.Dispose()
    $process.StandardError.Dispose()
    $process.Dispose()
}

#endregion

#region What is asserted

# One record, by id, category and target. The target is compared by value for text, by identity for objects.
function Assert-SocketError {
    param($Record, [string] $Errno, [string] $Command, [string] $Category, $Target)
    $all = @($Record)
    $all.Count | Should -Be 1 -Because "there is one error, not: $($all -join '; ')"
    $all[0].FullyQualifiedErrorId | Should -BeExactly "$Errno,SocketTools.Commands.$($Command.Replace('-', ''))Command"
    "$($all[0].CategoryInfo.Category)" | Should -BeExactly $Category
    if ($Target -is [string]) { $all[0].TargetObject | Should -BeExactly $Target }
    else { [object]::ReferenceEquals($all[0].TargetObject, $Target) | Should -BeTrue -Because "the target is what was given, not $($all[0].TargetObject)" }
    $all[0].Exception | Should -BeOfType SocketTools.SocketCallException
    $all[0].Exception.Message | Should -BeLike "*($Errno)*"
}

# One array of bytes, not its elements one by one.
function Assert-Byte($Actual, [byte[]] $Expected) {
    Should -ActualValue $Actual -BeOfType byte[]
    $Actual -join ' ' | Should -BeExactly ($Expected -join ' ')
}

# The parameters of a cmdlet without the common ones, one line for each way in which one is declared.
function Get-ParameterLine([string] $Command) {
    $lines = foreach ($parameter in (Get-Command $Command).ParameterSets.Parameters) {
        if ($parameter.Name -in [Management.Automation.Cmdlet]::CommonParameters) { continue }
        $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
        @(
            "$($parameter.Name): $($type.Name)"
            if ($parameter.Position -ge 0) { "position $($parameter.Position)" }
            if ($parameter.IsMandatory) { 'mandatory' }
            if ($parameter.ValueFromPipeline) { 'pipeline' }
            if ($parameter.ValueFromPipelineByPropertyName) { 'by property name' }
        ) -join ', '
    }
    $lines | Select-Object -Unique
}

# Names what is missing or different. Parameters that a cmdlet has beside these are no fault.
function Assert-Parameter([string] $Command, [string[]] $Expected) {
    $actual = @(Get-ParameterLine $Command)
    $Expected | Where-Object { $_ -notin $actual } | Should -BeNullOrEmpty -Because "these are missing among: $($actual -join '; ')"
}

function Assert-OutputType([string] $Command, [type[]] $Type) {
    ((Get-Command $Command).OutputType.Name | Sort-Object) -join ' ' | Should -Be (($Type.FullName | Sort-Object) -join ' ')
}

#endregion

Export-ModuleMember -Function *
