BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
}

Describe 'Receive-SocketListener' {
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Receive-SocketListener 'AsRecord: SwitchParameter', 'Keep: SwitchParameter', 'Listener: ChannelArgument[], position 0, mandatory, pipeline'
        Assert-OutputType Receive-SocketListener ([psobject]), ([SocketTools.ListenerRecord])
        (Get-Command Receive-SocketListener).Parameters.Listener.Aliases | Should -Contain 'Channel'
    }

    It 'gives nothing for a listener that nothing serves' {
        Receive-SocketListener (Start-SocketListener tcp://:0) | Should -BeNullOrEmpty
    }

    Context 'Output' {
        It 'gives what handlers wrote, once, with the client it came from' {
            $listener = Start-SocketListener tcp://:0 -Handler {
                $null = Receive-SocketText $_ -Line
                'text'
                [pscustomobject]@{ Number = 7 }
            }
            $client = Connect-Socket $listener
            Send-SocketText $client go -Line
            $null = Receive-SocketText $client -TimeoutSeconds 10
            $text, $object = $all = @(Receive-SocketListener $listener)
            $all.Count | Should -Be 2
            $text | Should -BeExactly text
            $object.Number | Should -Be 7
            $text.SocketClient | Should -Be $client.LocalEndPoint
            $object.SocketClient | Should -Be $client.LocalEndPoint
            Receive-SocketListener $listener | Should -BeNullOrEmpty
        }

        It 'keeps it with -Keep, as often as asked' {
            $listener = Start-SocketListener tcp://:0 -Handler { 'text'; [pscustomobject]@{ Number = 7 } }
            $null = Invoke-Visit $listener
            1..3 | ForEach-Object { (Receive-SocketListener $listener -Keep)[1].Number } | Should -Be 7, 7, 7
            (Receive-SocketListener $listener)[0] | Should -BeExactly text
            Receive-SocketListener $listener -Keep | Should -BeNullOrEmpty
        }

        It 'gives the same object twice when it was written twice' {
            $listener = Start-SocketListener tcp://:0 -Handler { $object = [pscustomobject]@{ Number = 7 }; $object; $object; $Client; $Client }
            $null = Invoke-Visit $listener
            $all = @(Receive-SocketListener $listener)
            $all.Count | Should -Be 4
            $all[0..1].Number | Should -Be 7, 7
            $all[2].Descriptor | Should -Be $all[3].Descriptor
        }

        It 'does not touch an object that has such a property of its own' {
            $listener = Start-SocketListener tcp://:0 -Handler { [pscustomobject]@{ SocketClient = 'its own' } }
            $null = Invoke-Visit $listener
            (Receive-SocketListener $listener).SocketClient | Should -BeExactly 'its own'
        }

        It 'gives $null that was written as $null' {
            $listener = Start-SocketListener tcp://:0 -Handler { , $null; 'behind' }
            $null = Invoke-Visit $listener
            $all = @(Receive-SocketListener $listener)
            $all.Count | Should -Be 2
            $all[0] | Should -BeNullOrEmpty
            $all[1] | Should -BeExactly behind
        }

        It 'gives what was written before the handler failed, then the error' {
            $listener = Start-SocketListener tcp://:0 -Handler { 'before'; throw 'on purpose' }
            $null = Get-VisitEnd $listener
            $all = @(Receive-SocketListener $listener 2>&1)
            $all[0] | Should -BeExactly before
            $all[1].Exception.Message | Should -BeExactly 'on purpose'
            $all.Count | Should -Be 2
        }

        It 'gives what handlers have written so far, while they run' {
            $listener = Start-SocketListener tcp://:0 -Handler { 'so far'; Send-SocketText $_ go; $null = Receive-SocketText $_ -Line; 'the rest' }
            $client = Connect-Socket $listener
            $null = Receive-SocketText $client -TimeoutSeconds 10
            Receive-SocketListener $listener | Should -BeExactly 'so far'
            Send-SocketText $client go -Line
            $null = Receive-SocketText $client -TimeoutSeconds 10
            Receive-SocketListener $listener | Should -BeExactly 'the rest'
        }

        It 'is there when the listener has stopped' {
            $listener = Start-SocketListener tcp://:0 -Handler { 'kept' }
            $null = Invoke-Visit $listener
            Stop-SocketListener $listener
            Receive-SocketListener $listener | Should -BeExactly kept
        }
    }

    Context 'Streams' {
        BeforeAll {
            $everyStream = {
                $null = Receive-SocketText $_ -Line
                'output'
                Write-Error 'error' -ErrorAction Continue
                Write-Warning 'warning'
                Write-Verbose 'verbose' -Verbose
                $DebugPreference = 'Continue'
                Write-Debug 'debug'
                Write-Information 'information' -Tags a
                Write-Host 'host'
            }
        }

        It 'writes each to the stream it came from' {
            $listener = Start-SocketListener tcp://:0 -Handler $everyStream
            $null = Invoke-Visit $listener go
            $DebugPreference = 'Continue'
            $all = @(Receive-SocketListener $listener -Verbose -ErrorAction Continue -InformationAction Continue *>&1)
            ($all | ForEach-Object { "$($_.GetType().Name) $_" }) -join '; ' | Should -BeExactly (
                'String output; ErrorRecord error; WarningRecord warning; VerboseRecord verbose; DebugRecord debug; InformationRecord information; InformationRecord host')
        }

        It 'tells the client, the time and the stream of each with -AsRecord' {
            $before = [DateTimeOffset]::Now
            $listener = Start-SocketListener tcp://:0 -Handler $everyStream
            $client = Connect-Socket $listener
            Send-SocketText $client go -Line
            $null = Receive-SocketText $client -TimeoutSeconds 10
            $records = @(Receive-SocketListener $listener -AsRecord)
            $records[0] | Should -BeOfType SocketTools.ListenerRecord
            $records.Stream -join ' ' | Should -BeExactly 'Output Error Warning Verbose Debug Information Information'
            ($records | ForEach-Object { "$($_.Value)" }) -join ' ' | Should -BeExactly 'output error warning verbose debug information host'
            $records | ForEach-Object {
                $_.Client | Should -Be $client.LocalEndPoint
                $_.Descriptor | Should -BeGreaterThan 2
                $_.Time | Should -BeGreaterOrEqual $before
                $_.Time | Should -BeLessOrEqual ([DateTimeOffset]::Now)
            }
        }

        It 'gives what each of several clients caused its own client' {
            $listener = Start-SocketListener tcp://:0 -OnLine { $_ } -ThrottleLimit 4
            $clients = 1..8 | ForEach-Object { Connect-Socket $listener }
            foreach ($i in 1..5) { foreach ($client in $clients) { Send-SocketText $client "$($client.LocalEndPoint.Port)" -Line } }
            Wait-Until { $listener.Records.Count -eq 40 }
            $records = @(Receive-SocketListener $listener -AsRecord)
            $records | ForEach-Object { "$($_.Value)" | Should -BeExactly "$($_.Client.Port)" }
        }

        It 'has the initialization script''s output without a client' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -InitializationScript { 'ready' } -Handler { }
            $null = Invoke-Visit $listener
            $record = @(Receive-SocketListener $listener -AsRecord)[0]
            "$($record.Value)" | Should -BeExactly ready
            $record.Client | Should -BeNullOrEmpty
            $record.Descriptor | Should -Be -1
        }
    }

    Context 'Limits' {
        It 'keeps the last 10,000 and counts what was dropped' {
            $listener = Start-SocketListener tcp://:0 -Handler { 1..12345 }
            $null = Invoke-Visit $listener
            $listener.DroppedRecords | Should -Be 2345
            $all = @(Receive-SocketListener $listener)
            $all.Count | Should -Be 10000
            $all[0] | Should -Be 2346
            $all[-1] | Should -Be 12345
        }
    }

    Context 'What it takes' {
        It 'takes listeners from the pipeline and as an array, and goes on behind what is bad' {
            $a, $b = 'a', 'b' | ForEach-Object { $name = $_; Start-SocketListener tcp://:0 -Handler { $using:name } }
            $a, $b | ForEach-Object { $null = Invoke-Visit $_ }
            $a, 'no socket', $b | Receive-SocketListener -Keep -ErrorAction SilentlyContinue -ErrorVariable failure | Should -Be a, b
            Assert-SocketError $failure ENOTSOCK Receive-SocketListener InvalidArgument 'no socket'
            Receive-SocketListener $a, $b | Should -Be a, b
        }

        It 'takes Get-SocketListener''s output' {
            $listener = Start-SocketListener tcp://:0 -Handler { 'text' }
            $null = Invoke-Visit $listener
            Get-SocketListener | Receive-SocketListener | Should -BeExactly text
        }
    }
}
