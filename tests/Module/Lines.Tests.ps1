BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
}

Describe 'Start-SocketListener -OnLine' {
    AfterEach { Close-EverySocket }

    Context 'What the handler gets' {
        It 'has the line as <Name>' -ForEach @(
            @{ Name = '$_, the client as $Client'; Handler = { Send-SocketText $Client "<$_>" -Line } }
            @{ Name = '$args[0], the client as $args[1]'; Handler = { Send-SocketText $args[1] "<$($args[0])>" -Line } }
            @{ Name = 'param($Line, $Client)'; Handler = { param($Line, $Client) Send-SocketText $Client "<$Line>" -Line } }
        ) {
            $listener = Start-SocketListener tcp://:0 -OnLine $Handler
            $client = Connect-Socket $listener
            Send-SocketText $client 'one line' -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly '<one line>'
        }

        It 'gives -ArgumentList behind line and client, and $using:' {
            $mark = '!'
            $listener = Start-SocketListener tcp://:0 -ArgumentList 'x' -OnLine { param($Line, $Client, $More) Send-SocketText $Client "$Line$More$using:mark" -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client a -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly 'ax!'
        }

        It 'takes <Name>' -ForEach @(
            @{ Name = 'LF'; Sent = "a`nb`n"; Lines = 'a', 'b' }
            @{ Name = 'CR LF'; Sent = "a`r`nb`r`n"; Lines = 'a', 'b' }
            @{ Name = 'empty lines'; Sent = "`n`r`nb`n"; Lines = '', '', 'b' }
            @{ Name = 'a last line without an end'; Sent = "a`nb"; Lines = 'a', 'b' }
            @{ Name = 'two bytes that are one character'; Sent = "ä`n"; Lines = , 'ä' }
        ) {
            $listener = Start-SocketListener tcp://:0 -OnLine { Send-SocketText $Client "<$_>" -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client $Sent
            Disconnect-Socket $client Send
            $received = for ($line = ''; $null -ne $line) { if ($null -ne ($line = Receive-SocketText $client -Line -TimeoutSeconds 10)) { $line } }
            $received -join '|' | Should -BeExactly (@($Lines | ForEach-Object { "<$_>" }) -join '|')
        }

        It 'reads the lines in -Encoding' {
            $listener = Start-SocketListener tcp://:0 -Encoding utf-16 -OnLine { Send-SocketText $Client "<$_>" -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client 'grün' -Line -Encoding utf-16
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly '<grün>'
        }

        It 'lets the handler read on from the client' {
            $listener = Start-SocketListener tcp://:0 -OnLine {
                $body = Receive-SocketText $Client -Line -TimeoutSeconds 10
                Send-SocketText $Client "$_=$body" -Line
            }
            $client = Connect-Socket $listener
            Send-SocketText $client "a`n1`nb`n"
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly 'a=1'
            Send-SocketText $client "2`n"
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly 'b=2'
        }

        It 'works over <Family>' -ForEach @(@{ Family = 'tcp6' }, @{ Family = 'unix' }, @{ Family = 'abstract' }) -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -OnLine { Send-SocketText $Client $_.ToUpper() -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client loud -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly LOUD
        }
    }

    Context 'Order' {
        It 'gives the lines of one client in order, one after another' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 8 -OnLine { Send-SocketText $Client "$_" -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client ((1..500 | ForEach-Object { "$_`n" }) -join '')
            Disconnect-Socket $client Send
            (Receive-SocketText $client -All -Raw -TimeoutSeconds 20).TrimEnd("`n").Split("`n") -join ' ' | Should -BeExactly ((1..500) -join ' ')
        }

        It 'never has one client in two handlers' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 8 -OnLine {
                # A second handler of this client would take the answer away.
                if ($_ -eq 'ask') {
                    Send-SocketText $Client question -Line
                    Send-SocketText $Client "answer was $(Receive-SocketText $Client -Line -TimeoutSeconds 10)" -Line
                }
            }
            $client = Connect-Socket $listener
            foreach ($i in 1..20) {
                Send-SocketText $client ask -Line
                Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly question
                Send-SocketText $client $i -Line
                Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly "answer was $i"
            }
        }

        It 'serves several clients at once' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 3 -OnLine {
                Send-SocketText $Client inside -Line
                $null = Receive-SocketText $Client -Line -TimeoutSeconds 20
                Send-SocketText $Client outside -Line
            }
            $clients = 1..3 | ForEach-Object { Connect-Socket $listener }
            $clients | ForEach-Object { Send-SocketText $_ go -Line }
            $clients | ForEach-Object { Receive-SocketText $_ -Line -TimeoutSeconds 20 } | Should -Be inside, inside, inside
            $clients | ForEach-Object { Send-SocketText $_ leave -Line }
            $clients | ForEach-Object { Receive-SocketText $_ -Line -TimeoutSeconds 20 } | Should -Be outside, outside, outside
        }

        It 'takes no worker for a client that says nothing: more of them than -ThrottleLimit' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 2 -OnLine { Send-SocketText $Client "<$_>" -Line }
            $idle = 1..50 | ForEach-Object { Connect-Socket $listener }
            Wait-Until { $listener.Active -eq 50 }
            $client = Connect-Socket $listener
            Send-SocketText $client late -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly '<late>'
            Send-SocketText $idle[17] 'not idle' -Line
            Receive-SocketText $idle[17] -Line -TimeoutSeconds 10 | Should -BeExactly '<not idle>'
        }

        It 'is iterative, line by line, with -ThrottleLimit 1' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -OnLine {
                Send-SocketText $Client "<$_>" -Line
                if ($_ -eq 'stay') { $null = Receive-SocketText $Client -Line -TimeoutSeconds 20 }
            }
            $first, $second = 1..2 | ForEach-Object { Connect-Socket $listener }
            Send-SocketText $first stay -Line
            Receive-SocketText $first -Line -TimeoutSeconds 10 | Should -BeExactly '<stay>'
            Send-SocketText $second second -Line
            Receive-SocketText $second -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            Send-SocketText $first leave -Line
            Receive-SocketText $second -Line -TimeoutSeconds 10 | Should -BeExactly '<second>'
        }
    }

    Context '-OnConnect and -OnDisconnect' {
        It 'greets before the first line' {
            $listener = Start-SocketListener tcp://:0 -OnConnect { Send-SocketText $_ "hello $($Client.RemoteEndPoint.Port)" -Line } -OnLine { Send-SocketText $Client "<$_>" -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client first -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly "hello $($client.LocalEndPoint.Port)"
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly '<first>'
        }

        It 'runs -OnDisconnect once, behind the last line, when the client <Name>' -ForEach @(
            @{ Name = 'closes'; Leave = { Close-Socket $client } }
            @{ Name = 'resets'; Leave = { Close-Socket $client -Reset } }
            @{ Name = 'ends its stream'; Leave = { Disconnect-Socket $client Send } }
            @{ Name = 'makes the handler throw'; Leave = { Send-SocketText $client throw -Line } }
            @{ Name = 'makes the handler close it'; Leave = { Send-SocketText $client close -Line } }
        ) {
            $listener = Start-SocketListener tcp://:0 -OnLine {
                "line $_"
                if ($_ -eq 'throw') { throw 'on purpose' }
                if ($_ -eq 'close') { Close-Socket $Client }
                else { Send-SocketText $Client ok -Line }
            } -OnDisconnect { "gone $($Client.RemoteEndPoint.Port)" }
            $client = Connect-Socket $listener
            $port = $client.LocalEndPoint.Port
            Send-SocketText $client one -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly ok
            & $Leave
            Wait-Until { $listener.Active -eq 0 -and "$($listener.Records[-1].Value)" -like 'gone*' }
            $all = @(Receive-SocketListener $listener -ErrorAction SilentlyContinue)
            $all[0] | Should -BeExactly 'line one'
            $all[-1] | Should -BeExactly "gone $port"
            @($all -like 'gone*').Count | Should -Be 1
        }

        It 'runs -OnDisconnect when the listener stops, within the second that stopping may take' {
            $listener = Start-SocketListener tcp://:0 -OnLine { Send-SocketText $Client ok -Line; if ($_ -eq 'stay') { Start-Sleep 600 } } -OnDisconnect { "gone $($Client.RemoteEndPoint.Port)" }
            $clients = 1..3 | ForEach-Object { Connect-Socket $listener }
            $clients | ForEach-Object { Send-SocketText $_ one -Line; Receive-SocketText $_ -Line -TimeoutSeconds 10 | Should -BeExactly ok }
            Send-SocketText $clients[0] stay -Line
            Receive-SocketText $clients[0] -Line -TimeoutSeconds 10 | Should -BeExactly ok
            Assert-StopsCleanly $listener
            @(Receive-SocketListener $listener) | Sort-Object | Should -Be ($clients.LocalEndPoint.Port | ForEach-Object { "gone $_" } | Sort-Object)
        }

        It 'ends a client whose -OnConnect fails' {
            $listener = Start-SocketListener tcp://:0 -OnConnect { throw 'no entry' } -OnLine { }
            Get-VisitEnd $listener | Should -BeIn end, ECONNRESET
            Wait-Until { $listener.Active -eq 0 }
            $listener.Errors.Count | Should -Be 1
            $listener.Errors[0].Exception.Message | Should -BeExactly 'no entry'
        }

        It 'tells an error in -OnDisconnect' {
            $listener = Start-SocketListener tcp://:0 -OnLine { } -OnDisconnect { throw 'at the end' }
            (Connect-Socket $listener).Dispose()
            Wait-Until { $listener.ErrorCount -eq 1 }
            $listener.Errors[0].Exception.Message | Should -BeExactly 'at the end'
            Wait-Until { $listener.Active -eq 0 }
        }
    }

    Context 'Limits' {
        It 'ends a client whose line is longer than -MaximumLength, and tells EMSGSIZE' {
            $listener = Start-SocketListener tcp://:0 -MaximumLength 10 -OnLine { Send-SocketText $Client $_.Length -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client ('x' * 10) -Line
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly 10
            Send-SocketText $client ('x' * 11) -Line
            $null = Receive-SocketText $client -All -TimeoutSeconds 10 -ErrorAction SilentlyContinue
            Wait-Until { $listener.Active -eq 0 }
            $listener.Errors.Count | Should -Be 1
            $listener.Errors[0].Exception.ErrnoName | Should -BeExactly EMSGSIZE
            $listener.Errors[0].Client | Should -Be $client.LocalEndPoint
        }

        It 'keeps no more of an endless line than the limit' {
            $listener = Start-SocketListener tcp://:0 -MaximumLength 1000 -OnLine { }
            $client = Connect-Socket $listener
            1..50 | ForEach-Object { Send-SocketText $client ('x' * 1000) -ErrorAction SilentlyContinue }
            Wait-Until { $listener.ErrorCount -eq 1 }
            $listener.BytesReceived | Should -BeLessThan 80KB
        }

        It 'tells bytes that are no text as EILSEQ, only for that client' {
            $listener = Start-SocketListener tcp://:0 -OnLine { Send-SocketText $Client "<$_>" -Line }
            $client = Connect-Socket $listener
            Send-SocketByte $client ([byte[]](0xC3))
            Disconnect-Socket $client Send
            $null = Receive-SocketText $client -All -TimeoutSeconds 10 -ErrorAction SilentlyContinue
            Wait-Until { $listener.ErrorCount -eq 1 }
            $listener.Errors[0].Exception.ErrnoName | Should -BeExactly EILSEQ
            $other = Connect-Socket $listener
            Send-SocketText $other fine -Line
            Receive-SocketText $other -Line -TimeoutSeconds 10 | Should -BeExactly '<fine>'
        }
    }

    It 'gives every descriptor back' -Skip:(-not $IsLinux) {
        $visit = {
            $listener = Start-SocketListener tcp://:0 -OnLine { Send-SocketText $Client "<$_>" -Line } -ThrottleLimit 4
            $clients = 1..20 | ForEach-Object { Connect-Socket $listener }
            $clients | ForEach-Object { Send-SocketText $_ x -Line; $null = Receive-SocketText $_ -Line -TimeoutSeconds 10 }
            $clients[0..9].Dispose()
            Stop-SocketListener $listener
            $clients.Dispose()
        }
        & $visit
        $before = Get-OpenDescriptor
        & $visit
        Assert-DescriptorsBack $before
    }
}
