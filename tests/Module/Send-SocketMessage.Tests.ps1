BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/PythonPeer.psm1
    function Get-Sent($Channel) { (Receive-SocketByte $Channel -TimeoutSeconds 10 | ForEach-Object { [Convert]::ToHexString($_) }) }
}

Describe 'Send-SocketMessage' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Send-SocketMessage @(
            'Channel: ChannelArgument, position 0, mandatory, by property name'
            'Endpoint: EndpointArgument, mandatory'
            'InputObject: Object, position 1, pipeline'
            'Byte: Byte[]', 'Text: String', 'AsJson: SwitchParameter', 'Depth: Int32', 'Prefix: SocketMessagePrefix', 'LittleEndian: SwitchParameter'
            'Delimiter: Object', 'MaximumLength: Int32', 'Encoding: Encoding', 'PassThru: SwitchParameter', 'TimeoutSeconds: Double'
        )
        Assert-OutputType Send-SocketMessage ([SocketTools.SocketChannel])
        [SocketTools.Commands.SendSocketMessageCommand]::new().TimeoutSeconds | Should -Be 30
    }

    Context 'frames' {
        It 'puts <Hex> around "hi" with <Name>' -ForEach @(
            @{ Name = 'nothing given'; Framing = @{}; Hex = '000000026869' }
            @{ Name = 'Byte'; Framing = @{ Prefix = 'Byte' }; Hex = '026869' }
            @{ Name = 'UInt16'; Framing = @{ Prefix = 'UInt16' }; Hex = '00026869' }
            @{ Name = 'UInt16 little'; Framing = @{ Prefix = 'UInt16'; LittleEndian = $true }; Hex = '02006869' }
            @{ Name = 'UInt32 little'; Framing = @{ LittleEndian = $true }; Hex = '020000006869' }
            @{ Name = 'Varint'; Framing = @{ Prefix = 'Varint' }; Hex = '026869' }
            @{ Name = 'Line'; Framing = @{ Prefix = 'Line' }; Hex = '68690A' }
            @{ Name = 'a text'; Framing = @{ Delimiter = '--' }; Hex = '68692D2D' }
            @{ Name = 'bytes'; Framing = @{ Delimiter = 13, 10 }; Hex = '68690D0A' }
            @{ Name = 'one byte'; Framing = @{ Prefix = 'Delimiter'; Delimiter = [byte[]] (, 0) }; Hex = '686900' }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client -Text hi @Framing
            Get-Sent $server | Should -BeExactly $Hex
        }

        It 'sends a line in UTF-16 with a line feed of UTF-16' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client hi -Prefix Line -Encoding unicode
            Get-Sent $server | Should -BeExactly '680069000A00'
        }

        It 'writes the varint of 300 as protobuf does' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client -Byte ([byte[]]::new(300)) -Prefix Varint
            $sent = Receive-SocketByte $server -Exactly 302 -TimeoutSeconds 10
            $sent[0..2] | Should -Be 0xAC, 0x02, 0
        }
    }

    Context 'what a message is' {
        It 'is each string and each byte array of the pipeline, empty ones too' {
            $client, $server = New-ConnectedPair
            'one', '', [byte[]](1, 2), [byte[]]@() | Send-SocketMessage $client -Prefix Byte
            Get-Sent $server | Should -BeExactly '036F6E650002010200'
        }

        It 'is an array that the pipeline took apart, as a whole' {
            $client, $server = New-ConnectedPair
            [byte[]](1..5) | Send-SocketMessage $client -Prefix Byte
            Get-Sent $server | Should -BeExactly '050102030405'
        }

        It 'is bytes in front of a string, and then the string' {
            $client, $server = New-ConnectedPair
            [byte] 1, [byte] 2, 'a' | Send-SocketMessage $client -Prefix Byte
            Get-Sent $server | Should -BeExactly '0201020161'
        }

        It 'is -Byte or -Text, the empty ones too' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client -Text '' -Prefix Byte
            Send-SocketMessage $client -Byte @() -Prefix Byte
            Send-SocketMessage $client -Byte 7 -Prefix Byte
            Assert-Byte (Receive-SocketByte $server -Exactly 4 -TimeoutSeconds 10) 0, 0, 1, 7
        }

        It 'is text in -Encoding' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client ([char] 0xE9) -Prefix Byte -Encoding latin1
            Get-Sent $server | Should -BeExactly '01E9'
        }

        It 'is the JSON of each object with -AsJson: <Json>' -ForEach @(
            @{ Value = [pscustomobject]@{ a = 1; b = @('x', $null) }; Json = '{"a":1,"b":["x",null]}' }
            @{ Value = 5; Json = '5' }, @{ Value = 'text'; Json = '"text"' }, @{ Value = $null; Json = 'null' }, @{ Value = [byte] 3; Json = '3' }
        ) {
            $client, $server = New-ConnectedPair
            $Value | Send-SocketMessage $client -AsJson -Prefix Line
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly $Json
            Send-SocketMessage $client $Value -AsJson -Prefix Line
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly $Json
        }

        It 'is an array with -AsJson -InputObject, and its depth is -Depth' {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client @(1, @(2, @(3))) -AsJson -Prefix Line -Depth 1 -WarningVariable warning -WarningAction SilentlyContinue
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly '[1,[2,"3"]]'
            "$warning" | Should -Match 'depth of 1'
        }

        It 'goes to the channel that each object of the pipeline has' {
            $client, $server = New-ConnectedPair
            $client, $server | ForEach-Object { [pscustomobject]@{ Channel = $_ } } | Send-SocketMessage -Text all -Prefix Line
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly all
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly all
        }
    }

    It 'connects, sends and closes with -Endpoint' {
        $listener = Start-SocketListener tcp://:0
        'one', 'two' | Send-SocketMessage -Endpoint $listener
        @(Get-Socket).Count | Should -Be 0
        $server = Receive-SocketConnection $listener
        Receive-SocketMessage $server -AsText -All -TimeoutSeconds 10 | Should -BeExactly 'one', 'two'
    }

    It 'writes the channel with -PassThru, and nothing else' {
        $client, $null = New-ConnectedPair
        @(Send-SocketMessage $client x).Count | Should -Be 0
        Send-SocketMessage $client x -PassThru | Should -Be $client
    }

    Context 'errors' {
        It 'is <Errno>, and nothing went out: <What>' -ForEach @(
            @{ What = '256 bytes behind one'; Errno = 'EMSGSIZE'; Category = 'LimitsExceeded'; Send = @{ Byte = [byte[]]::new(256); Prefix = 'Byte' }; Numbers = 256, 255 }
            @{ What = '65536 behind two'; Errno = 'EMSGSIZE'; Category = 'LimitsExceeded'; Send = @{ Byte = [byte[]]::new(65536); Prefix = 'UInt16' }; Numbers = 65536, 65535 }
            @{ What = '1 MiB and a byte'; Errno = 'EMSGSIZE'; Category = 'LimitsExceeded'; Send = @{ Byte = [byte[]]::new(1MB + 1) }; Numbers = 1048577, 1048576 }
            @{ What = '-MaximumLength'; Errno = 'EMSGSIZE'; Category = 'LimitsExceeded'; Send = @{ Text = 'abc'; MaximumLength = 2 }; Numbers = 3, 2 }
            @{ What = 'a line of two'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Send = @{ Text = "a`nb"; Prefix = 'Line' }; Numbers = @() }
            @{ What = 'a line with CR'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Send = @{ Text = "a`r"; Prefix = 'Line' }; Numbers = @() }
            @{ What = 'a delimiter inside'; Errno = 'EINVAL'; Category = 'InvalidArgument'; Send = @{ Text = 'a;b'; Delimiter = ';' }; Numbers = @() }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketMessage $client @Send -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketMessage $Category $client
            foreach ($number in $Numbers) { $failure[0].Exception.Message | Should -Match "\b$number\b" }
            $client.BytesSent | Should -Be 0
        }

        It 'goes on behind a bad message' {
            $client, $server = New-ConnectedPair
            'one', "t`nwo", 3, 'four' | Send-SocketMessage $client -Prefix Line -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeExactly (, 'EINVAL,SocketTools.Commands.SendSocketMessageCommand' * 2)
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly "one`nfour`n"
        }

        It 'is EINVAL for parameters that contradict each other: <What>' -ForEach @(
            @{ What = 'no delimiter'; Send = @{ Text = 'x'; Prefix = 'Delimiter' } }
            @{ What = 'two framings'; Send = @{ Text = 'x'; Prefix = 'Byte'; Delimiter = ';' } }
            @{ What = 'an order for one byte'; Send = @{ Text = 'x'; Prefix = 'Byte'; LittleEndian = $true } }
            @{ What = 'an empty delimiter'; Send = @{ Text = 'x'; Delimiter = '' } }
            @{ What = 'no bytes as delimiter'; Send = @{ Text = 'x'; Delimiter = [byte[]]@() } }
            @{ What = 'an object as delimiter'; Send = @{ Text = 'x'; Delimiter = @{} } }
            @{ What = 'two messages'; Send = @{ Text = 'x'; Byte = 1 } }
            @{ What = 'none'; Send = @{} }
        ) {
            $client, $null = New-ConnectedPair
            Send-SocketMessage $client @Send -ErrorAction SilentlyContinue -ErrorVariable failure
            @($failure).Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.SendSocketMessageCommand'
            "$($failure[0].CategoryInfo.Category)" | Should -BeExactly InvalidArgument
            $client.BytesSent | Should -Be 0
        }

        It 'is EINVAL, once, for an object that has no JSON' {
            $client, $null = New-ConnectedPair
            $object = @{ 1 = 2 }
            $Error.Clear()
            Send-SocketMessage $client $object -AsJson -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Send-SocketMessage InvalidArgument $object
            $Error.Count | Should -Be 1
        }

        It 'is <Errno> for <What>' -ForEach @(
            @{ What = 'a datagram socket'; Errno = 'EOPNOTSUPP'; Category = 'InvalidOperation'; Make = { New-Socket AF_INET SOCK_DGRAM } }
            @{ What = 'a socket that is not connected'; Errno = 'EPIPE'; Category = 'ConnectionError'; Make = { New-Socket } }
            @{ What = 'a closed channel'; Errno = 'EBADF'; Category = 'InvalidOperation'; Make = { $closed = New-Socket; Close-Socket $closed; $closed } }
            @{ What = 'text'; Errno = 'ENOTSOCK'; Category = 'InvalidArgument'; Make = { 'no socket' } }
        ) {
            $socket = & $Make
            Send-SocketMessage $socket x -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketMessage $Category $socket
        }

        It 'tells how much of a frame went out when the peer does not read' {
            $client, $null = New-ConnectedPair unix
            Send-SocketMessage $client -Byte ([byte[]]::new(8MB)) -MaximumLength 8MB -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ETIMEDOUT Send-SocketMessage OperationTimeout $client
            $failure[0].Exception.BytesTransferred | Should -Be $client.BytesSent
            $failure[0].Exception.Message | Should -Match "\b$($client.BytesSent) of 8388612\b"
        }
    }

    Context 'with a peer in Python' -Skip:(-not (Get-Command python3 -CommandType Application -ErrorAction Ignore)) {
        It 'sends <Format> that struct unpacks' -ForEach @(
            @{ Format = '>B'; Framing = @{ Prefix = 'Byte' } }, @{ Format = '>H'; Framing = @{ Prefix = 'UInt16' } }, @{ Format = '<H'; Framing = @{ Prefix = 'UInt16'; LittleEndian = $true } }
            @{ Format = '>I'; Framing = @{} }, @{ Format = '<I'; Framing = @{ LittleEndian = $true } }, @{ Format = 'varint'; Framing = @{ Prefix = 'Varint' } }
        ) {
            $listener = Start-SocketListener tcp://:0
            $peer = Start-Python -ArgumentList $Format, $listener.LocalEndPoint.Port @'
import socket, struct, sys
form, port = sys.argv[1], int(sys.argv[2])
f = socket.create_connection(('127.0.0.1', port)).makefile('rb')
def varint():
    value = shift = 0
    while True:
        b = f.read(1)
        if not b: return None
        value |= (b[0] & 0x7F) << shift
        shift += 7
        if b[0] < 0x80: return value
def length():
    if form == 'varint': return varint()
    b = f.read(struct.calcsize(form))
    return struct.unpack(form, b)[0] if b else None
while (n := length()) is not None: print(n, f.read(n).hex())
'@
            try {
                $server = Receive-SocketConnection $listener
                '', 'hello', ('x' * 200) | Send-SocketMessage $server @Framing
                Close-Socket $server
                Read-ChildLine $peer | Should -BeExactly '0 '
                Read-ChildLine $peer | Should -BeExactly '5 68656c6c6f'
                Read-ChildLine $peer | Should -BeExactly "200 $('78' * 200)"
            } finally { Stop-Child $peer }
        }
    }
}
