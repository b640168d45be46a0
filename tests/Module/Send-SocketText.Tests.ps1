BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Send-SocketText' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Send-SocketText @(
            'Channel: ChannelArgument, position 0, mandatory, by property name'
            'PassThru: SwitchParameter'
            'Endpoint: EndpointArgument, mandatory'
            'Text: String, position 1, mandatory, pipeline'
            'Line: SwitchParameter'
            'NewLine: SocketNewLine'
            'Delimiter: String'
            'Encoding: Encoding'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Send-SocketText ([SocketTools.SocketChannel])
        [SocketTools.Commands.SendSocketTextCommand]::new().TimeoutSeconds | Should -Be 30
    }

    It 'writes nothing, and the channel once with -PassThru' {
        $client, $server = New-ConnectedPair
        Send-SocketText $client 'a' | Should -BeNullOrEmpty
        $written = @('b', 'c' | Send-SocketText $client -PassThru)
        $written.Count | Should -Be 1
        [object]::ReferenceEquals($written[0], $client) | Should -BeTrue
        Receive-SocketByte $server -Exactly 3 -TimeoutSeconds 10 | ForEach-Object { [Text.Encoding]::ASCII.GetString($_) } | Should -Be 'abc'
    }

    It 'sends <What>' -ForEach @(
        @{ What = 'the text and nothing else'; Text = 'ab'; With = @{}; Expected = 97, 98 }
        @{ What = 'UTF-8 without a byte order mark'; Text = 'é€'; With = @{}; Expected = 0xC3, 0xA9, 0xE2, 0x82, 0xAC }
        @{ What = 'a line with LF'; Text = 'a'; With = @{ Line = $true }; Expected = 97, 10 }
        @{ What = 'a line with CRLF'; Text = 'a'; With = @{ Line = $true; NewLine = 'Crlf' }; Expected = 97, 13, 10 }
        @{ What = 'a line with CRLF by -NewLine alone'; Text = 'a'; With = @{ NewLine = 'Crlf' }; Expected = 97, 13, 10 }
        @{ What = 'a line with LF by -NewLine alone'; Text = 'a'; With = @{ NewLine = 'Lf' }; Expected = 97, 10 }
        @{ What = 'an empty line'; Text = ''; With = @{ Line = $true }; Expected = , 10 }
        @{ What = 'a delimiter'; Text = 'a'; With = @{ Delimiter = '::' }; Expected = 97, 58, 58 }
        @{ What = 'a delimiter behind nothing'; Text = ''; With = @{ Delimiter = "`0" }; Expected = , 0 }
        @{ What = 'unicode'; Text = 'aé'; With = @{ Encoding = 'unicode' }; Expected = 97, 0, 0xE9, 0 }
        @{ What = 'a line in unicode'; Text = 'a'; With = @{ Encoding = 'unicode'; Line = $true }; Expected = 97, 0, 10, 0 }
        @{ What = 'bigendianunicode'; Text = 'a'; With = @{ Encoding = 'bigendianunicode' }; Expected = 0, 97 }
        @{ What = 'utf32'; Text = 'a'; With = @{ Encoding = 'utf32' }; Expected = 97, 0, 0, 0 }
        @{ What = 'latin1'; Text = 'é'; With = @{ Encoding = 'latin1' }; Expected = , 0xE9 }
        @{ What = 'ascii, with ? for what it lacks'; Text = 'é'; With = @{ Encoding = 'ascii' }; Expected = , 63 }
        @{ What = 'a code page by number'; Text = '€'; With = @{ Encoding = 1252 }; Expected = , 0x80 }
        @{ What = 'a code page by its number as text'; Text = '€'; With = @{ Encoding = '1252' }; Expected = , 0x80 }
        @{ What = 'an encoding by its IANA name'; Text = 'ж'; With = @{ Encoding = 'koi8-r' }; Expected = , 0xD6 }
        @{ What = 'an Encoding object'; Text = 'é'; With = @{ Encoding = [Text.Encoding]::Latin1 }; Expected = , 0xE9 }
        @{ What = 'utf8BOM without the mark, which belongs to files'; Text = 'a'; With = @{ Encoding = 'utf8BOM' }; Expected = , 97 }
    ) {
        $client, $server = New-ConnectedPair
        Send-SocketText $client $Text @With
        Close-Socket $client
        Assert-Byte (Receive-SocketByte $server -All -Raw -TimeoutSeconds 10) $Expected
    }

    It 'sends each string of the pipeline' {
        $client, $server = New-ConnectedPair
        'one', 'two', 3 | Send-SocketText $client -Line
        Close-Socket $client
        Receive-SocketText $server -Line -All -TimeoutSeconds 10 | Should -Be 'one', 'two', '3'
    }

    It 'sends to the channel of each object in the pipeline' {
        $a, $b = New-ConnectedPair
        [pscustomobject]@{ Channel = $a }, [pscustomobject]@{ Channel = $b } | Send-SocketText -Text 'x'
        Receive-SocketText $a -TimeoutSeconds 10 | Should -Be 'x'
        Receive-SocketText $b -TimeoutSeconds 10 | Should -Be 'x'
    }

    It 'takes a raw TcpClient' {
        $listener = Start-SocketListener tcp://:0
        $raw = [Net.Sockets.TcpClient]::new()
        try {
            $raw.Connect($listener.LocalEndPoint)
            Send-SocketText $raw 'raw' -Line
            Receive-SocketText (Receive-SocketConnection $listener) -Line -TimeoutSeconds 10 | Should -Be 'raw'
        } finally { $raw.Dispose() }
    }

    It 'opens, sends and closes with -Endpoint: <What>' -ForEach @(
        @{ What = 'an argument'; Send = { Send-SocketText -Endpoint $args[0] 'text' } }
        @{ What = 'text for the endpoint'; Send = { Send-SocketText -Text 'text' -Endpoint "$($args[0])" } }
        @{ What = 'the pipeline, in one connection'; Send = { 'te', 'xt' | Send-SocketText -Endpoint $args[0] } }
    ) {
        $listener = Start-SocketListener tcp://:0
        & $Send $listener | Should -BeNullOrEmpty
        Get-Socket | Should -BeNullOrEmpty
        $server = Receive-SocketConnection $listener
        Receive-SocketText $server -All -Raw -TimeoutSeconds 10 | Should -Be 'text'
        Receive-SocketConnection $listener -TimeoutSeconds 0 -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    Context 'errors' {
        It 'is EINVAL for empty text without -Line, and goes on with the next' {
            $client, $server = New-ConnectedPair
            'a', '', 'b' | Send-SocketText $client -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EINVAL Send-SocketText InvalidArgument ''
            Close-Socket $client
            Receive-SocketText $server -All -Raw -TimeoutSeconds 10 | Should -Be 'ab'
        }

        It 'is ECONNREFUSED for -Endpoint that refuses, once for many inputs' {
            $refusing = New-RefusingEndpoint
            'a', 'b', 'c' | Send-SocketText -Endpoint $refusing -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ECONNREFUSED Send-SocketText ConnectionError $refusing
        }

        It 'is <Errno> for -TimeoutSeconds <Seconds> to a peer that does not read' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Set-FullSendBuffer $client
            Send-SocketText $client 'no room' -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure $Errno Send-SocketText OperationTimeout $client
            $failure[0].Exception.BytesTransferred | Should -Be 0
        }

        It 'is EPIPE when the peer has closed' {
            $client, $server = New-ConnectedPair unix
            Close-Socket $server
            Send-SocketText $client 'x' -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EPIPE Send-SocketText ConnectionError $client
        }

        It 'is EBADF for a closed channel, ENOTSOCK for what is no socket' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            Send-SocketText $client 'x' -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure EBADF Send-SocketText InvalidOperation $client
            Send-SocketText 'no socket' 'x' -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-SocketError $failure ENOTSOCK Send-SocketText InvalidArgument 'no socket'
        }

        It 'leaves the error of the binder for an unknown encoding: <_>' -ForEach 'no-such-encoding', 99999, ([datetime]::MinValue) {
            $bad = $_
            { Send-SocketText (New-Socket) 'x' -Encoding $bad } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,SocketTools.Commands.SendSocketTextCommand'
        }

        It 'leaves the error of the binder for an unknown -NewLine and an empty -Delimiter' {
            { Send-SocketText (New-Socket) 'x' -NewLine Nel } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,SocketTools.Commands.SendSocketTextCommand'
            { Send-SocketText (New-Socket) 'x' -Delimiter '' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.SendSocketTextCommand'
        }
    }
}
