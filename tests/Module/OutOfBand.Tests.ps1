BeforeDiscovery {
    $noPython = -not $IsLinux -or -not (Get-Command python3 -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1

    # Returns when the urgent byte has arrived.
    function Wait-Urgent($Channel) { (Wait-Socket $Channel -Error -TimeoutSeconds 10).Error | Should -BeTrue }

    function Assert-Problem($Record, [string] $Errno, [string] $Command = 'Receive-SocketByte') {
        @($Record).Count | Should -Be 1
        $Record[0].FullyQualifiedErrorId | Should -BeExactly "$Errno,SocketTools.Commands.$($Command.Replace('-', ''))Command"
    }
}

Describe 'Out-of-band data' {
    BeforeEach { $near, $far = New-ConnectedPair tcp }
    AfterEach { Close-EverySocket }

    It 'comes past what was sent before it' {
        Send-SocketText $far before
        Send-SocketByte $far 33 -OutOfBand
        Send-SocketText $far after
        Wait-Urgent $near
        Assert-Byte (Receive-SocketByte $near -OutOfBand) 33
        Receive-SocketByte $near -Exactly 11 -TimeoutSeconds 5 | ForEach-Object { [Text.Encoding]::ASCII.GetString($_) } | Should -BeExactly beforeafter
    }

    It 'is the last byte of what is sent so; the others come in the stream' {
        Send-SocketByte $far (1, 2, 3) -OutOfBand
        Wait-Urgent $near
        Assert-Byte (Receive-SocketByte $near -OutOfBand) 3
        Assert-Byte (Receive-SocketByte $near -Exactly 2 -TimeoutSeconds 5) (1, 2)
    }

    It 'is waited for' {
        $job = Start-Background { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds 20 -Enumerate } $near
        Wait-Blocked $job
        Send-SocketByte $far 33 -OutOfBand
        Wait-Background $job | Should -Be 33
        $job.Failure | Should -BeNullOrEmpty
    }

    It 'is waited for also where a signal of ordinary data comes first' {
        Send-SocketText $far before
        $null = Wait-Socket $near -TimeoutSeconds 5
        $job = Start-Background { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds 20 -Enumerate } $near
        Wait-Blocked $job
        Send-SocketByte $far 33 -OutOfBand
        Wait-Background $job | Should -Be 33
    }

    It 'is EINVAL when there is none, with -TimeoutSeconds 0, and when it was taken' {
        Receive-SocketByte $near -OutOfBand -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EINVAL Receive-SocketByte InvalidArgument $near
        Send-SocketByte $far 33 -OutOfBand
        Wait-Urgent $near
        $null = Receive-SocketByte $near -OutOfBand
        Receive-SocketByte $near -OutOfBand -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem EINVAL
    }

    It 'is ETIMEDOUT when none comes in time' {
        Send-SocketText $far ordinary
        Receive-SocketByte $near -OutOfBand -TimeoutSeconds 0.03 -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ETIMEDOUT Receive-SocketByte OperationTimeout $near
    }

    It 'is a reset when the peer resets while it is waited for' {
        $job = Start-Background { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable problem; $problem.FullyQualifiedErrorId } $near
        Wait-Blocked $job
        Close-Socket $far -Reset
        Wait-Background $job | Should -BeExactly 'ECONNRESET,SocketTools.Commands.ReceiveSocketByteCommand'
    }

    It 'ends with EINVAL when both directions end while it is waited for' {
        Disconnect-Socket $near Send
        $job = Start-Background { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable problem; $problem.FullyQualifiedErrorId } $near
        Wait-Blocked $job
        Close-Socket $far
        Wait-Background $job | Should -BeExactly 'EINVAL,SocketTools.Commands.ReceiveSocketByteCommand'
    }

    It 'is stopped within 200 ms, and when the channel is closed it is EBADF' {
        Measure-Stop { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds -1 } $near | Should -BeLessThan 200
        $job = Start-Background { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable problem; $problem.FullyQualifiedErrorId } $near
        Wait-Blocked $job
        Close-Socket $near
        Wait-Background $job | Should -BeExactly 'EBADF,SocketTools.Commands.ReceiveSocketByteCommand'
    }

    Context 'with OutOfBandInline' {
        BeforeEach { Set-SocketOption $near -OutOfBandInline $true }

        It 'comes in its place in the stream, and a receive stops at the mark' {
            Send-SocketText $far before
            Send-SocketByte $far 33 -OutOfBand
            Send-SocketText $far after
            Wait-Urgent $near
            $near.AtMark | Should -BeFalse
            [Text.Encoding]::ASCII.GetString((Receive-SocketByte $near)) | Should -BeExactly before
            $near.AtMark | Should -BeTrue
            Assert-Byte (Receive-SocketByte $near -Exactly 1) 33
            $near.AtMark | Should -BeFalse
            [Text.Encoding]::ASCII.GetString((Receive-SocketByte $near -Exactly 5 -TimeoutSeconds 5)) | Should -BeExactly after
        }

        It 'cannot be received with -OutOfBand: EINVAL, without waiting for ever' {
            Send-SocketByte $far 33 -OutOfBand
            Wait-Urgent $near
            $job = Start-Background { param($near) Receive-SocketByte $near -OutOfBand -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable problem; $problem.FullyQualifiedErrorId } $near
            Wait-Background $job -Seconds 15 | Should -BeExactly 'EINVAL,SocketTools.Commands.ReceiveSocketByteCommand'
            Assert-Byte (Receive-SocketByte $near) 33
        }
    }

    It 'has no mark where no urgent byte was sent' {
        Send-SocketText $far x
        $null = Wait-Socket $near
        $near.AtMark | Should -BeFalse
    }

    It 'is found by Wait-Socket with -Error only' {
        Wait-Socket $near -Error -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Send-SocketText $far ordinary
        $null = Wait-Socket $near -Read -TimeoutSeconds 5
        Wait-Socket $near -Error -TimeoutSeconds 0 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Send-SocketByte $far 33 -OutOfBand
        $ready = Wait-Socket $near -Error -TimeoutSeconds 5
        $ready.Readable, $ready.Writable, $ready.Error | Should -Be $false, $false, $true
        $ready = Wait-Socket $near -Read -Error
        $ready.Readable, $ready.Writable, $ready.Error | Should -Be $true, $false, $true
    }

    It 'is EOPNOTSUPP for UDP' -Skip:(-not $IsLinux) {
        $listener = New-Socket AF_INET SOCK_DGRAM
        Set-SocketAddress $listener udp://127.0.0.1:0
        $udp = Connect-Socket $listener
        Send-SocketByte $udp 1 -OutOfBand -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-Problem $problem EOPNOTSUPP Send-SocketByte
    }

    It 'is shown with -Verbose' -Skip:(-not $IsLinux) {
        Send-SocketByte $far 33 -OutOfBand -Verbose 4>&1 | ForEach-Object { "$_" } | Should -BeExactly "send($($far.Descriptor), `"!`", 1, MSG_DONTWAIT|MSG_NOSIGNAL|MSG_OOB) = 1"
        Wait-Urgent $near
        "$(Receive-SocketByte $near -OutOfBand -Verbose 4>&1 | Select-Object -First 1)" | Should -BeExactly "recv($($near.Descriptor), `"!`", 1, MSG_DONTWAIT|MSG_OOB) = 1"
    }

    It 'does not go with -Peek, -Exactly or -All' {
        foreach ($other in @{ Peek = $true }, @{ Exactly = 1 }, @{ All = $true }) {
            { Receive-SocketByte $near -OutOfBand @other } | Should -Throw -ErrorId 'AmbiguousParameterSet,SocketTools.Commands.ReceiveSocketByteCommand'
        }
    }
}

Describe 'Out-of-band data with a peer in Python' -Skip:$noPython {
    AfterEach { Close-EverySocket }

    It 'goes both ways' {
        $listener = Start-SocketListener tcp://127.0.0.1:0
        $child = Start-Python -ArgumentList $listener.LocalEndPoint.Port @'
import select, socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.sendall(b'ab')
s.send(b'!', socket.MSG_OOB)
select.select([], [], [s], 20)
print(s.recv(1, socket.MSG_OOB).decode(), s.recv(2, socket.MSG_WAITALL).decode())
'@
        try {
            $server = Receive-SocketConnection $listener
            Wait-Urgent $server
            Assert-Byte (Receive-SocketByte $server -OutOfBand) 33
            Assert-Byte (Receive-SocketByte $server -Exactly 2 -TimeoutSeconds 5) (97, 98)
            Send-SocketText $server cd
            Send-SocketByte $server 63 -OutOfBand
            Read-ChildLine $child | Should -BeExactly '? cd' -Because { $child.Errors.Result }
        } finally { Stop-Child $child }
    }
}
