BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
    $noOtherUser = $noPython -or (id -u) -ne '0' -or -not ((Get-Content /etc/passwd) -match '^nobody:')
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1

    $clientProgram = @'
import os, socket, sys
if len(sys.argv) > 2:
    os.setgroups([])
    os.setresgid(*[int(sys.argv[3])] * 3)
    os.setresuid(*[int(sys.argv[2])] * 3)
s = socket.socket(socket.AF_UNIX)
s.connect(b'\0' + sys.argv[1].encode())
print('connected')
sys.stdin.readline()
'@
}

Describe 'The identity of the peer' {
    AfterEach { Close-EverySocket }

    It 'is this process for both ends of a pair' -Skip:(-not $IsLinux) {
        foreach ($channel in New-SocketPair) {
            $peer = $channel.PeerCredential
            $peer | Should -BeOfType SocketTools.SocketPeerCredential
            $peer.ProcessId | Should -Be $PID
            $peer.UserId | Should -Be (id -u)
            $peer.GroupId | Should -Be (id -g)
            $peer.UserName | Should -BeExactly (id -un)
            "$peer" | Should -BeExactly "pid $PID, uid $(id -u) ($(id -un)), gid $(id -g)"
        }
    }

    It 'is that of the process that connected' -Skip:$noPython {
        $name = "socket-tools-test-$([guid]::NewGuid())"
        $listener = Start-SocketListener "unix:@$name"
        $child = Start-Python $clientProgram $name
        try {
            $server = Receive-SocketConnection $listener
            $value = Get-SocketOption $server PeerCredential
            $value.Value.ProcessId | Should -Be $child.Id
            $value.Value.ProcessId | Should -Not -Be $PID
            $value.Value.UserId | Should -Be (id -u)
            $value.Name | Should -BeExactly SO_PEERCRED
            $server.PeerCredential | Should -Be $value.Value
        } finally { Stop-Child $child }
    }

    It 'stays as it was when the process has ended' -Skip:$noPython {
        $name = "socket-tools-test-$([guid]::NewGuid())"
        $listener = Start-SocketListener "unix:@$name"
        $child = Start-Python $clientProgram $name
        $id = $child.Id
        $server = Receive-SocketConnection $listener
        Stop-Child $child
        Receive-SocketByte $server -TimeoutSeconds 10 | Should -BeNullOrEmpty
        $server.PeerCredential.ProcessId | Should -Be $id
    }

    It 'is another user''s: uid, gid and name' -Skip:$noOtherUser {
        $name = "socket-tools-test-$([guid]::NewGuid())"
        $listener = Start-SocketListener "unix:@$name"
        $uid, $gid = (id -u nobody), (id -g nobody)
        $child = Start-Python $clientProgram $name, $uid, $gid
        try {
            $peer = (Receive-SocketConnection $listener).PeerCredential
            "$($peer.ProcessId) $($peer.UserId) $($peer.GroupId) $($peer.UserName)" | Should -BeExactly "$($child.Id) $uid $gid nobody"
        } finally { Stop-Child $child }
    }

    It 'has no name where the system knows none for the number' -Skip:$noOtherUser {
        $name = "socket-tools-test-$([guid]::NewGuid())"
        $listener = Start-SocketListener "unix:@$name"
        $child = Start-Python $clientProgram $name, 3999999999, 3999999998
        try {
            $peer = (Receive-SocketConnection $listener).PeerCredential
            $peer.UserId | Should -Be 3999999999
            $peer.GroupId | Should -Be 3999999998
            $peer.UserName | Should -BeNullOrEmpty
            "$peer" | Should -BeExactly "pid $($child.Id), uid 3999999999, gid 3999999998"
        } finally { Stop-Child $child }
    }

    It 'is that of the listening process for the client' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener "unix:@socket-tools-test-$([guid]::NewGuid())"
        (Connect-Socket $listener).PeerCredential.ProcessId | Should -Be $PID
    }

    It 'is nothing before a Unix socket is connected' -Skip:(-not $IsLinux) {
        $socket = New-Socket AF_UNIX
        $socket.PeerCredential | Should -BeNullOrEmpty
        $value = Get-SocketOption $socket PeerCredential
        $value.Option | Should -BeExactly PeerCredential
        $value.Value | Should -BeNullOrEmpty
    }

    It 'is nothing for TCP: an empty property, and ENOPROTOOPT when it is asked for' {
        $client, $null = New-ConnectedPair tcp
        $client.PeerCredential | Should -BeNullOrEmpty
        Get-SocketOption $client PeerCredential -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem ENOPROTOOPT Get-SocketOption InvalidOperation $client
        Get-SocketOption $client SO_PEERCRED -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ENOPROTOOPT Get-SocketOption InvalidOperation $client
    }

    It 'is nothing for a closed channel, and EBADF when it is asked for' -Skip:(-not $IsLinux) {
        $near, $null = New-SocketPair
        Close-Socket $near
        $near.PeerCredential | Should -BeNullOrEmpty
        Get-SocketOption $near PeerCredential -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EBADF Get-SocketOption InvalidOperation $near
    }

    It 'cannot be set' {
        (Get-Command Set-SocketOption).Parameters.Keys | Should -Not -Contain PeerCredential
    }
}
