BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # As root everything can be written to; in a user namespace of its own root is nobody.
    $unprivileged = @(if ($IsLinux) {
            if ((id -u) -ne 0) { 'env' } elseif ($(unshare --user true 2>$null; $LASTEXITCODE -eq 0)) { 'unshare'; '--user' }
        })
    # A mount that only the child sees.
    $mounting = @(if ($IsLinux) {
            $line = (id -u) -eq 0 ? @('unshare', '--mount') : @('unshare', '--user', '--map-root-user', '--mount')
            $command, $arguments = @($line) + 'sh', '-c', 'mount -t tmpfs none /mnt'
            if ($(& $command @arguments 2>$null; $LASTEXITCODE -eq 0)) { $line }
        })
    $tools = @{}
    foreach ($tool in 'nc', 'socat', 'ncat', 'python3', 'sha256sum') { $tools[$tool] = $IsLinux -and [bool](Get-Command $tool -CommandType Application -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Files.psm1
}

Describe 'Receive-SocketFile' {
    BeforeEach {
        $folder = New-Folder
        Push-Location $folder
        $abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    }
    AfterEach {
        Pop-Location
        Close-EverySocket
    }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketFile @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Path: String, position 1, mandatory, by property name'
            'Count: Int64'
            'Force: SwitchParameter'
            'Append: SwitchParameter, mandatory'
            'Sha256: SwitchParameter'
            'ExpectedSha256: String'
            'MaximumLength: Int64'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Receive-SocketFile ([SocketTools.SocketFileTransfer])
    }

    It 'receives what Send-SocketFile sends over <Family>: <Length> bytes, hashed <Hash>' -ForEach @(
        foreach ($family in 'tcp', 'unix') {
            foreach ($length in 0, 1, 256KB, (256KB + 1), 5MB) {
                foreach ($hash in $false, $true) { @{ Family = $family; Length = $length; Hash = $hash } }
            }
        }
    ) {
        $path = New-RandomFile "$folder/a" $Length
        $client, $server = New-ConnectedPair $Family
        $job = Start-Background -ArgumentList $client, $path, $Hash { param($channel, $path, $hash) Send-SocketFile $channel $path -Sha256:$hash; Close-Socket $channel }
        $result = Receive-SocketFile $server b -Sha256:$Hash -TimeoutSeconds 20
        $sent = Wait-Background $job
        $result | Should -BeOfType SocketTools.SocketFileTransfer
        $result.Path, $result.Length | Should -Be "$folder/b", $Length
        $result.Duration | Should -BeGreaterThan ([timespan]::Zero)
        $result.BytesPerSecond | Should -Be ($Length / $result.Duration.TotalSeconds)
        $result.Sha256 | Should -Be ($Hash ? (Get-Sha256 $path) : $null)
        if ($Hash) { $sent.Sha256 | Should -BeExactly $result.Sha256 }
        Get-Sha256 b | Should -BeExactly (Get-Sha256 $path)
        Get-FileName $folder | Should -Be a, b
        $server.BytesReceived | Should -Be $Length
        $server.EndOfStream | Should -BeTrue
    }

    It 'shows a table: length, seconds, rate, path, hash' {
        $lines = @((([SocketTools.SocketFileTransfer]::new('/tmp/a', 3MB, [timespan]::FromSeconds(1.5), 'ab12') | Out-String -Width 120) -replace '\e\[[\d;]*m') -split '\r?\n' | Where-Object { $_ })
        -split $lines[0] | Should -Be Length, Seconds, Rate, Path, Sha256
        -split $lines[2] | Should -Be "$(3MB)", '1.500', '2.0', 'MiB/s', '/tmp/a', 'ab12'
    }

    It 'takes what the channel has in its buffer first, and leaves what follows -Count: <Count> of 10, <There> in the buffer' -ForEach @(
        @{ Count = 0; There = 4 }, @{ Count = 3; There = 4 }, @{ Count = 4; There = 4 }, @{ Count = 9; There = 4 }, @{ Count = 10; There = 0 }
    ) {
        $client, $server = New-ConnectedPair
        Send-SocketText $client '0123456789'
        if ($There) { $null = Receive-SocketByte $server -Peek -Exactly $There -TimeoutSeconds 10 }
        $server.Buffered | Should -Be $There
        $result = Receive-SocketFile $server a -Count $Count -TimeoutSeconds 10
        $result.Length | Should -Be $Count
        [IO.File]::ReadAllText("$folder/a") | Should -BeExactly ('0123456789'.Substring(0, $Count))
        $server.BytesReceived | Should -Be ([Math]::Max($There, $Count)) -Because 'no more is taken from the kernel than needed'
        if ($Count -lt 10) { Receive-SocketText $server -TimeoutSeconds 10 | Should -Be ('0123456789'.Substring($Count, [Math]::Max($There - $Count, 0) ? $There - $Count : 10 - $Count)) }
    }

    It 'leaves what follows a large -Count' {
        $path = New-RandomFile "$folder/a" 3MB
        $client, $server = New-ConnectedPair
        $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path; Send-SocketText $channel 'next' }
        (Receive-SocketFile $server b -Count 3MB -TimeoutSeconds 20).Length | Should -Be 3MB
        Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly next
        $null = Wait-Background $job
        Get-Sha256 b | Should -BeExactly (Get-Sha256 $path)
    }

    It 'never brings the bytes here on Linux, unless they are hashed' -Skip:(-not $IsLinux) {
        $path = New-RandomFile "$folder/a" 300KB
        foreach ($hash in $false, $true) {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client, $path { param($channel, $path) Send-SocketFile $channel $path; Close-Socket $channel }
            $names = @(Receive-SocketFile $server "b$hash" -Sha256:$hash -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object { $_.Message.Split('(')[0] })
            $null = Wait-Background $job
            $names[0], $names[-1] | Should -Be open, link
            $names | Should -Contain ($hash ? 'pwrite' : 'splice')
            $names | Should -Not -Contain ($hash ? 'splice' : 'pwrite')
        }
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a path of a drive'; Receive = { Receive-SocketFile $server "TestDrive:/$(Split-Path -Leaf $folder)/a" } }
        @{ What = '-LiteralPath'; Receive = { Receive-SocketFile $server -LiteralPath "$folder/a" } }
        @{ What = 'the channel from the pipeline'; Receive = { $server | Receive-SocketFile -Path a } }
        @{ What = 'a path that is made for each channel'; Receive = { $server | Receive-SocketFile -Path { [char](97 + $_.Buffered) } } }
        @{ What = 'a raw Socket'; Receive = { Receive-SocketFile $server.Socket a } }
    ) {
        $client, $server = New-ConnectedPair
        Send-SocketText $client abc
        Close-Socket $client
        (& $Receive).Path | Should -Be "$folder/a"
        [IO.File]::ReadAllText("$folder/a") | Should -BeExactly abc
    }

    Context 'a file that is there' {
        BeforeEach {
            [IO.File]::WriteAllText("$folder/a", 'old')
            $client, $server = New-ConnectedPair
            Send-SocketText $client new
        }

        It 'is EEXIST, and not a byte is taken' {
            Receive-SocketFile $server a -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EEXIST Receive-SocketFile ResourceExists a
            $server.BytesReceived | Should -Be 0
            [IO.File]::ReadAllText("$folder/a") | Should -BeExactly old
            Get-FileName $folder | Should -Be a
        }

        It 'is EEXIST also when it comes meanwhile' {
            $job = Start-Background -ArgumentList $server, "$folder/b" { param($channel, $path) Receive-SocketFile $channel $path -TimeoutSeconds 20 }
            Wait-Blocked $job
            [IO.File]::WriteAllText("$folder/b", 'mine')
            Close-Socket $client
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure EEXIST Receive-SocketFile ResourceExists "$folder/b"
            [IO.File]::ReadAllText("$folder/b") | Should -BeExactly mine
            Get-FileName $folder | Should -Be a, b
        }

        It 'is replaced with -Force, at the end, with its permissions' {
            if (-not $IsWindows) { chmod 606 a }
            $job = Start-Background -ArgumentList $server, "$folder/a" { param($channel, $path) Receive-SocketFile $channel $path -Force -TimeoutSeconds 20 }
            Wait-Blocked $job
            [IO.File]::ReadAllText("$folder/a") | Should -BeExactly old
            $temporary = @(Get-FileName $folder | Where-Object { $_ -ne 'a' })
            $temporary | Should -BeLike '.receiving-*'
            if (-not $IsWindows) { stat -c %a "$folder/$temporary" | Should -Be 606 }
            Close-Socket $client
            (Wait-Background $job).Length | Should -Be 3
            [IO.File]::ReadAllText("$folder/a") | Should -BeExactly new
            if (-not $IsWindows) { stat -c %a a | Should -Be 606 }
            Get-FileName $folder | Should -Be a
        }

        It 'gets the bytes behind its own with -Append, at the end, and stays the same file' {
            $inode = $IsWindows ? 0 : (stat -c %i a)
            $job = Start-Background -ArgumentList $server, "$folder/a" { param($channel, $path) Receive-SocketFile $channel $path -Append -TimeoutSeconds 20 }
            Wait-Blocked $job
            [IO.File]::ReadAllText("$folder/a") | Should -BeExactly old
            Close-Socket $client
            (Wait-Background $job).Length | Should -Be 3
            [IO.File]::ReadAllText("$folder/a") | Should -BeExactly oldnew
            if (-not $IsWindows) { stat -c %i a | Should -Be $inode }
            Get-FileName $folder | Should -Be a
        }

        It 'is written at the end of a symbolic link with <_>, which stays one' -Skip:$IsWindows -ForEach 'Force', 'Append' {
            $null = New-Item -ItemType Directory links
            ln -s ../a links/l
            Close-Socket $client
            $how = @{ $_ = $true }
            (Receive-SocketFile $server links/l @how -TimeoutSeconds 10).Path | Should -Be "$folder/a"
            [IO.File]::ReadAllText("$folder/a") | Should -BeExactly ($_ -eq 'Force' ? 'new' : 'oldnew')
            (Get-Item links/l).LinkTarget | Should -Be ../a
            Get-FileName "$folder/links" | Should -Be l
        }

        It 'is as it was, with <_>, when the stream ends early, the hash is wrong, too much comes' -ForEach 'Force', 'Append' {
            $how = @{ $_ = $true }
            foreach ($bad in @{ Count = 4 }, @{ ExpectedSha256 = '0' * 64 }, @{ MaximumLength = 2 }) {
                $client, $server = New-ConnectedPair
                Send-SocketText $client new
                Close-Socket $client
                Receive-SocketFile $server a @how @bad -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
                $failure.Count | Should -Be 1
                [IO.File]::ReadAllText("$folder/a") | Should -BeExactly old
                Get-FileName $folder | Should -Be a
            }
        }

        It 'need not be there for -<_>' -ForEach 'Force', 'Append' {
            $how = @{ $_ = $true }
            Close-Socket $client
            (Receive-SocketFile $server b @how -TimeoutSeconds 10).Path | Should -Be "$folder/b"
            [IO.File]::ReadAllText("$folder/b") | Should -BeExactly new
        }
    }

    It 'has the permissions of the umask' -Skip:$IsWindows {
        $client, $server = New-ConnectedPair
        Close-Socket $client
        $null = Receive-SocketFile $server a -TimeoutSeconds 10
        $null = New-Item b
        stat -c %a a | Should -Be (stat -c %a b)
    }

    Context 'hashes' {
        It 'takes the right one in any case: <_>' -ForEach 'lower', 'upper' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client abc
            Close-Socket $client
            $expected = $_ -eq 'upper' ? $abc.ToUpperInvariant() : $abc
            (Receive-SocketFile $server a -ExpectedSha256 $expected -TimeoutSeconds 10).Sha256 | Should -BeExactly $abc
        }

        It 'is EBADMSG for another one, once, and there is no file' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client abd
            Close-Socket $client
            Receive-SocketFile $server a -ExpectedSha256 $abc -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADMSG Receive-SocketFile InvalidData $server
            $failure[0].Exception.BytesTransferred | Should -Be 3
            Get-FileName $folder | Should -BeNullOrEmpty
        }

        It 'is EINVAL for what is no hash: <_>' -ForEach '', 'abc', ('g' * 64), ('0' * 63), ('0' * 65) {
            $client, $server = New-ConnectedPair
            Send-SocketText $client abc
            Receive-SocketFile $server a -ExpectedSha256 $_ -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Receive-SocketFile InvalidArgument $_
            $server.BytesReceived | Should -Be 0
        }
    }

    Context 'limits' {
        It '<Sent> bytes with -MaximumLength 5' -ForEach @{ Sent = 4 }, @{ Sent = 5 } {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (1..$Sent)
            Close-Socket $client
            (Receive-SocketFile $server a -MaximumLength 5 -TimeoutSeconds 10).Length | Should -Be $Sent
        }

        It 'is EFBIG for <Sent> bytes with -MaximumLength <Limit>, and what is too much stays in the channel' -ForEach @(
            @{ Sent = 6; Limit = 5 }, @{ Sent = 1; Limit = 0 }, @{ Sent = 2MB; Limit = 1MB }
        ) {
            $client, $server = New-ConnectedPair unix
            $job = Start-Background -ArgumentList $client, $Sent { param($channel, $count) Send-SocketByte $channel ([byte[]]::new($count)); Close-Socket $channel }
            Receive-SocketFile $server a -MaximumLength $Limit -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EFBIG Receive-SocketFile LimitsExceeded $server
            Get-FileName $folder | Should -BeNullOrEmpty
            (Receive-SocketByte $server -All -Raw -TimeoutSeconds 10).Length | Should -Be ($Sent - $Limit)
            $null = Wait-Background $job
        }

        It 'is EFBIG for a -Count above -MaximumLength, and not a byte is taken' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client abc
            Receive-SocketFile $server a -Count 3 -MaximumLength 2 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EFBIG Receive-SocketFile LimitsExceeded $server
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly abc
        }
    }

    Context 'errors of the file' {
        It 'is <Errno> for <What>, and not a byte is taken' -ForEach @(
            @{ What = 'a folder that is missing'; Path = 'missing/a'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
            @{ What = 'a directory'; Path = '.'; Errno = 'EISDIR'; Category = 'InvalidArgument' }
            @{ What = 'a file in the place of a directory'; Path = 'there/b'; Errno = 'ENOTDIR'; Category = 'InvalidArgument'; Linux = $true }
            @{ What = 'a path that is no file'; Path = 'Env:/PATH'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'a device'; Path = '/dev/null'; Errno = 'ESPIPE'; Category = 'InvalidArgument'; Linux = $true }
            @{ What = 'a FIFO'; Path = 'fifo'; Errno = 'ESPIPE'; Category = 'InvalidArgument'; Linux = $true }
        ) {
            if ($_['Linux'] -and -not $IsLinux) { Set-ItResult -Skipped -Because 'only Linux tells it'; return }
            $null = New-RandomFile "$folder/there" 1
            if ($IsLinux) { mkfifo "$folder/fifo" }
            $before = Get-FileName $folder
            $client, $server = New-ConnectedPair
            Send-SocketText $client abc
            foreach ($how in @{ Force = $true }, @{ Append = $true }) {
                Receive-SocketFile $server $Path @how -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
                Assert-SocketError $failure $Errno Receive-SocketFile $Category $Path
            }
            Get-FileName $folder | Should -Be $before
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly abc
        }

        It 'is EACCES for <What>' -Skip:(-not $unprivileged) -ForEach @(
            @{ Prefix = $unprivileged; What = 'a folder that may not be written to'; Mode = '555'; Arguments = '' }
            @{ Prefix = $unprivileged; What = 'a file that may not be written to, with -Append'; Mode = '755'; Arguments = '-Append' }
        ) {
            $null = New-RandomFile "$folder/a" 1
            chmod 444 a
            chmod $Mode $folder
            try {
                $path = $Arguments ? "$folder/a" : "$folder/b"
                Invoke-Child $Prefix @"
                    `$socket = New-Socket
                    Receive-SocketFile `$socket '$path' $Arguments -ErrorAction SilentlyContinue -ErrorVariable failure
                    `$failure[0].FullyQualifiedErrorId, `$failure[0].CategoryInfo.Category, `$failure[0].TargetObject -join ' '
"@ | Should -BeExactly "EACCES,SocketTools.Commands.ReceiveSocketFileCommand PermissionDenied $path"
            } finally { chmod 755 $folder }
        }

        It 'is ENOSPC when the disk is full in the middle, <What>, and nothing is left of it' -Skip:(-not $mounting) -ForEach @(
            @{ Prefix = $mounting; What = 'by splice'; Arguments = ''; Left = '' }
            @{ Prefix = $mounting; What = 'hashed'; Arguments = '-Sha256'; Left = '' }
            @{ Prefix = $mounting; What = 'with -Force'; Arguments = '-Force'; Left = 'a:3' }
            @{ Prefix = $mounting; What = 'with -Append'; Arguments = '-Append'; Left = 'a:3' }
        ) {
            $source = New-RandomFile "$folder/source" 4MB
            $mount = (New-Item -ItemType Directory mount).FullName
            $result = Invoke-Child $Prefix @"
                mount -t tmpfs -o size=2m none '$mount'
                if ('$Left') { [IO.File]::WriteAllText('$mount/a', 'old') }
                `$listener = Start-SocketListener tcp://:0 -Handler { Send-SocketFile `$_ '$source' }
                `$client = Connect-Socket `$listener
                Receive-SocketFile `$client '$mount/a' $Arguments -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
                `$left = [IO.Directory]::GetFileSystemEntries('$mount').ForEach{ "`$(Split-Path -Leaf `$_):`$([IO.FileInfo]::new(`$_).Length)" }
                `$null = Stop-SocketListener `$listener
                @(`$failure).Count, `$failure[0].FullyQualifiedErrorId, `$failure[0].CategoryInfo.Category, `$failure[0].TargetObject, "<`$left>" -join ' '
"@
            $result | Should -BeExactly "1 ENOSPC,SocketTools.Commands.ReceiveSocketFileCommand ResourceUnavailable $mount/a <$Left>"
        }

        It 'is ENOSPC when the disk is full while the bytes are appended, and the file is cut back' -Skip:(-not $mounting) -ForEach @{ Prefix = $mounting } {
            # 3 MiB come into a file of 1 MiB on a disk of 5 MiB: the temporary file has room, the bytes behind the old ones have not.
            $source = New-RandomFile "$folder/source" 3MB
            $mount = (New-Item -ItemType Directory mount).FullName
            $result = Invoke-Child $Prefix @"
                mount -t tmpfs -o size=5m none '$mount'
                [IO.File]::WriteAllBytes('$mount/a', [byte[]]::new(1MB))
                `$listener = Start-SocketListener tcp://:0 -Handler { Send-SocketFile `$_ '$source' }
                `$client = Connect-Socket `$listener
                Receive-SocketFile `$client '$mount/a' -Append -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
                `$left = [IO.Directory]::GetFileSystemEntries('$mount').ForEach{ "`$(Split-Path -Leaf `$_):`$([IO.FileInfo]::new(`$_).Length)" }
                `$null = Stop-SocketListener `$listener
                `$failure[0].FullyQualifiedErrorId, `$failure[0].Exception.BytesTransferred, "<`$left>" -join ' '
"@
            $result | Should -BeExactly "ENOSPC,SocketTools.Commands.ReceiveSocketFileCommand $(3MB) <a:$(1MB)>"
        }
    }

    Context 'errors of the socket' {
        It 'is ENODATA when the stream ends before -Count, one byte early, and there is no file: hashed <_>' -ForEach $false, $true {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client { param($channel) Send-SocketByte $channel ([byte[]]::new(1MB)); Close-Socket $channel }
            Receive-SocketFile $server a -Count (1MB + 1) -Sha256:$_ -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            $null = Wait-Background $job
            Assert-SocketError $failure ENODATA Receive-SocketFile ReadError $server
            $failure[0].Exception.BytesTransferred | Should -Be 1MB
            $failure[0].Exception.Message | Should -Match "\b$(1MB) of $(1MB + 1)\b"
            Get-FileName $folder | Should -BeNullOrEmpty
        }

        It 'is <Errno> for -TimeoutSeconds <Seconds> when nothing more comes, and there is no file' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Send-SocketText $client abc
            Receive-SocketFile $server a -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Receive-SocketFile OperationTimeout $server
            $failure[0].Exception.BytesTransferred | Should -Be 3
            Get-FileName $folder | Should -BeNullOrEmpty
        }

        It 'is ECONNRESET when the peer resets in the middle, and there is no file' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client abc
            $job = Start-Background -ArgumentList $server, "$folder/a" { param($channel, $path) Receive-SocketFile $channel $path -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $client -Reset
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure ECONNRESET Receive-SocketFile ConnectionError $server
            Get-FileName $folder | Should -BeNullOrEmpty
        }

        It 'is <Errno> for <What>, and there is no file' -ForEach @(
            @{ What = 'a socket that is not connected'; Make = { New-Socket }; Errno = 'ENOTCONN'; Category = 'ConnectionError' }
            @{ What = 'a socket of datagrams'; Make = { New-Socket AF_INET SOCK_DGRAM }; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation' }
            @{ What = 'a closed channel'; Make = { $socket = New-Socket; Close-Socket $socket; $socket }; Errno = 'EBADF'; Category = 'InvalidOperation' }
            @{ What = 'no socket'; Make = { 'no socket' }; Errno = 'ENOTSOCK'; Category = 'InvalidArgument' }
        ) {
            $channel = & $Make
            Receive-SocketFile $channel a -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Receive-SocketFile $Category $channel
            Get-FileName $folder | Should -BeNullOrEmpty
        }

        It 'is EBADF when another thread closes the channel meanwhile, and there is no file' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server, "$folder/a" { param($channel, $path) Receive-SocketFile $channel $path -TimeoutSeconds 20 }
            Wait-Blocked $job
            Close-Socket $server
            $null = Wait-Background $job
            Assert-SocketError $job.Failure EBADF Receive-SocketFile InvalidOperation $server
            Get-FileName $folder | Should -BeNullOrEmpty
        }
    }

    Context 'stopping' {
        It 'ends within 200 ms of Stop() in the middle, <What>, with no file and no descriptor left' -ForEach @(
            @{ What = 'to the end of the stream'; Arguments = @{} }
            @{ What = 'a count'; Arguments = @{ Count = 10MB } }
            @{ What = 'with -Force'; Arguments = @{ Force = $true } }
            @{ What = 'with -Append'; Arguments = @{ Append = $true } }
            @{ What = 'hashed'; Arguments = @{ Sha256 = $true } }
        ) {
            if ($Arguments['Force'] -or $Arguments['Append']) { [IO.File]::WriteAllText("$folder/a", 'old') }
            $before = Get-FileName $folder
            $client, $server = New-ConnectedPair
            $script = { param($channel, $path, $arguments) Receive-SocketFile $channel $path @arguments -TimeoutSeconds -1 }
            $stop = {
                Send-SocketByte $client ([byte[]]::new(2MB)) -TimeoutSeconds 0 -ErrorAction Ignore
                Measure-Stop $script $server, "$folder/a", $Arguments
            }
            $null = & $stop
            $descriptors = Get-OpenDescriptor
            & $stop | Should -BeLessThan 200
            Assert-DescriptorsBack $descriptors
            Get-FileName $folder | Should -Be $before
            if ($before) { [IO.File]::ReadAllText("$folder/a") | Should -BeExactly old }
            $server.State | Should -Be Connected
        }

        It 'ends with Select-Object -First 1 before the second channel' {
            $a, $server = New-ConnectedPair
            $b, $other = New-ConnectedPair
            $a, $b | ForEach-Object { Send-SocketText $_ abc; Close-Socket $_ }
            $descriptors = Get-OpenDescriptor
            @($server, $other | Receive-SocketFile -Path { "f$($_.Descriptor)" } -TimeoutSeconds 10 | Select-Object -First 1).Count | Should -Be 1
            Get-FileName $folder | Should -Be "f$($server.Descriptor)"
            @(Receive-SocketFile $other b -Verbose 4>&1 | Select-Object -First 1).Count | Should -Be 1
            Get-FileName $folder | Should -Be "f$($server.Descriptor)"
            Assert-DescriptorsBack $descriptors
        }
    }

    Context 'progress' {
        It 'tells what came and the rate, with -Count also the percentage and the time left: count <_>' -ForEach $false, $true {
            $client, $server = New-ConnectedPair
            $count = $_ ? @{ Count = 2MB } : @{}
            $job = Start-Background -ArgumentList $server, "$folder/a", $count { param($channel, $path, $count) Receive-SocketFile $channel $path @count -TimeoutSeconds 20 }
            $progress = $job.PowerShell.Streams.Progress
            Send-SocketByte $client ([byte[]]::new(1MB))
            # The first byte behind the first fifth of a second shows the bar.
            Wait-Until { Send-SocketByte $client 1; @($progress | Where-Object RecordType -EQ Processing).Count }
            $shown = @($progress | Where-Object RecordType -EQ Processing)[0]
            $shown.Activity | Should -BeExactly 'Receiving a'
            $shown.StatusDescription | Should -MatchExactly ($_ ? '^1\.0 MiB of 2\.0 MiB, \d+(\.\d)? [KM]?i?B/s$' : '^1\.0 MiB, \d+(\.\d)? [KM]?i?B/s$')
            if ($_) { $shown.PercentComplete | Should -BeIn 50, 51 } else { $shown.PercentComplete | Should -Be -1 }
            $shown.SecondsRemaining | Should -BeIn ($_ ? (1..60) : -1)
            Close-Socket $client
            $null = Wait-Background $job
            $progress[-1].RecordType | Should -Be Completed
        }
    }

    Context 'counterparts' {
        BeforeEach { $path = New-RandomFile "$folder/a" 3MB }

        It 'receives from <Tool>' -ForEach @(
            @{ Tool = 'nc'; Here = $tools.nc; Send = 'exec nc -N 127.0.0.1 $1 <$2' }
            @{ Tool = 'socat'; Here = $tools.socat; Send = 'exec socat -u OPEN:$2,rdonly TCP4:127.0.0.1:$1' }
            @{ Tool = 'ncat'; Here = $tools.ncat; Send = 'exec ncat --send-only 127.0.0.1 $1 <$2' }
            @{ Tool = 'python3'; Here = $tools.python3; Send = 'exec python3 -c "import socket, sys; s = socket.create_connection((''127.0.0.1'', int(sys.argv[1]))); s.sendfile(open(sys.argv[2], ''rb''))" $1 $2' }
        ) {
            if (-not $Here) { Set-ItResult -Skipped -Because "there is no $Tool"; return }
            $listener = Start-SocketListener tcp://:0
            $job = Start-Background -ArgumentList $Send, $listener.LocalEndPoint.Port, $path { param($send, $port, $path) & /bin/sh -c $send sh $port $path 2>&1 }
            $server = Receive-SocketConnection $listener
            $result = Receive-SocketFile $server b -Sha256 -TimeoutSeconds 20
            Close-Socket $server
            $null = Wait-Background $job
            (sha256sum b).Split(' ')[0] | Should -BeExactly $result.Sha256
            $result.Sha256 | Should -BeExactly (sha256sum a).Split(' ')[0]
        }

        It 'sends to <Tool>' -ForEach @(
            @{ Tool = 'nc'; Here = $tools.nc; Receive = 'exec nc -l -N -U $1 >$2 </dev/null' }
            @{ Tool = 'socat'; Here = $tools.socat; Receive = 'exec socat -u UNIX-LISTEN:$1 OPEN:$2,creat' }
            @{ Tool = 'ncat'; Here = $tools.ncat; Receive = 'exec ncat -l --recv-only -U $1 >$2' }
            @{ Tool = 'python3'; Here = $tools.python3; Receive = 'exec python3 -c "import shutil, socket, sys; l = socket.socket(socket.AF_UNIX); l.bind(sys.argv[1]); l.listen(); c, _ = l.accept(); shutil.copyfileobj(c.makefile(''rb''), open(sys.argv[2], ''wb''))" $1 $2' }
        ) {
            if (-not $Here) { Set-ItResult -Skipped -Because "there is no $Tool"; return }
            $socket = New-SocketPath
            $job = Start-Background -ArgumentList $Receive, $socket, "$folder/b" { param($receive, $socket, $path) & /bin/sh -c $receive sh $socket $path 2>&1 }
            $client = $null
            Wait-Until -What 'the tool listens' { $script:client = Connect-Socket "unix:$socket" -ErrorAction Ignore; $script:client }
            $sent = Send-SocketFile $script:client a -Sha256 -TimeoutSeconds 20
            Close-Socket $script:client
            $null = Wait-Background $job
            (sha256sum b).Split(' ')[0] | Should -BeExactly $sent.Sha256
        }
    }
}
