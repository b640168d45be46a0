BeforeDiscovery {
    $noCompiler = $IsWindows -or -not (Get-Command cc -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
}

Describe 'The servers of the texts as one-liners' {
    BeforeAll {
        # The server of both texts: it reads one character, answers the next one, and closes.
        $handler = { Send-SocketByte $_ ((Receive-SocketByte $_ -Exactly 1)[0] + 1) }
        Push-Location TestDrive:/
    }
    AfterEach { Close-EverySocket }
    AfterAll { Pop-Location }

    Context 'as <Kind>, <Family>' -ForEach @(
        @{ Kind = 'handler, one client after another'; Family = 'AF_UNIX'; Address = 'unix:server_socket'; Option = @{ ThrottleLimit = 1 } }
        @{ Kind = 'handler, clients at once'; Family = 'AF_UNIX'; Address = 'unix:server_socket'; Option = @{} }
        @{ Kind = 'service'; Family = 'AF_UNIX'; Address = 'unix:server_socket'; Option = @{ Service = 'Increment' } }
        @{ Kind = 'handler, one client after another'; Family = 'AF_INET'; Address = 'tcp://:0'; Option = @{ ThrottleLimit = 1 } }
        @{ Kind = 'handler, clients at once'; Family = 'AF_INET'; Address = 'tcp://:0'; Option = @{} }
        @{ Kind = 'service'; Family = 'AF_INET'; Address = 'tcp://:0'; Option = @{ Service = 'Increment' } }
    ) {
        BeforeEach {
            $serve = if ($Option.ContainsKey('Service')) { $Option } else { $Option + @{ Handler = $handler } }
            $listener = Start-SocketListener $Address -Backlog 5 @serve
        }

        It 'answers the character behind the one that came' {
            $client = Connect-Socket $listener
            Send-SocketText $client A
            Receive-SocketText $client -TimeoutSeconds 10 | Should -BeExactly B
            $listener.Backlog | Should -Be 5
            $listener.Accepted | Should -Be 1
        }

        It 'serves client after client' {
            foreach ($char in 'A', 'y', '0') {
                $client = Connect-Socket $listener
                Send-SocketText $client $char
                (Receive-SocketByte $client -Exactly 1 -TimeoutSeconds 10)[0] | Should -Be ([byte][char]$char + 1)
                Close-Socket $client
            }
        }

        It 'serves the client in C' -Skip:$noCompiler {
            $program = New-CharClient (Get-PSDrive TestDrive).Root
            $port = $Family -eq 'AF_INET' ? $listener.LocalEndPoint.Port : 0
            & $program $port | Should -BeExactly 'char from server = B'
        }

        It 'stops, and its address is free' {
            $client = Connect-Socket $listener
            Send-SocketText $client A
            Receive-SocketText $client -TimeoutSeconds 10 | Should -BeExactly B
            Assert-StopsCleanly $listener
            if ($Family -eq 'AF_UNIX') { Test-Path server_socket | Should -BeFalse }
        }
    }
}
