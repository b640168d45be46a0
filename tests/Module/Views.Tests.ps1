BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Views' {
    BeforeAll {
        # The lines of a table, without colours and the empty ones.
        function Get-View($Object, [int] $Width = 160) {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            try { @(($Object | Out-String -Width $Width) -split '\r?\n' | Where-Object { $_ }) } finally { $PSStyle.OutputRendering = $rendering }
        }

        # The columns of a line of a table whose values hold no spaces.
        function Get-Column([string] $Line) { -split $Line }
    }
    AfterEach { Close-EverySocket }

    It 'shows a channel as a table: descriptor, protocol, state, both addresses, bytes each way' {
        $client, $server = New-ConnectedPair
        Send-SocketText $client 'hello'
        Send-SocketText $server 'ab'
        $null = Receive-SocketText $client -TimeoutSeconds 10
        $lines = Get-View $client
        Get-Column $lines[0] | Should -Be 'FD', 'Protocol', 'State', 'Local', 'Remote', 'Sent', 'Received'
        Get-Column $lines[2] | Should -Be "$($client.Descriptor)", 'tcp', 'Connected', "$($client.LocalEndPoint)", "$($client.RemoteEndPoint)", '5', '2'
        $lines.Count | Should -Be 3
    }

    It 'shows a dash for an address that is not there' {
        Get-Column (Get-View (New-Socket))[2] | Select-Object -Skip 2 | Should -Be 'Unconnected', '-', '-', '0', '0'
    }

    It 'shows (unnamed) for a Unix client without a name' {
        $client, $server = New-ConnectedPair unix
        (Get-Column (Get-View $client)[2])[3, 4] | Should -Be '(unnamed)', "$($client.RemoteEndPoint)"
        (Get-Column (Get-View $server)[2])[3, 4] | Should -Be "$($server.LocalEndPoint)", '(unnamed)'
    }

    It 'shows a closed channel' {
        $client, $server = New-ConnectedPair
        Close-Socket $client
        (Get-Column (Get-View $client)[2])[2] | Should -Be 'Closed'
    }

    It 'shows several channels in one table' {
        $null = New-ConnectedPair
        (Get-View (Get-Socket)).Count | Should -Be 4
    }

    It 'shows transfers as a table: a failed call by its errno, a receive by its sends, the end as such' {
        $client, $server = New-ConnectedPair
        Send-SocketText $client 'ab'
        Send-SocketText $client 'cd'
        $null = Receive-SocketByte $server -Exactly 4 -TimeoutSeconds 10
        Disconnect-Socket $client Send
        Send-SocketText $client 'x' -ErrorAction SilentlyContinue
        $null = Receive-SocketByte $server -TimeoutSeconds 10
        $lines = Get-View ($client, $server | Get-Socket -Trace)
        $lines.Count | Should -Be 7
        Get-Column $lines[0] | Should -Be 'Time', 'FD', 'Call', '#', 'Requested', 'Bytes', 'Offset', 'From'
        (Get-Column $lines[4])[1..9] -join ' ' | Should -BeExactly "$($server.Descriptor) recv 1 4 4 0 $($client.Descriptor): #1 #2"
        (Get-Column $lines[5])[1..8] -join ' ' | Should -BeExactly "$($client.Descriptor) send 3 1 EPIPE 4"
        (Get-Column $lines[6])[1..8] -join ' ' | Should -BeExactly "$($server.Descriptor) recv 2 65536 0 4 end of"
    }

    It 'shows a listener as a table' {
        $listener = Start-SocketListener tcp://:0 -Backlog 7
        $null = Connect-Socket $listener
        $null = Receive-SocketConnection $listener
        $lines = Get-View $listener
        Get-Column $lines[0] | Should -Be 'FD', 'State', 'Endpoint', 'Backlog', 'Accepted', 'Active', 'Errors'
        Get-Column $lines[2] | Should -Be "$($listener.Descriptor)", 'Listening', "$listener", '7', '1', '1', '0'
    }

    It 'shows datagrams as a table: when, from where, to where, how long, cut or not, the text' -Skip:(-not $IsLinux) {
        $receiver = Start-SocketListener udp://:0
        $sender = New-Socket AF_INET SOCK_DGRAM
        Set-SocketAddress $sender udp://:0
        'hello', "two`r`nlines", '', 'too-long' | Send-SocketText $sender -To $receiver
        Send-SocketByte $sender 0xFF, 0x00 -To $receiver
        $lines = Get-View (@(Receive-SocketDatagram $receiver -Count 3) + @(Receive-SocketDatagram $receiver -MaximumLength 3) + @(Receive-SocketDatagram $receiver))
        $lines[0] | Should -Match '^Received at +From +To +Length +Truncated +Text'
        $lines.Count | Should -Be 7
        $start = "^\d\d:\d\d:\d\d\.\d{6} +$($sender.LocalEndPoint) +127\.0\.0\.1 \(lo\) +"
        $lines[2] | Should -Match "${start}5 False +hello"
        $lines[3] | Should -Match "${start}10 False +two\u240d\u240alines"
        $lines[4] | Should -Match "${start}0 False"
        $lines[5] | Should -Match "${start}8 True +too"
        $lines[6] | Should -Match "${start}2 False +FF00"
    }

    It 'shows a dash for what a Unix socket does not tell, and (unnamed) for a sender without a name' -Skip:$IsWindows {
        $receiver = Start-SocketListener "unixgram:$(New-SocketPath)"
        Send-SocketText -Endpoint $receiver hello
        (Get-Column (Get-View (Receive-SocketDatagram $receiver))[2])[1, 2] | Should -Be '(unnamed)', '-'
    }

    It 'shows a listener of datagrams as a table' {
        $listener = Start-SocketListener udp://:0
        Get-Column (Get-View $listener)[2] | Should -Be "$($listener.Descriptor)", 'Bound', "$listener", '0', '0', '0', '0'
    }

    It 'shows an endpoint as a table' {
        $lines = Get-View ([SocketTools.SocketEndpoint]::Parse('tcp://localhost:http'))
        Get-Column $lines[0] | Should -Be 'Endpoint', 'Scheme', 'Host', 'Port', 'Path'
        Get-Column $lines[2] | Should -Be 'tcp://localhost:http', 'Tcp', 'localhost', '80'
    }

    It 'shows addresses, services, the ephemeral range and interfaces as tables' {
        $lines = Get-View (Resolve-SocketEndpoint 'udp://[::1]:53')
        Get-Column $lines[0] | Should -Be '#', 'Endpoint', 'Family', 'Type', 'Service', 'Name'
        Get-Column $lines[2] | Should -Be '1', 'udp://[::1]:53', 'AF_INET6', 'SOCK_DGRAM', 'domain', '::1'
        $lines = Get-View (Get-SocketService -Port 443 -Protocol tcp)
        Get-Column $lines[0] | Should -Be 'Name', 'Port', 'Protocol', 'Range', 'Ephemeral', 'Aliases'
        Get-Column $lines[2] | Should -Be 'https', '443', 'tcp', 'WellKnown', 'False'
        Get-Column (Get-View (Get-SocketService -EphemeralRange))[0] | Should -Be 'First', 'Last', 'Count', 'Source'
        $interface = Get-SocketInterface | Where-Object IsLoopback | Select-Object -First 1
        $lines = Get-View $interface
        Get-Column $lines[0] | Should -Be '#', 'Name', 'State', 'MTU', 'MAC', 'Addresses'
        (Get-Column $lines[2])[0..2] | Should -Be "$($interface.Index)", $interface.Name, 'Up'
        $lines[2] | Should -Match '127\.0\.0\.1/8'
    }

    It 'shows sockets of the machine as a table' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        Send-SocketText $client hello
        $null = Wait-Socket $server -TimeoutSeconds 10
        $lines = Get-View (Get-SocketConnection -LocalPort $server.LocalEndPoint.Port -State ESTABLISHED)
        $lines.Count | Should -Be 3
        Get-Column $lines[0] | Should -Be 'Protocol', 'State', 'Recv-Q', 'Send-Q', 'Local', 'Remote', 'User', 'Process'
        (Get-Column $lines[2])[0..5] | Should -Be 'tcp', 'ESTABLISHED', '5', '0', "$($server.LocalEndPoint)", "$($client.LocalEndPoint)"
        $lines[2] | Should -Match "\($PID\) *$"
    }

    It 'shows a listener with an asterisk for the port that it has not, and a Unix socket by path and inode' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener tcp://:0 -Backlog 7
        (Get-Column (Get-View (Get-SocketConnection -LocalPort $listener.LocalEndPoint.Port))[2])[0..5] | Should -Be 'tcp', 'LISTEN', '0', '7', "$($listener.LocalEndPoint)", '0.0.0.0:*'
        $client, $server = New-ConnectedPair unix
        $row = (Get-SocketConnection $client).Local
        (Get-Column (Get-View $row)[2])[0..7] | Should -Be 'unix', 'ESTABLISHED', '0', '0', 'inode', "$($row.Inode)", 'inode', "$($row.PeerInode)"
    }

    It 'shows a change of a socket as a table' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener tcp://:0
        $job = Start-Background -ArgumentList $listener.LocalEndPoint.Port { param($port) Get-SocketConnection -Watch -RemotePort $port -IntervalSeconds 0.02 }
        try {
            # The first look of a watch finds nothing new: connections are made until one is seen.
            Wait-Until -What 'a change' { $null = Connect-Socket $listener -TimeoutSeconds 10; $job.Output.Count -gt 0 }
            $change = $job.Output[0]
        } finally { $null = Stop-Background $job }
        $lines = Get-View $change
        $lines.Count | Should -Be 3
        Get-Column $lines[0] | Should -Be 'Time', 'Kind', 'Before', 'State', 'Protocol', 'Local', 'Remote', 'Process'
        $local = "$($change.Connection.LocalAddress):$($change.Connection.LocalPort)"
        $lines[2] | Should -Match "^\d\d:\d\d:\d\d\.\d{3} Opened +$($change.State) +tcp +$local +$($listener.LocalEndPoint) "
        (Get-View $change 100)[2] | Should -Match " $local +$($listener.LocalEndPoint) "
    }

    It 'shows a channel beside the rows of the kernel as a table' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        Disconnect-Socket $client Send
        Wait-Until -What 'FIN_WAIT_2' { (Get-SocketConnection $client).Local.State -eq 'FIN_WAIT_2' }
        $lines = Get-View (Get-SocketConnection $client)
        $lines.Count | Should -Be 3
        Get-Column $lines[0] | Should -Be 'FD', 'State', 'Kernel', 'Recv-Q', 'Send-Q', 'Local', 'Remote', 'Other', 'end'
        Get-Column $lines[2] | Should -Be "$($client.Descriptor)", "$($client.State)", 'FIN_WAIT_2', '0', '0', "$($client.LocalEndPoint)", "$($client.RemoteEndPoint)", 'CLOSE_WAIT'
    }

    It 'does not break a state, an address of IPv4 with its port and a process in 100 columns' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        $lines = Get-View (Get-SocketConnection -LocalPort $client.LocalEndPoint.Port -State ESTABLISHED) 100
        $lines[2] | Should -Match ([regex]::Escape("$($client.LocalEndPoint)"))
        $lines[2] | Should -Match ([regex]::Escape("$($server.LocalEndPoint)"))
        Get-Column (Get-View (Get-SocketConnection $client) 100)[2] | Should -Contain "$($client.RemoteEndPoint)"
        # The longest name of a state, SYN_RECEIVED, and a process such as pwsh (12345) have 12 characters.
        [xml] $views = Get-Content $PSScriptRoot/../../module/Views/SocketTools.Format.ps1xml
        $columns = $views.SelectNodes("//View[starts-with(Name, 'SocketConnection')]//TableColumnHeader[Label='State' or Label='Before' or Label='Kernel' or Label='Other end' or Label='Process']")
        $columns.Count | Should -Be 8
        [int[]] $columns.Width | ForEach-Object { $_ | Should -BeGreaterOrEqual 12 }
    }

    It 'shows a semaphore as a table' -Skip:(-not $IsLinux) {
        $name = "/sockettools-test-$([guid]::NewGuid())"
        $lines = Get-View ((New-IpcSemaphore $name -InitialCount 3), (New-IpcSemaphore))
        Get-Column $lines[0] | Should -Be 'Name', 'Value', 'Owner', 'Open'
        Get-Column $lines[2] | Should -Be $name, '3', 'True', 'True'
        Get-Column $lines[3] | Should -Be '(unnamed)', '1', 'True', 'True'
    }

    It 'shows a signal as a table: when, which, from whom, with what value' -Skip:(-not $IsLinux) {
        Register-IpcSignal RTMIN+13
        try {
            Send-IpcSignal RTMIN+13 $PID -Value -5
            $lines = Get-View (Wait-IpcSignal RTMIN+13) 80
        } finally { Unregister-Event SIGRTMIN+13 }
        $lines.Count | Should -Be 3
        $lines[0] | Should -Match '^Received at +Signal +From +User +Value +Source'
        $lines[2] | Should -Match "^\d\d:\d\d:\d\d\.\d{6} SIGRTMIN\+13 +\S+ \($PID\) +$(id -un) +-5 Queue"
    }

    It 'shows resources of IPC as a table, in 80 columns' -Skip:(-not $IsLinux) {
        $name = "/s$([guid]::NewGuid().ToString('n').Substring(0, 10))"
        $all = (New-IpcSemaphore $name -InitialCount 3), (New-IpcSharedMemory $name -Size 4096), (New-IpcMessageQueue $name), ($queue = New-IpcMessageQueue -SystemV)
        $lines = Get-View (Get-IpcResource $name) 80
        $lines[0] | Should -Match '^Kind +Name +Owner +Mode +Holds +Lifetime +Open in'
        $user = (id -un).Substring(0, [Math]::Min(6, (id -un).Length))
        $lines[2] | Should -Match "^SharedMemory $name +$user +0600 4096 bytes +Kernel +$PID"
        $lines[3] | Should -Match "^Semaphore +$name +$user +0600 count 3 +Kernel +$PID"
        $lines[4] | Should -Match "^MessageQueue $name +$user +0600 0 of \d+ messages +Kernel +$PID"
        (Get-View (Get-IpcResource -Kind MessageQueue -Id $queue.Identifier) 100)[2] | Should -Match "^MessageQueue 0x00000000 \($($queue.Identifier)\) .*0 messages +Kernel +-"
        $all | Close-IpcChannel
    }

    It 'shows limits of IPC as a table' -Skip:(-not $IsLinux) {
        $lines = Get-View (Get-IpcResource -Limit | Where-Object Name -EQ msg_max)
        $lines[0] | Should -Match '^Kind +Interface +Name +Limit +Meaning'
        (Get-Column $lines[2])[0..4] | Should -Be 'MessageQueue', 'Posix', 'msg_max', (Get-Content /proc/sys/fs/mqueue/msg_max), 'messages'
    }

    It 'has the default properties of the design: <Type>' -ForEach @(
        @{
            Type = 'SocketChannel'; Make = { New-Socket }
            Names = 'Descriptor', 'Protocol', 'State', 'Endpoint', 'LocalEndPoint', 'RemoteEndPoint', 'BytesSent', 'BytesReceived', 'EndOfStream'
        }
        @{
            Type = 'SocketListener'; Make = { Start-SocketListener tcp://:0 }
            Names = 'Descriptor', 'State', 'Endpoint', 'LocalEndPoint', 'Backlog', 'Accepted', 'Active', 'Errors'
        }
    ) {
        $object = & $Make
        $shown = Get-View ($object | Format-List) | ForEach-Object { ($_ -split ' *:', 2)[0].Trim() }
        $shown | Should -Be $Names
        $object.psobject.TypeNames[0] | Should -Be "SocketTools.$Type"
        # The other names that scripts rely on.
        if ($Type -eq 'SocketChannel') { $object.psobject.Properties.Name | Should -Contain 'Stream'; $object.psobject.Properties.Name | Should -Contain 'Socket' }
    }

    It 'has text that names the endpoint' {
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener
        "$client" | Should -Be "$listener [$($client.Descriptor)]"
        "$([SocketTools.SocketEndpoint]::Parse("$listener"))" | Should -Be "$listener"
    }

    It 'does not wait, and does not open anything, when it is shown' {
        $socket = New-Socket
        $null = Get-View $socket
        $socket.State | Should -Be 'Unconnected'
        $null = $socket | Format-List * | Out-String
        $socket.State | Should -Be 'Unconnected'
        Close-Socket $socket
        { $socket | Format-List * | Out-String } | Should -Not -Throw
    }
}
