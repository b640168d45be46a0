BeforeDiscovery { $unixSystem = -not $IsWindows }

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'New-SocketPair' {
    AfterEach { Close-EverySocket }

    It 'has its parameter, and writes channels' {
        Assert-Parameter New-SocketPair 'SocketType: String, position 0'
        (Get-Command New-SocketPair).Parameters['SocketType'].Aliases | Should -Be Type
        Assert-OutputType New-SocketPair ([SocketTools.SocketChannel])
    }

    It 'makes two connected Unix sockets without names' -Skip:(-not $unixSystem) {
        $pair = @(New-SocketPair)
        $pair.Count | Should -Be 2
        foreach ($channel in $pair) {
            $channel | Should -BeOfType SocketTools.SocketChannel
            "$($channel.State) $($channel.AddressFamily) $($channel.SocketType) $($channel.Protocol)" | Should -BeExactly 'Connected Unix Stream unix'
            $channel.Endpoint | Should -BeNullOrEmpty
            "$($channel.RemoteEndPoint)" | Should -BeNullOrEmpty
        }
        $pair[0].Descriptor | Should -Not -Be $pair[1].Descriptor
        @(Get-Socket).Descriptor | Should -Contain $pair[0].Descriptor
    }

    It 'carries bytes in both directions, to the end of the stream' -Skip:(-not $unixSystem) {
        $one, $two = New-SocketPair
        Send-SocketText $one there -Line
        Send-SocketText $two back -Line
        Receive-SocketText $two -Line | Should -BeExactly there
        Receive-SocketText $one -Line | Should -BeExactly back
        Disconnect-Socket $one Send
        Receive-SocketByte $two | Should -BeNullOrEmpty
        $two.EndOfStream | Should -BeTrue
        Send-SocketText $two later -Line
        Receive-SocketText $one -Line | Should -BeExactly later
    }

    It 'keeps message boundaries with <Type>' -Skip:(-not $IsLinux) -ForEach @{ Type = 'SOCK_DGRAM'; Protocol = 'unixgram' }, @{ Type = 'SOCK_SEQPACKET'; Protocol = 'unixpacket' } {
        $one, $two = New-SocketPair $Type
        $one.Protocol | Should -BeExactly $Protocol
        Send-SocketByte $one (1, 2, 3)
        Send-SocketByte $one 4
        Assert-Byte (Receive-SocketByte $two -Count 100) (1, 2, 3)
        Assert-Byte (Receive-SocketByte $two -Count 100) 4
    }

    It 'is closed for programs that are started' -Skip:(-not $IsLinux) {
        foreach ($channel in New-SocketPair) {
            $flags = ([IO.File]::ReadAllLines("/proc/self/fdinfo/$($channel.Descriptor)") -match '^flags:')[0] -replace 'flags:\s*'
            [Convert]::ToInt32($flags, 8) -band 0x80000 | Should -Be 0x80000
        }
    }

    It 'is shown with -Verbose' -Skip:(-not $IsLinux) {
        $all = @(New-SocketPair -Verbose 4>&1)
        "$($all[0])" | Should -BeExactly "socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [$($all[1].Descriptor), $($all[2].Descriptor)]) = 0"
    }

    It 'is an error for a type that is none: <Type>' -Skip:(-not $unixSystem) -ForEach @{ Type = 'SOCK_NOTHING' }, @{ Type = 'SOCK_RDM' } {
        New-SocketPair $Type -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeIn 'ESOCKTNOSUPPORT,SocketTools.Commands.NewSocketPairCommand', 'EPROTONOSUPPORT,SocketTools.Commands.NewSocketPairCommand'
        $problem[0].TargetObject | Should -BeExactly $Type
    }

    It 'closes the second one when the pipeline takes only the first' -Skip:(-not $unixSystem) {
        $first = New-SocketPair | Select-Object -First 1
        @(Get-Socket).Descriptor | Should -Be $first.Descriptor
        Receive-SocketByte $first -TimeoutSeconds 5 | Should -BeNullOrEmpty
        $first.EndOfStream | Should -BeTrue
    }

    It 'offers the types' {
        $line = 'New-SocketPair SOCK_'
        ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)).CompletionMatches.CompletionText | Should -Contain SOCK_SEQPACKET
    }
}
