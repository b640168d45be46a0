BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1

    # Each kind of server, such that a client that sends a line gets one back.
    $servers = @{
        Handler = @{ Handler = { while ($null -ne ($line = Receive-SocketText $_ -Line -TimeoutSeconds -1)) { Send-SocketText $Client $line -Line } } }
        Line    = @{ OnLine = { Send-SocketText $Client $_ -Line } }
        Service = @{ Service = 'Echo' }
    }
    function Assert-Served($Client) {
        Send-SocketText $Client hello -Line
        Receive-SocketText $Client -Line -TimeoutSeconds 20 | Should -BeExactly hello
    }
}

Describe 'Limits of a listener' {
    AfterEach { Close-EverySocket }

    Context '<Kind>' -ForEach @(@{ Kind = 'Handler' }, @{ Kind = 'Line' }, @{ Kind = 'Service' }) {
        BeforeAll { $serve = $servers[$Kind] }

        It '-MaxConnections refuses one more with a reset, and takes the next when one has gone' {
            $listener = Start-SocketListener tcp://:0 -MaxConnections 2 @serve
            $first, $second = 1..2 | ForEach-Object { Connect-Socket $listener }
            $first, $second | ForEach-Object { Assert-Served $_ }
            Get-VisitEnd $listener | Should -BeExactly ECONNRESET
            $listener.Accepted, $listener.Active, $listener.Refused | Should -Be 2, 2, 1
            Close-Socket $first
            Wait-Until { $listener.Active -eq 1 }
            Assert-Served (Connect-Socket $listener)
            $listener.Accepted, $listener.Active, $listener.Refused | Should -Be 3, 2, 1
            $listener.ErrorCount | Should -Be 0
        }

        It '-IdleTimeoutSeconds closes a client that says nothing, and no other' {
            $listener = Start-SocketListener tcp://:0 -IdleTimeoutSeconds 0.4 @serve
            $silent = Connect-Socket $listener
            $busy = Connect-Socket $listener
            Assert-Served $silent
            $clock = [Diagnostics.Stopwatch]::StartNew()
            while (-not $silent.EndOfStream -and $clock.Elapsed.TotalSeconds -lt 20) {
                Assert-Served $busy
                $null = Receive-SocketByte $silent -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue
            }
            $silent.EndOfStream | Should -BeTrue
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.3
            Assert-Served $busy
            Wait-Until { $listener.Active -eq 1 }
        }

        It 'counts accepted, active, bytes and errors while it runs' {
            $listener = Start-SocketListener tcp://:0 @serve
            $listener.Accepted, $listener.Active, $listener.Refused, $listener.BytesReceived, $listener.BytesSent, $listener.ErrorCount | Should -Be 0, 0, 0, 0, 0, 0
            $a, $b = 1..2 | ForEach-Object { Connect-Socket $listener }
            Assert-Served $a
            Assert-Served $b
            Assert-Served $b
            Wait-Until { $listener.BytesSent -eq 18 } # The client has its answer a moment before the server has counted it.
            $listener.Accepted, $listener.Active, $listener.BytesReceived, $listener.BytesSent | Should -Be 2, 2, 18, 18
            Close-Socket $a
            Wait-Until { $listener.Active -eq 1 }
            $listener.Accepted, $listener.BytesReceived, $listener.BytesSent | Should -Be 2, 18, 18
            Stop-SocketListener $listener
            $listener.Accepted, $listener.Active, $listener.BytesReceived, $listener.BytesSent | Should -Be 2, 0, 18, 18
        }

        It '-DenyFrom and -AllowFrom turn away by address: <Allow> but not <Deny>, from <From>' -Skip:(-not $IsLinux) -ForEach @(
            @{ Allow = '127.0.0.1'; Deny = @(); From = '127.0.0.1'; In = $true }
            @{ Allow = '127.0.0.1'; Deny = @(); From = '127.0.0.2'; In = $false }
            @{ Allow = '127.0.0.0/8'; Deny = @(); From = '127.0.0.2'; In = $true }
            @{ Allow = '127.0.0.0/31'; Deny = @(); From = '127.0.0.1'; In = $true }
            @{ Allow = '127.0.0.0/31'; Deny = @(); From = '127.0.0.2'; In = $false }
            @{ Allow = '127.9.9.9/8'; Deny = @(); From = '127.0.0.2'; In = $true }
            @{ Allow = '0.0.0.0/0'; Deny = '127.0.0.2'; From = '127.0.0.2'; In = $false }
            @{ Allow = '0.0.0.0/0'; Deny = '127.0.0.2'; From = '127.0.0.1'; In = $true }
            @{ Allow = '127.0.0.2'; Deny = '127.0.0.0/8'; From = '127.0.0.2'; In = $false }
            @{ Allow = @(); Deny = '127.0.0.2', '127.0.0.3'; From = '127.0.0.3'; In = $false }
            @{ Allow = @(); Deny = '127.0.0.2', '127.0.0.3'; From = '127.0.0.1'; In = $true }
            @{ Allow = '::1', '10.0.0.0/8'; Deny = @(); From = '127.0.0.1'; In = $false }
            @{ Allow = @(); Deny = '::/0'; From = '127.0.0.1'; In = $true }
            @{ Allow = '::ffff:127.0.0.1'; Deny = @(); From = '127.0.0.1'; In = $true }
            @{ Allow = @(); Deny = '::ffff:127.0.0.0/104'; From = '127.0.0.2'; In = $false }
        ) {
            $listener = Start-SocketListener tcp://127.0.0.1:0 -AllowFrom $Allow -DenyFrom $Deny @serve
            $socket = New-Socket
            Set-SocketAddress $socket "tcp://${From}:0"
            if ($In) {
                $client = Connect-Socket $listener -Channel $socket
                Assert-Served $client
                $listener.Accepted, $listener.Refused | Should -Be 1, 0
            } else {
                Get-VisitEnd $listener -Channel $socket | Should -BeExactly ECONNRESET
                $listener.Accepted, $listener.Refused | Should -Be 0, 1
            }
        }
    }

    It 'a blocked receive of a handler ends with ETIMEDOUT, which is told' {
        $listener = Start-SocketListener tcp://:0 -IdleTimeoutSeconds 0.2 -Handler { $null = Receive-SocketText $_ -Line -TimeoutSeconds -1 }
        $client = Connect-Socket $listener
        $null = Receive-SocketByte $client -TimeoutSeconds 20
        $client.EndOfStream | Should -BeTrue
        Wait-Until { $listener.ErrorCount -eq 1 }
        $listener.Errors[0].Exception.ErrnoName | Should -BeExactly ETIMEDOUT
        $listener.Errors[0].Record.FullyQualifiedErrorId | Should -BeExactly 'ETIMEDOUT,SocketTools.Commands.ReceiveSocketTextCommand'
        $listener.Errors[0].Client | Should -Be $client.LocalEndPoint
    }

    It '-IdleTimeoutSeconds leaves a client alone that sends a byte now and then' {
        $listener = Start-SocketListener tcp://:0 -IdleTimeoutSeconds 0.5 -Service Discard
        $client = Connect-Socket $listener
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ($clock.Elapsed.TotalSeconds -lt 1.2) {
            Send-SocketText $client x
            # Waits a tenth of a second: nothing comes.
            $null = Receive-SocketByte $client -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue
        }
        $listener.Active | Should -Be 1
        $client.EndOfStream | Should -BeFalse
    }

    It '-AllowFrom counts for connections that are accepted by hand' {
        $listener = Start-SocketListener tcp://:0 -DenyFrom 127.0.0.0/8
        $client = Connect-Socket $listener
        Receive-SocketConnection $listener -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $listener.Refused | Should -Be 1
    }

    It '-AllowFrom takes IPv6 networks' -Skip:(-not $IsLinux) {
        $listener = Start-SocketListener 'tcp6://[::1]:0' -AllowFrom '::/64' -Service Echo
        Assert-Served (Connect-Socket $listener)
        $listener = Start-SocketListener 'tcp6://[::1]:0' -AllowFrom 'fe80::/10', '127.0.0.0/8' -Service Echo
        Get-VisitEnd $listener | Should -BeExactly ECONNRESET
    }

    It 'has no say about a Unix socket, which has no address' -Skip:$IsWindows {
        $listener = Start-SocketListener "unix:$(New-SocketPath)" -AllowFrom 10.0.0.0/8 -Service Echo
        Assert-Served (Connect-Socket $listener)
    }

    It '-<Parameter> is EINVAL for <Text>, and nothing listens' -ForEach @(
        foreach ($parameter in 'AllowFrom', 'DenyFrom') {
            foreach ($text in 'localhost', '127.0.0.1/33', '127.0.0.1/-1', '127.0.0.1/', '127.0.0.1/8/8', '::1/129', '127.0.0', '127.0.0.1/ 8', '') {
                @{ Parameter = $parameter; Text = $text }
            }
        }
    ) {
        $filter = @{ $Parameter = , $Text }
        Start-SocketListener tcp://:0 @filter -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        Assert-SocketError $failure EINVAL Start-SocketListener InvalidArgument $Text
        Get-SocketListener | Should -BeNullOrEmpty
    }

    It '-MaximumLength is the limit of what handlers receive, unless they say' {
        $listener = Start-SocketListener tcp://:0 -MaximumLength 10 -Handler {
            $_.MaximumLength
            $null = Receive-SocketText $_ -Line
        }
        $client = Connect-Socket $listener
        Send-SocketText $client ('x' * 11) -Line
        $null = Receive-SocketText $client -All -TimeoutSeconds 10 -ErrorAction SilentlyContinue
        Wait-Until { $listener.ErrorCount -eq 1 }
        $listener.Errors[0].Exception.ErrnoName | Should -BeExactly EMSGSIZE
        Receive-SocketListener $listener -ErrorAction SilentlyContinue | Should -Be 10
    }

    It '-<Parameter> is an error of the binder for <Value>' -ForEach @(
        @{ Parameter = 'MaxConnections'; Value = 0 }
        @{ Parameter = 'ThrottleLimit'; Value = 0 }
        @{ Parameter = 'ThrottleLimit'; Value = 1025 }
        @{ Parameter = 'IdleTimeoutSeconds'; Value = 0 }
        @{ Parameter = 'MaximumLength'; Value = 0 }
    ) {
        $limit = @{ $Parameter = $Value }
        { Start-SocketListener tcp://:0 -Handler { } @limit } | Should -Throw -ErrorId 'ParameterArgumentValidationError,SocketTools.Commands.StartSocketListenerCommand'
    }
}
