BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # As root everything can be read; in a user namespace of its own root is nobody.
    $unprivileged = @(if ($IsLinux) {
            if ((id -u) -ne 0) { 'env' } elseif ($(unshare --user true 2>$null; $LASTEXITCODE -eq 0)) { 'unshare'; '--user' }
        })
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Files.psm1
}

Describe 'Send-SocketFile' {
    BeforeEach {
        $folder = New-Folder
        Push-Location $folder
    }
    AfterEach {
        Pop-Location
        Close-EverySocket
    }

    It 'has the parameters of the design' {
        Assert-Parameter Send-SocketFile @(
            'Channel: ChannelArgument, position 0, mandatory, by property name'
            'Endpoint: EndpointArgument, mandatory'
            'PassThru: SwitchParameter'
            'Path: String, position 1, mandatory, pipeline, by property name'
            'Offset: Int64'
            'Count: Int64'
            'Sha256: SwitchParameter'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Send-SocketFile ([SocketTools.SocketFileTransfer]), ([SocketTools.SocketChannel])
    }

    It 'sends <What> over <Family>' -ForEach @(
        foreach ($family in 'tcp', 'unix') {
            @{ Family = $family; What = 'everything'; Arguments = @{}; First = 0; Length = 1000 }
            @{ Family = $family; What = 'a part'; Arguments = @{ Offset = 10; Count = 20 }; First = 10; Length = 20 }
            @{ Family = $family; What = 'the end'; Arguments = @{ Offset = 999 }; First = 999; Length = 1 }
            @{ Family = $family; What = 'nothing behind the end'; Arguments = @{ Offset = 1000 }; First = 0; Length = 0 }
            @{ Family = $family; What = 'no byte'; Arguments = @{ Count = 0 }; First = 0; Length = 0 }
            @{ Family = $family; What = 'everything, hashed'; Arguments = @{ Sha256 = $true }; First = 0; Length = 1000 }
        }
    ) {
        $path = New-RandomFile "$folder/a" 1000
        $client, $server = New-ConnectedPair $Family
        $written = Send-SocketFile $client a @Arguments
        Close-Socket $client
        $bytes = Receive-SocketByte $server -All -Raw -TimeoutSeconds 10
        $expected = $Length ? [IO.File]::ReadAllBytes($path)[$First..($First + $Length - 1)] : @()
        "$bytes" | Should -BeExactly "$expected"
        if ($Arguments.ContainsKey('Sha256')) {
            $written | Should -BeOfType SocketTools.SocketFileTransfer
            $written.Path, $written.Length, $written.Sha256 | Should -Be $path, 1000, (Get-Sha256 $path)
        } else { $written | Should -BeNullOrEmpty }
        $client.BytesSent | Should -Be $Length
    }

    It 'sends more than any buffer holds, <What>' -ForEach @{ What = 'by sendfile'; Arguments = @{} }, @{ What = 'hashed'; Arguments = @{ Sha256 = $true } } {
        $path = New-RandomFile "$folder/a" 24MB
        $client, $server = New-ConnectedPair
        $job = Start-Background -ArgumentList $client, $path, $Arguments { param($channel, $path, $arguments) Send-SocketFile $channel $path @arguments }
        $bytes = Receive-SocketByte $server -Exactly 24MB -TimeoutSeconds 20
        $null = Wait-Background $job
        $job.Failure | Should -BeNullOrEmpty
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)) | Should -Be (Get-Sha256 $path)
    }

    It 'uses sendfile, and none when there is nothing to send' -Skip:(-not $IsLinux) {
        $null = New-RandomFile "$folder/a" 300
        $null = New-RandomFile "$folder/empty" 0
        $client, $server = New-ConnectedPair
        $calls = @(Send-SocketFile $client a -Offset 100 -Verbose 4>&1 | ForEach-Object Message)
        $calls.Count | Should -Be 2
        $calls[0] | Should -MatchExactly "^open\(`"$folder/a`", O_RDONLY\|O_NONBLOCK\|O_CLOEXEC\) = (\d+)$"
        $file = [regex]::Match($calls[0], '\d+$').Value
        $calls[1] | Should -BeExactly "sendfile($($client.Descriptor), $file, [100], 200) = 200"
        @(Send-SocketFile $client empty -Verbose 4>&1).Count | Should -Be 1
    }

    It 'leaves the mode of the socket as it was: non-blocking <_>' -Skip:(-not $IsLinux) -ForEach $false, $true {
        $null = New-RandomFile "$folder/a" 10
        $client, $server = New-ConnectedPair
        $client.NonBlocking = $_
        Send-SocketFile $client a
        $flags = [regex]::Match([IO.File]::ReadAllText("/proc/self/fdinfo/$($client.Descriptor)"), 'flags:\s+(\d+)').Groups[1].Value
        [bool]([Convert]::ToInt32($flags, 8) -band 2048) | Should -Be $_
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a relative path, by name'; Send = { Send-SocketFile -Channel $client -Path a } }
        @{ What = 'a path of a drive'; Send = { Send-SocketFile $client "TestDrive:/$(Split-Path -Leaf $folder)/a" } }
        @{ What = 'a path with its provider'; Send = { Send-SocketFile $client "FileSystem::$folder/a" } }
        @{ What = '-LiteralPath'; Send = { Send-SocketFile $client -LiteralPath "$folder/a" } }
        @{ What = 'text from the pipeline'; Send = { 'a' | Send-SocketFile $client } }
        @{ What = 'a file from the pipeline'; Send = { Get-ChildItem a | Send-SocketFile $client } }
        @{ What = 'a file'; Send = { Send-SocketFile $client (Get-Item a) } }
        @{ What = 'a raw Socket'; Send = { Send-SocketFile $client.Socket a } }
        @{ What = 'objects with a channel and a path'; Send = { [pscustomobject]@{ Channel = $client; Path = "$folder/a" } | Send-SocketFile } }
    ) {
        $null = New-RandomFile "$folder/a" 10
        $client, $server = New-ConnectedPair
        & $Send
        Assert-Byte (Receive-SocketByte $server -Exactly 10 -TimeoutSeconds 10) ([IO.File]::ReadAllBytes("$folder/a"))
    }

    It 'takes a name with brackets as it is' {
        $null = New-RandomFile "$folder/[a]" 5
        $client, $server = New-ConnectedPair
        Send-SocketFile $client '[a]'
        Get-ChildItem -LiteralPath $folder | Send-SocketFile $client
        (Receive-SocketByte $server -Exactly 10 -TimeoutSeconds 10).Count | Should -Be 10
    }

    It 'sends a file of /proc, which has no length' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        Send-SocketFile $client /proc/self/stat
        Close-Socket $client
        Receive-SocketText $server -All -Raw -TimeoutSeconds 10 | Should -Match "^$PID "
    }

    It 'opens one connection with -Endpoint for all files, and closes it' {
        1..3 | ForEach-Object { [IO.File]::WriteAllText("$folder/$_", "$_") }
        $listener = Start-SocketListener (New-ListenEndpoint tcp)
        Get-ChildItem | Sort-Object Name | Send-SocketFile -Endpoint $listener | Should -BeNullOrEmpty
        Get-Socket | Should -BeNullOrEmpty
        Receive-SocketText (Receive-SocketConnection $listener) -All -Raw -TimeoutSeconds 10 | Should -BeExactly 123
        Receive-SocketConnection $listener -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'writes the channel once with -PassThru' {
        $null = New-RandomFile "$folder/a" 5
        $client, $server = New-ConnectedPair
        $written = @('a', 'a' | Send-SocketFile $client -PassThru)
        $written.Count | Should -Be 1
        [object]::ReferenceEquals($written[0], $client) | Should -BeTrue
    }

    It 'sends the file as long as it was at the beginning' {
        $path = New-RandomFile "$folder/a" 16MB
        $client, $server = New-ConnectedPair unix
        $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path -TimeoutSeconds 20; Close-Socket $channel }
        Wait-Blocked $job
        [IO.File]::AppendAllText($path, 'more')
        (Receive-SocketByte $server -All -Raw -TimeoutSeconds 20).Length | Should -Be 16MB
        $null = Wait-Background $job
        $job.Failure | Should -BeNullOrEmpty
    }

    Context 'progress' {
        It 'tells percent, rate and time left, a few times a second, and takes the bar away' {
            $path = New-RandomFile "$folder/a" 64MB
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path -TimeoutSeconds 20 }
            $clock = [Diagnostics.Stopwatch]::StartNew()
            # Slower than it could be, so that it takes a while.
            while ($server.BytesReceived -lt 64MB) {
                $null = Receive-SocketByte $server -Exactly 4MB -TimeoutSeconds 20
                $until = $clock.Elapsed.TotalMilliseconds + 60
                Wait-Until { $clock.Elapsed.TotalMilliseconds -ge $until }
            }
            $progress = $job.PowerShell.Streams.Progress
            $null = Wait-Background $job
            $job.Failure | Should -BeNullOrEmpty
            $shown = @($progress | Where-Object RecordType -EQ Processing)
            $shown.Count | Should -BeGreaterThan 1
            $shown.Count | Should -BeLessOrEqual ([Math]::Ceiling($clock.Elapsed.TotalSeconds * 5))
            $shown[0].Activity | Should -BeExactly 'Sending a'
            $shown[0].StatusDescription | Should -MatchExactly '^\d+\.\d MiB of 64\.0 MiB, \d+\.\d [KMG]iB/s$'
            $shown[0].SecondsRemaining | Should -BeGreaterThan 0
            $shown[0].PercentComplete | Should -BeIn (1..99)
            $shown[-1].PercentComplete | Should -BeGreaterThan $shown[0].PercentComplete
            $progress[-1].RecordType | Should -Be Completed
        }

        It 'says nothing of a file that is sent at once' {
            $path = New-RandomFile "$folder/a" 100
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path }
            $progress = $job.PowerShell.Streams.Progress
            $null = Wait-Background $job
            @($progress | Where-Object Activity -Like 'Sending*').Count | Should -Be 0
        }
    }

    Context 'errors of the file' {
        It 'is <Errno> for <What>, and nobody is connected to' -ForEach @(
            @{ What = 'a file that is missing'; Path = 'missing'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
            @{ What = 'a folder that is missing'; Path = 'missing/a'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
            @{ What = 'a drive that is missing'; Path = 'NoSuchDrive:/a'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
            @{ What = 'a path that is no file'; Path = 'Env:/PATH'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'a directory'; Path = '.'; Errno = 'EISDIR'; Category = 'InvalidArgument' }
            @{ What = 'a file in the place of a directory'; Path = 'a/b'; Errno = 'ENOTDIR'; Category = 'InvalidArgument'; Unix = $true }
            @{ What = 'a name too long'; Path = 'x' * 300; Errno = 'ENAMETOOLONG'; Category = 'InvalidArgument'; Unix = $true }
            @{ What = 'a FIFO'; Path = 'fifo'; Errno = 'ESPIPE'; Category = 'InvalidArgument'; Unix = $true }
            @{ What = 'a device'; Path = '/dev/zero'; Errno = 'ESPIPE'; Category = 'InvalidArgument'; Unix = $true }
            @{ What = 'a wildcard'; Path = '*'; Errno = 'ENOENT'; Category = 'ObjectNotFound'; Unix = $true }
            @{ What = 'an offset beyond the end'; Path = 'a'; Arguments = @{ Offset = 11 }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'a count beyond the end'; Path = 'a'; Arguments = @{ Count = 11 }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'an offset and a count that no number holds'; Path = 'a'; Arguments = @{ Offset = 1; Count = [long]::MaxValue }; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        ) {
            if ($_['Unix'] -and -not $IsLinux) { Set-ItResult -Skipped -Because 'only Linux tells it'; return }
            $null = New-RandomFile "$folder/a" 10
            if ($IsLinux) { mkfifo "$folder/fifo" }
            $listener = Start-SocketListener tcp://:0
            $more = $_['Arguments'] ?? @{}
            Send-SocketFile -Endpoint $listener $Path @more -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketFile $Category $Path
            $failure[0].Exception.BytesTransferred | Should -Be 0
            Receive-SocketConnection $listener -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
        }

        It 'is EACCES for a file that may not be read' -Skip:(-not $unprivileged) -ForEach @{ Prefix = $unprivileged } {
            $path = New-RandomFile "$folder/a" 10
            chmod 000 $path
            Invoke-Child $Prefix @"
                `$socket = New-Socket
                Send-SocketFile `$socket '$path' -ErrorAction SilentlyContinue -ErrorVariable failure
                `$failure[0].FullyQualifiedErrorId, `$failure[0].CategoryInfo.Category, `$failure[0].TargetObject -join ' '
"@ | Should -BeExactly "EACCES,SocketTools.Commands.SendSocketFileCommand PermissionDenied $path"
        }

        It 'is ENODATA when the file becomes shorter, <What>, and says how much went out' -ForEach @{ What = 'by sendfile'; Arguments = @{} }, @{ What = 'hashed'; Arguments = @{ Sha256 = $true } } {
            $path = New-RandomFile "$folder/a" 16MB
            $client, $server = New-ConnectedPair unix
            $job = Start-Background -ArgumentList $client, $path, $Arguments { param($channel, $path, $arguments) Send-SocketFile $channel $path @arguments -TimeoutSeconds 20 }
            Wait-Blocked $job
            [IO.File]::OpenWrite($path).ForEach{ $_.SetLength(8MB); $_.Dispose() }
            $received = Receive-SocketByte $server -Exactly 8MB -TimeoutSeconds 20
            $received.Length | Should -Be 8MB
            $null = Wait-Background $job
            Assert-SocketError $job.Failure ENODATA Send-SocketFile ReadError $path
            $job.Failure[0].Exception.BytesTransferred | Should -Be 8MB
            $job.Failure[0].Exception.Message | Should -Match "\b$(8MB) of $(16MB)\b"
        }

        It 'goes on behind a file that is missing' {
            $null = New-RandomFile "$folder/a" 3
            $client, $server = New-ConnectedPair
            'missing', 'a' | Send-SocketFile $client -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOENT Send-SocketFile ObjectNotFound missing
            (Receive-SocketByte $server -Exactly 3 -TimeoutSeconds 10).Count | Should -Be 3
        }
    }

    Context 'errors of the socket' {
        BeforeEach { $path = New-RandomFile "$folder/a" 32MB }

        It 'is <Errno> for -TimeoutSeconds <Seconds> to a peer that does not read, and says how much went out' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Send-SocketFile $client a -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketFile OperationTimeout $client
            $sent = $failure[0].Exception.BytesTransferred
            $sent | Should -BeGreaterThan 0
            $client.BytesSent | Should -Be $sent
            Close-Socket $client
            "$((Receive-SocketByte $server -All -Raw -TimeoutSeconds 10).Length)" | Should -Be "$sent"
        }

        It 'is EPIPE or ECONNRESET when the peer goes in the middle, over <Family>, <What>' -ForEach @(
            foreach ($family in 'tcp', 'unix') {
                @{ Family = $family; What = 'by sendfile'; Arguments = @{} }
                @{ Family = $family; What = 'hashed'; Arguments = @{ Sha256 = $true } }
            }
        ) {
            $client, $server = New-ConnectedPair $Family
            $job = Start-Background -ArgumentList $client, $path, $Arguments { param($channel, $path, $arguments) Send-SocketFile $channel $path @arguments -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $server -Reset
            Wait-Background $job | Should -BeNullOrEmpty
            $errno = $job.Failure[0].Exception.ErrnoName
            $errno | Should -BeIn EPIPE, ECONNRESET
            Assert-SocketError $job.Failure $errno Send-SocketFile ConnectionError $client
            $job.Failure[0].Exception.BytesTransferred | Should -BeGreaterThan 0
            $job.Failure[0].Exception.BytesTransferred | Should -Be $client.BytesSent
        }

        It 'is <Errno> for <What>' -ForEach @(
            @{ What = 'a socket that is not connected'; Make = { New-Socket AF_UNIX }; Errno = 'ENOTCONN'; Category = 'ConnectionError' }
            @{ What = 'a socket of datagrams'; Make = { New-Socket AF_INET SOCK_DGRAM }; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation' }
            @{ What = 'a closed channel'; Make = { $socket = New-Socket; Close-Socket $socket; $socket }; Errno = 'EBADF'; Category = 'InvalidOperation' }
            @{ What = 'no socket'; Make = { 'no socket' }; Errno = 'ENOTSOCK'; Category = 'InvalidArgument' }
        ) {
            $channel = & $Make
            Send-SocketFile $channel a -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketFile $Category $channel
        }

        It 'is ECONNREFUSED for -Endpoint that refuses, once for many files' {
            $refusing = New-RefusingEndpoint
            'a', 'a' | Send-SocketFile -Endpoint $refusing -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ECONNREFUSED Send-SocketFile ConnectionError $refusing
        }

        It 'is EBADF when another thread closes the channel meanwhile' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $client
            $null = Wait-Background $job
            Assert-SocketError $job.Failure EBADF Send-SocketFile InvalidOperation $client
        }

        It 'lets no other sender in between' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketText $client x -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EWOULDBLOCK Send-SocketText OperationTimeout $client
            $null = Receive-SocketByte $server -Exactly 32MB -TimeoutSeconds 20
            $null = Wait-Background $job
            Send-SocketText $client x
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly x
        }
    }

    Context 'stopping' {
        It 'ends within 200 ms of Stop(), <What>, and the channel goes on' -ForEach @{ What = 'by sendfile'; Arguments = @{} }, @{ What = 'hashed'; Arguments = @{ Sha256 = $true } } {
            $path = New-RandomFile "$folder/a" 32MB
            $client, $server = New-ConnectedPair
            Set-FullSendBuffer $client
            $script = { param($channel, $path, $arguments) Send-SocketFile $channel $path @arguments -TimeoutSeconds -1 }
            $null = Measure-Stop $script $client, $path, $Arguments
            $before = Get-OpenDescriptor
            Measure-Stop $script $client, $path, $Arguments | Should -BeLessThan 200
            if ($IsLinux) {
                Assert-DescriptorsBack $before
                [IO.Directory]::GetFileSystemEntries('/proc/self/fd').ForEach{ [IO.FileInfo]::new($_).LinkTarget } | Should -Not -Contain $path
            }
            $client.State | Should -Be Connected
        }

        It 'ends within 200 ms of Stop() with -Endpoint, and leaves nothing open' {
            $path = New-RandomFile "$folder/a" 32MB
            $listener = Start-SocketListener (New-ListenEndpoint unix)
            Measure-Stop { param($endpoint, $path) Send-SocketFile -Endpoint $endpoint $path -TimeoutSeconds -1 } "$listener", $path | Should -BeLessThan 200
            Get-Socket | Should -BeNullOrEmpty
            Clear-Backlog $listener
            Stop-SocketListener $listener
            (Start-SocketListener "$($listener.Endpoint)").State | Should -Be Listening
        }

        It 'ends with Select-Object -First 1 before the second file' {
            $null = New-RandomFile "$folder/a" 10
            $client, $server = New-ConnectedPair
            $before = Get-OpenDescriptor
            @('a', 'a', 'a' | Send-SocketFile $client -Sha256 | Select-Object -First 1).Count | Should -Be 1
            $client.BytesSent | Should -Be 10
            @(Send-SocketFile $client a -Verbose 4>&1 | Select-Object -First 1).Count | Should -Be 1
            Assert-DescriptorsBack $before
        }
    }
}
