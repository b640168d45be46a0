BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # A network namespace of its own, with two ephemeral ports.
    $twoPorts = 'unshare', ((id -u) -eq '0' ? '--net' : '--map-root-user'), '--net', 'sh', '-c', 'ip link set lo up && echo 40000 40001 > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"', 'sh'
    $noNamespace = -not $IsLinux -or -not (Get-Command unshare, ip -CommandType Application -ErrorAction Ignore) -or
        $(& $twoPorts[0] $twoPorts[1..6] true 2>$null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # The port of an endpoint that refuses, and stays so.
    function New-RefusingPort { ([uri](New-RefusingEndpoint)).Port }
}

Describe 'Test-SocketPort' {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes probes or a boolean' {
        Assert-Parameter Test-SocketPort @(
            'Target: EndpointArgument[], position 0, mandatory, pipeline', 'Port: String[], position 1', 'TimeoutSeconds: Double'
            'ThrottleLimit: Int32', 'Wait: SwitchParameter', 'Quiet: SwitchParameter')
        Assert-OutputType Test-SocketPort ([SocketTools.SocketPortProbe], [bool])
        [SocketTools.Commands.TestSocketPortCommand]::new().TimeoutSeconds | Should -Be 3
    }

    It 'says Open of a listener and Closed of a port that refuses, with address, latency and reason' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $open = $listener.LocalEndPoint.Port
        $closed = New-RefusingPort
        $probes = Test-SocketPort 127.0.0.1 "$closed,$open"
        "$probes" | Should -BeExactly "tcp://127.0.0.1:$closed Closed tcp://127.0.0.1:$open Open"
        $probes.Reason | Should -BeExactly 'ECONNREFUSED', 'connected'
        $probes.Port | Should -Be $closed, $open
        $probes | ForEach-Object Address | Should -Be ([ipaddress]::Loopback), ([ipaddress]::Loopback)
        $probes.LatencyMilliseconds | ForEach-Object { $_ | Should -BeGreaterThan 0 }
        "$($probes.Errno)" | Should -BeExactly 'ECONNREFUSED None'
    }

    It 'takes an endpoint, a listener, an address of .NET, many of them, and the pipeline' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $text = "tcp://$($listener.LocalEndPoint)"
        (Test-SocketPort $listener).Status | Should -Be Open
        (Test-SocketPort $text, $listener.LocalEndPoint).Status | Should -Be Open, Open
        @($text, $listener, "tcp://127.0.0.1:$(New-RefusingPort)" | Test-SocketPort).Status | Should -Be Open, Open, Closed
        @('127.0.0.1', 'localhost' | Test-SocketPort -Port $listener.LocalEndPoint.Port).Status | Should -Be Open, Open
    }

    It 'takes ranges, lists, numbers and service names, in the order written' {
        (Test-SocketPort 127.0.0.2 '65001-65003,64000', http, 5).Port | Should -Be 65001, 65002, 65003, 64000, 80, 5
        (Test-SocketPort 127.0.0.2 http).Service | Should -BeExactly http
        (Test-SocketPort 127.0.0.2:http).Service | Should -BeExactly http
        (Test-SocketPort 127.0.0.2 (1..3)).Port | Should -Be 1, 2, 3
    }

    It 'takes IPv6 with and without brackets, and schemes' {
        $listener = Start-SocketListener tcp6://[::1]:0
        $port = $listener.LocalEndPoint.Port
        (Test-SocketPort ::1, '[::1]', tcp6://[::1] $port).Status | Should -Be Open, Open, Open
    }

    It 'finds an open port at the second address of a host' {
        # localhost is ::1 or 127.0.0.1 first, as the system has it; the listener is at one of them only.
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $probe = Test-SocketPort localhost $listener.LocalEndPoint.Port
        "$($probe.Status) $($probe.Address)" | Should -BeExactly 'Open 127.0.0.1'
    }

    It 'probes all ports of a host' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener tcp://127.0.0.9:0
        $before = Get-OpenDescriptor
        $probes = Test-SocketPort 127.0.0.9 1-65535
        $probes.Count | Should -Be 65535
        @($probes.Where{ $_.Status -eq 'Open' }.Port) | Should -Contain $listener.LocalEndPoint.Port
        $probes[0].Port, $probes[-1].Port | Should -Be 1, 65535
        Assert-DescriptorsBack $before
    }

    It 'says Filtered when no answer comes in time' {
        $listener = New-FullListener tcp
        $probe = Test-SocketPort $listener -TimeoutSeconds 0.2
        "$($probe.Status) $($probe.Reason)" | Should -BeExactly 'Filtered ETIMEDOUT'
        $probe.LatencyMilliseconds | Should -BeGreaterThan 190
    }

    It 'waits for all of them at once, up to -ThrottleLimit' {
        $listener = New-FullListener tcp
        $clock = [Diagnostics.Stopwatch]::StartNew()
        (@($listener) * 40 | Test-SocketPort -TimeoutSeconds 0.3).Count | Should -Be 40
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
        $clock.Restart()
        (@($listener) * 4 | Test-SocketPort -TimeoutSeconds 0.1 -ThrottleLimit 1).Count | Should -Be 4
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.38
    }

    It 'says of a Unix socket Open, Closed, or full' -Skip:$IsWindows {
        $listener = Start-SocketListener (New-ListenEndpoint unix)
        $full = New-FullListener unix
        $probes = Test-SocketPort $listener, "unix:$(New-SocketPath)", (New-RefusingEndpoint unix), $full
        $probes.Status | Should -Be Open, Closed, Closed, Open
        "$($probes.Errno)" | Should -BeExactly 'None ENOENT ECONNREFUSED EWOULDBLOCK'
    }

    It 'says of a UDP port Open when it answers, Closed when it refuses, else Unknown' {
        $echo = Start-SocketListener udp://127.0.0.1:0 -Service Echo
        $silent = New-Socket AF_INET SOCK_DGRAM
        Set-SocketAddress $silent udp://127.0.0.1:0
        (Test-SocketPort $echo -TimeoutSeconds 10).Status | Should -Be Open
        (Test-SocketPort udp://127.0.0.2 1 -TimeoutSeconds 10).Status | Should -Be Closed
        $probe = Test-SocketPort "udp://$($silent.LocalEndPoint)" -TimeoutSeconds 0.1
        "$($probe.Status) $($probe.Errno)" | Should -BeExactly 'Unknown ETIMEDOUT'
    }

    It 'does not say Open of a connect that met itself' -Skip:$noNamespace -ForEach @{ Prefix = $twoPorts } {
        # A bind, and a connect to that very address: the kernel takes it for a simultaneous open.
        $socket = New-Socket
        Set-SocketAddress $socket tcp://127.0.0.1:0
        $port = $socket.LocalEndPoint.Port
        Connect-Socket "tcp://127.0.0.1:$port" -Channel $socket -TimeoutSeconds 10
        "$($socket.RemoteEndPoint)" | Should -BeExactly "$($socket.LocalEndPoint)"

        # In a namespace with two ephemeral ports the kernel gives a client the very port that it goes to, soon.
        $child = Start-ChildPowerShell -Prefix $Prefix -Script '
            $all = foreach ($i in 1..100) { Test-SocketPort 127.0.0.1 40000-40001 }
            "$(@($all | Where-Object Status -ne Closed).Count)"
            "$(@($all | Where-Object Reason -like "*met itself*").Count -gt 0)"'
        try {
            Read-ChildLine $child 60 | Should -BeExactly '0'
            Read-ChildLine $child | Should -BeExactly 'True'
        } finally { Stop-Child $child }
    }

    It 'says Filtered, and why, where there is no way to the host, and goes on' -Skip:$noNamespace -ForEach @{ Prefix = $twoPorts } {
        $child = Start-ChildPowerShell -Prefix $Prefix -Script '
            Test-SocketPort 127.0.0.1:1, 192.0.2.1:1, 127.0.0.1:2 | ForEach-Object { "$($_.Port) $($_.Status) $($_.Reason)" }'
        try { 1..3 | ForEach-Object { Read-ChildLine $child 60 } | Should -BeExactly '1 Closed ECONNREFUSED', '1 Filtered ENETUNREACH', '2 Closed ECONNREFUSED' }
        finally { Stop-Child $child }
    }

    Context '-Quiet' {
        It 'writes whether all are open' {
            $listener = Start-SocketListener tcp://127.0.0.1:0
            Test-SocketPort $listener -Quiet | Should -BeExactly $true
            Test-SocketPort $listener, "tcp://127.0.0.1:$(New-RefusingPort)" -Quiet | Should -BeExactly $false
        }

        It 'writes false for a name that does not resolve, beside its error' {
            Test-SocketPort nosuch.invalid 80 -Quiet -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeExactly $false
            Assert-SocketError $problem EAI_NONAME Test-SocketPort ObjectNotFound 'nosuch.invalid'
        }
    }

    Context '-Wait' {
        It 'ends when a listener has started' {
            $endpoint = New-RefusingEndpoint
            Close-EverySocket
            $job = Start-Background { param($endpoint) Test-SocketPort $endpoint -Wait -TimeoutSeconds 20 } $endpoint
            Wait-Turn $job # It has found it closed, and pauses.
            $listener = Start-SocketListener $endpoint
            $probe = Wait-Background $job
            "$($probe.Status) $($probe.Port)" | Should -BeExactly "Open $($listener.LocalEndPoint.Port)"
        }

        It 'writes each that is open once, and waits for the others only' {
            $listener = Start-SocketListener tcp://127.0.0.1:0
            $late = New-RefusingEndpoint
            Get-Socket | Where-Object { "$($_.Endpoint)" -eq $late } | Close-Socket
            $job = Start-Background { param($a, $b) Test-SocketPort $a, $b -Wait -TimeoutSeconds 20 } "$($listener.Endpoint)", $late
            Wait-Turn $job
            $null = Start-SocketListener $late
            $probes = @(Wait-Background $job)
            $probes.Count | Should -Be 2
            "$($probes.Target)" | Should -BeExactly "$($listener.Endpoint) $late"
        }

        It 'is ETIMEDOUT for each that is not open when the time is over' {
            $endpoint = New-RefusingEndpoint
            $clock = [Diagnostics.Stopwatch]::StartNew()
            Test-SocketPort $endpoint -Wait -TimeoutSeconds 0.35 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            $clock.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 0.35
            $problem.Count | Should -Be 1
            $problem[0].FullyQualifiedErrorId | Should -BeExactly 'ETIMEDOUT,SocketTools.Commands.TestSocketPortCommand'
            "$($problem[0].CategoryInfo.Category)" | Should -BeExactly 'OperationTimeout'
            "$($problem[0].TargetObject)" | Should -BeExactly $endpoint
            $problem[0].Exception.Message | Should -Match 'ECONNREFUSED'
        }

        It 'looks once with -TimeoutSeconds 0: EWOULDBLOCK' {
            Test-SocketPort (New-RefusingEndpoint) -Wait -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EWOULDBLOCK,SocketTools.Commands.TestSocketPortCommand'
            (Test-SocketPort (Start-SocketListener tcp://:0) -Wait -TimeoutSeconds 0).Status | Should -Be Open
        }

        It 'writes false with -Quiet, and no error' {
            Test-SocketPort (New-RefusingEndpoint) -Wait -Quiet -TimeoutSeconds 0.15 -ErrorVariable problem | Should -BeExactly $false
            $problem | Should -BeNullOrEmpty
        }
    }

    Context 'bounds from outside' {
        It 'stops within 200 ms while <What>, and leaves nothing open' -ForEach @(
            @{ What = 'it waits for answers'; Script = { param($to) @($to) * 30 | Test-SocketPort -TimeoutSeconds -1 }; Full = $true }
            @{ What = 'it waits for a filtered port to open'; Script = { param($to) Test-SocketPort $to -Wait -TimeoutSeconds -1 }; Full = $true }
        ) {
            $listener = New-FullListener tcp
            $null = Measure-Stop $Script $listener # The first one compiles what it needs.
            $descriptors = Get-OpenDescriptor
            Measure-Stop $Script $listener | Should -BeLessThan 200
            Assert-DescriptorsBack $descriptors
        }

        It 'stops within 200 ms in the pause between two looks' {
            $endpoint = New-RefusingEndpoint
            Measure-Fastest {
                $job = Start-Background { param($endpoint) Test-SocketPort $endpoint -Wait -TimeoutSeconds -1 } $endpoint
                Wait-Turn $job
                Stop-Background $job
            } | Should -BeLessThan 200
        }

        It 'ends with Select-Object -First 1 while others wait, and leaves nothing open' {
            $full = New-FullListener tcp
            $open = Start-SocketListener tcp://127.0.0.1:0
            $descriptors = Get-OpenDescriptor
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $first = @($open) + @($full) * 30 | Test-SocketPort -TimeoutSeconds -1 | Select-Object -First 1
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 2
            $first.Status | Should -Be Open
            Assert-DescriptorsBack $descriptors
        }
    }

    Context 'errors' {
        It 'goes on behind <Why>' -ForEach @(
            @{ Why = 'port 65536'; To = '127.0.0.1:65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Why = 'port 0'; To = '127.0.0.1:0'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Why = 'no port'; To = '127.0.0.1'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Why = 'a service that is none'; To = '127.0.0.1:nosuchservice'; Errno = 'EAI_SERVICE'; Category = 'ObjectNotFound' }
            @{ Why = 'a name that does not resolve'; To = 'nosuch.invalid:80'; Errno = 'EAI_NONAME'; Category = 'ObjectNotFound' }
            @{ Why = 'malformed IPv6'; To = '[:::1]:80'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        ) {
            $listener = Start-SocketListener tcp://127.0.0.1:0
            ($To, $listener | Test-SocketPort -ErrorAction SilentlyContinue -ErrorVariable problem).Status | Should -Be Open
            Assert-SocketError $problem $Errno Test-SocketPort $Category $To
        }

        It 'is an error for -Port <Port>' -ForEach @(
            @{ Port = '65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = '0'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = '-5'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = '80-'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = '90-80'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = '80,,90'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = '80-90x'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ Port = 'nosuchservice'; Errno = 'EAI_SERVICE'; Category = 'ObjectNotFound' }
        ) {
            Test-SocketPort 127.0.0.1 $Port -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            Assert-SocketError $problem $Errno Test-SocketPort $Category '127.0.0.1'
        }

        It 'is an error for <Why> with -Port' -ForEach @(
            @{ Why = 'a host that is missing'; To = '' }
            @{ Why = 'a host with a port'; To = 'localhost:80' }
            @{ Why = 'a Unix socket'; To = 'unix:/tmp/x' }
        ) {
            Test-SocketPort $To 80 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            Assert-SocketError $problem EINVAL Test-SocketPort InvalidArgument $To
        }

        It 'is an error for an object that is no endpoint' {
            Test-SocketPort 5 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'EINVAL,*'
        }
    }

    It 'shows progress when it takes long, and ends it' {
        $listener = New-FullListener tcp
        $powerShell = [powershell]::Create()
        try {
            $null = $powerShell.AddScript('param($module, $to) Import-Module $module; @($to) * 3 | Test-SocketPort -TimeoutSeconds 0.6 -ThrottleLimit 1').AddArgument($env:SOCKETTOOLS_MODULE).AddArgument("$($listener.Endpoint)")
            $powerShell.Invoke().Count | Should -Be 3
            $records = @($powerShell.Streams.Progress | Where-Object Activity -EQ 'Test-SocketPort')
            $records[0].StatusDescription | Should -BeExactly '1 of 3 ports'
            $records[0].PercentComplete | Should -Be 33
            "$($records[-1].RecordType)" | Should -BeExactly 'Completed'
        } finally { $powerShell.Dispose() }
    }

    It 'shows its calls with -Verbose' -Skip:(-not $IsLinux -or $env:SOCKETTOOLS_SYSTEM_CALLS -eq 'managed') {
        $calls = @(Test-SocketPort 127.0.0.2 1-2 -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object { "$_" })
        $calls[0] | Should -Match '^socket\(AF_INET, SOCK_STREAM\|SOCK_CLOEXEC\|SOCK_NONBLOCK, IPPROTO_TCP\) = \d+$'
        $calls[1] | Should -Match 'connect\(\d+, .*127\.0\.0\.2.*\) = -1 EINPROGRESS'
        $calls[2] | Should -Match 'connect\(\d+, .*127\.0\.0\.2.*\) = -1 ECONNREFUSED'
        # The second port goes over the same socket.
        @($calls -match '^socket').Count | Should -Be 1
    }

    It 'offers ports and service names' {
        function Get-Offer([string] $Line) { ([System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null)).CompletionMatches }
        (Get-Offer 'Test-SocketPort localhost htt').CompletionText | Should -Contain http
        (Get-Offer 'Test-SocketPort localhost htt').Where{ $_.CompletionText -eq 'http' }.ToolTip | Should -BeExactly 'http 80/tcp'
        (Get-Offer 'Test-SocketPort localhost -Port 1').CompletionText | Should -Contain '1-1023'
        (Get-Offer 'Test-SocketPort localhost -Port 44').CompletionText | Should -Contain '443'
        (Get-Offer 'Test-SocketPort udp://localhost -Port ntp').CompletionText | Should -Contain 'ntp'
        (Get-Offer 'Test-SocketPort udp://localhost -Port ssh').CompletionText | Should -Not -Contain 'ssh'
    }

    It 'shows a table with the latency in milliseconds' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = (Test-SocketPort $listener, 127.0.0.2:http | Out-String -Width 120).Trim() -split '\r?\n' } finally { $PSStyle.OutputRendering = $rendering }
        -split $lines[0] | Should -BeExactly 'Target', 'Address', 'Port', 'Service', 'Status', 'Latency', 'Reason'
        $lines[2] | Should -Match '^tcp://127\.0\.0\.1:\d+ +127\.0\.0\.1 +\d+ +Open +\d+\.\d{3} connected$'
        $lines[3] | Should -Match '^tcp://127\.0\.0\.2:http +127\.0\.0\.2 +80 http +Closed +\d+\.\d{3} ECONNREFUSED$'
    }
}
