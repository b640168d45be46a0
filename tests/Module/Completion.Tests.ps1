BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Completion' {
    BeforeAll {
        function Get-Completion([string] $Text) { @((TabExpansion2 $Text $Text.Length).CompletionMatches) }
    }
    BeforeEach { Close-EverySocket }
    AfterEach { Close-EverySocket }

    It 'offers the open listeners first, then the schemes, for <_>' -ForEach @(
        'Connect-Socket ', 'Connect-Socket -Endpoint ', 'Start-SocketListener ', 'Get-SocketListener ', 'Set-SocketAddress $s ',
        'Send-SocketText -Endpoint ', 'Send-SocketByte -Endpoint ', 'Send-SocketText $s x -To ', 'Send-SocketByte $s 1 -To '
    ) {
        $listener = Start-SocketListener tcp://:0
        $offered = (Get-Completion $_).CompletionText
        $offered[0] | Should -BeExactly "$listener"
        $offered | Should -Contain 'tcp://'
        $offered | Should -Contain 'unix:'
    }

    It 'offers what begins with the word' {
        $listener = Start-SocketListener tcp://:0
        (Get-Completion 'Connect-Socket unix').CompletionText | Should -BeExactly 'unix:', 'unixpacket:', 'unixgram:'
        (Get-Completion "Connect-Socket $("$listener".Substring(0, 14))").CompletionText | Should -Contain "$listener"
        (Get-Completion 'Connect-Socket tcp6').CompletionText | Should -BeExactly 'tcp6://'
    }

    It 'quotes what PowerShell would read as something else, and shows it as it is' -Skip:(-not $IsLinux) {
        $name = "@socket-tools-$([guid]::NewGuid())"
        $null = Start-SocketListener "unix:$name"
        $offered = (Get-Completion 'Connect-Socket unix')[0]
        $offered.CompletionText | Should -BeExactly "'unix:$name'"
        $offered.ListItemText | Should -BeExactly "unix:$name"
        # What is offered works when it is taken.
        (& ([scriptblock]::Create("Connect-Socket $($offered.CompletionText)"))).State | Should -Be 'Connected'
    }

    It 'completes a word that is quoted already' {
        $listener = Start-SocketListener tcp://:0
        (Get-Completion "Connect-Socket 'tcp://127").CompletionText | Should -Contain "$listener"
    }

    It 'offers service names behind the host' {
        $offered = Get-Completion 'Connect-Socket tcp://localhost:htt'
        $offered.CompletionText | Should -Contain 'tcp://localhost:http'
        $offered.CompletionText | Should -Contain 'tcp://localhost:https'
        $offered.Where{ $_.CompletionText -eq 'tcp://localhost:http' }.ToolTip | Should -Be 'http 80/tcp'
        (Get-Completion 'Connect-Socket localhost:smt').CompletionText | Should -Contain 'localhost:smtp'
    }

    It 'offers no service for a path' {
        Get-Completion 'Connect-Socket unix:htt' | ForEach-Object CompletionText | Should -Not -Contain 'unix:http'
    }

    It 'does not offer a listener that was stopped' {
        $listener = Start-SocketListener tcp://:0
        Stop-SocketListener $listener
        (Get-Completion 'Connect-Socket ').CompletionText | Should -Not -Contain "$listener"
    }

    It 'offers the names of socket(2)' {
        (Get-Completion 'New-Socket ').CompletionText | Should -Contain 'AF_UNIX'
        (Get-Completion 'New-Socket INET').CompletionText | Should -BeExactly 'AF_INET', 'AF_INET6'
        (Get-Completion 'New-Socket AF_INET str').CompletionText | Should -BeExactly 'SOCK_STREAM'
        (Get-Completion 'New-Socket AF_INET SOCK_STREAM tcp').CompletionText | Should -BeExactly 'IPPROTO_TCP'
        (Get-Completion 'New-Socket -SocketType SOCK_SEQ').CompletionText | Should -BeExactly 'SOCK_SEQPACKET'
    }

    It 'offers services, protocols, interfaces, and the families that a name can have' {
        (Get-Completion 'Get-SocketService htt').CompletionText | Should -Contain 'https'
        (Get-Completion 'Get-SocketService http').Where{ $_.CompletionText -eq 'http' }.ToolTip | Should -BeLike 'http 80/tcp*'
        (Get-Completion 'Get-SocketService -Protocol ').CompletionText[0, 1] | Should -BeExactly 'tcp', 'udp'
        (Get-Completion 'Get-SocketInterface ').CompletionText | Should -Contain (Get-SocketInterface)[0].Name
        (Get-Completion 'Resolve-SocketEndpoint -AddressFamily ').CompletionText | Should -BeExactly 'AF_INET', 'AF_INET6', 'AF_UNSPEC'
        (Get-Completion 'New-Socket -AddressFamily UNSPEC').CompletionText | Should -Not -Contain 'AF_UNSPEC'
        (Get-Completion 'Resolve-SocketEndpoint localhost:smt').CompletionText | Should -Contain 'localhost:smtp'
    }

    It 'offers encodings for <_>' -ForEach 'Send-SocketText', 'Receive-SocketText', 'Receive-SocketDatagram' {
        (Get-Completion "$_ -Encoding ").CompletionText | Should -Contain 'utf8'
        (Get-Completion "$_ -Encoding lat").CompletionText | Should -BeExactly 'latin1'
        # Each that is offered is one that is taken.
        $other = $_ -eq 'Send-SocketText' ? @{ Text = 'x' } : @{}
        foreach ($name in (Get-Completion "$_ -Encoding ").CompletionText) {
            & $_ 'no socket' @other -Encoding $name -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'ENOTSOCK,*' -Because $name
        }
    }

    It 'offers network interfaces for <_>' -Skip:(-not $IsLinux) -ForEach @(
        'Add-SocketMembership $s 239.1.2.3 -Interface ', 'Remove-SocketMembership $s 239.1.2.3 -Interface ', 'Set-SocketOption $s -MulticastInterface '
    ) {
        $names = [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces().Name
        (Get-Completion $_).CompletionText | Should -BeExactly $names
        $offered = (Get-Completion "${_}l").Where{ $_.ListItemText -eq 'lo' }
        $offered.CompletionText | Should -BeExactly lo
        $offered.ToolTip | Should -Match '127\.0\.0\.1'
    }

    It 'offers counters with their meaning, and the tables that there are' {
        (Get-Completion 'Get-SocketStatistic RetransS').CompletionText | Should -BeExactly RetransSegs
        (Get-Completion 'Get-SocketStatistic TcpRetransS').CompletionText | Should -BeExactly TcpRetransSegs
        (Get-Completion 'Get-SocketStatistic RetransS').ToolTip | Should -BeExactly 'Segments sent again.'
        (Get-Completion 'Get-SocketStatistic -Protocol Udp -Name No').CompletionText | Should -BeExactly NoPorts
        (Get-Completion 'Get-SocketStatistic -Protocol Udp -Name ').CompletionText | Should -Be (Get-SocketStatistic -Protocol Udp).Name
        (Get-Completion 'Get-SocketStatistic -Protocol ').CompletionText | Should -BeExactly @((Get-SocketStatistic).Protocol | Select-Object -Unique)
        (Get-Completion 'Get-SocketStatistic -Protocol ud').CompletionText | Should -Contain Udp
    }

    It 'offers the states and the protocols of sockets of the machine' {
        (Get-Completion 'Get-SocketConnection -State ').CompletionText | Should -BeExactly 'ESTABLISHED', 'SYN_SENT', 'SYN_RECEIVED', 'FIN_WAIT_1', 'FIN_WAIT_2', 'TIME_WAIT',
            'CLOSED', 'CLOSE_WAIT', 'LAST_ACK', 'LISTEN', 'CLOSING', 'UNCONN'
        (Get-Completion 'Get-SocketConnection -State fin').CompletionText | Should -BeExactly 'FIN_WAIT_1', 'FIN_WAIT_2'
        (Get-Completion 'Get-SocketConnection -Watch -State LISTEN, syn_').CompletionText | Should -BeExactly 'SYN_SENT', 'SYN_RECEIVED'
        (Get-Completion 'Get-SocketConnection -Protocol ').CompletionText | Should -BeExactly 'tcp', 'udp', 'raw', 'unix', 'unixgram', 'unixpacket'
        (Get-Completion 'Get-SocketConnection -Protocol UNIXP').CompletionText | Should -BeExactly 'unixpacket'
        Get-Completion 'Get-SocketConnection -Protocol tcpx' | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
        # What is offered is taken.
        foreach ($state in (Get-Completion 'Get-SocketConnection -State ').CompletionText) { { Get-SocketConnection -Protocol raw -State $state -ErrorAction Stop } | Should -Not -Throw }
    }

    It 'offers signals, the common ones first, with what they are for' -Skip:$IsWindows {
        (Get-Completion 'Send-IpcSignal ').CompletionText | Select-Object -First 3 | Should -BeExactly 'USR1', 'USR2', 'TERM'
        (Get-Completion 'Send-IpcSignal us').CompletionText | Should -BeExactly 'USR1', 'USR2'
        (Get-Completion 'Register-IpcSignal SIGT').CompletionText | Should -Contain 'SIGTERM'
        (Get-Completion 'Send-IpcSignal KI').CompletionText | Should -BeExactly 'KILL'
        (Get-Completion 'Wait-IpcSignal KI').CompletionText | Should -BeNullOrEmpty -Because 'it cannot be caught'
        (Get-Completion 'Wait-IpcSignal HU')[0].ToolTip | Should -BeLike 'SIGHUP (1): *'
    }

    It 'offers the semaphores that exist, and for <_> every resource' -Skip:(-not $IsLinux) -ForEach 'Get-IpcResource ', 'Remove-IpcResource -Name ' {
        $name = "/sockettools-test-$([guid]::NewGuid())"
        $spaced = "/sockettools-test $([guid]::NewGuid())"
        $all = (New-IpcSemaphore $name), (New-IpcSharedMemory "$name-memory" -Size 10), (New-IpcSemaphore $spaced)
        $offered = (Get-Completion 'Lock-IpcSemaphore /sockettools-test').CompletionText
        $offered | Should -Contain $name
        $offered | Should -Contain "'$spaced'"
        $offered | Should -Not -Contain "$name-memory"
        (Get-Completion "$_$name").CompletionText | Should -BeExactly "$name-memory", $name
        $all | Close-IpcChannel
    }

    It 'offers directions, line ends and states' {
        (Get-Completion 'Receive-SocketMessage -Prefix U').CompletionText | Sort-Object | Should -BeExactly 'UInt16', 'UInt32'
        (Get-Completion 'Disconnect-Socket $c ').CompletionText | Sort-Object | Should -BeExactly 'Both', 'Receive', 'Send'
        (Get-Completion 'Send-SocketText -NewLine ').CompletionText | Sort-Object | Should -BeExactly 'Crlf', 'Lf'
        (Get-Completion 'Get-Socket -State Con').CompletionText | Should -BeExactly 'Connected', 'Connecting'
    }

    It 'offers the interfaces to capture, and the word for all of them' -Skip:(-not $IsLinux) {
        (Get-Completion 'Start-SocketCapture ').CompletionText | Should -Contain lo
        (Get-Completion 'Start-SocketCapture ').CompletionText | Should -Contain any
        (Get-Completion 'Start-SocketCapture an').CompletionText | Should -Be any
        (Get-Completion 'Get-SocketCapture l').CompletionText | Should -Contain lo
    }

    It 'offers the ports of the open sockets first, then those of the services, to capture' {
        $listener = Start-SocketListener tcp://:0
        $offered = Get-Completion 'Start-SocketCapture -Port '
        $offered[0].CompletionText | Should -BeExactly "$($listener.LocalEndPoint.Port)"
        (Get-Completion 'Start-SocketCapture -Port 44').CompletionText | Should -Contain 443
        (Get-Completion 'Start-SocketCapture -Port https').CompletionText | Should -Contain 443
    }

    It 'offers protocols to capture' {
        (Get-Completion 'Start-SocketCapture -Protocol ').CompletionText | Should -Be Arp, Icmp, IcmpV6, IPv4, IPv6, Tcp, Udp
    }
}
