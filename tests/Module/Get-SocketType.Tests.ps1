BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketType' {
    It 'has its parameters, and writes constants' {
        Assert-Parameter Get-SocketType 'Name: String[], position 0, pipeline', 'Supported: SwitchParameter'
        Assert-OutputType Get-SocketType ([SocketTools.SocketConstant])
    }

    It 'has the types of the texts, and says which families have them' {
        (Get-SocketType).Name | Should -BeExactly 'SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW', 'SOCK_RDM', 'SOCK_SEQPACKET', 'SOCK_DCCP', 'SOCK_PACKET'
        (Get-SocketType SOCK_STREAM).Works | Should -Contain 'AF_INET'
    }

    It 'counts raw sockets of the Internet, or says which privilege they want' -Skip:(-not $IsLinux) {
        $raw = Get-SocketType SOCK_RAW
        $raw.Supported | Should -BeTrue
        if ((id -u) -eq '0') { $raw.Works | Should -Contain 'AF_INET' } else { $raw.Works.Count + $raw.Reason.Length | Should -BeGreaterThan 0 }
    }

    It 'finds names with and without their beginning, by wildcards and from the pipeline' {
        (Get-SocketType SOCK_STREAM).Name | Should -BeExactly 'SOCK_STREAM'
        (Get-SocketType DGRAM).Name | Should -BeExactly 'SOCK_DGRAM'
        (Get-SocketType stream).Name | Should -BeExactly 'SOCK_STREAM'
        @(Get-SocketType 'SOCK_*').Count | Should -BeGreaterThan 1
        ('SOCK_STREAM', 'DGRAM' | Get-SocketType).Name | Should -BeExactly 'SOCK_STREAM', 'SOCK_DGRAM'
        Get-SocketType 'none*' | Should -BeNullOrEmpty
    }

    It 'gives only what this system has with -Supported' {
        $supported = Get-SocketType -Supported
        $supported.Name | Should -Contain 'SOCK_STREAM'
        $supported.Supported | Should -Not -Contain $false
        @($supported).Count | Should -BeLessThan @(Get-SocketType).Count
    }

    It 'leaves no socket open' -Skip:(-not $IsLinux) {
        $null = Get-SocketType
        $before = Get-OpenDescriptor
        $null = Get-SocketType
        Assert-DescriptorsBack $before
    }

    It 'is an error for a name that is none, and goes on' {
        (Get-SocketType nosuch, SOCK_STREAM -ErrorAction SilentlyContinue -ErrorVariable problem).Name | Should -BeExactly 'SOCK_STREAM'
        Assert-SocketError $problem EINVAL Get-SocketType InvalidArgument 'nosuch'
    }

    It 'offers the names with their meaning' {
        $line = 'Get-SocketType DGRAM'
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $offered.CompletionText | Should -Contain 'SOCK_DGRAM'
        $offered[0].ToolTip | Should -Not -BeNullOrEmpty
    }

    It 'shows a table whose lines fit' {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $lines = (Get-SocketType SOCK_STREAM | Out-String -Width 120).Trim() -split '\r?\n' } finally { $PSStyle.OutputRendering = $rendering }
        $lines[0] | Should -Match '^Name +Number +Supported +Works with, or why not +Meaning$'
        $lines[2] | Should -Match '^SOCK_STREAM +\d+ +True +'
    }
}
