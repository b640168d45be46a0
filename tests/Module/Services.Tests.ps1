BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
}

Describe 'Start-SocketListener -Service' {
    AfterEach { Close-EverySocket }

    Context 'over <Family>' -ForEach @(@{ Family = 'tcp' }, @{ Family = 'tcp6' }, @{ Family = 'unix' }) -Skip:(-not $IsLinux) {
        It 'Echo sends back what comes' {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -Service Echo
            $client = Connect-Socket $listener
            foreach ($text in 'one', 'two', ('x' * 5000)) {
                Send-SocketText $client $text
                [Text.Encoding]::UTF8.GetString((Receive-SocketByte $client -Exactly $text.Length -TimeoutSeconds 10)) | Should -BeExactly $text
            }
        }

        It 'Discard takes everything and sends nothing' {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -Service Discard
            $client = Connect-Socket $listener
            1..20 | ForEach-Object { Send-SocketByte $client ([byte[]]::new(100KB)) }
            Disconnect-Socket $client Send
            Receive-SocketByte $client -All -TimeoutSeconds 10 | Should -BeNullOrEmpty
            $client.EndOfStream | Should -BeTrue
            $listener.BytesReceived | Should -Be (20 * 100KB)
            $listener.BytesSent | Should -Be 0
        }

        It 'Daytime sends the time as one line and closes (RFC 867)' {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -Service Daytime
            $before = [DateTime]::UtcNow.AddSeconds(-1)
            $text = Invoke-Visit $listener
            $text | Should -MatchExactly '^[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4} \d\d:\d\d:\d\d-UTC\r\n$'
            $time = [DateTime]::ParseExact($text.TrimEnd(), "dddd, MMMM d, yyyy HH:mm:ss'-UTC'", [cultureinfo]::InvariantCulture)
            $time | Should -BeGreaterOrEqual $before
            $time | Should -BeLessOrEqual ([DateTime]::UtcNow)
        }

        It 'Chargen sends the lines of RFC 864' {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -Service Chargen
            $client = Connect-Socket $listener
            foreach ($i in 0..199) {
                $line = Receive-SocketText $client -Line -TimeoutSeconds 10
                $expected = -join (0..71 | ForEach-Object { [char](32 + ($i + $_) % 95) })
                if ($line -cne $expected) { $line | Should -BeExactly $expected -Because "it is line $i" }
            }
            (Receive-SocketByte $client -Exactly 74 -TimeoutSeconds 10)[-2, -1] | Should -Be 13, 10
            Close-Socket $client
            Wait-Until { $listener.Active -eq 0 }
        }

        It 'Increment answers each byte with the next, 255 with 0' {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -Service Increment
            $client = Connect-Socket $listener
            Send-SocketByte $client ([byte[]](0..255))
            Assert-Byte (Receive-SocketByte $client -Exactly 256 -TimeoutSeconds 10) (@(1..255) + 0)
            Send-SocketByte $client ([byte[]](255))
            Assert-Byte (Receive-SocketByte $client -Exactly 1 -TimeoutSeconds 10) 0
        }

        It '<Service> sends what it still has when the client has ended its stream' -ForEach @(@{ Service = 'Echo' }, @{ Service = 'Increment' }) {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) -Service $Service
            $client = Connect-Socket $listener
            # More than the buffers hold: most of it is on its way when the end comes.
            $sender = Start-Background -ArgumentList $client { param($client) Send-SocketByte $client ([byte[]]::new(3MB)) -TimeoutSeconds 20; Disconnect-Socket $client Send }
            Wait-Until { $listener.BytesReceived -gt 0 }
            $received = Receive-SocketByte $client -All -Raw -TimeoutSeconds 20
            $null = Wait-Background $sender
            $received.Length | Should -Be 3MB
            $received[0], $received[-1] | Should -Be ($Service -eq 'Echo' ? @(0, 0) : @(1, 1))
        }
    }

    Context 'Echo under load' {
        It 'holds back a client that does not read, and loses nothing of 32 MB' {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            # The kernel's own buffers hold up to 10 MB on either way; they are smaller than what is sent.
            $socket = New-Socket
            $socket.Socket.SendBufferSize = $socket.Socket.ReceiveBufferSize = 64KB
            $client = Connect-Socket $listener -Channel $socket
            $data = [byte[]]::new(32MB)
            [Random]::new(1).NextBytes($data)
            $sender = Start-Background -ArgumentList $client, $data { param($client, $data) Send-SocketByte $client $data -TimeoutSeconds 30; Disconnect-Socket $client Send }
            # Nobody reads: the kernel's buffers fill, the service stops reading, and the sender waits.
            Wait-Blocked $sender
            Wait-Until { $seen = $listener.BytesReceived; $listener.BytesReceived -eq $seen -and $seen -gt 0 }
            $listener.BytesReceived | Should -BeLessThan 32MB
            $received = Receive-SocketByte $client -All -Raw -TimeoutSeconds 20
            $null = Wait-Background $sender
            $received.Length | Should -Be 32MB
            [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($received)) | Should -Be ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($data)))
            $listener.BytesReceived, $listener.BytesSent | Should -Be 32MB, 32MB
        }

        It 'serves others while one does not read' {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            $stuck = Connect-Socket $listener
            Set-FullSendBuffer $stuck
            $client = Connect-Socket $listener
            Send-SocketText $client hello
            Receive-SocketText $client -TimeoutSeconds 10 | Should -BeExactly hello
            Assert-StopsCleanly $listener
        }

        It 'serves others while Chargen fills one that reads as fast as it can' {
            $listener = Start-SocketListener tcp://:0 -Service Chargen
            $child = Start-ObedientChild "`$client = Connect-Socket $listener; `$stream = `$client.Stream; `$task = `$stream.CopyToAsync([IO.Stream]::Null)"
            try {
                Wait-Until { $listener.BytesSent -gt 10MB }
                foreach ($i in 1..5) {
                    $client = Connect-Socket $listener
                    (Receive-SocketText $client -Line -TimeoutSeconds 10).Length | Should -Be 72
                    Close-Socket $client
                }
            } finally { Stop-Child $child -Kill }
        }

        It 'answers 500 clients at once' {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            $answers = Invoke-Swarm $listener 500
            $answers.Count | Should -Be 500
            @($answers -ne 0).Count | Should -Be 0
            $listener.Accepted | Should -BeGreaterOrEqual 500
            $listener.ErrorCount | Should -Be 0
        }
    }

    Context 'Clients that go' {
        It '<Service> forgets one that <Name>' -ForEach @(
            foreach ($service in 'Echo', 'Discard', 'Increment', 'Chargen') {
                @{ Service = $service; Name = 'closes'; Leave = { Close-Socket $client } }
                @{ Service = $service; Name = 'resets'; Leave = { Close-Socket $client -Reset } }
            }
        ) {
            $listener = Start-SocketListener tcp://:0 -Service $Service
            $client = Connect-Socket $listener
            Send-SocketText $client hello
            Wait-Until { $listener.Active -eq 1 }
            & $Leave
            Wait-Until { $listener.Active -eq 0 }
            $next = Connect-Socket $listener
            Wait-Until { $listener.Active -eq 1 }
            Assert-StopsCleanly $listener
        }

        It 'a reset in the middle of a big answer ends only that client' {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            $client = Connect-Socket $listener
            Set-FullSendBuffer $client
            Close-Socket $client -Reset
            Wait-Until { $listener.Active -eq 0 }
            $next = Connect-Socket $listener
            Send-SocketText $next hello
            Receive-SocketText $next -TimeoutSeconds 10 | Should -BeExactly hello
        }
    }

    It 'is an error of the binder when there is no such service' {
        { Start-SocketListener tcp://:0 -Service NoSuchService } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,SocketTools.Commands.StartSocketListenerCommand'
    }

    It 'gives every descriptor back' -Skip:(-not $IsLinux) {
        $visit = {
            $listener = Start-SocketListener tcp://:0 -Service Echo
            $clients = 1..20 | ForEach-Object { Connect-Socket $listener }
            $clients | ForEach-Object { Send-SocketText $_ x; $null = Receive-SocketText $_ -TimeoutSeconds 10 }
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
