BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # A service manager: it listens, makes that descriptor 3 and becomes the program behind its own arguments, which keeps its process id.
    $manager = @'
import os, socket, sys
kind, pid = sys.argv[1], sys.argv[2]
def tcp():
    s = socket.create_server(("127.0.0.1", 0))
    os.environ.setdefault("TEST_PORTS", "")
    os.environ["TEST_PORTS"] += str(s.getsockname()[1]) + " "
    return s.detach()
def file():
    return os.open(sys.executable, os.O_RDONLY)
made = [{"t": tcp, "f": file}[k]() for k in kind]
high = [os.dup(os.dup(os.dup(os.dup(fd)))) for fd in made]
for i, fd in enumerate(high):
    os.dup2(fd, 3 + i, inheritable=True)
os.environ["LISTEN_FDS"] = str(len(kind))
if pid == "own":
    os.environ["LISTEN_PID"] = str(os.getpid())
elif pid != "none":
    os.environ["LISTEN_PID"] = pid
os.execvp(sys.argv[3], sys.argv[3:])
'@

    # A child PowerShell that was passed descriptors: a letter for each, t for a TCP listener, f for a file.
    function Start-PassedTo([string] $Kind, [string] $ListenPid, [string] $Script) {
        Start-ChildPowerShell -Prefix 'python3', '-c', $manager, $Kind, $ListenPid "
            trap { [Console]::Out.WriteLine(`$_.FullyQualifiedErrorId); [Environment]::Exit(1) }
            `$ports = @(`"`$env:TEST_PORTS`".Trim() -split ' ')
            $Script"
    }
}

Describe 'Start-SocketListener on descriptors that were inherited' -Skip:$noPython {
    AfterEach { Close-EverySocket }

    It '-Inherited serves LISTEN_FDS=2 from 3 on, with LISTEN_PID its own process; -Descriptor serves one of them' {
        $child = Start-PassedTo tt own @'
            $listeners = @(Start-SocketListener -Inherited)
            [Console]::Out.WriteLine("$($listeners.Descriptor) $($listeners[0].LocalEndPoint.Port -eq $ports[0]) $($listeners[1].LocalEndPoint.Port -eq $ports[1]) $($listeners[0].State) $($ports[0])")
            $client = Receive-SocketConnection $listeners[0] -TimeoutSeconds 20
            Send-SocketText $client "served by $PID" -Line
            $null = [Console]::In.ReadLine()
'@
        try {
            $words = (Read-ChildLine $child) -split ' '
            $words[0..4] -join ' ' | Should -BeExactly '3 4 True True Listening' -Because { $child.Errors.Result }
            $client = Connect-Socket "tcp://127.0.0.1:$($words[5])"
            # The process that became PowerShell kept its id.
            Receive-SocketText $client -Line -TimeoutSeconds 20 | Should -BeExactly "served by $($child.Id)"
        } finally { Stop-Child $child }
    }

    It '-Inherited serves without LISTEN_PID, with a handler; the socket stays open behind it: -Descriptor' {
        $child = Start-PassedTo t none @'
            $listener = Start-SocketListener -Inherited -Service Increment
            [Console]::Out.WriteLine($ports[0])
            $null = [Console]::In.ReadLine()
            try { Start-SocketListener -Descriptor 0 -ErrorAction Stop } catch { [Console]::Out.WriteLine($_.FullyQualifiedErrorId) }
            Stop-SocketListener $listener
            try { Start-SocketListener -Descriptor 3 -ErrorAction Stop } catch { [Console]::Out.WriteLine($_.FullyQualifiedErrorId) }
'@
        try {
            $client = Connect-Socket "tcp://127.0.0.1:$(Read-ChildLine $child)"
            Send-SocketByte $client 65
            Assert-Byte (Receive-SocketByte $client -TimeoutSeconds 20) 66
            $child.Process.StandardInput.WriteLine()
            Read-ChildLine $child | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.StartSocketListenerCommand'
            Read-ChildLine $child | Should -BeExactly 'EBADF,SocketTools.Commands.StartSocketListenerCommand'
        } finally { Stop-Child $child }
    }

    It 'is ENOTSOCK when a file was passed, and EINVAL when they were passed to another process' {
        $child = Start-PassedTo f own @'
            try { Start-SocketListener -Inherited -ErrorAction Stop } catch { [Console]::Out.WriteLine("$($_.FullyQualifiedErrorId) $($_.TargetObject)") }
            $env:LISTEN_PID = '1'
            try { Start-SocketListener -Inherited -ErrorAction Stop } catch { [Console]::Out.WriteLine("$($_.FullyQualifiedErrorId) $($_.TargetObject)") }
            [Console]::Out.WriteLine([IO.File]::Exists('/proc/self/fd/3'))
'@
        try {
            Read-ChildLine $child | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.StartSocketListenerCommand 3' -Because { $child.Errors.Result }
            Read-ChildLine $child | Should -BeExactly 'EINVAL,SocketTools.Commands.StartSocketListenerCommand LISTEN_FDS'
            Read-ChildLine $child | Should -BeExactly True -Because 'what is no socket stays open'
        } finally { Stop-Child $child }
    }
}

Describe 'Start-SocketListener -Inherited in a process that was passed nothing' {
    BeforeEach { $before = $env:LISTEN_FDS, $env:LISTEN_PID; $env:LISTEN_FDS = $env:LISTEN_PID = $null }
    AfterEach { $env:LISTEN_FDS, $env:LISTEN_PID = $before; Close-EverySocket }

    It 'is EINVAL with LISTEN_FDS=<Value>' -ForEach @{ Value = '' }, @{ Value = '0' }, @{ Value = '-1' }, @{ Value = 'two' } {
        $env:LISTEN_FDS = $Value
        Start-SocketListener -Inherited -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL Start-SocketListener InvalidArgument LISTEN_FDS
    }
}

Describe 'Start-SocketListener -Descriptor' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'is EBADF for a number that is not open, with the number as target' {
        Start-SocketListener -Descriptor 999999 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EBADF,SocketTools.Commands.StartSocketListenerCommand'
        $problem[0].TargetObject | Should -Be 999999
    }

    It 'is ENOTSOCK for a file, which stays open' {
        $file = [IO.File]::OpenRead($PSCommandPath)
        try {
            Start-SocketListener -Descriptor ([int]$file.SafeFileHandle.DangerousGetHandle()) -ErrorAction SilentlyContinue -ErrorVariable problem
            $problem.FullyQualifiedErrorId | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.StartSocketListenerCommand'
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            $file.ReadByte() | Should -BeGreaterThan 0
        } finally { $file.Dispose() }
    }

    It 'is EINVAL for a connected socket, which stays open and connected' {
        $client, $server = New-ConnectedPair tcp
        Start-SocketListener -Descriptor $server.Descriptor -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.StartSocketListenerCommand'
        [GC]::Collect()
        [GC]::WaitForPendingFinalizers()
        Send-SocketText $server still -Line
        Receive-SocketText $client -Line -TimeoutSeconds 5 | Should -BeExactly still
    }

    It 'refuses a negative number when it binds' {
        { Start-SocketListener -Descriptor -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.StartSocketListenerCommand'
    }

    It 'makes a bound socket listen' {
        # The duplicate belongs to the listener; the socket that it was made of is closed.
        $near, $far = New-SocketPair
        $bound = New-Socket
        Set-SocketAddress $bound tcp://127.0.0.1:0
        Send-SocketDescriptor $near $bound
        $duplicate = (Receive-SocketDescriptor $far).Descriptor
        Close-Socket $bound
        $listener = Start-SocketListener -Descriptor $duplicate -Backlog 3
        "$($listener.Endpoint)" | Should -BeExactly "$($bound.Endpoint)"
        $listener.Descriptor | Should -Be $duplicate
        (Connect-Socket $listener).State | Should -Be Connected
        (Receive-SocketConnection $listener).State | Should -Be Connected
        Stop-SocketListener $listener
        [IO.File]::Exists("/proc/self/fd/$duplicate") | Should -BeFalse
    }
}
