BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # Two ends of a cable, one with a hardware address of a maker, one of ours; an interface that is down; a dummy where the kernel has them.
    $setUp = 'ip link set lo up && ip link add v0 address 00:1b:21:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 && ip link set v0 mtu 1400 && ip addr add 198.51.100.1/24 dev v0 && ' +
        'ip -6 addr add 2001:db8::1/64 dev v0 nodad && ip link set v0 up && ip link set v1 up && ip link add v2 type veth peer name v3 && (ip link add d0 type dummy 2>/dev/null && ip link set d0 up; true) && exec "$@"'
    $own = 'unshare', '--net', 'sh', '-c', $setUp, 'sh'
    $noNamespace = -not $IsLinux -or -not (Get-Command unshare, ip -CommandType Application -ErrorAction Ignore) -or $(& $own[0] $own[1..5] true 2>$null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    $loopback = Get-SocketInterface | Where-Object IsLoopback | Select-Object -First 1
}

Describe 'Get-SocketInterface' {
    It 'has its parameters' {
        Assert-Parameter Get-SocketInterface @(
            'Name: String[], position 0, pipeline'
            'Index: Int32[], mandatory'
        )
        Assert-OutputType Get-SocketInterface ([SocketTools.SocketInterface])
    }

    It 'lists the interfaces by number' {
        $all = @(Get-SocketInterface)
        $all.Name | Should -Contain $loopback.Name
        $all.Index | Should -Be ($all.Index | Sort-Object)
        @($all).Count | Should -Be ([Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces().Count)
    }

    It 'finds an interface by name, by wildcard, by number and from the pipeline' {
        (Get-SocketInterface $loopback.Name).Index | Should -Be $loopback.Index
        (Get-SocketInterface "$($loopback.Name[0])*").Name | Should -Contain $loopback.Name
        (Get-SocketInterface -Index $loopback.Index).Name | Should -Be $loopback.Name
        ($loopback.Name, $loopback.Name | Get-SocketInterface).Index | Should -Be $loopback.Index, $loopback.Index
        Get-SocketInterface 'no-such-*' | Should -BeNullOrEmpty
    }

    It 'is ENODEV for one that is none, and goes on' {
        $found = Get-SocketInterface no-such-if, $loopback.Name -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENODEV Get-SocketInterface ObjectNotFound 'no-such-if'
        $found.Index | Should -Be $loopback.Index
        Get-SocketInterface -Index 999999 -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -BeExactly 'ENODEV,SocketTools.Commands.GetSocketInterfaceCommand'
        $failure[0].TargetObject | Should -Be 999999
        "$($failure[0].CategoryInfo.Category)" | Should -BeExactly 'ObjectNotFound'
    }

    It 'tells of the loopback what it is' {
        "$($loopback.State)" | Should -Be 'Up'
        $loopback.MacAddress | Should -BeNullOrEmpty
        $loopback.MacAdministration | Should -BeNullOrEmpty
        "$($loopback.Addresses)" | Should -Match '127\.0\.0\.1/8'
        $loopback.Mtu | Should -BeGreaterThan 1000
    }

    It 'counts what is sent' {
        $before = (Get-SocketInterface -Index $loopback.Index).Sent.Bytes
        $client, $server = New-ConnectedPair
        Send-SocketByte $client ([byte[]]::new(30000))
        $null = Receive-SocketByte $server -Exactly 30000 -TimeoutSeconds 10
        (Get-SocketInterface -Index $loopback.Index).Sent.Bytes | Should -BeGreaterOrEqual ($before + 30000)
        Close-Socket $client, $server
    }

    It 'agrees with ip -s addr, in a network of its own' -Skip:$noNamespace -ForEach @{ Prefix = $own } {
        $child = Start-ChildPowerShell -Prefix $Prefix @'
            $socket = [Net.Sockets.UdpClient]::new([Net.IPEndPoint]::Parse('198.51.100.1:0'))
            # Nobody is at the other end to answer for the address: the packets are queued, and the questions go out.
            1..3 | ForEach-Object { $null = $socket.Send([byte[]]::new(500), 500, '198.51.100.1', 9) }
            $ready = { -not (ip -6 addr show tentative) }
            if (-not [Threading.SpinWait]::SpinUntil([Func[bool]] { [bool](& $ready) }, 10000)) { throw 'An address stays tentative.' }
            # IPv6 sends of its own accord; so until nothing was sent in between.
            for ($i = 0; $i -lt 50; $i++) {
                $before = ip -j -s -s addr
                $own = Get-SocketInterface | Select-Object Name, Index, Mtu, MacAddress, @{ n = 'Mac'; e = { "$($_.MacAdministration)" } }, @{ n = 'State'; e = { "$($_.State)" } }, ScopeId, SupportsMulticast, IsLoopback, Received, Sent,
                    @{ n = 'Addresses'; e = { @($_.Addresses | ForEach-Object { "$_" } | Sort-Object) } }, @{ n = 'Scopes'; e = { @($_.Addresses | Where-Object { "$_" -like 'fe80*' } | ForEach-Object ScopeId) } }
                if ("$(ip -j -s -s addr)" -eq "$before") { break }
            }
            "$before"
            ConvertTo-Json -Compress -Depth 4 $own
'@
        try { $ip, $own = 1..2 | ForEach-Object { Read-ChildLine $child 60 | ConvertFrom-Json -NoEnumerate } } finally { Stop-Child $child }
        $child.Errors.Result | Should -BeNullOrEmpty
        $own.Count | Should -BeGreaterOrEqual 5
        @($own.Name | Sort-Object) | Should -Be @($ip.ifname | Sort-Object)
        foreach ($mine in $own) {
            $theirs = $ip | Where-Object ifname -EQ $mine.Name
            $because = "it is $($mine.Name)"
            $mine.Index, $mine.Mtu, $mine.IsLoopback, $mine.SupportsMulticast | Should -Be $theirs.ifindex, $theirs.mtu, ($theirs.flags -contains 'LOOPBACK'), ($theirs.flags -contains 'MULTICAST') -Because $because
            # ip says UNKNOWN where the driver does not tell; the interface is up then, with what is below it.
            $mine.State | Should -Be ($theirs.flags -contains 'UP' -and $theirs.flags -contains 'LOWER_UP' -and $theirs.operstate -ne 'DOWN' ? 'Up' : 'Down') -Because $because
            ($mine.MacAddress ?? '00:00:00:00:00:00') | Should -BeExactly $theirs.address -Because $because
            @($mine.Addresses) | Should -Be @($theirs.addr_info | ForEach-Object { "$($_.local)/$($_.prefixlen)" } | Sort-Object) -Because $because
            $mine.ScopeId | Should -Be (@($theirs.addr_info.family) -contains 'inet6' ? $theirs.ifindex : 0) -Because $because
            @($mine.Scopes) | Should -Be @($theirs.addr_info | Where-Object { $_.local -like 'fe80*' } | ForEach-Object { $theirs.ifindex }) -Because $because
            foreach ($way in @{ Mine = $mine.Received; Theirs = $theirs.stats64.rx }, @{ Mine = $mine.Sent; Theirs = $theirs.stats64.tx }) {
                $way.Mine.Bytes, $way.Mine.Packets, $way.Mine.Errors, $way.Mine.Drops | Should -Be $way.Theirs.bytes, $way.Theirs.packets, $way.Theirs.errors, $way.Theirs.dropped -Because $because
            }
        }
        ($own | Where-Object Name -EQ v0).Mac | Should -Be 'Universal'
        ($own | Where-Object Name -EQ v1).Mac | Should -Be 'Local'
        ($own | Where-Object Name -EQ lo).Mac | Should -Be ''
        ($own | Where-Object Name -EQ v0).Sent.Packets | Should -BeGreaterThan 0
        ($own | Where-Object Name -EQ v2).State | Should -Be 'Down'
    }

    It 'is ended by Select-Object -First 1' {
        (Get-SocketInterface | Select-Object -First 1).Index | Should -BeGreaterThan 0
    }
}
