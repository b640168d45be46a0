# The sockets that a test made are found by their ports, paths or inodes: the machine may hold any number of others.
BeforeDiscovery {
    $hasSs = [bool](Get-Command ss -CommandType Application -ErrorAction Ignore)
    $hasNetstat = $IsLinux -and (Get-Command netstat -CommandType Application -ErrorAction Ignore)
    $isRoot = $IsLinux -and (id -u) -eq '0'
    $canBeNobody = $isRoot -and (Get-Command setpriv -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    $foreign = [Collections.Generic.List[IDisposable]]::new()

    function Get-Port($Channel) { $Channel.LocalEndPoint.Port }

    # The kernel's row for a channel, when it is in a state.
    function Wait-Row($Channel, [string] $State) {
        Wait-Until -What $State { (Get-SocketConnection $Channel).Local.State -eq $State }
        (Get-SocketConnection $Channel).Local
    }

    # What a job has written so far. To enumerate its output would wait for its end.
    function Get-Seen($Job) { for ($i = 0; $i -lt $Job.Output.Count; $i++) { $Job.Output[$i] } }

    # Returns when a watch has seen a connection, so that it sees what comes from here on. What was open when it began it does not tell.
    function Wait-Watching($Job, $Listener) {
        $deadline = [DateTime]::UtcNow.AddSeconds(20)
        do {
            $null = Connect-Socket $Listener -TimeoutSeconds 10
            $seen = [Threading.SpinWait]::SpinUntil([Func[bool]] { $Job.Async.IsCompleted -or $Job.Output.Count -gt 0 }, 100)
        } until ($seen -or [DateTime]::UtcNow -gt $deadline)
        $seen | Should -BeTrue -Because 'the watch sees a new connection'
    }

    # A socket of .NET, which takes any name and knows nothing of the module.
    function New-UnixSocket([string] $Name, [string] $Type = 'Stream', [switch] $Listen) {
        $socket = [Net.Sockets.Socket]::new('Unix', $Type, 'Unspecified')
        $foreign.Add($socket)
        $socket.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new($Name))
        if ($Listen) { $socket.Listen(3) }
        $socket
    }
}

AfterAll { Close-EverySocket }

