BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'ConvertTo-SocketAddress' {
    AfterEach { Close-EverySocket }

    It 'has its parameters, and writes structures' {
        Assert-Parameter ConvertTo-SocketAddress @(
            'Endpoint: EndpointArgument[], position 0, mandatory, pipeline', 'Platform: SocketPlatform', 'Remote: SwitchParameter', 'TimeoutSeconds: Double')
        Assert-OutputType ConvertTo-SocketAddress ([SocketTools.SocketAddressStructure])
    }

    It 'writes the bytes of <Text> on <Platform>' -ForEach @(
        @{ Text = 'tcp://127.0.0.1:8080'; Platform = 'Linux'; Hex = '02001F907F0000010000000000000000' }
        @{ Text = 'tcp://127.0.0.1:8080'; Platform = 'macOS'; Hex = '10021F907F0000010000000000000000' }
        @{ Text = 'udp://127.0.0.1:domain'; Platform = 'Windows'; Hex = '020000357F0000010000000000000000' }
        @{ Text = 'tcp6://[fe80::1%1]:80'; Platform = 'Linux'; Hex = '0A00005000000000FE80000000000000000000000000000101000000' }
        @{ Text = 'tcp6://[::1]:80'; Platform = 'macOS'; Hex = '1C1E0050000000000000000000000000000000000000000100000000' }
        @{ Text = 'tcp6://[::1]:80'; Platform = 'Windows'; Hex = '17000050000000000000000000000000000000000000000100000000' }
        @{ Text = 'unix:/run/a'; Platform = 'Linux'; Hex = '01002F72756E2F6100' }
        @{ Text = 'unix:a'; Platform = 'macOS'; Hex = '0401' + '6100' }
    ) {
        [Convert]::ToHexString((ConvertTo-SocketAddress $Text -Platform $Platform).Bytes) | Should -BeExactly $Hex
    }

    It 'lists every member with its name, C type, offset, length, bytes, value and byte order' {
        $fields = (ConvertTo-SocketAddress tcp://127.0.0.1:8080 -Platform Linux).Fields
        $fields | ForEach-Object { "$($_.Offset) $($_.Length) $($_.CType) $($_.Name) $($_.Hex.Replace(' ', '')) $($_.Value) $($_.ByteOrder)" } | Should -BeExactly @(
            '0 2 sa_family_t sin_family 0200 AF_INET Host'
            '2 2 in_port_t sin_port 1F90 8080 Network'
            '4 4 struct in_addr sin_addr 7F000001 127.0.0.1 Network'
            '8 8 unsigned char[8] sin_zero 0000000000000000  None'
        )
    }

    It 'says what it is: name, family, platform, length, endpoint, address, port' {
        $address = ConvertTo-SocketAddress tcp6://[::1]:80 -Platform Linux
        "$($address.Name) $($address.Family) $($address.Platform) $($address.Length) $($address.Endpoint) $($address.Address) $($address.Port)" |
            Should -BeExactly 'sockaddr_in6 AF_INET6 Linux 28 tcp://[::1]:80 ::1 80'
        "$address" | Should -BeExactly 'sockaddr_in6 0A000050000000000000000000000000000000000000000100000000'
    }

    It 'gives a copy of its bytes' {
        $address = ConvertTo-SocketAddress tcp://127.0.0.1:80
        $address.Bytes[3] = 99
        $address.Bytes[3] | Should -Be 80
    }

    It 'shows the same bytes through struct sockaddr' {
        $generic = (ConvertTo-SocketAddress tcp://127.0.0.1:8080 -Platform macOS).Generic
        $generic.Name | Should -BeExactly 'sa_len', 'sa_family', 'sa_data'
        $generic.Value[0, 1] | Should -Be 16, 'AF_INET'
        $generic[2].Hex | Should -BeExactly '1F 90 7F 00 00 01 00 00 00 00 00 00 00 00'
    }

    It 'takes an address of .NET, a Uri, a listener, a channel, a socket and a structure' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $channel = Connect-Socket $listener -TimeoutSeconds 10
        $port = $listener.LocalEndPoint.Port
        (ConvertTo-SocketAddress $listener.LocalEndPoint).Port | Should -Be $port
        (ConvertTo-SocketAddress ([uri]"tcp://127.0.0.1:$port")).Port | Should -Be $port
        ($listener | ConvertTo-SocketAddress).Port | Should -Be $port
        (ConvertTo-SocketAddress $channel).Port | Should -Be $channel.LocalEndPoint.Port
        (ConvertTo-SocketAddress $channel -Remote).Port | Should -Be $port
        (ConvertTo-SocketAddress $channel.Socket).Port | Should -Be $channel.LocalEndPoint.Port
        (ConvertTo-SocketAddress $channel.Socket -Remote).Port | Should -Be $port
        (ConvertTo-SocketAddress tcp://127.0.0.1:80 -Platform Linux | ConvertTo-SocketAddress -Platform macOS).Length | Should -Be 16
        (ConvertTo-SocketAddress ([System.Net.Sockets.UnixDomainSocketEndPoint]::new('/x'))).Fields[-1].Value | Should -BeExactly '/x'
    }

    It 'writes the address of a channel as the kernel has it, byte for byte' -Skip:(-not $IsLinux) {
        $path = New-SocketPath
        $listener = Start-SocketListener "unix:$path"
        $client = Connect-Socket $listener -TimeoutSeconds 10
        (ConvertTo-SocketAddress $listener).Bytes.Count | Should -Be (2 + $path.Length + 1)
        (ConvertTo-SocketAddress $client -Remote).Fields[-1].Value | Should -BeExactly $path
        # The client has no name: the family alone.
        (ConvertTo-SocketAddress $client).Bytes | Should -Be 1, 0
    }

    It 'means what bind would take where no host is written' {
        "$((ConvertTo-SocketAddress :80).Address)" | Should -BeExactly '127.0.0.1'
        "$((ConvertTo-SocketAddress tcp4://*:80).Address)" | Should -BeExactly '0.0.0.0'
    }

    It 'goes on behind a bad one: <Why>' -ForEach @(
        @{ Why = 'port 65536'; Text = 'tcp://127.0.0.1:65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Why = 'malformed IPv6'; Text = 'tcp6://[:::1]:80'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Why = 'no name that resolves'; Text = 'tcp://nosuch.invalid:80'; Errno = 'EAI_NONAME'; Category = 'ObjectNotFound' }
        @{ Why = 'a NUL in a path'; Text = "unix:a`0b"; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Why = 'a path of 104 bytes on macOS'; Text = 'unix:/' + 'p' * 103; Errno = 'ENAMETOOLONG'; Category = 'InvalidArgument' }
        @{ Why = 'an abstract name on macOS'; Text = 'unix:@x'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation' }
    ) {
        $all = @($Text, 'tcp://127.0.0.1:80' | ConvertTo-SocketAddress -Platform macOS -ErrorAction SilentlyContinue -ErrorVariable problem)
        $all.Count | Should -Be 1
        Assert-SocketError $problem $Errno ConvertTo-SocketAddress $Category $Text
    }

    It 'is an error for a channel without <What>' -ForEach @(
        @{ What = 'a peer'; Remote = $true; Errno = 'ENOTCONN'; Category = 'ConnectionError' }
    ) {
        $socket = New-Socket
        ConvertTo-SocketAddress $socket -Remote:$Remote -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem $Errno ConvertTo-SocketAddress $Category $socket
    }

    It 'is an error for a closed channel' {
        $socket = New-Socket
        Close-Socket $socket
        ConvertTo-SocketAddress $socket -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'EBADF,*'
    }

    It 'prints as an annotated hex dump' {
        $lines = (ConvertTo-SocketAddress tcp6://[2001:db8::1]:443 -Platform Linux | Out-String -Width 100).Trim() -split '\r?\n'
        $lines | Should -BeExactly @(
            'sockaddr_in6, Linux, 28 bytes'
            ' 0  0A 00                    sin6_family    sa_family_t      host     AF_INET6'
            ' 2  01 BB                    sin6_port      in_port_t        network  443'
            ' 4  00 00 00 00              sin6_flowinfo  uint32_t         network  0'
            ' 8  20 01 0D B8 00 00 00 00  sin6_addr      struct in6_addr  network  2001:db8::1'
            '16  00 00 00 00 00 00 00 01'
            '24  00 00 00 00              sin6_scope_id  uint32_t         host     0'
        )
    }

    It 'prints members as a table' {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = ((ConvertTo-SocketAddress tcp://127.0.0.1:80 -Platform Linux).Generic | Out-String -Width 100).Trim() -split '\r?\n' } finally { $PSStyle.OutputRendering = $rendering }
        -split $lines[0] | Should -BeExactly 'Offset', 'Bytes', 'Name', 'CType', 'Order', 'Value'
        -split $lines[2] | Should -BeExactly '0', '02', '00', 'sa_family', 'sa_family_t', 'host', 'AF_INET'
    }
}
