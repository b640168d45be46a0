BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    $little = [BitConverter]::IsLittleEndian
}

Describe 'ConvertTo-NetworkOrder' {
    It 'has its parameters, and writes values' {
        Assert-Parameter ConvertTo-NetworkOrder 'Value: Object[], position 0, mandatory, pipeline', 'Bits: Int32', 'Signed: SwitchParameter'
        Assert-OutputType ConvertTo-NetworkOrder ([SocketTools.SocketByteOrderValue])
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
        ConvertTo-NetworkOrder $Value -Bits $bits -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.ConvertToNetworkOrderCommand'
        "$($problem[0].CategoryInfo.Category)" | Should -BeExactly 'InvalidArgument'
        $problem[0].TargetObject | Should -Be $Value
    }

    It 'is an error for three bytes, and goes on' {
        $three = [byte[]](1, 2, 3)
        @((, $three) + 7 | ConvertTo-NetworkOrder -ErrorAction SilentlyContinue -ErrorVariable problem).Value | Should -Be 7
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'EINVAL,*'
    }

    It 'turns <Value> of <Type> into <Network>' -ForEach @(
        @{ Type = [uint16]; Value = 8080; Network = '1F90' }
        @{ Type = [int16]; Value = -2; Network = 'FFFE' }
        @{ Type = [int]; Value = 8080; Network = '00001F90' }
        @{ Type = [uint32]; Value = 4294967295; Network = 'FFFFFFFF' }
        @{ Type = [long]; Value = -1; Network = 'FFFFFFFFFFFFFFFF' }
        @{ Type = [uint64]; Value = 1; Network = '0000000000000001' }
    ) {
        $order = ConvertTo-NetworkOrder ($Value -as $Type)
        $order.Value | Should -BeOfType $Type
        $order.Value | Should -Be $Value
        [Convert]::ToHexString($order.NetworkBytes) | Should -BeExactly $Network
        $order.Differs | Should -Be $little
        "$($order.Function) $($order.Inverse)" | Should -BeExactly @{ 16 = 'htons ntohs'; 32 = 'htonl ntohl'; 64 = 'htobe64 be64toh' }[$order.Bits]
        (ConvertFrom-NetworkOrder $order.Network).Value | Should -Be $Value
    }

    It 'takes -Bits, text as PowerShell reads it, and several numbers' {
        $order = ConvertTo-NetworkOrder 8080 -Bits 16
        "$($order.Bits) $([Convert]::ToHexString($order.NetworkBytes))" | Should -BeExactly '16 1F90'
        (ConvertTo-NetworkOrder '0x1F90', '8kb', 5).Value | Should -Be 8080, 8192, 5
        (80, 443 | ConvertTo-NetworkOrder -Bits 16).Value | Should -Be 80, 443
    }

    It 'takes the bytes of a number of this machine: as one array, and one by one' {
        $bytes = [BitConverter]::GetBytes([uint32] 8080)
        (ConvertTo-NetworkOrder $bytes).Value | Should -Be 8080
        (, $bytes | ConvertTo-NetworkOrder).Value | Should -Be 8080
        @($bytes | ConvertTo-NetworkOrder).Value | Should -Be 8080
        (ConvertTo-NetworkOrder ([BitConverter]::GetBytes([int16] -2)) -Signed).Value | Should -Be -2
        (ConvertTo-NetworkOrder ([BitConverter]::GetBytes([int16] -2))).Value | Should -Be 65534
        @([byte] 5 | ConvertTo-NetworkOrder).Value | Should -Be 5
    }

    It 'shows both orders in a table' {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = (ConvertTo-NetworkOrder 8080 -Bits 16 | Out-String -Width 120).Trim() -split '\r?\n' } finally { $PSStyle.OutputRendering = $rendering }
        -split $lines[0] | Should -BeExactly 'Bits', 'Value', 'Host', 'order', 'Network', 'order', 'Network', 'Function', 'Differs'
        if ($little) { -split $lines[2] | Should -BeExactly '16', '8080', '90', '1F', '1F', '90', '36895', 'htons', 'True' }
    }
}
