BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketStatistic' {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes statistics or changes' {
        Assert-Parameter Get-SocketStatistic 'Name: String[], position 0', 'Protocol: String[]', 'NonZero: SwitchParameter', 'Delta: ScriptBlock, mandatory'
        Assert-OutputType Get-SocketStatistic ([SocketTools.SocketStatistic]), ([SocketTools.SocketStatisticChange])
    }

    It 'lists every counter once, with both names' {
        $all = Get-SocketStatistic
        $all | Should -BeOfType SocketTools.SocketStatistic
        $all.Count | Should -BeGreaterThan 30
        $all.KernelName | Should -Be ($all.KernelName | Select-Object -Unique)
        $segments = $all | Where-Object KernelName -EQ TcpInSegs
        $segments.Protocol, $segments.Name, "$($segments.Kind)" | Should -Be 'Tcp', 'InSegs', 'Counter'
        $segments.Value | Should -BeOfType long
        $segments.Meaning | Should -BeExactly 'Segments received, those with errors included.'
        "$(($all | Where-Object KernelName -EQ TcpCurrEstab).Kind)" | Should -Be Gauge
    }

    It 'finds names alone, with their table, and by wildcard, in any case' {
        (Get-SocketStatistic retranssegs).KernelName | Should -Be TcpRetransSegs
        (Get-SocketStatistic TcpRetransSegs).KernelName | Should -Be TcpRetransSegs
        (Get-SocketStatistic RetransSegs, TcpOutSegs).Name | Should -Be OutSegs, RetransSegs
        (Get-SocketStatistic Tcp*Opens -Protocol Tcp).Name | Should -Be ActiveOpens, PassiveOpens
    }

    It 'finds tables by name and by wildcard' {
        (Get-SocketStatistic -Protocol udp).Protocol | Select-Object -Unique | Should -BeExactly Udp
        $two = (Get-SocketStatistic -Protocol Tcp, Udp).Protocol | Select-Object -Unique
        $two | Should -Be Tcp, Udp
        (Get-SocketStatistic -Protocol T*p -Name *Segs).Protocol | Select-Object -Unique | Should -Be Tcp
    }

    It 'leaves out what is zero' {
        $all = Get-SocketStatistic -Protocol Tcp, Udp
        $all.Value | Should -Contain 0
        $some = Get-SocketStatistic -Protocol Tcp, Udp -NonZero
        $some | Should -Not -BeNullOrEmpty
        $some.Value | Should -Not -Contain 0
    }

    It 'says so when there is no counter or table of that name: <What>' -ForEach @(
        @{ What = 'counter'; Parameters = @{ Name = 'NoSuchCounter' }; Target = 'NoSuchCounter' }
        @{ What = 'counter of that table'; Parameters = @{ Name = 'RetransSegs'; Protocol = 'Udp' }; Target = 'RetransSegs' }
        @{ What = 'counter, with -Delta'; Parameters = @{ Name = 'NoSuchCounter'; Delta = {} }; Target = 'NoSuchCounter' }
    ) {
        Get-SocketStatistic @Parameters -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-SocketError $problem ENOENT Get-SocketStatistic ObjectNotFound $Target
    }

    It 'serves the names that there are beside one that there is not' {
        $found = Get-SocketStatistic NoSuchCounter, RetransSegs -ErrorVariable problem -ErrorAction SilentlyContinue
        $found.Name | Should -Be RetransSegs
        Assert-SocketError $problem ENOENT Get-SocketStatistic ObjectNotFound NoSuchCounter
    }

    It 'writes nothing, and no error, for a wildcard that nothing matches' {
        Get-SocketStatistic NoSuch* -ErrorVariable problem | Should -BeNullOrEmpty
        Get-SocketStatistic -Protocol NoSuch* -ErrorVariable +problem | Should -BeNullOrEmpty
        $problem | Should -BeNullOrEmpty
    }

    It 'shows which files it reads' -Skip:(-not $IsLinux) {
        $shown = Get-SocketStatistic RetransSegs -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object { "$_" }
        $shown[0] | Should -Match '^open\("/proc/.*/net/snmp", O_RDONLY\|O_NONBLOCK\|O_CLOEXEC\) = \d+$'
    }

    It 'leaves no descriptor behind' -Skip:(-not $IsLinux) {
        $null = Get-SocketStatistic
        $before = Get-OpenDescriptor
        1..20 | ForEach-Object { $null = Get-SocketStatistic }
        Assert-DescriptorsBack $before
    }

    It 'stops behind Select-Object -First 1' {
        Get-SocketStatistic | Select-Object -First 1 | Should -BeOfType SocketTools.SocketStatistic
    }

    It 'shows a table' {
        $lines = (Get-SocketStatistic MaxConn | Out-String -Width 160) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        -split $lines[0] | Should -Be Protocol, Name, Value, Kind, Meaning
        $lines[2] | Should -Match '^Tcp +MaxConn +-1 Gauge +Limit of connections; -1 when it is not fixed\.'
    }
}

