BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    $little = [BitConverter]::IsLittleEndian
}

Describe 'ConvertFrom-NetworkOrder' {
    It 'has its parameters, and writes values' {
        Assert-Parameter ConvertFrom-NetworkOrder 'Value: Object[], position 0, mandatory, pipeline', 'Bits: Int32', 'Signed: SwitchParameter'
        Assert-OutputType ConvertFrom-NetworkOrder ([SocketTools.SocketByteOrderValue])
    }

    It 'is an error for <Why>' -ForEach @(
        @{ Why = 'a number that does not fit'; Value = 65536; Bits = 16 }
        @{ Why = 'a number that is not whole'; Value = 1.5; Bits = 32 }
        @{ Why = 'text that is no number'; Value = 'many'; Bits = 32 }
        @{ Why = 'text that is no whole number'; Value = '1.5'; Bits = 32 }
        @{ Why = 'no text'; Value = ' '; Bits = 32 }
        @{ Why = 'more than 64 bits'; Value = '18446744073709551616'; Bits = 64 }
    ) {
        $bits = $Bits
        ConvertFrom-NetworkOrder $Value -Bits $bits -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.ConvertFromNetworkOrderCommand'
        "$($problem[0].CategoryInfo.Category)" | Should -BeExactly 'InvalidArgument'
        $problem[0].TargetObject | Should -Be $Value
    }

    It 'is an error for three bytes, and goes on' {
        $three = [byte[]](1, 2, 3)
        @((, $three) + 7 | ConvertFrom-NetworkOrder -ErrorAction SilentlyContinue -ErrorVariable problem).Value | Should -Be ($little ? 0x07000000 : 7)
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'EINVAL,*'
    }

    It 'reads the bytes of the network: as one array, and one by one' {
        (ConvertFrom-NetworkOrder ([byte[]](0x1F, 0x90))).Value | Should -Be 8080
        (ConvertFrom-NetworkOrder 0, 0, 0x1F, 0x90 -Bits 16).Count | Should -Be 4
        (ConvertFrom-NetworkOrder ([byte[]](0, 0, 0, 0, 0, 0, 0x1F, 0x90))).Value | Should -Be 8080
        @([byte[]](0, 0, 0x1F, 0x90) | ConvertFrom-NetworkOrder).Value | Should -Be 8080
        (ConvertFrom-NetworkOrder ([byte[]](0xFF, 0xFE)) -Signed).Value | Should -Be -2
        (ConvertFrom-NetworkOrder ([byte[]](0xFF, 0xFE))).Value | Should -Be 65534
    }

    It 'turns a number round that was read as it is' {
        (ConvertFrom-NetworkOrder ([uint16] 36895)).Value | Should -Be ($little ? 8080 : 36895)
        (ConvertFrom-NetworkOrder 36895 -Bits 16).Value | Should -Be ($little ? 8080 : 36895)
        [Convert]::ToHexString((ConvertFrom-NetworkOrder ([BitConverter]::ToUInt32([byte[]](1, 2, 3, 4)))).NetworkBytes) | Should -BeExactly '01020304'
    }

    It 'undoes ConvertTo-NetworkOrder for <_>' -ForEach ([int16]::MinValue, [uint16]::MaxValue, [int]::MinValue, [uint32]::MaxValue, [long]::MaxValue, [uint64]::MaxValue) {
        (ConvertFrom-NetworkOrder (ConvertTo-NetworkOrder $_).Network).Value | Should -Be $_
        (ConvertFrom-NetworkOrder (ConvertTo-NetworkOrder $_).Network).Value | Should -BeOfType $_.GetType()
    }
}
