BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Captures.psm1
}

Describe 'Start-SocketCapture' {
    It 'has its parameters, and writes a capture or packets' {
        Assert-Parameter Start-SocketCapture 'Interface: String, position 0', 'Port: Int32[]', 'Endpoint: EndpointArgument[]', 'Protocol: CaptureProtocol[]',
        'SnapLength: Int32', 'BufferSize: Int32', 'MaximumPackets: Int64', 'MaximumBytes: Int64', 'While: ScriptBlock, mandatory',
        'Watch: SwitchParameter, mandatory', 'Watch: SwitchParameter', 'Count: Int64, mandatory', 'TimeoutSeconds: Double'
        Assert-OutputType Start-SocketCapture ([SocketTools.SocketCapture]), ([SocketTools.SocketPacket])
    }

    It 'names the capability, and the other ways, where it is missing' -Skip:(-not $IsLinux) {
        if ([Environment]::UserName -ne 'root' -or -not (Get-Command setpriv -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'only root can take capabilities away (setpriv)'
            return
        }
        $child = Start-ChildPowerShell -Prefix setpriv, --bounding-set=-net_raw, --inh-caps=-net_raw -Script @'
            Start-SocketCapture -ErrorAction SilentlyContinue -ErrorVariable problem
            $problem[0].FullyQualifiedErrorId
            "$($problem[0].CategoryInfo.Category) $($problem[0].TargetObject) $($problem.Count)"
            $problem[0].Exception.Message
            $problem[0].ErrorDetails.RecommendedAction
'@
        try {
            Read-ChildLine $child | Should -Be 'EPERM,SocketTools.Commands.StartSocketCaptureCommand'
            Read-ChildLine $child | Should -Be 'PermissionDenied lo 1'
            Read-ChildLine $child | Should -Match 'CAP_NET_RAW'
            Read-ChildLine $child | Should -Match 'sudo pwsh.*setcap cap_net_raw\+ep.*ConvertTo-SocketSequence -Sample.*-RecordTo'
        } finally { Stop-Child $child }
    }

    It 'says that only Linux has it' -Skip:$IsLinux {
        Start-SocketCapture -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EAFNOSUPPORT Start-SocketCapture InvalidArgument lo
    }
}

Describe 'Start-SocketCapture, permitted' {
    BeforeAll {
        $skip = Get-CaptureHindrance
    }
    BeforeEach {
        if ($skip) { Set-ItResult -Skipped -Because $skip }
        $listener = Start-SocketListener tcp://:0
        $port = $listener.LocalEndPoint.Port
    }
    AfterEach {
        Close-EverySocket
        Stop-EveryCapture
    }

    It 'captures the handshake, with its numbers' {
        $packets = Start-SocketCapture -Endpoint $listener -While { $client = Connect-Socket $listener }
        $packets | Should -BeOfType SocketTools.SocketPacket
        "$($packets.Tcp.Flags)" | Should -Be 'SYN SYN, ACK ACK'
        $syn, $answer, $ack = $packets.Tcp
        $answer.AcknowledgmentNumber | Should -Be ($syn.SequenceNumber + 1)
        $ack.SequenceNumber, $ack.AcknowledgmentNumber | Should -Be ($syn.SequenceNumber + 1), ($answer.SequenceNumber + 1)
        "$($packets[0].Source) $($packets[0].Destination)" | Should -Be "$($client.LocalEndPoint) $($client.RemoteEndPoint)"
        $packets.Number | Should -Be 1, 2, 3
    }

    It 'has the whole close of a service in the background, each time' {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        foreach ($round in 1..10) {
            $packets = Start-SocketCapture -Endpoint $echo -While { $null = Invoke-SocketRequest $echo -Text hello }
            @($packets | Where-Object { $_.Tcp.Flags.HasFlag([SocketTools.TcpFlags]::FIN) }).Count | Should -Be 2
            $fins = $packets | Where-Object { $_.Tcp.Flags.HasFlag([SocketTools.TcpFlags]::FIN) }
            foreach ($fin in $fins) {
                $packets.Tcp | Where-Object { $_.SourcePort -eq $fin.Tcp.DestinationPort -and $_.AcknowledgmentNumber -eq $fin.Tcp.SequenceNumber + $fin.Payload.Length + 1 } | Should -Not -BeNullOrEmpty
            }
        }
    }

    It 'takes what any of several values chooses, and all of the kinds' {
        $udp = Start-SocketListener udp://:0
        $other = Start-SocketListener udp://:0
        $send = { foreach ($to in $udp, $other) { Send-SocketText -Endpoint $to "$to" } }
        (Start-SocketCapture -Port $port, $udp.LocalEndPoint.Port -Protocol Udp -While $send).Text | Should -Be "$udp"
        (Start-SocketCapture -Endpoint $udp, "$other" -While $send).Text | Should -Be "$udp", "$other"
        (Start-SocketCapture -Endpoint $udp, $other -Port $other.LocalEndPoint.Port -Protocol Tcp, Udp -While $send).Text | Should -Be "$other"
        Start-SocketCapture -Endpoint $udp -Protocol Tcp -While $send | Should -BeNullOrEmpty
        (Start-SocketCapture -Endpoint "udp://:$($udp.LocalEndPoint.Port)" -While $send).Text | Should -Be "$udp"
        $capture = Start-SocketCapture -Endpoint 127.0.0.1, '[::1]', localhost:80
        "$($capture.Filter)" | Should -Match '^\(ip host 127\.0\.0\.1 or ip6 host ::1 or '
    }

    It 'captures IPv6, and all interfaces' {
        $udp = Start-SocketListener udp6://:0
        $packet = Start-SocketCapture any -Endpoint $udp -While { Send-SocketText -Endpoint $udp six }
        @($packet).Count | Should -Be 1
        "$($packet.LinkType) $($packet.Interface) $($packet.Text) $($packet.Destination)" | Should -Be "LinuxCooked lo six $($udp.LocalEndPoint)"
    }

    It 'cuts at the snap length' {
        $udp = Start-SocketListener udp://:0
        $packet = Start-SocketCapture -Endpoint $udp -SnapLength 50 -While { Send-SocketText -Endpoint $udp ('x' * 100) }
        $packet.Bytes.Length, $packet.Length, $packet.Truncated | Should -Be 50, 142, $true
    }

    It 'keeps the newest, and warns of those that went' {
        $udp = Start-SocketListener udp://:0
        $packets = Start-SocketCapture -Endpoint $udp -MaximumPackets 2 -WarningVariable warning -WarningAction SilentlyContinue -While { 'one', 'two', 'three', 'four', 'five' | Send-SocketText -Endpoint $udp }
        $packets.Text | Should -Be four, five
        $packets.Number | Should -Be 4, 5
        "$warning" | Should -Match '^3 packets were discarded'
    }

    It 'runs the block in the scope of the caller, and leaves its arguments alone' {
        function Test-Scope {
            $here = 1
            $null = Start-SocketCapture -Endpoint $listener -While { $here = 2; $new = 3 }
            "$here $new $args"
        }
        Test-Scope a b | Should -Be '2 3 a b'
    }

    It 'keeps what the block writes out of the output, and in the information stream' {
        $output = Start-SocketCapture -Endpoint $listener -While { 'one'; 2; , @(3, 4) } -InformationVariable written
        $output | Should -BeNullOrEmpty
        $written.MessageData | Should -Be 'one', 2, 3, 4
        $written.Tags | Select-Object -Unique | Should -Be SocketCaptureOutput
    }

    It 'writes the packets before the error that ended the block' {
        $failure = try { Start-SocketCapture -Endpoint $listener -While { $null = Connect-Socket $listener; throw 'enough' } -ErrorAction Stop -OutVariable packets } catch { $_ }
        "$($failure[-1])" | Should -Be enough
        $packets.Count | Should -Be 3
        $stream = Start-SocketCapture -Endpoint $listener -While { $null = Connect-Socket $listener; Write-Error bad; $null = Connect-Socket $listener } -ErrorVariable problem -ErrorAction SilentlyContinue
        @($stream).Count | Should -Be 6
        "$problem" | Should -Be bad
        [SocketTools.SocketCapture]::Running | Should -BeNullOrEmpty
    }

    It 'says so, and leaves nothing open, when it cannot start: <Errno>' -ForEach @(
        @{ Errno = 'ENODEV'; Category = 'ObjectNotFound'; Parameters = @{ Interface = 'nosuch' }; Target = 'nosuch' }
        @{ Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Parameters = @{ Endpoint = 'unix:/tmp/s' }; Target = 'unix:/tmp/s' }
        @{ Errno = 'EINVAL'; Category = 'InvalidArgument'; Parameters = @{ Endpoint = 'no endpoint' }; Target = 'no endpoint' }
        @{ Errno = 'EINVAL'; Category = 'InvalidArgument'; Parameters = @{ Port = 1..1200 | ForEach-Object { 2 * $_ } }; Target = 'lo' }
    ) {
        $before = Get-OpenDescriptor
        Start-SocketCapture @Parameters -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno Start-SocketCapture $Category $Target
        Assert-DescriptorsBack $before
        Get-RingCount | Should -Be 0
    }

    It 'refuses what makes no sense: <_>' -ForEach '-Port 0', '-Port 65536', '-SnapLength 0', '-BufferSize 1000', '-MaximumPackets 0', '-Protocol NoSuch', '-Count 0', '-Watch -TimeoutSeconds -2' {
        $problem = try { & ([scriptblock]::Create("Start-SocketCapture $_")) } catch { $_ }
        $problem.FullyQualifiedErrorId | Should -Match '^(ParameterArgumentValidationError|CannotConvertArgument)'
    }

    It 'shows the calls of its start and of its end' {
        $shown = Start-SocketCapture -Endpoint $listener -Verbose -While { } 4>&1 | ForEach-Object { "$_" -replace '\(.*' }
        $shown | Should -Be socket, ioctl, socket, setsockopt, setsockopt, setsockopt, setsockopt, mmap, bind, bind, getsockopt, munmap, close, close
    }

    It 'ends by Ctrl+C in the block, and leaves nothing behind' {
        $before = Get-OpenDescriptor
        $took = Measure-Stop { param($listener) Start-SocketCapture -Endpoint $listener -While { Receive-SocketConnection $listener } } $listener
        $took | Should -BeLessThan 1000 # Closing a packet socket takes the kernel some ten milliseconds; the rest is for a busy machine.
        [SocketTools.SocketCapture]::Running | Should -BeNullOrEmpty
        Get-RingCount | Should -Be 0
        Assert-DescriptorsBack $before
    }

    It 'ends by Select-Object -First 1' {
        $before = Get-OpenDescriptor
        $first = Start-SocketCapture -Endpoint $listener -While { $client = Connect-Socket $listener; Close-Socket $client } | Select-Object -First 1
        "$($first.Tcp.Flags)" | Should -Be SYN
        [SocketTools.SocketCapture]::Running | Should -BeNullOrEmpty
        Get-RingCount | Should -Be 0
        Assert-DescriptorsBack $before
    }

    It 'ends with its runspace' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $capture = $shell.AddScript({ param($module, $port) Import-Module $module; Start-SocketCapture -Port $port }).AddArgument($env:SOCKETTOOLS_MODULE).AddArgument($port).Invoke()[0]
        "$($capture.State)" | Should -Be Running
        $runspace.Dispose()
        "$($capture.State)" | Should -Be Stopped
        Get-RingCount | Should -Be 0
        $shell.Dispose()
    }

    It 'watches: writes each packet as it comes, while the exchange goes on' {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        $job = Start-Background -ArgumentList $echo { param($echo) Start-SocketCapture -Endpoint $echo -Watch }
        # What the job has written by now. To go through its output as a whole would wait for its end.
        $seen = { for ($i = 0; $i -lt $job.Output.Count; $i++) { $job.Output[$i] } }
        Wait-Until { Get-SocketCapture }
        $client = Connect-Socket $echo
        Wait-Until { $job.Output.Count -eq 3 }
        "$((& $seen).Tcp.Flags)" | Should -Be 'SYN SYN, ACK ACK'
        Send-SocketText $client hello
        Receive-SocketText $client | Should -Be hello
        Wait-Until { @(& $seen | Where-Object { $_.Payload.Length }).Count -eq 2 }
        (& $seen | Where-Object { $_.Payload.Length }).Text | Should -Be hello, hello
        (& $seen).Number | Should -Be (1..$job.Output.Count)
        "$((Get-SocketCapture).State)" | Should -Be Running
        $null = Stop-Background $job
        Get-SocketCapture | Should -BeNullOrEmpty
    }

    It 'watches a number of packets, also without the word' {
        $udp = Start-SocketListener udp://:0
        $before = Get-OpenDescriptor
        foreach ($watch in @{ Watch = $true; Count = 2 }, @{ Count = 2; TimeoutSeconds = 20 }) {
            $job = Start-Background -ArgumentList $udp, $watch { param($udp, $watch) Start-SocketCapture -Endpoint $udp @watch }
            Wait-Until { Get-SocketCapture }
            'one', 'two', 'three' | Send-SocketText -Endpoint $udp
            (Wait-Background $job).Text | Should -Be one, two
            $job.Failure | Should -BeNullOrEmpty
            Get-SocketCapture | Should -BeNullOrEmpty
        }
        Get-RingCount | Should -Be 0
        Assert-DescriptorsBack $before
    }

    It 'watches for a time; that fewer than the count came is an error behind them' {
        $udp = Start-SocketListener udp://:0
        Start-SocketCapture -Endpoint $udp -Watch -TimeoutSeconds 0 | Should -BeNullOrEmpty
        Start-SocketCapture -Endpoint $udp -Count 1 -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EWOULDBLOCK Start-SocketCapture OperationTimeout lo
        $packets = Start-SocketCapture -Endpoint $udp -Count 2 -TimeoutSeconds 0.05 -Verbose -ErrorAction SilentlyContinue -ErrorVariable problem 4>&1 |
            ForEach-Object {
                # The call that lets packets in is shown, and then one is sent.
                if ("$_" -match '^bind.*ETH_P_ALL') { Send-SocketText -Endpoint $udp one } elseif ($_ -is [SocketTools.SocketPacket]) { $_ }
            }
        $packets.Text | Should -Be one
        Assert-SocketError $problem ETIMEDOUT Start-SocketCapture OperationTimeout lo
        "$problem" | Should -BeLike '*1 of 2 packets came*'
    }

    It 'warns of what went while it watches, for who ends it by Ctrl+C sees no end' {
        $udp = Start-SocketListener udp://:0
        $job = Start-Background -ArgumentList $udp { param($udp) while (-not (Get-SocketCapture)) { }; Send-SocketText -Endpoint $udp first }
        $seen = Start-SocketCapture -Endpoint $udp -MaximumPackets 2 -Count 3 -TimeoutSeconds 20 -WarningVariable warning -WarningAction SilentlyContinue | ForEach-Object {
            if ($_.Number -eq 1) {
                2..6 | Send-SocketText -Endpoint $udp
                Wait-Until { (Get-SocketCapture).Discarded -eq 3 }
            }
            $_.Number
        }
        $seen | Should -Be 1, 5, 6
        "$warning" | Should -Match '^3 packets were discarded'
        Wait-Background $job
    }

    It 'stops watching by Ctrl+C' {
        $before = Get-OpenDescriptor
        Measure-Fastest {
            $job = Start-Background -ArgumentList $port { param($port) Start-SocketCapture -Port $port -Watch }
            Wait-Until { Get-SocketCapture }
            Wait-Turn $job
            Stop-Background $job
        } | Should -BeLessThan 200
        Get-SocketCapture | Should -BeNullOrEmpty
        Get-RingCount | Should -Be 0
        Assert-DescriptorsBack $before
    }

    It 'stops watching by Select-Object -First 1' {
        $before = Get-OpenDescriptor
        $job = Start-Background -ArgumentList $port { param($port) Start-SocketCapture -Port $port -Watch | Select-Object -First 1 }
        Wait-Until { Get-SocketCapture }
        Connect-Socket $listener | Close-Socket
        "$((Wait-Background $job).Tcp.Flags)" | Should -Be SYN
        Get-SocketCapture | Should -BeNullOrEmpty
        Get-RingCount | Should -Be 0
        Assert-DescriptorsBack $before
    }

    It 'shows a table' {
        $capture = Start-SocketCapture -Port $port -Protocol Tcp
        $lines = ($capture | Out-String -Width 120) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        -split $lines[0] | Should -Be Interface, State, Packets, Dropped, Discarded, Started, Filter
        $lines[2] | Should -Match "^lo +Running +0 +0 +0 \d\d:\d\d:\d\d tcp and port $port"
    }
}
