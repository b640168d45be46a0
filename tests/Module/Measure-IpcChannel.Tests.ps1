BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # The processes that this one started and that are second processes of a measurement.
    function Get-SecondProcess {
        foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
            if ((Split-Path $folder -Leaf) -notmatch '^\d+$') { continue }
            try {
                $stat = [IO.File]::ReadAllText("$folder/stat")
                $line = [IO.File]::ReadAllText("$folder/cmdline")
            } catch [IO.IOException], [UnauthorizedAccessException] { continue }
            # Behind the name: state, then the parent. One that has ended has no command line.
            if (-split $stat.Substring($stat.LastIndexOf(')') + 2) | Select-Object -Index 1 | Where-Object { $_ -eq $PID }) {
                if ($line -match 'IpcMeasuringPeer') { Split-Path $folder -Leaf }
            }
        }
    }
}

Describe 'Measure-IpcChannel' -Skip:(-not $IsLinux) {
    It 'has its parameters, and writes measurements' {
        Assert-Parameter Measure-IpcChannel @(
            'Mechanism: IpcMechanism[], position 0', 'MessageSize: Int32[], position 1', 'Repeat: Int32', 'DurationSeconds: Double', 'Count: Int32'
            'Pin: SwitchParameter', 'TimeoutSeconds: Double')
        Assert-OutputType Measure-IpcChannel ([SocketTools.IpcMeasurement])
        [SocketTools.Commands.MeasureIpcChannelCommand]::new().TimeoutSeconds | Should -Be 30
    }

    It 'measures every mechanism at every size, size by size, and an eventfd once' {
        $measured = Measure-IpcChannel -MessageSize 512, 16 -Count 20 -Repeat 2 -ErrorVariable problem
        $problem | Should -BeNullOrEmpty
        $names = [Enum]::GetNames([SocketTools.IpcMechanism])
        $names.Count | Should -Be 9
        "$($measured.Mechanism)" | Should -BeExactly "$names $($names[0..7])"
        $measured.MessageSize | Should -Be (@(16) * 8 + 8 + @(512) * 8)
        foreach ($one in $measured) {
            $one.MinimumLatencyMicroseconds | Should -BeGreaterThan 0
            $one.MedianLatencyMicroseconds | Should -BeGreaterOrEqual $one.MinimumLatencyMicroseconds
            $one.P99LatencyMicroseconds | Should -BeGreaterOrEqual $one.MedianLatencyMicroseconds
            $one.ThroughputBytesPerSecond | Should -BeGreaterThan 0
            $one.RoundTrips | Should -Be 40
            $one.Messages | Should -Be 40
            $one.Pinned | Should -BeFalse
            $one.ProcessorCount | Should -BeGreaterThan 0
        }
        $measured[0].MedianLatencyMicroseconds | Should -BeOfType double
        Get-SecondProcess | Should -BeNullOrEmpty
    }

    It 'takes mechanisms and sizes by position, each once' {
        $measured = Measure-IpcChannel Unix, Pipe, Unix 64, 64 -Count 10
        "$($measured.Mechanism)" | Should -BeExactly 'Pipe Unix'
        $measured.RoundTrips | Should -Be 30, 30
    }

    It 'says whether each process was on a processor of its own' {
        (Measure-IpcChannel Pipe 64 -Count 10 -Pin).Pinned | Should -Be ([Environment]::ProcessorCount -gt 1)
    }

    It 'writes an error for a size that a mechanism does not have, and goes on' {
        $measured = Measure-IpcChannel Udp, Unix 70000 -Count 5 -ErrorVariable problem -ErrorAction SilentlyContinue
        "$($measured.Mechanism)" | Should -BeExactly 'Unix'
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EMSGSIZE,SocketTools.Commands.MeasureIpcChannelCommand'
        "$($problem[0].CategoryInfo.Category)" | Should -BeExactly 'LimitsExceeded'
        $problem[0].TargetObject | Should -Be ([SocketTools.IpcMechanism]::Udp)
        $problem[0].Exception.Message | Should -Match '65507.*70000'
    }

    It 'refuses what is no measurement' {
        { Measure-IpcChannel Pipe 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Measure-IpcChannel Carrier } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage*'
        { Measure-IpcChannel Pipe -Repeat 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Measure-IpcChannel Pipe -DurationSeconds 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        Measure-IpcChannel Pipe, Tcp -Count 2000000 -Repeat 1000 -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL Measure-IpcChannel InvalidArgument
    }

    It 'is stopped from outside within 200 ms while it measures, and the second process is gone' -ForEach 'Pipe', 'MessageQueue', 'SharedMemory' {
        Measure-Fastest {
            $job = Start-Background { param($mechanism) Measure-IpcChannel $mechanism 64 -DurationSeconds 600 } $_
            Wait-Until -What 'the second process is there' { Get-SecondProcess }
            Stop-Background $job
            Get-SecondProcess | Should -BeNullOrEmpty
        } | Should -BeLessThan 200
    }

    It 'ends with Select-Object -First 1 within 200 ms, with nothing left' {
        $names = { Get-ChildItem /dev/shm, ([IO.Path]::GetTempPath()) -Filter '*sockettools*' -Force -ErrorAction Ignore | ForEach-Object FullName }
        $before = @(& $names)
        $null = Measure-IpcChannel Pipe, Unix 64 -Count 5 | Select-Object -First 1
        $descriptors = Get-OpenDescriptor
        Measure-Fastest {
            $clock = [Diagnostics.Stopwatch]::new()
            Measure-IpcChannel Pipe, Unix, Tcp 64 -Count 5 | ForEach-Object { $clock.Restart(); $_ } | Select-Object -First 1 | Should -HaveCount 1
            $clock.Elapsed.TotalMilliseconds
            Get-SecondProcess | Should -BeNullOrEmpty
        } | Should -BeLessThan 200
        Assert-DescriptorsBack $descriptors
        @(& $names) | Where-Object { $_ -notin $before } | Should -BeNullOrEmpty
    }

    It 'says that a second process that dies is gone, and measures the next mechanism with another' {
        # Another thread watches, because the pipeline is busy.
        $killer = Start-Background {
            param($find)
            $find = [scriptblock]::Create($find)
            do { $child = & $find } until ($child)
            [Diagnostics.Process]::GetProcessById(@($child)[0]).Kill()
        } ${function:Get-SecondProcess}.ToString()
        $measured = Measure-IpcChannel Pipe, Unix 64 -DurationSeconds 1 -Repeat 1 -ErrorVariable problem -ErrorAction SilentlyContinue
        $null = Wait-Background $killer
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EPIPE,SocketTools.Commands.MeasureIpcChannelCommand'
        $problem[0].TargetObject | Should -Be ([SocketTools.IpcMechanism]::Pipe)
        "$($measured.Mechanism)" | Should -BeExactly 'Unix'
    }

    It 'shows how far it is' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$env:SOCKETTOOLS_MODULE'; Measure-IpcChannel Pipe, Unix 64 -DurationSeconds 0.6 -Repeat 1")
        $shell.Invoke() | Should -HaveCount 2
        $shown = @($shell.Streams.Progress)
        $shell.Dispose()
        $shown.Activity | Sort-Object -Unique | Should -BeExactly 'Measure-IpcChannel'
        $shown[0].StatusDescription | Should -Match '^(Pipe|Unix), 64 bytes$'
        "$($shown[-1].RecordType)" | Should -BeExactly 'Completed'
    }

    It 'is shown as a table of 80 columns' {
        $measured = Measure-IpcChannel UnixDatagram, EventFd 64 -Count 5
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = @(($measured | Out-String -Width 80) -split '\r?\n' | Where-Object { $_ }) } finally { $PSStyle.OutputRendering = $rendering }
        $lines.Count | Should -Be 4
        $lines[0] | Should -Match '^Mechanism +Size +Least µs +Median µs +P99 µs +Spread +Throughput +Spread *$'
        $lines[2] | Should -Match '^UnixDatagram +64 +[\d.]+ +[\d.]+ +[\d.]+ +\d+ % +[\d.]+ \w+/s +\d+ %$'
        $lines[3] | Should -Match '^EventFd +8 '
    }

    It 'starts the PowerShell that runs it, whatever the process is' {
        $find = [SocketTools.Commands.MeasureIpcChannelCommand].Assembly.GetType('SocketTools.Internal.OwnPowerShell').GetMethod('Find', [Reflection.BindingFlags] 'Static, NonPublic', [type[]] @([string], [string], [string], [Func[string, bool]]))
        function Find($Process, $There, $Path = '/usr/bin') {
            try { "$($find.Invoke($null, @($Process, '/home', $Path, [Func[string, bool]] { param($file) $file -in $There })))" }
            catch { $_.Exception.InnerException.Errno }
        }
        Find '/opt/pwsh/pwsh' @() | Should -BeExactly '/opt/pwsh/pwsh'
        Find '/usr/bin/dotnet' '/home/pwsh', '/home/pwsh.dll' | Should -BeExactly '/home/pwsh'
        Find '/usr/bin/dotnet' '/home/pwsh.dll' | Should -BeExactly '/usr/bin/dotnet /home/pwsh.dll'
        Find '/usr/bin/dotnet-interactive' '/usr/bin/pwsh' | Should -BeExactly '/usr/bin/pwsh'
        Find '/usr/bin/dotnet' '/b/pwsh' '/a:/b' | Should -BeExactly '/b/pwsh'
        Find '/usr/bin/dotnet' @() | Should -Be ([SocketTools.Errno]::ENOENT)
    }
}
