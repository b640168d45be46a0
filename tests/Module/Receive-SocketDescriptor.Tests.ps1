BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore) -or (python3 -c 'import sys; print(sys.version_info >= (3, 9))') -ne 'True'
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1
}

Describe 'Receive-SocketDescriptor' -Skip:(-not $IsLinux) {
    BeforeEach { $near, $far = New-SocketPair }
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes SocketDescriptor' {
        Assert-Parameter Receive-SocketDescriptor 'Channel: ChannelArgument, position 0, mandatory, pipeline', 'Count: Int32', 'TimeoutSeconds: Double'
        Assert-OutputType Receive-SocketDescriptor ([SocketTools.SocketDescriptor])
    }

    It 'gives a channel for a connected socket, with its own number and the same peer' {
        $client, $server = New-ConnectedPair tcp
        Send-SocketDescriptor $far $server
        $received = Receive-SocketDescriptor $near
        $received | Should -BeOfType SocketTools.SocketDescriptor
        $received.Kind | Should -BeExactly Socket
        $received.Listener, $received.Stream | Should -Be $null, $null
        $received.Descriptor | Should -Not -Be $server.Descriptor
        $channel = $received.Channel
        $channel.Descriptor | Should -Be $received.Descriptor
        "$($channel.State) $($channel.Protocol) $($channel.AddressFamily) $($channel.SocketType)" | Should -BeExactly 'Connected tcp InterNetwork Stream'
        $channel.RemoteEndPoint | Should -Be $client.LocalEndPoint
        $channel.LocalEndPoint | Should -Be $server.LocalEndPoint
        Close-Socket $server
        Send-SocketText $received hello -Line
        Receive-SocketText $client -Line -TimeoutSeconds 5 | Should -BeExactly hello
        @(Get-Socket).Descriptor | Should -Contain $received.Descriptor
        Close-Socket $channel
        Receive-SocketByte $client -TimeoutSeconds 5 | Should -BeNullOrEmpty
        $client.EndOfStream | Should -BeTrue
    }

    It 'gives a listener for a listening socket, which accepts' {
        $listener = Start-SocketListener tcp://:0
        $endpoint = "$($listener.Endpoint)"
        Send-SocketDescriptor $far $listener
        $received = Receive-SocketDescriptor $near
        Stop-SocketListener $listener
        $received.Kind | Should -BeExactly Listener
        "$($received.Listener.Endpoint)" | Should -BeExactly $endpoint
        $client = Connect-Socket $endpoint
        $server = Receive-SocketConnection $received
        $server.RemoteEndPoint | Should -Be $client.LocalEndPoint
        $received.Dispose()
        Connect-Socket $endpoint -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ECONNREFUSED,SocketTools.Commands.ConnectSocketCommand'
    }

    It 'gives a stream for a file: for <Access>' -ForEach @{ Access = 'Read' }, @{ Access = 'Write' }, @{ Access = 'ReadWrite' } {
        $path = Join-Path $TestDrive "$Access.txt"
        [IO.File]::WriteAllText($path, 'content')
        $file = [IO.FileStream]::new($path, 'Open', $Access, 'ReadWrite')
        Send-SocketDescriptor $far $file
        $file.Dispose()
        $received = Receive-SocketDescriptor $near
        $received.Kind | Should -BeExactly File
        $received.Channel, $received.Listener | Should -Be $null, $null
        $received.Stream.CanRead | Should -Be ($Access -ne 'Write')
        $received.Stream.CanWrite | Should -Be ($Access -ne 'Read')
        if ($Access -eq 'Write') {
            $received.Stream.Write([byte[]][char[]]'CON', 0, 3)
            $received.Dispose()
            [IO.File]::ReadAllText($path) | Should -BeExactly CONtent
        } else {
            [IO.StreamReader]::new($received.Stream).ReadToEnd() | Should -BeExactly content
            $received.Dispose()
        }
    }

    It 'gives the bytes that the descriptor came with' {
        Send-SocketDescriptor $far $far -Byte (1, 2, 3)
        Assert-Byte (Receive-SocketDescriptor $near).Byte (1, 2, 3)
        $near.BytesReceived | Should -Be 3
        $far.BytesSent | Should -Be 3
    }

    It 'takes sockets, a file and a pipe of a process in Python, and passes one back' -Skip:$noPython {
        $name = "socket-tools-test-$([guid]::NewGuid())"
        $listener = Start-SocketListener "unix:@$name"
        $child = Start-Python -ArgumentList $name, (Join-Path $TestDrive from-python.txt) @'
import os, socket, sys
c = socket.socket(socket.AF_UNIX)
c.connect(b'\0' + sys.argv[1].encode())
tcp = socket.create_server(('127.0.0.1', 0))
file = os.open(sys.argv[2], os.O_CREAT | os.O_RDWR)
r, w = os.pipe()
socket.send_fds(c, [b'three'], [tcp.fileno(), file, w])
os.close(w)
print(os.read(r, 100).decode())
data, fds, flags, address = socket.recv_fds(c, 1, 1)
print(os.fstat(fds[0]).st_ino == os.fstat(file).st_ino)
tcp.settimeout(20)
peer = tcp.accept()[0]
peer.settimeout(20)
print(peer.recv(100).decode())
'@
        try {
            $connection = Receive-SocketConnection $listener
            $received = @(Receive-SocketDescriptor $connection -TimeoutSeconds 20)
            $received.Kind | Should -Be Listener, File, File
            [Text.Encoding]::ASCII.GetString($received[0].Byte) | Should -BeExactly three
            $received[2].Stream.Write([byte[]][char[]]'through the pipe', 0, 16)
            $received[2].Dispose()
            Read-ChildLine $child | Should -BeExactly 'through the pipe' -Because { $child.Errors.Result }
            Send-SocketDescriptor $connection $received[1].Stream
            Read-ChildLine $child | Should -BeExactly True
            Send-SocketText (Connect-Socket $received[0].Listener) 'over TCP'
            Read-ChildLine $child | Should -BeExactly 'over TCP'
        } finally {
            $received | ForEach-Object { $_.Dispose() }
            Stop-Child $child
        }
    }

    It 'waits, and is ETIMEDOUT or EWOULDBLOCK when nothing comes' {
        Receive-SocketDescriptor $near -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EWOULDBLOCK Receive-SocketDescriptor OperationTimeout $near
        Receive-SocketDescriptor $near -TimeoutSeconds 0.03 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ETIMEDOUT Receive-SocketDescriptor OperationTimeout $near
        $job = Start-Background { param($near) (Receive-SocketDescriptor $near -TimeoutSeconds 20).Kind } $near
        Wait-Blocked $job
        Send-SocketDescriptor $far $far
        Wait-Background $job | Should -BeExactly Socket
    }

    It 'is stopped within 200 ms, and EBADF when the channel is closed' {
        Measure-Stop { param($near) Receive-SocketDescriptor $near -TimeoutSeconds -1 } $near | Should -BeLessThan 200
        $job = Start-Background { param($near) Receive-SocketDescriptor $near -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable problem; $problem.FullyQualifiedErrorId } $near
        Wait-Blocked $job
        Close-Socket $near
        Wait-Background $job | Should -BeExactly 'EBADF,SocketTools.Commands.ReceiveSocketDescriptorCommand'
    }

    It 'writes nothing at the end of the stream' {
        Close-Socket $far
        Receive-SocketDescriptor $near -ErrorAction Stop | Should -BeNullOrEmpty
        $near.EndOfStream | Should -BeTrue
    }

    It 'keeps bytes that came without a descriptor, and says so with ENODATA' {
        Send-SocketText $far 'no descriptor'
        Receive-SocketDescriptor $near -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ENODATA Receive-SocketDescriptor ReadError $near
        Receive-SocketText $near | Should -BeExactly 'no descriptor'
    }

    It 'is EINVAL while bytes that came before are in the buffer' {
        Send-SocketText $far "one`ntwo`n"
        $null = Receive-SocketText $near -Line
        Send-SocketDescriptor $far $far
        Receive-SocketDescriptor $near -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL Receive-SocketDescriptor InvalidArgument $near
        $null = Receive-SocketText $near -Line
        (Receive-SocketDescriptor $near).Kind | Should -BeExactly Socket
    }

    It 'is EOPNOTSUPP over TCP, ENOTSOCK over what is no socket' {
        $client, $null = New-ConnectedPair tcp
        Receive-SocketDescriptor $client -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'EOPNOTSUPP,SocketTools.Commands.ReceiveSocketDescriptorCommand'
        Receive-SocketDescriptor text -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeExactly 'ENOTSOCK,SocketTools.Commands.ReceiveSocketDescriptorCommand'
        $problem[0].TargetObject | Should -BeExactly text
    }

    It 'closes received descriptors on exec' {
        Send-SocketDescriptor $far $far
        $received = Receive-SocketDescriptor $near
        $flags = ([IO.File]::ReadAllLines("/proc/self/fdinfo/$($received.Descriptor)") -match '^flags:')[0] -replace 'flags:\s*'
        [Convert]::ToInt32($flags, 8) -band 0x80000 | Should -Be 0x80000
    }

    Context 'descriptors that nobody takes' {
        BeforeEach {
            $null = Receive-SocketDescriptor $near -TimeoutSeconds 0 -ErrorAction Ignore
            $before = Get-OpenDescriptor
            Send-SocketDescriptor $far $far, $far, $far
        }

        It 'are closed beyond -Count' {
            $received = @(Receive-SocketDescriptor $near -Count 1)
            $received.Count | Should -Be 1
            @(Get-NewDescriptor $before).Count | Should -Be 1
            $received[0].Dispose()
            Assert-DescriptorsBack $before
        }

        It 'are closed when the pipeline takes no more' {
            $received = Receive-SocketDescriptor $near | Select-Object -First 1
            $received.Kind | Should -BeExactly Socket
            @(Get-NewDescriptor $before).Count | Should -Be 1
            $received.Dispose()
        }

        It 'are closed by Receive-SocketByte, which gives the bytes' {
            Assert-Byte (Receive-SocketByte $near) 0
            Assert-DescriptorsBack $before
        }

        It 'are closed by Receive-SocketText -Line' {
            Send-SocketText $far "line`n"
            Receive-SocketText $near -Line | Should -BeExactly "`0line"
            Assert-DescriptorsBack $before
        }

        It 'are closed with the channel that has them in flight' {
            # The one in flight is the last that holds the pipe open for writing.
            $pipe = [IO.Pipes.AnonymousPipeServerStream]::new('In')
            try {
                Send-SocketDescriptor $far $pipe.ClientSafePipeHandle
                $pipe.DisposeLocalCopyOfClientHandle()
                $read = $pipe.ReadAsync([byte[]]::new(1), 0, 1)
                $read.IsCompleted | Should -BeFalse
                Close-Socket $near, $far
                $read.Wait(20000) | Should -BeTrue
                $read.Result | Should -Be 0
            } finally { $pipe.Dispose() }
        }
    }

    It 'is shown with -Verbose' {
        Send-SocketDescriptor $far $far
        $all = @(Receive-SocketDescriptor $near -Verbose 4>&1)
        "$($all[0])" | Should -BeExactly "recvmsg($($near.Descriptor), {msg_iov=[`"\0`"], msg_control=[{SCM_RIGHTS, [$($all[-1].Descriptor)]}]}, MSG_DONTWAIT|MSG_CMSG_CLOEXEC) = 1"
    }
}
