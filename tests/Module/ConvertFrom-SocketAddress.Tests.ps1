BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    $loopback = [byte[]](2, 0, 31, 144, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
}

Describe 'ConvertFrom-SocketAddress' {
    It 'has its parameters, and writes structures' {
        Assert-Parameter ConvertFrom-SocketAddress 'Byte: Byte[], position 0, mandatory, pipeline, by property name', 'Platform: SocketPlatform, by property name'
        Assert-OutputType ConvertFrom-SocketAddress ([SocketTools.SocketAddressStructure])
    }

    It 'reads bytes as a parameter, as one array and one by one from the pipeline' {
        (ConvertFrom-SocketAddress $loopback -Platform Linux).Port | Should -Be 8080
        (, $loopback | ConvertFrom-SocketAddress -Platform Linux).Port | Should -Be 8080
        $all = @($loopback | ConvertFrom-SocketAddress -Platform Linux)
        $all.Count | Should -Be 1
        "$($all[0].Endpoint)" | Should -BeExactly 'tcp://127.0.0.1:8080'
    }

    It 'reads what ConvertTo-SocketAddress wrote, on <_>' -ForEach 'Linux', 'macOS', 'Windows' {
        foreach ($text in 'tcp://192.0.2.1:65535', 'tcp://[2001:db8::7]:1', 'unix:/run/x.sock') {
            $made = ConvertTo-SocketAddress $text -Platform $_
            $read = $made | ConvertFrom-SocketAddress
            "$($read.Endpoint)" | Should -BeExactly $text
            $read.Platform | Should -Be $_
            "$($read.Fields)" | Should -BeExactly "$($made.Fields)"
        }
    }

    It 'reads <Name>, which only decodes' -ForEach @(
        @{ Name = 'sockaddr_ll'; Hex = '11000800020000000100040602000000000100' + '00'; Fields = 'sll_family = AF_PACKET sll_protocol = 2048 sll_ifindex = 2 sll_hatype = 1 sll_pkttype = 4 sll_halen = 6 sll_addr = 02:00:00:00:00:01' }
        @{ Name = 'sockaddr_nl'; Hex = '100000002A00000005000000'; Fields = 'nl_family = AF_NETLINK nl_pad =  nl_pid = 42 nl_groups = 5' }
        @{ Name = 'sockaddr_vm'; Hex = '28000000D20400000200000000000000'; Fields = 'svm_family = AF_VSOCK svm_reserved1 =  svm_port = 1234 svm_cid = 2 svm_flags = 0 svm_zero = ' }
    ) {
        $address = ConvertFrom-SocketAddress ([Convert]::FromHexString($Hex)) -Platform Linux
        $address.Name | Should -BeExactly $Name
        "$($address.Fields)" | Should -BeExactly $Fields
        $address.Endpoint | Should -BeNullOrEmpty
        $address.ToEndPoint() | Should -BeNullOrEmpty
    }

    It 'reads a socket without a name, an abstract name and a path without its NUL' {
        (ConvertFrom-SocketAddress (1, 0) -Platform Linux).Fields.Name | Should -BeExactly 'sun_family'
        $path = ConvertFrom-SocketAddress ([byte[]](1, 0) + [Text.Encoding]::ASCII.GetBytes('/a')) -Platform Linux
        $path.Fields[-1].Value | Should -BeExactly '/a'
    }

    It 'reads an abstract name' -Skip:(-not $IsLinux) {
        "$((ConvertFrom-SocketAddress ([byte[]](1, 0, 0) + [Text.Encoding]::ASCII.GetBytes('name')) -Platform Linux).Endpoint)" | Should -BeExactly 'unix:@name'
    }

    It 'shows a control character of a name as a picture' -Skip:(-not $IsLinux) {
        $address = ConvertFrom-SocketAddress ([byte[]](1, 0, 0x2F, 27, 0)) -Platform Linux
        "$($address | Out-String)" | Should -BeLike "*/$([char] 0x241B)*"
    }

    It 'is an error for <Why>' -ForEach @(
        @{ Why = 'no bytes'; Hex = ''; Errno = 'EINVAL' }
        @{ Why = 'truncated bytes'; Hex = '02001F907F00000100000000000000'; Errno = 'EINVAL' }
        @{ Why = 'oversized bytes'; Hex = '02001F907F000001000000000000000000'; Errno = 'EINVAL' }
        @{ Why = 'an unknown family'; Hex = '63001F907F0000010000000000000000'; Errno = 'EAFNOSUPPORT' }
        @{ Why = 'the family of another platform'; Hex = '1E001F90000000000000000000000000000000000000000100000000'; Errno = 'EAFNOSUPPORT' }
        @{ Why = 'a NUL inside a path'; Hex = '01002F61006200'; Errno = 'EINVAL' }
        @{ Why = 'a path that is too long'; Hex = '0100' + '70' * 109; Errno = 'EINVAL' }
    ) {
        $bytes = [Convert]::FromHexString($Hex)
        ConvertFrom-SocketAddress $bytes -Platform Linux -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly "$Errno,SocketTools.Commands.ConvertFromSocketAddressCommand"
        "$($problem[0].CategoryInfo.Category)" | Should -BeExactly 'InvalidArgument'
        [Convert]::ToHexString($problem[0].TargetObject) | Should -BeExactly $Hex
        $problem[0].Exception | Should -BeOfType SocketTools.SocketCallException
    }

    It 'goes on behind a bad one in the pipeline' {
        @((, [byte[]](9, 9, 9)) + (, $loopback) | ConvertFrom-SocketAddress -Platform Linux -ErrorAction SilentlyContinue -ErrorVariable problem).Count | Should -Be 1
        $problem.Count | Should -Be 1
    }
}
