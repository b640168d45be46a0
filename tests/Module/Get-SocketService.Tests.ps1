BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    $noGetent = -not $IsLinux -or -not (Get-Command getent -CommandType Application -ErrorAction Ignore) -or -not (Test-Path /etc/services)
    $own = 'unshare', ((id -u) -eq '0' ? '--net' : '--map-root-user'), '--net', 'sh', '-c', 'echo "20000 20099" > /proc/sys/net/ipv4/ip_local_port_range && ip link set lo up && exec "$@"', 'sh'
    $noNamespace = -not $IsLinux -or -not (Get-Command unshare, ip -CommandType Application -ErrorAction Ignore) -or $(& $own[0] $own[1..6] true 2>$null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketService' {
    It 'has its parameters' {
        Assert-Parameter Get-SocketService @(
            'Name: String[], position 0, pipeline'
            'Port: Int32[], mandatory'
            'Protocol: String[]'
            'EphemeralRange: SwitchParameter, mandatory'
        )
        Assert-OutputType Get-SocketService ([SocketTools.ServiceEntry]), ([SocketTools.EphemeralPortRange])
    }

    It 'finds a service by name, by alias and in any case' {
        foreach ($name in 'http', 'HTTP', 'www') {
            $entry = Get-SocketService $name -Protocol tcp
            $entry.Name, $entry.Port, $entry.Protocol, "$($entry.Range)" | Should -BeExactly 'http', 80, 'tcp', 'WellKnown'
        }
        (Get-SocketService www -Protocol tcp).Aliases | Should -Contain 'www'
        (Get-SocketService domain).Protocol | Sort-Object | Should -Be 'tcp', 'udp'
    }

    It 'finds services by wildcard, in the order of their ports' {
        $found = @(Get-SocketService 'http*' -Protocol tcp)
        $found.Name | Should -Contain 'https'
        $found.Port | Should -Be ($found.Port | Sort-Object)
        Get-SocketService 'no-such-*' | Should -BeNullOrEmpty
    }

    It 'finds services by port, and gives an object without a name for one that has none' {
        (Get-SocketService -Port 443 -Protocol tcp).Name | Should -Be 'https'
        $free = 60123
        $entry = Get-SocketService -Port $free
        @($entry).Count | Should -Be 1
        $entry.Name | Should -BeNullOrEmpty
        $entry.Protocol | Should -BeNullOrEmpty
        "$($entry.Range)" | Should -Be 'Dynamic'
        (Get-SocketService -Port $free, 22 -Protocol tcp, udp).Protocol | Should -Be 'tcp', 'udp', 'tcp', 'udp'
        "$(Get-SocketService -Port $free -Protocol tcp)" | Should -Be "- $free/tcp"
    }

    It 'takes names and numbers from the pipeline' {
        $found = 'ssh', 80, '443' | Get-SocketService -Protocol tcp
        $found.Name | Should -Be 'ssh', 'http', 'https'
    }

    It 'is EAI_SERVICE for a name that is none, and goes on' {
        $found = Get-SocketService no-such, ssh -Protocol tcp -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EAI_SERVICE Get-SocketService ObjectNotFound 'no-such'
        $found.Name | Should -Be 'ssh'
        Get-SocketService ssh -Protocol ax25 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EAI_SERVICE Get-SocketService ObjectNotFound 'ssh'
        Get-SocketService '70000' -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EAI_SERVICE Get-SocketService ObjectNotFound '70000'
    }

    It 'leaves a port that is none to the binder' -ForEach -1, 65536 {
        { Get-SocketService -Port $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.GetSocketServiceCommand'
    }

    It 'gives the range of ports for clients' {
        $range = Get-SocketService -EphemeralRange
        $range.First | Should -BeLessThan $range.Last
        $range.Count | Should -Be ($range.Last - $range.First + 1)
        $range.Source | Should -Not -BeNullOrEmpty
        if ($IsLinux) { "$($range.First)`t$($range.Last)" | Should -Be (Get-Content /proc/sys/net/ipv4/ip_local_port_range) }
        (Get-SocketService -Port $range.First).Ephemeral | Should -BeTrue
        (Get-SocketService -Port ($range.First - 1)).Ephemeral | Should -BeFalse
    }

    It 'reads that range anew, and a port 0 is one of it' -Skip:$noNamespace -ForEach @{ Prefix = $own } {
        $child = Start-ChildPowerShell -Prefix $Prefix '$r = Get-SocketService -EphemeralRange; "$r $($r.Count)"; (Get-SocketService -Port 20000, 20099, 20100, 50000).Ephemeral -join " "
            $l = Start-SocketListener tcp://:0; (Get-SocketService -Port $l.Endpoint.Port).Ephemeral; $l | Stop-SocketListener'
        try { 1..3 | ForEach-Object { Read-ChildLine $child } | Should -Be '20000-20099 100', 'True True False False', 'True' } finally { Stop-Child $child }
    }

    It 'has every entry of getent services' -Skip:$noGetent {
        $own = @{}
        foreach ($entry in Get-SocketService) { foreach ($name in @($entry.Name) + $entry.Aliases) { $own["$name/$($entry.Protocol)"] = $entry.Port } }
        $lines = @(getent services)
        $lines.Count | Should -BeGreaterThan 10
        $seen = @{}
        foreach ($line in $lines) {
            $name, $port, $aliases = -split $line
            $number, $protocol = $port -split '/'
            foreach ($each in @($name) + @($aliases) | Where-Object { $_ }) {
                # The first line of a name wins, for getservbyname as here.
                if ($seen["$each/$protocol"]) { continue }
                $seen["$each/$protocol"] = $true
                $own["$each/$protocol"] | Should -Be $number -Because "getent says $line"
            }
        }
    }

    It 'is ended by Select-Object -First 1' {
        (Get-SocketService | Select-Object -First 1).Port | Should -BeGreaterOrEqual 0
    }
}
