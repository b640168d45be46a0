BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketTcpInfo' -Skip:(-not $IsLinux) {
    AfterEach { Close-EverySocket }

    It 'has its parameter, and writes SocketTcpInfo' {
        Assert-Parameter Get-SocketTcpInfo 'Channel: ChannelArgument[], position 0, mandatory, pipeline'
        Assert-OutputType Get-SocketTcpInfo ([SocketTools.SocketTcpInfo])
    }

    It 'tells of a connection over <_>' -ForEach 'tcp', 'tcp6' {
        $client, $server = New-ConnectedPair $_
        Send-SocketText $client hello
        $null = Receive-SocketByte $server -Exactly 5
        $info = Get-SocketTcpInfo $server
        [object]::ReferenceEquals($info.Channel, $server) | Should -BeTrue
        $info.State, $info.CongestionState, $info.BytesReceived, $info.BytesSent | Should -Be ESTABLISHED, Open, 5, 0
        $info.RetransmissionTimeout | Should -BeOfType timespan
        $info.CongestionAlgorithm | Should -Match '^[a-z]'
        $info.SendMss | Should -BeGreaterThan 500
    }

    It 'takes channels from the pipeline, as an array, and as .NET has them' {
        $client, $server = New-ConnectedPair
        ($client, $server | Get-SocketTcpInfo).Channel.Descriptor | Should -Be $client.Descriptor, $server.Descriptor
        (Get-SocketTcpInfo $client, $server).State | Should -Be ESTABLISHED, ESTABLISHED
        (Get-SocketTcpInfo $client.Socket).State | Should -Be ESTABLISHED
        (Get-SocketTcpInfo $client | Get-SocketTcpInfo).State | Should -Be ESTABLISHED
    }

    It 'follows a connection to its end' {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client Send
        Wait-Until { (Get-SocketTcpInfo $client).State -eq 'FIN_WAIT_2' }
        (Get-SocketTcpInfo $server).State | Should -Be CLOSE_WAIT
        Disconnect-Socket $server Send
        Wait-Until { (Get-SocketTcpInfo $server).State -eq 'CLOSED' }
    }

    It 'tells of a listener who waits, and the backlog' {
        $listener = Start-SocketListener tcp://:0 -Backlog 7
        $null = Connect-Socket $listener
        $null = Wait-Socket $listener -TimeoutSeconds 10
        $info = Get-SocketTcpInfo $listener
        $info.State, $info.Unacked, $info.Sacked | Should -Be LISTEN, 1, 7
        $info.LastDataSent | Should -BeNullOrEmpty
    }

    It 'is EOPNOTSUPP for <Kind>' -ForEach @(
        @{ Kind = 'a Unix socket'; Make = { New-Socket AF_UNIX } }
        @{ Kind = 'UDP'; Make = { New-Socket AF_INET SOCK_DGRAM } }
    ) {
        $socket = & $Make
        Get-SocketTcpInfo $socket -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-SocketError $problem EOPNOTSUPP Get-SocketTcpInfo InvalidOperation $socket
    }

    It 'is EBADF for a closed channel, and ENOTSOCK for what is none; the others are served' {
        $client, $server = New-ConnectedPair
        Close-Socket $client
        $found = $client, $server | Get-SocketTcpInfo -ErrorVariable problem -ErrorAction SilentlyContinue
        @($found).Count | Should -Be 1
        Assert-SocketError $problem EBADF Get-SocketTcpInfo InvalidOperation $client
        Get-SocketTcpInfo 'text' -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-SocketError $problem ENOTSOCK Get-SocketTcpInfo InvalidArgument 'text'
    }

    It 'shows the calls with -Verbose' {
        $client, $server = New-ConnectedPair
        $shown = Get-SocketTcpInfo $client -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object { "$_" }
        $shown.Count | Should -Be 2
        $shown[0] | Should -Match "^getsockopt\($($client.Descriptor), IPPROTO_TCP, TCP_INFO, .*, \[\d+\]\) = 0$"
        $shown[1] | Should -Match "^getsockopt\($($client.Descriptor), IPPROTO_TCP, TCP_CONGESTION, "
    }

    It 'shows a table with the main ones' {
        $client, $server = New-ConnectedPair
        $lines = (Get-SocketTcpInfo $client | Out-String -Width 80) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        $lines[0] | Should -Match '^ +FD State +RTT \(ms\) +Variance +Cwnd +MSS +Retransmits +Delivery rate'
        $lines[2] | Should -Match "^ *$($client.Descriptor) ESTABLISHED +[\d.]+ +[\d.]+ +\d+ +\d+ +0 +[\d.]+ \w*B/s"
    }

    It 'shows a list of groups with units, and all fields that are not empty as they are' {
        $client, $server = New-ConnectedPair
        $info = Get-SocketTcpInfo $client
        $lines = ($info | Format-List | Out-String -Width 80) -replace '\e\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        $lines | Where-Object { $_ -match '^Round trip +: *$' } | Should -Not -BeNullOrEmpty
        $lines | Where-Object { $_ -match '^  SendMss +: \d+ bytes$' } | Should -Not -BeNullOrEmpty
        $lines | Where-Object { $_ -match '^  RetransmissionTimeout +: [\d.]+ ms$' } | Should -Not -BeNullOrEmpty
        $lines | Where-Object { $_ -match '^  CongestionWindow +: \d+ segments$' } | Should -Not -BeNullOrEmpty
        $lines | Where-Object { $_ -match '^  TotalRetransmits +: 0 segments$' } | Should -Not -BeNullOrEmpty
        # Every property has its line.
        $names = $info.PSObject.Properties.Name
        $shown = $lines | ForEach-Object { if ($_ -match '^  (\w+) +:') { $Matches[1] } }
        $shown | Sort-Object | Should -Be ($names | Sort-Object)
    }

    It 'asks about a connection of the machine, by the pipeline' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        Send-SocketText $client 'twelve bytes'
        $port = $client.LocalEndPoint.Port
        $to = $server.LocalEndPoint.Port
        $info = Get-SocketConnection -Protocol tcp -LocalPort $port -RemotePort $server.LocalEndPoint.Port | Get-SocketTcpInfo
        $info.State | Should -Be ESTABLISHED
        $info.Connection.LocalPort | Should -Be $port
        $info.Channel | Should -BeNullOrEmpty
        $ours = Get-SocketTcpInfo $client
        $info.BytesSent | Should -Be $ours.BytesSent
        $info.CongestionAlgorithm | Should -Be $ours.CongestionAlgorithm
        $info.SendMss | Should -Be $ours.SendMss
    }

    It 'says so when the connection has gone, is in TIME_WAIT, or is none of TCP' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        $to = $server.LocalEndPoint.Port
        $row = Get-SocketConnection -Protocol tcp -LocalPort $client.LocalEndPoint.Port -RemotePort $to
        Close-Socket $client -Reset
        Wait-Until { -not (Get-SocketConnection -Protocol tcp -LocalPort $row.LocalPort -RemotePort $to) }
        Get-SocketTcpInfo $row -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-SocketError $failed ENOTCONN Get-SocketTcpInfo ConnectionError $row
        $client, $server = New-ConnectedPair
        $port = $client.LocalEndPoint.Port
        $to = $server.LocalEndPoint.Port
        Close-Socket $client
        Close-Socket $server
        Wait-Until { (Get-SocketConnection -Protocol tcp -LocalPort $port -RemotePort $to).State -eq 'TIME_WAIT' }
        $row = Get-SocketConnection -Protocol tcp -LocalPort $port -RemotePort $to
        Get-SocketTcpInfo $row -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-SocketError $failed EOPNOTSUPP Get-SocketTcpInfo InvalidOperation $row
        $udp = Start-SocketListener udp://:0
        $row = Get-SocketConnection -Protocol udp -LocalPort $udp.LocalEndPoint.Port
        Get-SocketTcpInfo $row -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-SocketError $failed EOPNOTSUPP Get-SocketTcpInfo InvalidOperation $row
    }
}
