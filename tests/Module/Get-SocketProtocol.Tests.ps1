BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketProtocol' {
    It 'has its parameters, and writes constants' {
        Assert-Parameter Get-SocketProtocol 'Name: String[], position 0, pipeline', 'Supported: SwitchParameter'
        Assert-OutputType Get-SocketProtocol ([SocketTools.SocketConstant])
    }

    It 'has the protocols of the texts with their numbers' {
        "$(Get-SocketProtocol TCP, UDP, SCTP, TIPC, ICMP | ForEach-Object { "$($_.Name)=$($_.Number)" } | Sort-Object)" |
            Should -BeExactly "IPPROTO_ICMP=1 IPPROTO_SCTP=132 IPPROTO_TCP=6 IPPROTO_UDP=17 TIPC=$($IsLinux ? 0 : '')"
        (Get-SocketProtocol IPPROTO_TCP).Works | Should -BeExactly 'AF_INET SOCK_STREAM'
    }

    It 'finds names with and without their beginning, by wildcards and from the pipeline' {
        (Get-SocketProtocol IPPROTO_TCP).Name | Should -BeExactly 'IPPROTO_TCP'
        (Get-SocketProtocol UDP).Name | Should -BeExactly 'IPPROTO_UDP'
        (Get-SocketProtocol tcp).Name | Should -BeExactly 'IPPROTO_TCP'
        @(Get-SocketProtocol 'IPPROTO_*').Count | Should -BeGreaterThan 1
        ('IPPROTO_TCP', 'UDP' | Get-SocketProtocol).Name | Should -BeExactly 'IPPROTO_TCP', 'IPPROTO_UDP'
        Get-SocketProtocol 'none*' | Should -BeNullOrEmpty
    }

    It 'gives only what this system has with -Supported' {
        $supported = Get-SocketProtocol -Supported
        $supported.Name | Should -Contain 'IPPROTO_TCP'
        $supported.Supported | Should -Not -Contain $false
        @($supported).Count | Should -BeLessThan @(Get-SocketProtocol).Count
    }

    It 'leaves no socket open' -Skip:(-not $IsLinux) {
        $null = Get-SocketProtocol
        $before = Get-OpenDescriptor
        $null = Get-SocketProtocol
        Assert-DescriptorsBack $before
    }

    It 'is an error for a name that is none, and goes on' {
        (Get-SocketProtocol nosuch, IPPROTO_TCP -ErrorAction SilentlyContinue -ErrorVariable problem).Name | Should -BeExactly 'IPPROTO_TCP'
        Assert-SocketError $problem EINVAL Get-SocketProtocol InvalidArgument 'nosuch'
    }

    It 'offers the names with their meaning' {
        $line = 'Get-SocketProtocol UDP'
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $offered.CompletionText | Should -Contain 'IPPROTO_UDP'
        $offered[0].ToolTip | Should -Not -BeNullOrEmpty
    }

    It 'shows a table whose lines fit' {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = (Get-SocketProtocol IPPROTO_TCP | Out-String -Width 120).Trim() -split '\r?\n' } finally { $PSStyle.OutputRendering = $rendering }
        $lines[0] | Should -Match '^Name +Number +Supported +Works with, or why not +Meaning$'
        $lines[2] | Should -Match '^IPPROTO_TCP +\d+ +True +'
    }
}
