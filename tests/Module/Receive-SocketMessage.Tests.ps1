BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1
}

Describe 'Receive-SocketMessage' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketMessage @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'AsText: SwitchParameter, mandatory', 'AsJson: SwitchParameter, mandatory', 'Count: Int32', 'All: SwitchParameter', 'Prefix: SocketMessagePrefix'
            'LittleEndian: SwitchParameter', 'Delimiter: Object', 'MaximumLength: Int32', 'Encoding: Encoding', 'TimeoutSeconds: Double'
        )
        Assert-OutputType Receive-SocketMessage ([byte[]]), ([string]), ([psobject])
        [SocketTools.Commands.ReceiveSocketMessageCommand]::new().TimeoutSeconds | Should -Be 30
    }

    BeforeDiscovery {
        $framings = @(
            @{ Name = 'Byte'; Framing = @{ Prefix = 'Byte' } }, @{ Name = 'UInt16'; Framing = @{ Prefix = 'UInt16' } }
            @{ Name = 'UInt16 little'; Framing = @{ Prefix = 'UInt16'; LittleEndian = $true } }, @{ Name = 'UInt32'; Framing = @{} }
            @{ Name = 'UInt32 little'; Framing = @{ LittleEndian = $true } }, @{ Name = 'Varint'; Framing = @{ Prefix = 'Varint' } }
            @{ Name = 'Line'; Framing = @{ Prefix = 'Line' } }, @{ Name = 'a text'; Framing = @{ Delimiter = 'END' } }, @{ Name = 'bytes'; Framing = @{ Delimiter = 0, 255 } }
        )
    }

    Context 'framed by <Name>' -ForEach $framings {
        It 'writes one message as one byte array, empty ones too' {
            $client, $server = New-ConnectedPair
            'one', '', 'three' | Send-SocketMessage $client @Framing
            Assert-Byte (Receive-SocketMessage $server @Framing -TimeoutSeconds 10) ([Text.Encoding]::ASCII.GetBytes('one'))
            $empty = Receive-SocketMessage $server @Framing -TimeoutSeconds 10
            Should -ActualValue $empty -BeOfType byte[]
            $empty.Length | Should -Be 0
            Receive-SocketMessage $server @Framing -AsText -TimeoutSeconds 10 | Should -BeExactly 'three'
        }

        It 'puts a message together that comes byte by byte' {
            $client, $server = New-ConnectedPair unix
            Send-SocketMessage $client 'whole' @Framing
            $frame = Receive-SocketByte $server -TimeoutSeconds 10
            for ($i = 0; $i -lt $frame.Length; $i++) {
                Receive-SocketMessage $server @Framing -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
                Assert-SocketError $failure EWOULDBLOCK Receive-SocketMessage OperationTimeout $server
                $server.Buffered | Should -Be $i
                Send-SocketByte $client $frame[$i]
            }
            Receive-SocketMessage $server @Framing -AsText -TimeoutSeconds 10 | Should -BeExactly 'whole'
        }

        It 'is ENODATA at an end in the middle, and the bytes stay' {
            $client, $server = New-ConnectedPair unix
            Send-SocketMessage $client 'whole' @Framing
            $frame = Receive-SocketByte $server -TimeoutSeconds 10
            Send-SocketByte $client $frame[0..($frame.Length - 2)]
            Close-Socket $client
            Receive-SocketMessage $server @Framing -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENODATA Receive-SocketMessage ReadError $server
            $failure[0].Exception.BytesTransferred | Should -Be ($frame.Length - 1)
            Assert-Byte (Receive-SocketByte $server) $frame[0..($frame.Length - 2)]
        }

        It 'takes -MaximumLength bytes, and a byte more is EMSGSIZE and stays' {
            $client, $server = New-ConnectedPair
            'five5', 'sixsix' | Send-SocketMessage $client @Framing
            Receive-SocketMessage $server @Framing -AsText -MaximumLength 5 -TimeoutSeconds 10 | Should -BeExactly 'five5'
            Receive-SocketMessage $server @Framing -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EMSGSIZE Receive-SocketMessage LimitsExceeded $server
            Receive-SocketMessage $server @Framing -AsText -MaximumLength 6 -TimeoutSeconds 10 | Should -BeExactly 'sixsix'
        }

        It 'writes every message with -All, -Count of them with -Count, and nothing at the end' {
            $client, $server = New-ConnectedPair
            1..9 | ForEach-Object { "m$_" } | Send-SocketMessage $client @Framing
            Close-Socket $client
            Receive-SocketMessage $server @Framing -AsText -Count 2 -TimeoutSeconds 10 | Should -BeExactly 'm1', 'm2'
            Receive-SocketMessage $server @Framing -AsText -All -Count 3 -TimeoutSeconds 10 | Should -BeExactly 'm3', 'm4', 'm5'
            Receive-SocketMessage $server @Framing -AsText -All -TimeoutSeconds 10 | Should -BeExactly 'm6', 'm7', 'm8', 'm9'
            @(Receive-SocketMessage $server @Framing -Count 5 -TimeoutSeconds 10 -ErrorAction Stop).Count | Should -Be 0
            $server.EndOfStream | Should -BeTrue
        }
    }

    Context 'what a hostile peer sends' {
        It 'is EMSGSIZE for a frame of <Announced> bytes, tells both lengths, and keeps what came' -ForEach @(
            @{ Announced = '4294967295'; Bytes = 255, 255, 255, 255, 1; Framing = @{} }
            @{ Announced = '2147483648'; Bytes = 0, 0, 0, 128; Framing = @{ LittleEndian = $true } }
            @{ Announced = '18446744073709551615'; Bytes = (, 255 * 9) + 1; Framing = @{ Prefix = 'Varint' } }
            @{ Announced = '1048577'; Bytes = 0, 16, 0, 1; Framing = @{} }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client $Bytes
            Receive-SocketMessage $server @Framing -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EMSGSIZE Receive-SocketMessage LimitsExceeded $server
            $failure[0].Exception.Message | Should -Match "\b$Announced\b.*\b1048576\b"
            Assert-Byte (Receive-SocketByte $server -TimeoutSeconds 10) $Bytes
        }

        It 'is EBADMSG for a varint that never ends, and keeps it' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client (, 0x80 * 20)
            Receive-SocketMessage $server -Prefix Varint -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADMSG Receive-SocketMessage InvalidData $server
            Assert-Byte (Receive-SocketByte $server -TimeoutSeconds 10) (, 0x80 * 20)
        }

        It 'is EMSGSIZE for a delimiter that never comes' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client ('x' * 200)
            Receive-SocketMessage $server -Delimiter ';' -MaximumLength 100 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EMSGSIZE Receive-SocketMessage LimitsExceeded $server
        }

        It 'takes the limit that a listener gave to the connections it accepted' {
            $listener = Start-SocketListener tcp://:0 -MaximumLength 3
            $client = Connect-Socket $listener
            $server = Receive-SocketConnection $listener
            'abc', 'abcd' | Send-SocketMessage $client
            Receive-SocketMessage $server -AsText -TimeoutSeconds 10 | Should -BeExactly 'abc'
            Receive-SocketMessage $server -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EMSGSIZE Receive-SocketMessage LimitsExceeded $server
        }
    }

    Context '-AsJson' {
        It 'writes <Json> as one value' -ForEach @(
            @{ Json = '{"a":[1,2]}'; Type = 'PSCustomObject' }, @{ Json = '[1,2,3]'; Type = 'Object[]' }, @{ Json = '[]'; Type = 'Object[]' }, @{ Json = '[7]'; Type = 'Object[]' }
            @{ Json = '"text"'; Type = 'String' }, @{ Json = '5'; Type = 'Int64' }, @{ Json = 'true'; Type = 'Boolean' }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client -Text $Json
            $value = Receive-SocketMessage $server -AsJson -TimeoutSeconds 10
            $value.GetType().Name | Should -BeExactly $Type
            ConvertTo-Json -InputObject $value -Compress | Should -BeExactly $Json
        }

        It 'writes null for null' {
            $client, $server = New-ConnectedPair
            'null', '1' | Send-SocketMessage $client
            $values = Receive-SocketMessage $server -AsJson -Count 2 -TimeoutSeconds 10
            $values.Count | Should -Be 2
            $values[0] | Should -Be $null
        }

        It 'is one EBADMSG for "<Text>", which has the message, and goes on with the next' -ForEach @(
            @{ Text = '{"n":' }, @{ Text = '' }, @{ Text = 'no json' }, @{ Text = ' ' }
        ) {
            $client, $server = New-ConnectedPair
            '{"n":1}', $Text, '{"n":3}' | Send-SocketMessage $client
            $Error.Clear()
            $values = Receive-SocketMessage $server -AsJson -Count 3 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            $values.n | Should -Be 1, 3
            Assert-SocketError $failure EBADMSG Receive-SocketMessage InvalidData $server
            [Text.Encoding]::UTF8.GetString($failure[0].Exception.Byte) | Should -BeExactly $Text
            if ($Text -eq 'no json') { $failure[0].Exception.Message | Should -BeLike '*"no json"*' }
            $Error.Count | Should -Be 1
            $server.Buffered | Should -Be 0
        }

        It 'is not led astray by a function of that name' {
            function ConvertFrom-Json { 'wrong' }
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client 5 -AsJson
            Receive-SocketMessage $server -AsJson -TimeoutSeconds 10 | Should -Be 5
        }
    }

    Context 'text' {
        It 'is in -Encoding' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 1, 0xE9
            Receive-SocketMessage $server -Prefix Byte -AsText -Encoding latin1 -TimeoutSeconds 10 | Should -BeExactly 'é'
        }

        It 'has lines of UTF-16, where a line feed counts at whole characters only' {
            $client, $server = New-ConnectedPair
            $text = "a$([char] 0x0A0A)b"
            $text, 'c' | Send-SocketMessage $client -Prefix Line -Encoding unicode
            Receive-SocketMessage $server -Prefix Line -AsText -Encoding unicode -Count 2 -TimeoutSeconds 10 | Should -BeExactly $text, 'c'
        }

        It 'takes CRLF for LF' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client "one`r`ntwo`n"
            Receive-SocketMessage $server -Prefix Line -AsText -Count 2 -TimeoutSeconds 10 | Should -BeExactly 'one', 'two'
        }
    }

    Context 'waiting' {
        It 'waits for the rest, and goes on where a timeout left it' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 0, 0, 0, 3, 1
            Receive-SocketMessage $server -TimeoutSeconds 0.03 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ETIMEDOUT Receive-SocketMessage OperationTimeout $server
            $server.Buffered | Should -Be 5
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketMessage $channel -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketByte $client 2, 3
            (Wait-Background $job) -join ' ' | Should -BeExactly '1 2 3'
        }

        It 'stops at once, and loses nothing: <_>' -ForEach '', '-All', '-AsText', '-AsJson', '-Count 2', '-Prefix Line', '-Delimiter ";"' {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 0, 0, 0
            $descriptors = Get-OpenDescriptor
            Measure-Stop ([scriptblock]::Create("param(`$channel) Receive-SocketMessage `$channel $_ -TimeoutSeconds -1")) $server | Should -BeLessThan 200
            Assert-Byte (Receive-SocketByte $server -TimeoutSeconds 10) 0, 0, 0
            Assert-DescriptorsBack $descriptors
        }

        It 'ends with Select-Object -First 1, and the next message is still there' {
            $client, $server = New-ConnectedPair
            'one', 'two' | Send-SocketMessage $client
            $clock = [Diagnostics.Stopwatch]::StartNew()
            Receive-SocketMessage $server -AsText -All -TimeoutSeconds 20 | Select-Object -First 1 | Should -BeExactly 'one'
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
            Receive-SocketMessage $server -AsText -TimeoutSeconds 10 | Should -BeExactly 'two'
        }
    }

    Context 'errors' {
        It 'is <Errno> for <What>' -ForEach @(
            @{ What = 'a datagram socket'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Make = { New-Socket AF_INET SOCK_DGRAM } }
            @{ What = 'a socket that is not connected'; Errno = 'ENOTCONN'; Category = 'ConnectionError'; Make = { New-Socket } }
            @{ What = 'a closed channel'; Errno = 'EBADF'; Category = 'InvalidOperation'; Make = { $closed = New-Socket; Close-Socket $closed; $closed } }
            @{ What = 'text'; Errno = 'ENOTSOCK'; Category = 'InvalidArgument'; Make = { 'no socket' } }
        ) {
            $socket = & $Make
            Receive-SocketMessage $socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Receive-SocketMessage $Category $socket
        }

        It 'takes channels from the pipeline, and goes on behind what is none' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client x
            'no socket', $server | Receive-SocketMessage -AsText -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeExactly x
            Assert-SocketError $failure ENOTSOCK Receive-SocketMessage InvalidArgument 'no socket'
        }

        It 'is one EINVAL for parameters that contradict each other, and takes nothing' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client x
            $server | Receive-SocketMessage -Prefix Line -Delimiter ';' -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            @($failure).FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.ReceiveSocketMessageCommand'
            Receive-SocketMessage $server -AsText -TimeoutSeconds 10 | Should -BeExactly x
        }
    }

    Context 'with a peer in Python' -Skip:(-not (Get-Command python3 -CommandType Application -ErrorAction Ignore)) {
        It 'receives <Format> that struct packed, in segments of three bytes' -ForEach @(
            @{ Format = '>B'; Framing = @{ Prefix = 'Byte' } }, @{ Format = '>H'; Framing = @{ Prefix = 'UInt16' } }, @{ Format = '<H'; Framing = @{ Prefix = 'UInt16'; LittleEndian = $true } }
            @{ Format = '>I'; Framing = @{} }, @{ Format = '<I'; Framing = @{ LittleEndian = $true } }, @{ Format = 'varint'; Framing = @{ Prefix = 'Varint' } }
        ) {
            $listener = Start-SocketListener tcp://:0
            $peer = Start-Python -ArgumentList $Format, $listener.LocalEndPoint.Port @'
import socket, struct, sys
form, port = sys.argv[1], int(sys.argv[2])
s = socket.create_connection(('127.0.0.1', port))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
def varint(n):
    out = b''
    while n >= 0x80: out += bytes([n & 0x7F | 0x80]); n >>= 7
    return out + bytes([n])
data = b''.join((varint(len(m)) if form == 'varint' else struct.pack(form, len(m))) + m for m in (b'', b'hello', b'x' * 200))
for i in range(0, len(data), 3): s.sendall(data[i:i + 3])
s.close()
'@
            try {
                $server = Receive-SocketConnection $listener
                $messages = @(Receive-SocketMessage $server @Framing -AsText -All -TimeoutSeconds 20)
                $messages | Should -BeExactly '', 'hello', ('x' * 200)
                $server.EndOfStream | Should -BeTrue
            } finally { Stop-Child $peer }
        }
    }
}
