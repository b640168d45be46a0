BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore) -or (python3 -c 'import sys; print(sys.version_info >= (3, 9))') -ne 'True'
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1

    # A process that connects to a listener and runs a program with the connection as c.
    function Start-Peer($Listener, [string] $Program) {
        Start-Python -ArgumentList "$($Listener.Endpoint)".Substring('unix:@'.Length) @"
import os, socket, sys
c = socket.socket(socket.AF_UNIX)
c.connect(b'\0' + sys.argv[1].encode())
$Program
"@
    }
}

Describe 'Send-SocketDescriptor' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes nothing but with -PassThru' {
        Assert-Parameter Send-SocketDescriptor 'Channel: ChannelArgument, position 0, mandatory', 'Descriptor: Object[], position 1, mandatory, pipeline',
            'Byte: Byte[]', 'PassThru: SwitchParameter', 'TimeoutSeconds: Double'
        Assert-OutputType Send-SocketDescriptor ([SocketTools.SocketChannel])
        $near, $far = New-SocketPair
        Send-SocketDescriptor $near $near | Should -BeNullOrEmpty
        [object]::ReferenceEquals((Send-SocketDescriptor $near $near -PassThru), $near) | Should -BeTrue
    }

    It 'passes a connected TCP socket to another process, which talks over it' -Skip:$noPython {
        $listener = Start-SocketListener "unix:@socket-tools-test-$([guid]::NewGuid())"
        $client, $server = New-ConnectedPair tcp
        $child = Start-Peer $listener @'
data, fds, flags, address = socket.recv_fds(c, 100, 4)
s = socket.socket(fileno=fds[0])
s.sendall(b'from ' + data + b' on ' + str(s.getpeername()[1]).encode() + b'\n')
'@
        try {
            $connection = Receive-SocketConnection $listener
            Send-SocketDescriptor $connection $server -Byte ([byte[]][char[]]'python')
            Receive-SocketText $client -Line -TimeoutSeconds 20 | Should -BeExactly "from python on $($client.LocalEndPoint.Port)" -Because { $child.Errors.Result }
            # The descriptor is still open here.
            $server.State | Should -Be Connected
            Send-SocketText $server here -Line
            Receive-SocketText $client -Line -TimeoutSeconds 5 | Should -BeExactly here
        } finally { Stop-Child $child }
    }

    It 'passes a listener, a file and a pipe in one message' -Skip:$noPython {
        $listener = Start-SocketListener "unix:@socket-tools-test-$([guid]::NewGuid())"
        $tcp = Start-SocketListener tcp://127.0.0.1:0
        $path = Join-Path $TestDrive file.txt
        $file = [IO.File]::Open($path, 'Create', 'ReadWrite')
        $pipe = [IO.Pipes.AnonymousPipeServerStream]::new('In')
        $child = Start-Peer $listener @'
data, fds, flags, address = socket.recv_fds(c, 100, 9)
os.write(fds[1], b'to the file')
os.write(fds[2], b'to the pipe')
s = socket.socket(fileno=fds[0])
s.settimeout(20) # a listener of the module is non-blocking, and the flag is shared
s.accept()[0].sendall(b'accepted ' + str(len(fds)).encode() + b'\n')
'@
        try {
            $connection = Receive-SocketConnection $listener
            Send-SocketDescriptor $connection $tcp, $file, $pipe.ClientSafePipeHandle
            $pipe.DisposeLocalCopyOfClientHandle()
            $client = Connect-Socket $tcp
            Receive-SocketText $client -Line -TimeoutSeconds 20 | Should -BeExactly 'accepted 3' -Because { $child.Errors.Result }
            [IO.StreamReader]::new($pipe).ReadToEnd() | Should -BeExactly 'to the pipe'
            $file.Dispose()
            [IO.File]::ReadAllText($path) | Should -BeExactly 'to the file'
        } finally {
            $pipe.Dispose()
            $file.Dispose()
            Stop-Child $child
        }
    }

    It 'takes numbers, channels, listeners, .NET sockets, streams and handles' {
        $near, $far = New-SocketPair
        $raw = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $listener = Start-SocketListener tcp://:0
        $file = [IO.File]::OpenRead($PSCommandPath)
        try {
            Send-SocketDescriptor $near $near.Descriptor, $near, $raw, $listener, $file, $file.SafeFileHandle
            $received = @(Receive-SocketDescriptor $far)
            $received.Kind | Should -Be Socket, Socket, Socket, Listener, File, File
            $received | ForEach-Object { $_.Dispose() }
        } finally { $raw.Dispose(); $file.Dispose() }
    }

    It 'sends a message for each from the pipeline' {
        $near, $far = New-SocketPair
        $near, $far | Send-SocketDescriptor $near
        @(Receive-SocketDescriptor $far).Count | Should -Be 1
        @(Receive-SocketDescriptor $far).Count | Should -Be 1
        Receive-SocketDescriptor $far -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'passes <Count> in one message' -ForEach @{ Count = 1 }, @{ Count = 253 } {
        $near, $far = New-SocketPair
        $before = Get-OpenDescriptor
        Send-SocketDescriptor $near (@($near) * $Count)
        $received = @(Receive-SocketDescriptor $far)
        $received.Count | Should -Be $Count
        @(Get-NewDescriptor $before).Count | Should -Be $Count
        $received | ForEach-Object { $_.Dispose() }
        Assert-DescriptorsBack $before
    }

    It 'refuses <Count> when it binds' -ForEach @{ Count = 0 }, @{ Count = 254 } {
        $near, $null = New-SocketPair
        { Send-SocketDescriptor $near (@($near) * $Count) } | Should -Throw -ErrorId 'ParameterArgumentValidationError*,SocketTools.Commands.SendSocketDescriptorCommand'
    }

    It 'sends all the bytes, also where the kernel takes only a part at once' {
        $near, $far = New-SocketPair
        $bytes = [byte[]]::new(1MB)
        [Random]::new(1).NextBytes($bytes)
        $job = Start-Background { param($near, $bytes) Send-SocketDescriptor $near $near -Byte $bytes -TimeoutSeconds 20 } $near, $bytes
        $received = Receive-SocketDescriptor $far -TimeoutSeconds 20
        $rest = Receive-SocketByte $far -Exactly ($bytes.Length - $received.Byte.Length) -TimeoutSeconds 20
        Wait-Background $job
        $job.Failure | Should -BeNullOrEmpty
        $received.Kind | Should -BeExactly Socket
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([byte[]]($received.Byte + $rest))) | Should -BeExactly ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)))
        $near.BytesSent | Should -Be $bytes.Length
    }

    It 'is EBADF for what is not open: <What>' -ForEach @(
        @{ What = 'a number'; Make = { 999999 } }
        @{ What = 'a closed channel'; Make = { $c = New-Socket; Close-Socket $c; $c } }
        @{ What = 'a stopped listener'; Make = { $l = Start-SocketListener tcp://:0; Stop-SocketListener $l; $l } }
        @{ What = 'a closed handle'; Make = { $f = [IO.File]::OpenRead($PSCommandPath); $h = $f.SafeFileHandle; $f.Dispose(); $h } }
        @{ What = 'text'; Make = { 'text' } }
    ) {
        $near, $far = New-SocketPair
        $given = & $Make
        Send-SocketDescriptor $near $given -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EBADF,SocketTools.Commands.SendSocketDescriptorCommand'
        $problem[0].TargetObject | Should -Be $given
        Receive-SocketByte $far -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty -Because 'nothing was sent'
    }

    It 'sends nothing when one of several is not open' {
        $near, $far = New-SocketPair
        Send-SocketDescriptor $near $near, 999999 -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EBADF,SocketTools.Commands.SendSocketDescriptorCommand'
        $near.BytesSent | Should -Be 0
    }

    It 'is EOPNOTSUPP over TCP, ENOTSOCK over what is no socket, EBADF over a closed channel' {
        $client, $null = New-ConnectedPair tcp
        $closed, $null = New-SocketPair
        Close-Socket $closed
        Send-SocketDescriptor $client $client -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EOPNOTSUPP,SocketTools.Commands.SendSocketDescriptorCommand'
        Send-SocketDescriptor text $client -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.SendSocketDescriptorCommand'
        $problem[0].TargetObject | Should -BeExactly text
        Send-SocketDescriptor $closed $client -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EBADF,SocketTools.Commands.SendSocketDescriptorCommand'
    }

    It 'is EPIPE when the peer is gone' {
        $near, $far = New-SocketPair
        Close-Socket $far
        Send-SocketDescriptor $near $near -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EPIPE,SocketTools.Commands.SendSocketDescriptorCommand'
    }

    It 'is EWOULDBLOCK or ETIMEDOUT when the peer takes nothing, and stops within 200 ms' {
        $near, $far = New-SocketPair
        Set-FullSendBuffer $near
        Send-SocketDescriptor $near $near -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EWOULDBLOCK,SocketTools.Commands.SendSocketDescriptorCommand'
        Send-SocketDescriptor $near $near -TimeoutSeconds 0.03 -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ETIMEDOUT,SocketTools.Commands.SendSocketDescriptorCommand'
        Measure-Stop { param($near) Send-SocketDescriptor $near $near -TimeoutSeconds -1 } $near | Should -BeLessThan 200
    }

    It 'is shown with -Verbose' {
        $near, $null = New-SocketPair
        $fd = $near.Descriptor
        Send-SocketDescriptor $near $near, 0 -Verbose 4>&1 | ForEach-Object { "$_" } | Should -BeExactly "sendmsg($fd, {msg_iov=[`"\0`"], msg_control=[{SCM_RIGHTS, [$fd, 0]}]}, MSG_DONTWAIT|MSG_NOSIGNAL) = 1"
    }
}
