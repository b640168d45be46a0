BeforeDiscovery {
    $notLinux = -not $IsLinux # The loopback of other systems takes no multicast by name.
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Datagrams.psm1
    $group = '239.255.97.39'
}

Describe 'Remove-SocketMembership' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Remove-SocketMembership @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Group: String[], position 1, mandatory'
            'Interface: String'
            'Source: String'
            'PassThru: SwitchParameter'
        )
        Assert-OutputType Remove-SocketMembership ([SocketTools.SocketChannel], [SocketTools.SocketListener])
    }

    It 'leaves a group: its datagrams come no more' -Skip:$notLinux {
        $receiver = New-DatagramSocket udp://*:0
        # IP_MULTICAST_ALL: a socket that is in no group hears the groups of others.
        Set-SocketOption $receiver -Level IPPROTO_IP -Name 49 -Value 0
        $sender = New-DatagramSocket
        Set-SocketOption $sender -MulticastInterface lo
        $port = $receiver.LocalEndPoint.Port
        Add-SocketMembership $receiver $group -Interface lo
        Send-SocketText $sender in -To "udp://${group}:$port"
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly in

        Remove-SocketMembership $receiver $group -Interface lo | Should -BeNullOrEmpty
        Send-SocketText $sender out -To "udp://${group}:$port"
        Send-SocketText $sender direct -To "udp://127.0.0.1:$port"
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly direct
    }

    It 'leaves with the interface and the source of the join only' -Skip:$notLinux {
        $receiver = New-DatagramSocket udp://*:0
        Add-SocketMembership $receiver 232.255.97.39 -Interface lo -Source 127.0.0.2
        Remove-SocketMembership $receiver 232.255.97.39 -Interface lo -Source 127.0.0.3 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EADDRNOTAVAIL Remove-SocketMembership ObjectNotFound 232.255.97.39
        Remove-SocketMembership $receiver 232.255.97.39 -Interface lo -Source 127.0.0.2 -ErrorAction Stop
    }

    It 'writes with -PassThru what was given' -Skip:$notLinux {
        $receiver = New-DatagramSocket udp://*:0
        $written = $receiver | Add-SocketMembership -Group $group -Interface lo -PassThru | Remove-SocketMembership -Group $group -Interface lo -PassThru
        [object]::ReferenceEquals($written, $receiver) | Should -BeTrue
    }

    It 'is EADDRNOTAVAIL for a group that it is not in, and goes on with the next' -Skip:$notLinux {
        $receiver = New-DatagramSocket udp://*:0
        Add-SocketMembership $receiver $group -Interface lo
        Remove-SocketMembership $receiver 239.255.97.40, $group -Interface lo -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EADDRNOTAVAIL Remove-SocketMembership ObjectNotFound 239.255.97.40
        Add-SocketMembership $receiver $group -Interface lo -ErrorAction Stop
    }

    It 'is ENODEV for an interface that is not there, EBADF for a closed socket' {
        $receiver = New-DatagramSocket
        Remove-SocketMembership $receiver $group -Interface nosuch0 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure ENODEV Remove-SocketMembership ObjectNotFound nosuch0
        Close-Socket $receiver
        Remove-SocketMembership $receiver $group -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EBADF Remove-SocketMembership InvalidOperation $receiver
    }
}
