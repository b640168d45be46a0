BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'New-Socket' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of socket(2), by position' {
        Assert-Parameter New-Socket 'AddressFamily: String, position 0', 'SocketType: String, position 1', 'ProtocolType: String, position 2'
        Assert-OutputType New-Socket ([SocketTools.SocketChannel])
    }

    It 'is AF_INET, SOCK_STREAM, 0 without parameters' {
        $socket = New-Socket
        $socket | Should -BeOfType SocketTools.SocketChannel
        $socket.AddressFamily, $socket.SocketType, [int] $socket.ProtocolType | Should -Be 'InterNetwork', 'Stream', 0
        $socket.Protocol | Should -Be 'tcp'
        $socket.State | Should -Be 'Unconnected'
        $socket.Endpoint, $socket.LocalEndPoint, $socket.RemoteEndPoint | Should -Be $null, $null, $null
    }

    It 'makes <Protocol> from <Names>' -ForEach @(
        @{ Names = @('AF_INET', 'SOCK_STREAM', 'IPPROTO_TCP'); Protocol = 'tcp'; Family = 'InterNetwork'; Type = 'Stream' }
        @{ Names = @('InterNetwork', 'Stream', 'Tcp'); Protocol = 'tcp'; Family = 'InterNetwork'; Type = 'Stream' }
        @{ Names = @('af_inet', 'sock_stream', 'ipproto_tcp'); Protocol = 'tcp'; Family = 'InterNetwork'; Type = 'Stream' }
        @{ Names = @(2, 1, 6); Protocol = 'tcp'; Family = 'InterNetwork'; Type = 'Stream' }
        @{ Names = @('AF_INET', 'SOCK_DGRAM'); Protocol = 'udp'; Family = 'InterNetwork'; Type = 'Dgram' }
        @{ Names = @('AF_UNIX', 'SOCK_STREAM'); Protocol = 'unix'; Family = 'Unix'; Type = 'Stream' }
        @{ Names = @('AF_UNIX', 'SOCK_STREAM', '0'); Protocol = 'unix'; Family = 'Unix'; Type = 'Stream' }
        @{ Names = @('AF_LOCAL'); Protocol = 'unix'; Family = 'Unix'; Type = 'Stream' }
        @{ Names = @('AF_UNIX', 'SOCK_DGRAM'); Protocol = 'unixgram'; Family = 'Unix'; Type = 'Dgram' }
        @{ Names = @('Unix', 'Seqpacket'); Protocol = 'unixpacket'; Family = 'Unix'; Type = 'Seqpacket' }
    ) {
        $socket = New-Socket @Names
        $socket.Protocol | Should -Be $Protocol
        $socket.AddressFamily | Should -Be $Family
        $socket.SocketType | Should -Be $Type
    }

    It 'makes a socket of AF_INET6' -Skip:(-not [Net.Sockets.Socket]::OSSupportsIPv6) {
        (New-Socket AF_INET6).AddressFamily | Should -Be InterNetworkV6
    }

    It 'has the names of socket(2) as aliases' {
        (New-Socket -Domain AF_UNIX -Type SOCK_STREAM -Protocol 0).Protocol | Should -Be 'unix'
        (New-Socket -Family AF_UNIX).Protocol | Should -Be 'unix'
    }

    It 'opens a descriptor of that number, which a child process does not get' -Skip:(-not $IsLinux) {
        $socket = New-Socket
        [IO.File]::ResolveLinkTarget("/proc/self/fd/$($socket.Descriptor)", $false).Name | Should -BeLike 'socket:*'
        $flags = (Get-Content "/proc/self/fdinfo/$($socket.Descriptor)") -match '^flags:' -replace '\D'
        [Convert]::ToInt32($flags, 8) -band 0x80000 | Should -Be 0x80000 -Because 'O_CLOEXEC is set'
    }

    It 'has the .NET socket inside, with the same descriptor' {
        $socket = New-Socket
        $socket.Socket | Should -BeOfType System.Net.Sockets.Socket
        [int] $socket.Socket.Handle | Should -Be $socket.Descriptor
    }

    It 'is <Errno> for <What>' -ForEach @(
        @{ What = 'an unknown family'; Names = @('AF_NONE'); Errno = 'EAFNOSUPPORT'; Target = 'AF_NONE' }
        @{ What = 'an unknown type'; Names = @('AF_INET', 'SOCK_NONE'); Errno = 'ESOCKTNOSUPPORT'; Target = 'SOCK_NONE' }
        @{ What = 'an unknown protocol'; Names = @('AF_INET', 'SOCK_STREAM', 'IPPROTO_NONE'); Errno = 'EPROTONOSUPPORT'; Target = 'IPPROTO_NONE' }
        @{ What = 'an empty family'; Names = @(''); Errno = 'EAFNOSUPPORT'; Target = '' }
        @{ What = 'a family that the system does not have'; Names = @('99'); Errno = 'EAFNOSUPPORT'; Target = '99 SOCK_STREAM IPPROTO_IP' }
        @{ What = 'a type that the family does not have'; Names = @('AF_INET', 'SOCK_SEQPACKET'); Errno = 'ESOCKTNOSUPPORT'; Target = 'AF_INET SOCK_SEQPACKET IPPROTO_IP' }
        @{ What = 'a protocol that does not go with the type'; Names = @('AF_INET', 'SOCK_STREAM', 'IPPROTO_UDP'); Errno = 'EPROTONOSUPPORT'; Target = 'AF_INET SOCK_STREAM IPPROTO_UDP' }
    ) {
        New-Socket @Names -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure $Errno New-Socket InvalidArgument $Target
        Get-Socket | Should -BeNullOrEmpty
    }
}