Describe 'Get-SocketConnection' {
    AfterEach {
        $foreign | ForEach-Object Dispose
        $foreign.Clear()
        Close-EverySocket
    }

    It 'has the parameters of the design' {
        Assert-Parameter Get-SocketConnection 'Channel: ChannelArgument, position 0, mandatory, pipeline', 'Protocol: String[]', 'State: String[]', 'Listening: SwitchParameter',
            'LocalPort: Int32[]', 'RemotePort: Int32[]', 'Process: String[]', 'Path: String[]', 'Resolve: SwitchParameter', 'Watch: SwitchParameter, mandatory', 'IntervalSeconds: Double'
        Assert-OutputType Get-SocketConnection ([SocketTools.SocketConnection], [SocketTools.SocketConnectionChange], [SocketTools.SocketConnectionPair])
    }

    Context 'States of TCP' {
        It 'shows a listener with what waits and its backlog' {
            $listener = Start-SocketListener tcp://:0 -Backlog 5
            $client = Connect-Socket $listener
            $null = Wait-Socket $listener -TimeoutSeconds 10
            $row = Get-SocketConnection -LocalPort (Get-Port $listener) -State LISTEN
            $row.Protocol, $row.State, "$($row.LocalAddress)", "$($row.RemoteAddress)", $row.RemotePort | Should -Be 'tcp', 'LISTEN', '127.0.0.1', '0.0.0.0', 0
            if ($IsLinux) {
                $row.ReceiveQueue, $row.SendQueue | Should -Be 1, 5
                $row.ProcessId, $row.Descriptor | Should -Be $PID, $listener.Descriptor
                $row.ProcessName | Should -Be ([IO.File]::ReadAllText('/proc/self/comm').Trim())
                $row.User, $row.UserId | Should -Be (id -un), (id -u)
                $row.Inode | Should -BeGreaterThan 0
                "$($row.Timer)" | Should -Be 'None'
                $row.TimerExpires | Should -BeNull
            }
            Close-Socket $client
        }

        It 'shows both ends of a connection, over <_>' -ForEach 'tcp', 'tcp6' {
            $client, $server = New-ConnectedPair $_
            $rows = @(Get-SocketConnection -Protocol tcp -LocalPort (Get-Port $client), (Get-Port $server) -RemotePort (Get-Port $client), (Get-Port $server))
            $rows.State | Should -Be 'ESTABLISHED', 'ESTABLISHED'
            $rows.LocalPort | Sort-Object | Should -Be ((Get-Port $client), (Get-Port $server) | Sort-Object)
            "$($rows[0].LocalAddress)" | Should -Be "$($client.LocalEndPoint.Address)"
        }

        It 'counts the bytes that wait' -Skip:(-not $IsLinux) {
            $client, $server = New-ConnectedPair
            Send-SocketText $client hello
            $null = Wait-Socket $server -TimeoutSeconds 10
            (Get-SocketConnection -LocalPort (Get-Port $server) -State ESTABLISHED).ReceiveQueue | Should -Be 5
        }

        It 'shows SYN_SENT, and when it is tried again' -Skip:(-not $IsLinux) {
            $listener = New-FullListener
            $job = Start-Background -ArgumentList $listener { param($listener) Connect-Socket $listener -TimeoutSeconds 60 }
            try {
                $port = Get-Port $listener
                Wait-Until -What 'SYN_SENT' { Get-SocketConnection -RemotePort $port -State SYN_SENT }
                $row = Get-SocketConnection -RemotePort $port -State SYN_SENT
                "$($row.Timer)" | Should -Be 'Retransmit'
                # The first time after a second, and then each time twice as long.
                $row.TimerExpires.TotalSeconds | Should -BeGreaterOrEqual 0
                $row.TimerExpires.TotalSeconds | Should -BeLessOrEqual 64
            } finally { $null = Stop-Background $job }
        }

        It 'shows FIN_WAIT_2 and CLOSE_WAIT after a half-close, then TIME_WAIT' -Skip:(-not $IsLinux) {
            $client, $server = New-ConnectedPair
            Disconnect-Socket $client Send
            $null = Wait-Row $client FIN_WAIT_2
            (Get-SocketConnection $server).Local.State | Should -Be 'CLOSE_WAIT'
            $null = Receive-SocketByte $server -TimeoutSeconds 10
            $port, $remote = (Get-Port $client), (Get-Port $server)
            Close-Socket $server
            $null = Wait-Row $client TIME_WAIT
            Close-Socket $client
            $row = Get-SocketConnection -LocalPort $port -RemotePort $remote -State TIME_WAIT
            "$($row.Timer)" | Should -Be 'TimeWait'
            $row.TimerExpires.TotalSeconds | Should -BeGreaterThan 30
            $row.TimerExpires.TotalSeconds | Should -BeLessOrEqual 60
            # It belongs to nobody any more.
            $row.Inode, $row.ProcessId, $row.UserId, $row.User | Should -Be 0, $null, $null, $null
        }

        It 'shows FIN_WAIT_1 when the end waits behind data, and CLOSING when the peer ends then' -Skip:(-not $IsLinux) {
            $client, $server = New-ConnectedPair
            Set-FullSendBuffer $client
            Disconnect-Socket $client Send
            (Wait-Row $client FIN_WAIT_1).SendQueue | Should -BeGreaterThan 0
            Disconnect-Socket $server Send
            $null = Wait-Row $client CLOSING
        }

        It 'shows LAST_ACK when the second end waits behind data' -Skip:(-not $IsLinux) {
            $client, $server = New-ConnectedPair
            Set-FullSendBuffer $server
            Disconnect-Socket $client Send
            $null = Wait-Row $server CLOSE_WAIT
            Disconnect-Socket $server Send
            $row = Wait-Row $server LAST_ACK
            "$($row.Timer)" | Should -BeIn 'Retransmit', 'ZeroWindow'
        }

        It 'shows the time of keep-alive' -Skip:(-not $IsLinux) {
            $client, $null = New-ConnectedPair
            $client.Socket.SetSocketOption('Socket', 'KeepAlive', $true)
            $client.Socket.SetSocketOption('Tcp', 'TcpKeepAliveTime', 500)
            $row = (Get-SocketConnection $client).Local
            "$($row.Timer)" | Should -Be 'KeepAlive'
            $row.TimerExpires.TotalSeconds | Should -BeGreaterThan 400
            $row.TimerExpires.TotalSeconds | Should -BeLessOrEqual 501
        }
    }

    Context 'Other protocols' {
        It 'shows UDP: UNCONN, ESTABLISHED when it has a peer, and what waits' -Skip:(-not $IsLinux) {
            $server = Start-SocketListener udp://:0
            $client = Connect-Socket $server
            Send-SocketText $client abc
            $null = Wait-Socket $server -TimeoutSeconds 10
            $one = Get-SocketConnection -Protocol udp -LocalPort (Get-Port $server)
            $one.State, $one.RemotePort, $one.Dropped | Should -Be 'UNCONN', 0, 0
            # The kernel counts the buffers, which are larger than what is in them.
            $one.ReceiveQueue | Should -BeGreaterThan 3
            $other = Get-SocketConnection -Protocol udp -RemotePort (Get-Port $server)
            $other.State, $other.LocalPort | Should -Be 'ESTABLISHED', (Get-Port $client)
        }

        It 'shows a raw socket, with the number of its protocol' -Skip:(-not $isRoot) {
            $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Raw', 'Icmp')
            $foreign.Add($socket)
            $row = @(Get-SocketConnection -Protocol raw -LocalPort 1 -Process $PID | Where-Object Descriptor -EQ "$($socket.Handle)")
            $row.Count | Should -Be 1
            $row[0].Protocol, $row[0].State, $row[0].LocalPort | Should -Be 'raw', 'UNCONN', 1
        }

        It 'shows IPv4 in IPv6 as the kernel has it, and finds the other end' -Skip:(-not $IsLinux) {
            $listener = [Net.Sockets.Socket]::new('InterNetworkV6', 'Stream', 'Tcp')
            $foreign.Add($listener)
            $listener.DualMode = $true
            $listener.Bind([Net.IPEndPoint]::new([Net.IPAddress]::IPv6Any, 0))
            $listener.Listen(5)
            $client = Connect-Socket "tcp://127.0.0.1:$($listener.LocalEndPoint.Port)"
            $server = $listener.Accept()
            $foreign.Add($server)
            $pair = Get-SocketConnection $client
            "$($pair.Local.RemoteAddress)", "$($pair.Remote.LocalAddress)" | Should -Be '127.0.0.1', '::ffff:127.0.0.1'
            $back = Get-SocketConnection $server
            $back.Remote.Inode | Should -Be $pair.Local.Inode
        }

        It 'shows Unix sockets with their names: <Name>' -Skip:(-not $IsLinux) -ForEach @(
            @{ Name = 'plain' }, @{ Name = 'with spaces  in it ' }, @{ Name = "two`nlines" }, @{ Name = "ends`n" }, @{ Name = 'grüß' }
        ) {
            $path = "$(New-SocketPath) $Name"
            $null = New-UnixSocket $path -Listen
            $row = @(Get-SocketConnection -Path "$([WildcardPattern]::Escape($path))")
            $row.Count | Should -Be 1
            $row[0].Path | Should -BeExactly $path
            $row[0].Protocol, $row[0].State, $row[0].SendQueue, $row[0].PeerInode, $row[0].ProcessId, $row[0].UserId | Should -Be 'unix', 'LISTEN', 3, 0, $PID, (id -u)
            $row[0].LocalAddress, $row[0].RemoteAddress | Should -Be $null, $null
        }

        It 'shows abstract names, and the three types' -Skip:(-not $IsLinux) {
            $name = "socket-tools-test-$([guid]::NewGuid())"
            $null = New-UnixSocket "`0$name a b" -Listen
            $null = New-UnixSocket "`0$name gram" Dgram
            $null = New-UnixSocket "`0$name packet" Seqpacket -Listen
            $rows = Get-SocketConnection -Path "@$name*" | Sort-Object Path
            $rows.Path | Should -Be "@$name a b", "@$name gram", "@$name packet"
            $rows.Protocol | Should -Be 'unix', 'unixgram', 'unixpacket'
            $rows.State | Should -Be 'LISTEN', 'UNCONN', 'LISTEN'
            (Get-SocketConnection -Path "@$name*" -Protocol unix, unixpacket).Count | Should -Be 2
        }

        It 'shows the ends of a socket pair as each other''s peers, without names' -Skip:(-not $IsLinux) {
            $one, $other = New-SocketPair
            Send-SocketText $one hello
            $pair = Get-SocketConnection $one
            $pair.Local.PeerInode, $pair.Remote.PeerInode | Should -Be $pair.Remote.Inode, $pair.Local.Inode
            $pair.Local.Path | Should -BeNull
            $pair.Remote.ReceiveQueue | Should -Be 5
            $pair.Remote.Descriptor | Should -Be $other.Descriptor
        }
    }

    Context 'Filters' {
        It 'takes a state as the kernel, the RFC and ss write it: <_>' -Skip:(-not $IsLinux) -ForEach 'ESTABLISHED', 'established', 'ESTAB', 'Connected' {
            $client, $server = New-ConnectedPair
            $ends = @{ LocalPort = Get-Port $client; RemotePort = Get-Port $server }
            @(Get-SocketConnection -State $_ @ends).Count | Should -Be 1
            Get-SocketConnection -State TIME-WAIT, FIN-WAIT-1 @ends | Should -BeNullOrEmpty
        }

        It 'is EINVAL for a state that is none, with the word as target' {
            Get-SocketConnection -State OPEN -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Get-SocketConnection InvalidArgument 'OPEN'
            Get-SocketConnection -State LISTEN, OPEN -Watch -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Get-SocketConnection InvalidArgument 'OPEN'
        }

        It 'joins filters: each must fit, of each one of its values' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener tcp://:0
            $datagrams = Start-SocketListener udp://:0
            $client = Connect-Socket $listener
            $server = Receive-SocketConnection $listener
            $port, $other = (Get-Port $listener), (Get-Port $datagrams)
            @(Get-SocketConnection -LocalPort $port).State | Sort-Object | Should -Be 'ESTABLISHED', 'LISTEN'
            @(Get-SocketConnection -LocalPort $port, $other -Listening).State | Sort-Object | Should -Be 'LISTEN', 'UNCONN'
            @(Get-SocketConnection -LocalPort $port, $other -Protocol UD*).Protocol | Should -Be 'udp'
            @(Get-SocketConnection -LocalPort $port -RemotePort (Get-Port $client)).Inode | Should -Be (Get-SocketConnection $server).Local.Inode
            Get-SocketConnection -LocalPort $port -Protocol udp | Should -BeNullOrEmpty
            Get-SocketConnection -LocalPort $port -Protocol nosuch | Should -BeNullOrEmpty
            Get-SocketConnection -LocalPort $port -Path * | Should -BeNullOrEmpty
        }

        It 'finds by process, number or name, with wildcards' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener tcp://:0
            $port = Get-Port $listener
            $name = [IO.File]::ReadAllText('/proc/self/comm').Trim()
            foreach ($process in "$PID", $name, "$($name.Substring(0, 2))*") { @(Get-SocketConnection -LocalPort $port -Process $process).Count | Should -Be 1 }
            Get-SocketConnection -LocalPort $port -Process 'no such process' | Should -BeNullOrEmpty
        }

        It 'finds a socket by the process that holds it, of several' -Skip:(-not $IsLinux) {
            $child = Start-ChildPowerShell '$l = Start-SocketListener tcp://:0; "$($l.LocalEndPoint.Port)"; $null = [Console]::In.ReadToEnd()'
            try {
                $port = Read-ChildLine $child
                (Get-SocketConnection -LocalPort $port -Process $child.Id).ProcessId | Should -Be $child.Id
                Get-SocketConnection -LocalPort $port -Process $PID | Should -BeNullOrEmpty
            } finally { Stop-Child $child }
        }

        It 'finds a socket that two processes share by each of them' -Skip:(-not $IsLinux) {
            $path = New-SocketPath
            $child = Start-ChildPowerShell "`$l = Start-SocketListener 'unix:$path'; 'ready'; `$c = Receive-SocketConnection `$l -TimeoutSeconds 20; `$d = Receive-SocketDescriptor `$c -TimeoutSeconds 20; 'shared'; `$null = [Console]::In.ReadToEnd()"
            try {
                Read-ChildLine $child | Should -Be 'ready'
                $listener = Start-SocketListener tcp://:0
                $port = Get-Port $listener
                Get-SocketConnection -LocalPort $port -Process $child.Id | Should -BeNullOrEmpty
                $carrier = Connect-Socket "unix:$path" -TimeoutSeconds 10
                Send-SocketDescriptor $carrier $listener
                Read-ChildLine $child | Should -Be 'shared'
                $inode = (Get-SocketConnection $listener).Local.Inode
                foreach ($process in $PID, $child.Id) { @(Get-SocketConnection -LocalPort $port -Process $process).Inode | Should -Be $inode }
                # A row, not one for each process.
                @(Get-SocketConnection -LocalPort $port).Count | Should -Be 1
                @(Get-SocketConnection -LocalPort $port -Process $PID, $child.Id).Count | Should -Be 1
            } finally { Stop-Child $child }
            # Only this process is left.
            Get-SocketConnection -LocalPort $port -Process $child.Id | Should -BeNullOrEmpty
            (Get-SocketConnection -LocalPort $port).ProcessId | Should -Be $PID
        }
    }

    Context 'A channel' {
        It 'writes the channel with the rows for both ends: <_>' -Skip:(-not $IsLinux) -ForEach 'tcp', 'tcp6', 'unix', 'abstract' {
            $client, $server = New-ConnectedPair $_
            $pairs = @($client, $server | Get-SocketConnection)
            $pairs.Count | Should -Be 2
            [object]::ReferenceEquals($pairs[0].Channel, $client) | Should -BeTrue
            $pairs[0].Local.Inode, $pairs[0].Remote.Inode | Should -Be $pairs[1].Remote.Inode, $pairs[1].Local.Inode
            $pairs[0].Local.Descriptor, $pairs[0].Remote.Descriptor | Should -Be $client.Descriptor, $server.Descriptor
            $pairs[0].Local.State, $pairs[0].Remote.State | Should -Be 'ESTABLISHED', 'ESTABLISHED'
        }

        It 'finds the other end of udp, and of a peer that is not yet accepted' -Skip:(-not $IsLinux) {
            $one, $other = (New-Socket AF_INET SOCK_DGRAM), (New-Socket AF_INET SOCK_DGRAM)
            $one, $other | ForEach-Object { Set-SocketAddress $_ udp://:0 }
            $null = Connect-Socket "udp://$($other.LocalEndPoint)" -Channel $one
            (Get-SocketConnection $one).Remote | Should -BeNullOrEmpty
            $null = Connect-Socket "udp://$($one.LocalEndPoint)" -Channel $other
            (Get-SocketConnection $one).Remote.Descriptor | Should -Be $other.Descriptor
            $listener = Start-SocketListener tcp://:0
            $client = Connect-Socket $listener
            Wait-Until { (Get-SocketConnection $client).Remote.State -eq 'ESTABLISHED' }
            (Get-SocketConnection $client).Remote.ProcessId | Should -BeNull
        }

        It 'takes a listener, and a socket without an address' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener tcp://:0
            $pair = Get-SocketConnection $listener
            $pair.Local.State, $pair.Remote | Should -Be 'LISTEN', $null
            (Get-SocketConnection (New-Socket)).Remote | Should -BeNull
        }

        It 'is EBADF for a closed one and ENOTSOCK for what is none' {
            $channel = New-Socket
            Close-Socket $channel
            Get-SocketConnection $channel -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADF Get-SocketConnection InvalidOperation $channel
            Get-SocketConnection 'what' -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOTSOCK Get-SocketConnection InvalidArgument 'what'
        }
    }

    Context 'Names' {
        It 'adds names with -Resolve only' {
            $listener = Start-SocketListener tcp://:0
            $plain = Get-SocketConnection -LocalPort (Get-Port $listener)
            $plain.PSObject.Properties['LocalName'] | Should -BeNull
            $named = Get-SocketConnection -LocalPort (Get-Port $listener) -Resolve
            $named.LocalName | Should -Be ([Net.Dns]::GetHostEntry('127.0.0.1').HostName)
            $named.RemoteName | Should -BeNull
            "$($named.LocalAddress)" | Should -Be '127.0.0.1'
        }
    }

    Context 'Watching' {
        It 'writes what is new, what changes and what goes, with who held it' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener tcp://:0
            $port = Get-Port $listener
            $job = Start-Background -ArgumentList $port { param($port) Get-SocketConnection -Watch -RemotePort $port -IntervalSeconds 0.01 }
            try {
                Wait-Watching $job $listener
                $client = Connect-Socket $listener
                $local = Get-Port $client
                $own = { @(Get-Seen $job | Where-Object { $_.Connection.LocalPort -eq $local }) }
                Wait-Until { (& $own).Count -ge 1 }
                Disconnect-Socket $client Send
                Wait-Until { (& $own)[-1].State -eq 'FIN_WAIT_2' }
                Close-Socket $client -Reset
                Wait-Until { "$((& $own)[-1].Kind)" -eq 'Closed' }
                $seen = & $own
                "$($seen[0].Kind)", $seen[0].Before, $seen[0].ProcessId | Should -Be 'Opened', $null, $PID
                $middle = $seen | Where-Object State -EQ FIN_WAIT_2
                "$($middle.Kind)" | Should -Be 'Changed'
                $middle.Before | Should -BeIn 'ESTABLISHED', 'FIN_WAIT_1'
                $last = $seen[-1]
                $last.Before, $last.State, $last.ProcessId, $last.ProcessName | Should -Be 'FIN_WAIT_2', $null, $PID, ([IO.File]::ReadAllText('/proc/self/comm').Trim())
                $last.Time | Should -BeOfType DateTimeOffset
            } finally { $null = Stop-Background $job }
        }

        It 'counts the state before, too, and no other filter less' -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener tcp://:0
            $decoy = Start-SocketListener tcp://:0
            $job = Start-Background -ArgumentList (Get-Port $listener) { param($port) Get-SocketConnection -Watch -State ESTAB -RemotePort $port, 1 -IntervalSeconds 0.01 }
            try {
                Wait-Watching $job $listener
                $other = Connect-Socket $decoy
                $client = Connect-Socket $listener
                $local = Get-Port $client
                Wait-Until { (Get-Seen $job).Connection.LocalPort -contains $local }
                foreach ($each in $other, $client) { Disconnect-Socket $each Send }
                Wait-Until { Get-Seen $job | Where-Object { $_.Connection.LocalPort -eq $local -and $_.Before -eq 'ESTABLISHED' } }
                (Get-Seen $job).Connection.RemotePort | Select-Object -Unique | Should -Be (Get-Port $listener)
            } finally { $null = Stop-Background $job }
        }

        It 'ends with Select-Object -First, and leaves no descriptor' {
            $listener = Start-SocketListener tcp://:0
            $script = { param($port) Get-SocketConnection -Watch -LocalPort $port -IntervalSeconds 0.01 | Select-Object -First 1 }
            $run = {
                $job = Start-Background -ArgumentList (Get-Port $listener) $script
                Wait-Watching $job $listener
                (Wait-Background $job).Connection.LocalPort | Should -Be (Get-Port $listener)
                Clear-Backlog $listener
                Get-Socket | Close-Socket
            }
            & $run
            if ($IsLinux) {
                $before = Get-OpenDescriptor
                & $run
                Assert-DescriptorsBack $before
            }
        }

        It 'is stopped from outside within 200 ms, however long the interval' {
            Measure-Fastest {
                $job = Start-Background { Get-SocketConnection -Watch -IntervalSeconds 3600 }
                Wait-Turn $job
                Stop-Background $job
            } | Should -BeLessThan 200
        }
    }

    It 'leaves no descriptor behind' -Skip:(-not $IsLinux) {
        $client, $server = New-ConnectedPair
        $use = {
            $null = Get-SocketConnection -LocalPort (Get-Port $client) | ForEach-Object ProcessName
            $null = Get-SocketConnection $client
            $null = Get-SocketConnection | Select-Object -First 1
        }
        & $use
        $before = Get-OpenDescriptor
        1..5 | ForEach-Object { & $use }
        Assert-DescriptorsBack $before
    }

    It 'leaves the owner out, without an error, where another user may not see it' -Skip:(-not $canBeNobody) {
        $listener = Start-SocketListener tcp://:0
        $script = "`$row = Get-SocketConnection -LocalPort $(Get-Port $listener); `"`$(`$row.State) [`$(`$row.ProcessId)] [`$(`$row.ProcessName)] `$(`$row.UserId) `$(`$Error.Count)`""
        $child = Start-ChildPowerShell $script -Prefix 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'env', 'HOME=/tmp'
        try { $line = Read-ChildLine $child } finally { Stop-Child $child }
        if (-not $line) { Set-ItResult -Skipped -Because 'this user cannot read the module' }
        $line | Should -Be "LISTEN [] [] $(id -u) 0"
    }
}

Describe 'Get-SocketConnection and its counterparts' -Skip:(-not $IsLinux) {
    BeforeAll {
        # Sockets in many states, and their rows.
        $listener = Start-SocketListener tcp://:0 -Backlog 7
        $six = Start-SocketListener tcp6://:0
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener
        $client6 = Connect-Socket $six
        $server6 = Receive-SocketConnection $six
        $waiting = Connect-Socket $listener
        $null = Wait-Socket $listener -TimeoutSeconds 10
        Send-SocketText $client hello
        $null = Wait-Socket $server -TimeoutSeconds 10
        $half = Connect-Socket $six
        $halfServer = Receive-SocketConnection $six
        Disconnect-Socket $half Send
        $null = Wait-Row $half FIN_WAIT_2
        $datagrams = Start-SocketListener udp://:0
        $connected = Connect-Socket $datagrams
        $ports = @($listener, $six, $datagrams | ForEach-Object { Get-Port $_ })
        # Not what is left of others that had one of these ports before.
        $rows = @(Get-SocketConnection -LocalPort $ports) + @(Get-SocketConnection -RemotePort $ports) | Where-Object State -NE TIME_WAIT

        $path = "$(New-SocketPath) with spaces"
        $name = "@socket-tools-test-$([guid]::NewGuid())"
        $unix = Start-SocketListener "unix:$path" -Backlog 9
        $abstract = Start-SocketListener "unixpacket:$name"
        $gram = Start-SocketListener "unixgram:$(New-SocketPath)"
        $unixClient = Connect-Socket $unix
        $unixServer = Receive-SocketConnection $unix
        Send-SocketText $unixServer abc
        $unixRows = @($unix, $abstract, $gram, $unixClient, $unixServer | Get-SocketConnection | ForEach-Object Local)

        function ConvertTo-End([string] $Text) {
            $null = $Text -match '^\[?(.*?)\]?(?:%\w+)?:(\d+|\*)$'
            "$([Net.IPAddress]::Parse($Matches[1])) $($Matches[2] -replace '\*', '0')"
        }
    }
    AfterAll { Close-EverySocket }

    It 'agrees with ss -tanup, field by field' -Skip:(-not $hasSs) {
        $rows.Count | Should -Be 12
        $lines = @(ss -H -O -tanupe | Where-Object { $_ -match ":($($ports -join '|'))\s" -and $_ -notmatch 'TIME-WAIT' })
        $theirs = foreach ($line in $lines) {
            $word = -split $line
            $state = $word[1] -replace '^ESTAB$', 'ESTABLISHED' -replace '-', '_'
            $user = $line -match '\buid:(\d+)' ? $Matches[1] : '0'
            $inode = $line -match '\bino:(\d+)' ? $Matches[1] : '?'
            $process = $line -match '"(.*?)",pid=(\d+),fd=(\d+)' ? "$($Matches[1]) $($Matches[2]) $($Matches[3])" : ''
            "$($word[0]) $state $($word[2]) $($word[3]) $(ConvertTo-End $word[4]) $(ConvertTo-End $word[5]) $user $inode $process"
        }
        $ours = foreach ($row in $rows) {
            $process = $row.ProcessId ? "$($row.ProcessName) $($row.ProcessId) $($row.Descriptor)" : ''
            "$($row.Protocol) $($row.State) $($row.ReceiveQueue) $($row.SendQueue) $($row.LocalAddress) $($row.LocalPort) $($row.RemoteAddress) $($row.RemotePort) $([int]$row.UserId) $($row.Inode) $process"
        }
        $ours | Sort-Object | Should -Be ($theirs | Sort-Object)
    }

    It 'agrees with ss -xa, field by field' -Skip:(-not $hasSs) {
        $types = @{ unix = 'u_str'; unixgram = 'u_dgr'; unixpacket = 'u_seq' }
        $lines = @(ss -H -O -xap)
        foreach ($row in $unixRows) {
            $state = $row.State -replace '^ESTABLISHED$', 'ESTAB'
            $start = "$($types[$row.Protocol]) +$state +$($row.ReceiveQueue) +$($row.SendQueue) +$([regex]::Escape($row.Path ?? '*')) +$($row.Inode) +\S+ +$($row.PeerInode)\b.*pid=$($row.ProcessId),fd=$($row.Descriptor)\b"
            @($lines | Where-Object { $_ -match $start }).Count | Should -Be 1 -Because $start
        }
    }

    It 'agrees with netstat -tanuxe, field by field' -Skip:(-not $hasNetstat) {
        $lines = @(netstat -tanuxepW)
        $theirs = foreach ($line in $lines | Where-Object { $_ -match "^(tcp|udp).*:($($ports -join '|'))\s" -and $_ -notmatch 'TIME_WAIT' }) {
            $word = -split $line
            # UDP without a peer has no state there.
            $index = $word[5] -match '^\d+$' ? 5 : 6
            $state = ($index -eq 5 ? 'UNCONN' : $word[5]) -replace 'FIN_WAIT(\d)', 'FIN_WAIT_$1'
            # It does not know the backlog.
            $queue = $state -eq 'LISTEN' ? '-' : $word[2]
            "$($word[0].Substring(0, 3)) $state $($word[1]) $queue $(ConvertTo-End ($word[3] -replace '^(.*:.*:.*):', '[$1]:')) $(ConvertTo-End ($word[4] -replace '^(.*:.*:.*):', '[$1]:')) $($word[$index]) $($word[$index + 1]) $($word[$index + 2] -replace '/.*')"
        }
        $ours = foreach ($row in $rows) {
            $queue = $row.State -eq 'LISTEN' ? '-' : $row.SendQueue
            "$($row.Protocol) $($row.State) $($row.ReceiveQueue) $queue $($row.LocalAddress) $($row.LocalPort) $($row.RemoteAddress) $($row.RemotePort) $([int]$row.UserId) $($row.Inode) $($row.ProcessId ?? '-')"
        }
        $ours | Sort-Object | Should -Be ($theirs | Sort-Object)

        $types = @{ unix = 'STREAM'; unixgram = 'DGRAM'; unixpacket = 'SEQPACKET' }
        $states = @{ LISTEN = 'LISTENING'; ESTABLISHED = 'CONNECTED'; UNCONN = '' }
        foreach ($row in $unixRows) {
            # It reads a path up to the first space only.
            $expected = "^unix .*\] +$($types[$row.Protocol]) +$($states[$row.State]) +$($row.Inode) +$PID/.*?$([regex]::Escape("$($row.Path)".Split(' ')[0]))$"
            @($lines | Where-Object { $_ -match $expected }).Count | Should -Be 1 -Because $expected
        }
    }
}
