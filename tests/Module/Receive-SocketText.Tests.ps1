BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Receive-SocketText' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketText @(
            'Channel: ChannelArgument, position 0, mandatory, pipeline'
            'All: SwitchParameter'
            'MaximumLength: Int32'
            'Encoding: Encoding'
            'TimeoutSeconds: Double'
            'Raw: SwitchParameter'
            'Line: SwitchParameter, mandatory'
            'Delimiter: String, mandatory'
        )
        Assert-OutputType Receive-SocketText ([string])
        [SocketTools.Commands.ReceiveSocketTextCommand]::new().TimeoutSeconds | Should -Be 30
    }

    Context 'what is there' {
        It 'writes it as one string, over <_>' -ForEach 'tcp', 'unix' {
            $client, $server = New-ConnectedPair $_
            Send-SocketText $client "one`ntwo"
            $text = Receive-SocketText $server -TimeoutSeconds 10
            $text | Should -BeOfType string
            $text | Should -BeExactly "one`ntwo"
        }

        It 'reads <Encoding>' -ForEach @(
            @{ Encoding = 'utf8'; Bytes = 0xC3, 0xA9, 0x61; Text = 'éa' }
            @{ Encoding = 'unicode'; Bytes = 0xE9, 0, 0x61, 0; Text = 'éa' }
            @{ Encoding = 'bigendianunicode'; Bytes = 0, 0xE9, 0, 0x61; Text = 'éa' }
            @{ Encoding = 'utf32'; Bytes = 0xE9, 0, 0, 0; Text = 'é' }
            @{ Encoding = 'latin1'; Bytes = 0xE9, 0x61; Text = 'éa' }
            @{ Encoding = 1252; Bytes = 0x80, 0x61; Text = '€a' }
            @{ Encoding = 'koi8-r'; Bytes = 0xD6, 0x61; Text = 'жa' }
            @{ Encoding = 'shift_jis'; Bytes = 0x82, 0xA0; Text = 'あ' }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client $Bytes
            Receive-SocketText $server -Encoding $Encoding -TimeoutSeconds 10 | Should -BeExactly $Text
        }

        It 'waits for the first character' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketText $channel -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketText $client 'late'
            Wait-Background $job | Should -BeExactly 'late'
        }

        It 'takes channels from the pipeline' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client 'to the server'
            Send-SocketText $server 'to the client'
            $client, [pscustomobject]@{ Channel = $server } | Receive-SocketText -TimeoutSeconds 10 | Should -Be 'to the client', 'to the server'
        }
    }

    Context 'half a character' {
        It 'stays for the next call, behind what is whole: <Encoding>' -ForEach @(
            @{ Encoding = 'utf8'; First = 0x61, 0xC3; Rest = , 0xA9 }
            @{ Encoding = 'utf8'; First = 0x61, 0xE2, 0x82; Rest = , 0xAC }
            @{ Encoding = 'utf8'; First = 0x61, 0xF0; Rest = 0x9F, 0x90, 0x98 }
            @{ Encoding = 'unicode'; First = 0x61, 0, 0xE9; Rest = , 0 }
            @{ Encoding = 'unicode'; First = 0x61, 0, 0x3D, 0xD8; Rest = 0x18, 0xDC }
        ) {
            $whole = $Encoding -eq 'utf8' ? 1 : 2
            $client, $server = New-ConnectedPair
            Send-SocketByte $client $First
            Receive-SocketText $server -Encoding $Encoding -TimeoutSeconds 10 | Should -BeExactly 'a'
            $server.Buffered | Should -Be ($First.Count - $whole)
            Send-SocketByte $client $Rest
            $expected = [Text.Encoding]::GetEncoding($Encoding -eq 'utf8' ? 65001 : 1200).GetString([byte[]](@($First | Select-Object -Skip $whole) + $Rest))
            Receive-SocketText $server -Encoding $Encoding -TimeoutSeconds 10 | Should -BeExactly $expected
        }

        It 'waits for its rest' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketText $channel -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketByte $client 0xE2
            Wait-Until { $server.BytesReceived -eq 1 }
            Wait-Blocked $job
            Send-SocketByte $client 0x82, 0xAC
            Wait-Background $job | Should -BeExactly '€'
        }

        It 'is <Errno> when its rest does not come in -TimeoutSeconds <Seconds>, and stays' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Send-SocketByte $client 0xC3
            Receive-SocketText $server -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Receive-SocketText OperationTimeout $server
            Send-SocketByte $client 0xA9
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly 'é'
        }

        It 'is EILSEQ at the end of the stream, and the bytes are still there: <What>' -ForEach @(
            @{ What = 'text'; Receive = @{} }
            @{ What = '-Line'; Receive = @{ Line = $true } }
            @{ What = '-Delimiter'; Receive = @{ Delimiter = ';' } }
            @{ What = '-All'; Receive = @{ All = $true } }
            @{ What = '-All -Raw'; Receive = @{ All = $true; Raw = $true } }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketByte $client 0xE2, 0x82
            Close-Socket $client
            Receive-SocketText $server @Receive -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EILSEQ Receive-SocketText InvalidData $server
            $failure[0].Exception.BytesTransferred | Should -Be 2
            $server.EndOfStream | Should -BeFalse
            Assert-Byte (Receive-SocketByte $server -TimeoutSeconds 10) 0xE2, 0x82
            $server.EndOfStream | Should -BeTrue
        }
    }

    Context '-Line' {
        It 'writes one line per call, without its end: <What>' -ForEach @(
            @{ What = 'LF'; Text = "one`ntwo`n" }
            @{ What = 'CRLF'; Text = "one`r`ntwo`r`n" }
            @{ What = 'one of each'; Text = "one`r`ntwo`n" }
            @{ What = 'no end at the end of the stream'; Text = "one`ntwo" }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketText $client $Text
            Close-Socket $client
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly 'one'
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly 'two'
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeNullOrEmpty
            $server.EndOfStream | Should -BeTrue
        }

        It 'writes an empty string for an empty line, and leaves a lone CR' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client "`n`r`na`rb`n"
            $lines = 1..3 | ForEach-Object { Receive-SocketText $server -Line -TimeoutSeconds 10 }
            $lines.Count | Should -Be 3
            $lines | Should -BeExactly '', '', "a`rb"
        }

        It 'writes every line with -All' {
            $client, $server = New-ConnectedPair
            'one', '', 'three' | Send-SocketText $client -Line -NewLine Crlf
            Close-Socket $client
            Receive-SocketText $server -Line -All -TimeoutSeconds 10 | Should -BeExactly 'one', '', 'three'
        }

        It 'puts a line together that comes piece by piece, its CRLF cut in two' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketText $channel -Line -TimeoutSeconds 20 }
            $sent = 0
            foreach ($piece in 'o', 'ne', "`r", "`n") {
                Wait-Blocked $job
                Send-SocketText $client $piece
                $sent += $piece.Length
                Wait-Until { $server.BytesReceived -eq $sent }
            }
            Wait-Background $job | Should -BeExactly 'one'
        }

        It 'finds the end in <_>' -ForEach 'unicode', 'bigendianunicode', 'utf32' {
            $client, $server = New-ConnectedPair
            # U+0A0A and U+0D0A hold the bytes of a line feed, and are none.
            Send-SocketText $client "a$([char]0x0A0A)$([char]0x0D0A)b" -Line -NewLine Crlf -Encoding $_
            Send-SocketText $client 'c' -Line -Encoding $_
            Receive-SocketText $server -Line -Encoding $_ -TimeoutSeconds 10 | Should -BeExactly "a$([char]0x0A0A)$([char]0x0D0A)b"
            Receive-SocketText $server -Line -Encoding $_ -TimeoutSeconds 10 | Should -BeExactly 'c'
        }

        It 'takes <Length> bytes with -MaximumLength 5: <Fits>, end <Name>' -ForEach @(
            foreach ($length in 4, 5, 6) {
                @{ Length = $length; Fits = $length -le 5; Name = 'LF'; End = "`n" }
                @{ Length = $length; Fits = $length -le 5; Name = 'CRLF'; End = "`r`n" }
            }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketText $client ('x' * $Length + $End + 'next' + $End)
            # Twice: what was too long stays, and is too long again.
            foreach ($try in 1..2) {
                $line = Receive-SocketText $server -Line -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
                if ($Fits) {
                    $line | Should -BeExactly ('x' * $Length)
                    Receive-SocketText $server -Line -MaximumLength 5 | Should -BeExactly 'next'
                    return
                }
                $line | Should -BeNullOrEmpty
                Assert-SocketError $failure EMSGSIZE Receive-SocketText LimitsExceeded $server
            }
            Receive-SocketText $server -Line -MaximumLength 6 | Should -BeExactly ('x' * $Length)
        }

        It 'does not wait for the end of a line that is too long already' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client ('x' * 8)
            Receive-SocketText $server -Line -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EMSGSIZE Receive-SocketText LimitsExceeded $server
            Assert-Byte (Receive-SocketByte $server -Exactly 8) ([byte[]](, 0x78 * 8))
        }

        It 'has a limit of 1 MiB when none is given' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $client { param($channel) Send-SocketText $channel ('x' * (1MB + 1)) -Line }
            Receive-SocketText $server -Line -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EMSGSIZE Receive-SocketText LimitsExceeded $server
            (Receive-SocketText $server -Line -MaximumLength 2MB -TimeoutSeconds 20).Length | Should -Be (1MB + 1)
            $null = Wait-Background $job
        }
    }

    Context '-Delimiter' {
        It 'writes one record per call: <Name>' -ForEach @(
            @{ Name = ';'; Delimiter = ';' }
            @{ Name = 'NUL'; Delimiter = "`0" }
            @{ Name = '--end--'; Delimiter = '--end--' }
            @{ Name = 'three bytes of UTF-8'; Delimiter = '€' }
            @{ Name = 'an empty line'; Delimiter = "`r`n`r`n" }
        ) {
            $client, $server = New-ConnectedPair
            'one', 'two' | Send-SocketText $client -Delimiter $Delimiter
            Send-SocketText $client 'rest'
            Close-Socket $client
            Receive-SocketText $server -Delimiter $Delimiter -TimeoutSeconds 10 | Should -BeExactly 'one'
            Receive-SocketText $server -Delimiter $Delimiter -TimeoutSeconds 10 | Should -BeExactly 'two'
            Receive-SocketText $server -Delimiter $Delimiter -TimeoutSeconds 10 | Should -BeExactly 'rest'
            Receive-SocketText $server -Delimiter $Delimiter -TimeoutSeconds 10 | Should -BeNullOrEmpty
        }

        It 'leaves a carriage return, and keeps case' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client "one`r`nEND`nend"
            Receive-SocketText $server -Delimiter "`n" -TimeoutSeconds 10 | Should -BeExactly "one`r"
            Receive-SocketText $server -Delimiter 'end' -TimeoutSeconds 10 | Should -BeExactly "END`n"
        }

        It 'finds a delimiter that comes in pieces' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketText $channel -Delimiter '--end--' -TimeoutSeconds 20 }
            $sent = 0
            foreach ($piece in 'one--', 'en', 'd-', '-') {
                Wait-Blocked $job
                Send-SocketText $client $piece
                $sent += $piece.Length
                Wait-Until { $server.BytesReceived -eq $sent }
            }
            Wait-Background $job | Should -BeExactly 'one'
        }

        It 'writes every record with -All' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client 'a;b;;c'
            Close-Socket $client
            Receive-SocketText $server -Delimiter ';' -All -TimeoutSeconds 10 | Should -BeExactly 'a', 'b', '', 'c'
        }

        It 'takes <Length> bytes with -MaximumLength 5: <Fits>' -ForEach @(
            @{ Length = 4; Fits = $true }, @{ Length = 5; Fits = $true }, @{ Length = 6; Fits = $false }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketText $client ('x' * $Length + ';')
            $record = Receive-SocketText $server -Delimiter ';' -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            if ($Fits) { $record | Should -BeExactly ('x' * $Length) }
            else { Assert-SocketError $failure EMSGSIZE Receive-SocketText LimitsExceeded $server }
        }

        It 'is EMSGSIZE for a rest that is too long at the end of the stream' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client 'xxxxxx'
            Close-Socket $client
            Receive-SocketText $server -Delimiter ';' -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EMSGSIZE Receive-SocketText LimitsExceeded $server
            Receive-SocketText $server -Delimiter ';' -MaximumLength 6 | Should -BeExactly 'xxxxxx'
        }

        It 'leaves the error of the binder for an empty delimiter' {
            { Receive-SocketText (New-Socket) -Delimiter '' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.ReceiveSocketTextCommand'
        }
    }

    Context '-All' {
        It 'writes blocks as they arrive, until the end of the stream' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketText $channel -All -TimeoutSeconds 20 }
            foreach ($text in 'one', 'two') {
                $count = $job.Output.Count
                Send-SocketText $client $text
                Wait-Until { $job.Output.Count -eq $count + 1 }
            }
            $job.Async.IsCompleted | Should -BeFalse
            Close-Socket $client
            Wait-Background $job | Should -BeExactly 'one', 'two'
            $job.Failure | Should -BeNullOrEmpty
        }

        It 'joins them with -Raw' {
            $client, $server = New-ConnectedPair
            'one', 'two' | Send-SocketText $client -Line
            Close-Socket $client
            $text = @(Receive-SocketText $server -All -Raw -TimeoutSeconds 10)
            $text.Count | Should -Be 1
            $text[0] | Should -BeExactly "one`ntwo`n"
            $server.EndOfStream | Should -BeTrue
        }

        It 'writes nothing for an empty stream' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            @(Receive-SocketText $server -All -TimeoutSeconds 10).Count | Should -Be 0
            @(Receive-SocketText $server -All -Raw -TimeoutSeconds 10).Count | Should -Be 0
            @(Receive-SocketText $server -All -Line -TimeoutSeconds 10).Count | Should -Be 0
        }

        It 'takes no more than -MaximumLength with -Raw: <Sent> sent, 5 allowed' -ForEach @(
            @{ Sent = 4; Fits = $true }, @{ Sent = 5; Fits = $true }, @{ Sent = 6; Fits = $false }
        ) {
            $client, $server = New-ConnectedPair
            Send-SocketText $client ('x' * $Sent)
            Close-Socket $client
            foreach ($try in 1..2) {
                $text = Receive-SocketText $server -All -Raw -MaximumLength 5 -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
                if ($Fits) { $text | Should -BeExactly ('x' * $Sent); return }
                $text | Should -BeNullOrEmpty
                Assert-SocketError $failure EMSGSIZE Receive-SocketText LimitsExceeded $server
            }
            Receive-SocketText $server | Should -BeExactly ('x' * $Sent)
        }
    }

    Context 'nothing is lost' {
        It 'keeps the start of a line over <Errno>' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            Send-SocketText $client 'one and '
            Receive-SocketText $server -Line -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure $Errno Receive-SocketText OperationTimeout $server
            $server.Buffered | Should -Be 8
            Send-SocketText $client 'more' -Line
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly 'one and more'
        }

        It 'gives what is behind a line to whatever call comes next' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client "line`nrecord;bytes, text"
            Receive-SocketText $server -Line -TimeoutSeconds 10 | Should -BeExactly 'line'
            Receive-SocketText $server -Delimiter ';' | Should -BeExactly 'record'
            Receive-SocketByte $server -Exactly 5 | ForEach-Object { [Text.Encoding]::ASCII.GetString($_) } | Should -BeExactly 'bytes'
            [char] $server.Stream.ReadByte() | Should -BeExactly ','
            Receive-SocketText $server | Should -BeExactly ' text'
        }

        It 'is ECONNRESET when the peer resets in a line, and keeps its start' {
            $client, $server = New-ConnectedPair
            $job = Start-Background -ArgumentList $server { param($channel) Receive-SocketText $channel -Line -TimeoutSeconds 20 }
            Wait-Blocked $job
            Send-SocketText $client 'start'
            Wait-Until { $server.BytesReceived -eq 5 }
            Wait-Blocked $job
            Close-Socket $client -Reset
            Wait-Background $job | Should -BeNullOrEmpty
            Assert-SocketError $job.Failure ECONNRESET Receive-SocketText ConnectionError $server
            Receive-SocketText $server -TimeoutSeconds 10 | Should -BeExactly 'start'
        }
    }

    Context 'errors' {
        It 'is <Errno> for -TimeoutSeconds <Seconds> when nothing comes' -ForEach @(
            @{ Seconds = 0; Errno = 'EWOULDBLOCK' }, @{ Seconds = 0.02; Errno = 'ETIMEDOUT' }
        ) {
            $client, $server = New-ConnectedPair unix
            foreach ($mode in @{}, @{ Line = $true }, @{ Delimiter = ';' }, @{ All = $true }, @{ All = $true; Raw = $true }) {
                Receive-SocketText $server @mode -TimeoutSeconds $Seconds -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
                Assert-SocketError $failure $Errno Receive-SocketText OperationTimeout $server
            }
        }

        It 'writes nothing at the end of the stream, and that is no error' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            foreach ($mode in @{}, @{ Line = $true }, @{ Delimiter = ';' }) {
                @(Receive-SocketText $server @mode -TimeoutSeconds 10 -ErrorAction Stop).Count | Should -Be 0
            }
            $server.EndOfStream | Should -BeTrue
        }

        It 'is ENOTCONN for a socket that is not connected' {
            $socket = New-Socket
            Receive-SocketText $socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure ENOTCONN Receive-SocketText ConnectionError $socket
        }

        It 'is EBADF for a closed channel' {
            $client, $server = New-ConnectedPair
            Close-Socket $client
            Receive-SocketText $client -Line -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EBADF Receive-SocketText InvalidOperation $client
        }

        It 'goes on behind what is no socket' {
            $client, $server = New-ConnectedPair
            Send-SocketText $client 'x'
            'no socket', $server | Receive-SocketText -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -Be 'x'
            Assert-SocketError $failure ENOTSOCK Receive-SocketText InvalidArgument 'no socket'
        }

        It 'leaves the error of the binder for a limit of 0' {
            { Receive-SocketText (New-Socket) -MaximumLength 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.ReceiveSocketTextCommand'
        }
    }
}
