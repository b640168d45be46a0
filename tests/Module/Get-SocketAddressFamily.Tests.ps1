BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketAddressFamily' {
    It 'has its parameters, and writes constants' {
        Assert-Parameter Get-SocketAddressFamily 'Name: String[], position 0, pipeline', 'Supported: SwitchParameter'
        Assert-OutputType Get-SocketAddressFamily ([SocketTools.SocketConstant])
    }

    It 'has the domains of the texts' {
        (Get-SocketAddressFamily).Name | Should -Contain 'AF_UNIX'
        foreach ($name in 'AF_INET', 'AF_INET6', 'AF_PACKET', 'AF_NETLINK', 'AF_ROUTE', 'AF_VSOCK', 'AF_X25', 'AF_TIPC', 'AF_ISO', 'AF_XNS') {
            (Get-SocketAddressFamily $name).Name | Should -BeExactly $name
        }
    }

    It 'says of AF_INET its number, and that streams and datagrams work' {
        $family = Get-SocketAddressFamily AF_INET
        "$($family.Number) $($family.Supported)" | Should -BeExactly '2 True'
        $family.Works | Should -Contain 'SOCK_STREAM'
        $family.Works | Should -Contain 'SOCK_DGRAM'
        $family.Reason | Should -BeNullOrEmpty
    }

    It 'says of a family that this kernel lacks why' -Skip:(-not $IsLinux) {
        $family = Get-SocketAddressFamily AF_UNSPEC
        $family.Supported | Should -BeFalse
        $family.Reason | Should -BeExactly 'EAFNOSUPPORT'
        (Get-SocketAddressFamily AF_XNS).Number | Should -BeNullOrEmpty
    }

    It 'finds names with and without their beginning, by wildcards and from the pipeline' {
        (Get-SocketAddressFamily AF_INET).Name | Should -BeExactly 'AF_INET'
        (Get-SocketAddressFamily INET6).Name | Should -BeExactly 'AF_INET6'
        (Get-SocketAddressFamily inet).Name | Should -BeExactly 'AF_INET'
        @(Get-SocketAddressFamily 'AF_INET*').Count | Should -BeGreaterThan 1
        ('AF_INET', 'INET6' | Get-SocketAddressFamily).Name | Should -BeExactly 'AF_INET', 'AF_INET6'
        Get-SocketAddressFamily 'none*' | Should -BeNullOrEmpty
    }

    It 'gives only what this system has with -Supported' {
        $supported = Get-SocketAddressFamily -Supported
        $supported.Name | Should -Contain 'AF_INET'
        $supported.Supported | Should -Not -Contain $false
        @($supported).Count | Should -BeLessThan @(Get-SocketAddressFamily).Count
    }

    It 'leaves no socket open' -Skip:(-not $IsLinux) {
        $null = Get-SocketAddressFamily
        $before = Get-OpenDescriptor
        $null = Get-SocketAddressFamily
        Assert-DescriptorsBack $before
    }

    It 'is an error for a name that is none, and goes on' {
        (Get-SocketAddressFamily nosuch, AF_INET -ErrorAction SilentlyContinue -ErrorVariable problem).Name | Should -BeExactly 'AF_INET'
        Assert-SocketError $problem EINVAL Get-SocketAddressFamily InvalidArgument 'nosuch'
    }

    It 'offers the names with their meaning' {
        $line = 'Get-SocketAddressFamily INET6'
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $offered.CompletionText | Should -Contain 'AF_INET6'
        $offered[0].ToolTip | Should -Not -BeNullOrEmpty
    }

    It 'shows a table whose lines fit' {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = (Get-SocketAddressFamily AF_INET | Out-String -Width 120).Trim() -split '\r?\n' } finally { $PSStyle.OutputRendering = $rendering }
        $lines[0] | Should -Match '^Name +Number +Supported +Works with, or why not +Meaning$'
        $lines[2] | Should -Match '^AF_INET +\d+ +True +'
    }
}
