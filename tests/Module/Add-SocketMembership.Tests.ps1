BeforeDiscovery {
    $notLinux = -not $IsLinux # The loopback of other systems takes no multicast by name.
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Datagrams.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1
    $group = '239.255.97.36'

    # A socket that sends to groups by the loopback interface, from an address of it.
    function New-GroupSender([string] $Address = '127.0.0.1') {
        $sender = New-DatagramSocket "udp://${Address}:0"
        Set-SocketOption $sender -MulticastInterface lo
        $sender
    }
}

Describe 'Add-SocketMembership' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Add-SocketMembership @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'Group: String[], position 1, mandatory'
            'Interface: String'
            'Source: String'
            'PassThru: SwitchParameter'
        )
        Assert-OutputType Add-SocketMembership ([SocketTools.SocketChannel], [SocketTools.SocketListener])
    }

    It 'joins a group: its datagrams come' -Skip:$notLinux {
        $receiver = Start-SocketListener udp://*:0
        Add-SocketMembership $receiver $group -Interface lo | Should -BeNullOrEmpty
        Send-SocketText (New-GroupSender) 'hello' -To "udp://${group}:$($receiver.Endpoint.Port)"
        $datagram = Receive-SocketDatagram $receiver -TimeoutSeconds 10
        $datagram.Text, "$($datagram.Destination)", $datagram.Interface | Should -BeExactly 'hello', $group, 'lo'
    }

    It 'joins several groups' -Skip:$notLinux {
        $receiver = Start-SocketListener udp4://*:0
        Add-SocketMembership $receiver $group, 239.255.97.37 -Interface lo
        $sender = New-GroupSender
        foreach ($each in $group, '239.255.97.37') { Send-SocketText $sender $each -To "udp://${each}:$($receiver.Endpoint.Port)" }
        (Receive-SocketDatagram $receiver -Count 2 -TimeoutSeconds 10).Text | Should -BeExactly $group, 239.255.97.37
    }

    It 'takes the interface by <What>' -Skip:$notLinux -ForEach @(@{ What = 'name'; Name = 'lo' }, @{ What = 'address'; Name = '127.0.0.1' }) {
        $receiver = New-DatagramSocket udp://*:0
        Add-SocketMembership $receiver $group -Interface $Name -ErrorAction Stop
        Add-SocketMembership $receiver $group -Interface lo -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-SocketError $failure EADDRINUSE Add-SocketMembership ResourceBusy $group
    }

    It 'with -Source hears only that sender' -Skip:$notLinux {
        $receiver = Start-SocketListener udp4://*:0
        Add-SocketMembership $receiver 232.255.97.36 -Interface lo -Source 127.0.0.2
        $to = "udp://232.255.97.36:$($receiver.Endpoint.Port)"
        Send-SocketText (New-GroupSender 127.0.0.3) 'unheard' -To $to
        Send-SocketText (New-GroupSender 127.0.0.2) 'heard' -To $to
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly heard
        Receive-SocketDatagram $receiver -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'with -Source hears a sender that is python3, and python3 that joined hears us' -Skip:$noPython {
        $receiver = Start-SocketListener udp4://*:0
        Add-SocketMembership $receiver 232.255.97.38 -Interface lo -Source 127.0.0.4
        $peer = Start-Python @'
import socket, struct, sys
group, port = '232.255.97.38', int(sys.argv[1])
def sender(source):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((source, 0))
    s.setsockopt(0, socket.IP_MULTICAST_IF, socket.inet_aton('127.0.0.1'))
    return s
sender('127.0.0.5').sendto(b'unheard', (group, port))
sender('127.0.0.4').sendto(b'from python', (group, port))
r = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
r.bind(('', 0))
# struct ip_mreq_source; IP_ADD_SOURCE_MEMBERSHIP of Linux is 39.
r.setsockopt(0, 39, socket.inet_aton(group) + socket.inet_aton('127.0.0.1') + socket.inet_aton('127.0.0.6'))
r.settimeout(20)
print(r.getsockname()[1])
print(r.recv(100).decode())
'@ "$($receiver.Endpoint.Port)"
        try {
            (Receive-SocketDatagram $receiver -TimeoutSeconds 20).Text | Should -BeExactly 'from python'
            $port = Read-ChildLine $peer
            foreach ($source in '127.0.0.7', '127.0.0.6') { Send-SocketText (New-GroupSender $source) "from $source" -To "udp://232.255.97.38:$port" }
            Read-ChildLine $peer | Should -BeExactly 'from 127.0.0.6'
        } finally { Stop-Child $peer }
    }

    It 'writes with -PassThru what was given' -Skip:$notLinux {
        $channel = New-DatagramSocket udp://*:0
        [object]::ReferenceEquals((Add-SocketMembership $channel $group -Interface lo -PassThru), $channel) | Should -BeTrue
        $listener = Start-SocketListener udp4://*:0
        [object]::ReferenceEquals(($listener | Add-SocketMembership -Group $group -Interface lo -PassThru), $listener) | Should -BeTrue
    }

    It 'shows the call with -Verbose' -Skip:($notLinux -or $env:SOCKETTOOLS_SYSTEM_CALLS -eq 'managed') {
        $receiver = New-DatagramSocket udp://*:0
        "$(Add-SocketMembership $receiver $group -Interface lo -Verbose 4>&1)" | Should -Match "^setsockopt\(\d+, IPPROTO_IP, MCAST_JOIN_GROUP, \{$group, .*\}, \d+\) = 0$"
    }

    Context 'errors' {
        It 'is <Errno> for <What>' -ForEach @(
            @{ What = 'an address that is no group'; Group = '127.0.0.1'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'a name'; Group = 'localhost'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
            @{ What = 'a group of IPv6 on a socket of IPv4'; Group = 'ff15::1'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument' }
        ) {
            $receiver = New-DatagramSocket udp://*:0
            Add-SocketMembership $receiver $Group -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Add-SocketMembership $Category $Group
        }

        It 'is ENODEV for an interface that is not there' {
            $receiver = New-DatagramSocket udp://*:0
            Add-SocketMembership $receiver $group -Interface nosuch0 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENODEV Add-SocketMembership ObjectNotFound nosuch0
        }

        It 'is EINVAL for a -Source that is no address, EAFNOSUPPORT for one of another family' {
            $receiver = New-DatagramSocket udp://*:0
            Add-SocketMembership $receiver $group -Source localhost -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Add-SocketMembership InvalidArgument localhost
            Add-SocketMembership $receiver $group -Source ::1 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EAFNOSUPPORT Add-SocketMembership InvalidArgument ::1
        }

        It 'goes on with the next group' -Skip:$notLinux {
            $receiver = New-DatagramSocket udp://*:0
            Add-SocketMembership $receiver 10.0.0.1, $group -Interface lo -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Add-SocketMembership InvalidArgument 10.0.0.1
            Remove-SocketMembership $receiver $group -Interface lo -ErrorAction Stop
        }

        It 'is EOPNOTSUPP for <_>' -ForEach 'a stream', 'a Unix socket' {
            $channel = $_ -eq 'a stream' ? (New-Socket) : (New-Socket AF_UNIX SOCK_DGRAM)
            Add-SocketMembership $channel $group -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EOPNOTSUPP Add-SocketMembership InvalidOperation $channel
        }

        It 'is EBADF for a closed socket, ENOTSOCK for none' {
            $closed = New-DatagramSocket
            Close-Socket $closed
            Add-SocketMembership $closed $group -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Add-SocketMembership InvalidOperation $closed
            Add-SocketMembership 'no socket' $group -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOTSOCK Add-SocketMembership InvalidArgument 'no socket'
        }
    }
}