Describe 'Get-SocketStatistic -Delta' {
    AfterEach { Close-EverySocket }

    It 'writes what the block changed' {
        $changes = Get-SocketStatistic -Delta { $pair = New-ConnectedPair } -Protocol Tcp
        $pair.Count | Should -Be 2
        $changes | Should -BeOfType SocketTools.SocketStatisticChange
        # Others may connect meanwhile.
        foreach ($name in 'ActiveOpens', 'PassiveOpens') {
            $change = $changes | Where-Object Name -EQ $name
            $change.Value | Should -BeGreaterOrEqual 1
            $change.After - $change.Before | Should -Be $change.Value
        }
        $changes.Value | Should -Not -Contain 0
    }

    It 'counts exactly what it must where nobody else is' -Skip:(-not $IsLinux) {
        if (-not (Get-Command unshare -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'unshare is not installed'; return }
        unshare --net true 2>$null
        if ($LASTEXITCODE) { Set-ItResult -Skipped -Because 'a network namespace is for root'; return }
        $child = Start-ChildPowerShell -Prefix unshare, --net -Script @'
            ip link set lo up
            $receiver = Start-SocketListener udp://:0
            $changes = Get-SocketStatistic *Datagrams, IpExtInOctets -Delta { 1..3 | ForEach-Object { Send-SocketText -Endpoint $receiver hello }; Receive-SocketDatagram $receiver -Count 3 } | Where-Object Protocol -NE Ip6
            ($changes | ForEach-Object { "$($_.KernelName) $($_.Before) $($_.After) $($_.Value)" }) -join ', '
'@
        try { Read-ChildLine $child | Should -Be 'UdpInDatagrams 0 3 3, UdpOutDatagrams 0 3 3, IpExtInOctets 0 99 99' }
        finally { Stop-Child $child }
    }

    It 'writes nothing when nothing changed' {
        Get-SocketStatistic MaxConn -Delta { } | Should -BeNullOrEmpty
    }

    It 'runs the block in the scope of the caller, and leaves its arguments alone' {
        function Test-Scope {
            $here = 1
            Get-SocketStatistic MaxConn -Delta { $here = 2; $new = 3 }
            "$here $new $args"
        }
        Test-Scope a b | Should -Be '2 3 a b'
    }

    It 'runs the block of a module in the scope of its function' {
        $module = New-Module { function Test-ModuleScope { $here = 1; Get-SocketStatistic MaxConn -Delta { $here = 2; $script:kept = 4 }; "$here $script:kept" } }
        try { Test-ModuleScope | Should -Be '2 4' } finally { Remove-Module $module }
    }

    It 'keeps what the block writes out of the output, and in the information stream' {
        $output = Get-SocketStatistic MaxConn -Delta { 'one'; 2; , @(3, 4) } -InformationVariable written
        $output | Should -BeNullOrEmpty
        $written.MessageData | Should -Be 'one', 2, 3, 4
        $written.Tags | Select-Object -Unique | Should -Be SocketStatisticOutput
    }

    It 'writes an error that the block writes, and goes on' {
        $done = $false
        $stream = Get-SocketStatistic ActiveOpens -Delta { Write-Error bad; $null = New-ConnectedPair; $done = $true } -ErrorVariable problem -ErrorAction Continue 2>&1
        $done | Should -BeTrue
        "$problem" | Should -Be bad
        $stream.Count | Should -Be 2
        "$($stream[0])" | Should -Be bad
        $stream[1] | Should -BeOfType SocketTools.SocketStatisticChange
    }

    It 'keeps what the block wrote before an error ended it' {
        $null = Get-SocketStatistic MaxConn -Delta { 'one'; Write-Error bad; throw 'enough' } -InformationVariable written -ErrorVariable problem -ErrorAction SilentlyContinue
        $written.MessageData | Should -Be one
        $problem | ForEach-Object { "$_" } | Should -Be bad, enough
    }

    It 'writes what changed, and then the error that ended the block' {
        $stream = Get-SocketStatistic ActiveOpens -Delta { $null = New-ConnectedPair; throw 'enough' } 2>&1
        $stream[0] | Should -BeOfType SocketTools.SocketStatisticChange
        $stream[0].Value | Should -BeGreaterOrEqual 1
        $stream[1] | Should -BeOfType System.Management.Automation.ErrorRecord
        "$($stream[1])" | Should -Be enough
        $stream.Count | Should -Be 2
    }

    It 'writes what changed also when the error stops the caller' {
        $seen = [System.Collections.Generic.List[object]]::new()
        { Get-SocketStatistic ActiveOpens -Delta { $null = New-ConnectedPair; throw 'enough' } -ErrorAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw enough
        $seen.Count | Should -Be 1
    }

    It 'ends with the pipeline that it writes to, in the middle of the block' {
        $reached = $false
        Get-SocketStatistic -Delta { 'one'; $reached = $true } 6>&1 | Select-Object -First 1 | Should -Be one
        $reached | Should -BeFalse
    }

    It 'does not run the block for a wildcard that is none' {
        $ran = $false
        { Get-SocketStatistic '[' -Delta { $ran = $true } } | Should -Throw -ErrorId 'RuntimeException,*'
        $ran | Should -BeFalse
    }

    It 'does not go together with -NonZero' {
        { Get-SocketStatistic -NonZero -Delta { } } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'is stopped in the middle of the block' {
        Measure-Stop {
            $listener = Start-SocketListener tcp://127.0.0.1:0
            try { Get-SocketStatistic -Delta { Receive-SocketConnection $listener -TimeoutSeconds -1 } } finally { Stop-SocketListener $listener }
        } | Should -BeLessThan 200
    }

    It 'shows a table' {
        $lines = (Get-SocketStatistic ActiveOpens -Delta { $null = New-ConnectedPair } | Out-String -Width 160) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        -split $lines[0] | Should -Be Protocol, Name, Change, Meaning
        $lines[2] | Should -Match '^Tcp +ActiveOpens +\d+ Connections that were begun'
    }
}
