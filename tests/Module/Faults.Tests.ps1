# Behind every fault: the listener lives, others are served, it stops within a second, its address is free.
BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1

    # A server for each kind, which answers a line with the same line.
    $servers = @{
        Handler = @{ Handler = { while ($null -ne ($line = Receive-SocketText $_ -Line -TimeoutSeconds -1)) { Send-SocketText $Client $line -Line } } }
        Line    = @{ OnLine = { Send-SocketText $Client $_ -Line } }
        Service = @{ Service = 'Echo' }
    }

    function Assert-Serving($Listener) {
        $client = Connect-Socket $Listener -TimeoutSeconds 20
        Send-SocketText $client hello -Line
        Receive-SocketText $client -Line -TimeoutSeconds 20 | Should -BeExactly hello -Because "the listener lives; its errors: $($Listener.Errors)"
        Close-Socket $client
        $Listener.State | Should -Be Listening
    }
}

Describe 'A handler that' {
    AfterEach { Close-EverySocket }

    Context '<Name>' -ForEach @(
        @{ Name = 'throws'; Ends = $true; Message = 'on purpose'; Fault = { throw 'on purpose' } }
        @{ Name = 'never returns: while'; Ends = $false; Message = $null; Fault = { while ($true) { } } }
        @{ Name = 'never returns: Start-Sleep'; Ends = $false; Message = $null; Fault = { Start-Sleep 600 } }
        @{ Name = 'never returns: a receive'; Ends = $false; Message = $null; Fault = { Receive-SocketText $Client -TimeoutSeconds -1 } }
        @{ Name = 'never returns: a receive of .NET'; Ends = $false; Message = $null; Fault = { $Client.Stream.ReadByte() } }
        @{ Name = 'closes its client'; Ends = $true; Message = $null; Fault = { Close-Socket $Client } }
        @{ Name = 'resets its client'; Ends = $true; Message = $null; Fault = { Close-Socket $Client -Reset } }
        @{ Name = 'closes its client and goes on with it'; Ends = $true; Message = '*EBADF*'; Fault = { Close-Socket $Client; Send-SocketText $Client more } }
        @{ Name = 'calls exit'; Ends = $true; Message = $null; Fault = { exit 3 } }
        @{ Name = 'calls break outside a loop'; Ends = $true; Message = $null; Fault = { break } }
        @{ Name = 'calls continue outside a loop'; Ends = $true; Message = $null; Fault = { continue } }
        @{ Name = 'returns a value'; Ends = $true; Message = $null; Fault = { return 'value' } }
        @{ Name = 'changes the directory'; Ends = $true; Message = $null; Fault = { Set-Location / } }
        @{ Name = 'has a bad parameter'; Ends = $true; Message = '*'; Fault = { Get-Date -NoSuchParameter } }
    ) {
        It 'disturbs nobody else' {
            $handler = [scriptblock]::Create("`$line = Receive-SocketText `$_ -Line -TimeoutSeconds 20; if (`$line -ne 'fault') { Send-SocketText `$Client `$line -Line; return }; Send-SocketText `$Client 'here' -Line; $Fault")
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 2 -Handler $handler
            $client = Connect-Socket $listener
            Send-SocketText $client fault -Line
            # A reset may overtake what was sent.
            if ($Name -notlike 'resets*') { Receive-SocketText $client -Line -TimeoutSeconds 20 | Should -BeExactly here }
            if ($Ends) { Wait-Until { $listener.Active -eq 0 } }
            Assert-Serving $listener
            if ($Message) { $listener.Errors[0].Exception.Message | Should -BeLike $Message } else { $listener.ErrorCount | Should -Be 0 -Because "there were errors: $($listener.Errors)" }
            if ($Ends) {
                # The next in the same runspace is as well served as the first.
                1..3 | ForEach-Object { Assert-Serving $listener }
            }
            Assert-StopsCleanly $listener
        }
    }

    It 'emits a million objects keeps no more than the last 10,000, and is stopped in the middle' {
        $listener = Start-SocketListener tcp://:0 -ThrottleLimit 2 -Handler {
            $line = Receive-SocketText $_ -Line -TimeoutSeconds 20
            if ($line -eq 'fault') { foreach ($i in 1..1000000) { $i } } else { Send-SocketText $_ $line -Line }
        }
        $client = Connect-Socket $listener
        Send-SocketText $client fault -Line
        Wait-Until { $listener.DroppedRecords -gt 0 }
        Assert-Serving $listener
        Receive-SocketByte $client -TimeoutSeconds 60 | Should -BeNullOrEmpty
        $listener.DroppedRecords + $listener.Records.Count | Should -Be 1000000
        $listener.Records.Count | Should -Be 10000
        $client = Connect-Socket $listener
        Send-SocketText $client fault -Line
        Wait-Until { $listener.DroppedRecords -gt 1000000 }
        Assert-StopsCleanly $listener
    }

    It 'stops its own listener does so: <Kind>' -ForEach @(
        @{ Kind = 'Handler'; Serve = { param($script) @{ Handler = $script } } }
        @{ Kind = 'OnLine'; Serve = { param($script) @{ OnLine = $script } } }
    ) {
        $serve = & $Serve { Get-SocketListener | Where-Object { $_.LocalEndPoint.Port -eq $Client.LocalEndPoint.Port } | Stop-SocketListener }
        $listener = Start-SocketListener tcp://:0 @serve
        $client = Connect-Socket $listener
        Send-SocketText $client stop -Line
        $null = Receive-SocketByte $client -TimeoutSeconds 20 -ErrorAction SilentlyContinue
        Wait-Until { "$($listener.State)" -eq 'Closed' }
        Wait-Until { $listener.Active -eq 0 }
        (Start-SocketListener "$listener").State | Should -Be Listening
    }

    It 'never returns fills the limit: the others wait, and stopping ends all' {
        $listener = Start-SocketListener tcp://:0 -ThrottleLimit 4 -Handler { Send-SocketText $_ in -Line; while ($true) { } }
        $clients = 1..6 | ForEach-Object { Connect-Socket $listener }
        $clients[0..3] | ForEach-Object { Receive-SocketText $_ -Line -TimeoutSeconds 30 | Should -BeExactly in }
        $listener.Active | Should -Be 4
        Assert-StopsCleanly $listener
    }
}

Describe 'A client that' {
    AfterEach { Close-EverySocket }

    Context 'to <Kind>' -ForEach @(@{ Kind = 'Handler' }, @{ Kind = 'Line' }, @{ Kind = 'Service' }) {
        BeforeEach { $serve = $servers[$Kind]; $listener = Start-SocketListener tcp://:0 -Backlog 5 @serve }

        It 'connects and says nothing' {
            $silent = 1..5 | ForEach-Object { Connect-Socket $listener }
            Wait-Until { $listener.Active -eq 5 }
            Assert-Serving $listener
            Assert-StopsCleanly $listener
        }

        It 'sends a byte at a time' {
            $slow = Connect-Socket $listener
            foreach ($byte in [byte[]][char[]]'slowly') {
                Send-SocketByte $slow $byte
                Assert-Serving $listener
            }
            Send-SocketText $slow "`n"
            [Text.Encoding]::ASCII.GetString((Receive-SocketByte $slow -Exactly 7 -TimeoutSeconds 20)) | Should -BeExactly "slowly`n"
            Assert-StopsCleanly $listener
        }

        It 'resets, having been accepted or not' {
            foreach ($i in 1..20) { Close-Socket (Connect-Socket $listener -TimeoutSeconds 20) -Reset }
            Assert-Serving $listener
            Wait-Until { $listener.Active -eq 0 }
            Assert-StopsCleanly $listener
        }

        It 'disappears while it is being answered' {
            $client = Connect-Socket $listener
            Send-SocketText $client ("x`n" * 20000) -TimeoutSeconds 20
            Close-Socket $client -Reset
            Wait-Until { $listener.Active -eq 0 }
            Assert-Serving $listener
            Assert-StopsCleanly $listener
        }
    }

    It 'resets while it waits in the backlog leaves the others their turn' {
        $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -Backlog 5 -Handler {
            Send-SocketText $_ in -Line
            $null = Receive-SocketText $_ -Line -TimeoutSeconds 20
        }
        $first = Connect-Socket $listener
        Receive-SocketText $first -Line -TimeoutSeconds 20 | Should -BeExactly in
        1..3 | ForEach-Object { Close-Socket (Connect-Socket $listener) -Reset }
        $last = Connect-Socket $listener
        Send-SocketText $first leave -Line
        Receive-SocketText $last -Line -TimeoutSeconds 20 | Should -BeExactly in
        Assert-StopsCleanly $listener
    }

    It 'is one of 1,000 at once, at a backlog of 5: <Kind>, <Family>' -Skip:(-not $IsLinux) -ForEach @(
        @{ Family = 'unix'; Kind = 'Handler'; Serve = @{ Handler = { Send-SocketByte $_ (Receive-SocketByte $_ -Exactly 1) } } }
        @{ Family = 'unix'; Kind = 'Service'; Serve = @{ Service = 'Echo' } }
        @{ Family = 'tcp'; Kind = 'Service'; Serve = @{ Service = 'Echo' } }
    ) {
        $listener = Start-SocketListener (New-ListenEndpoint $Family) -Backlog 5 @Serve
        $answers = Invoke-Swarm $listener 1000
        @($answers -eq 0).Count | Should -Be 1000
        $listener.Accepted | Should -BeGreaterOrEqual 1000
        Assert-StopsCleanly $listener
    }
}

Describe 'A process that is out of descriptors' {
    AfterEach { Close-EverySocket }

    It 'tells EMFILE, waits, and serves when there are descriptors again: <Kind>' -Skip:(-not $IsLinux) -ForEach @(
        @{ Kind = 'Handler'; Serve = '-ThrottleLimit 3 -Handler { while ($null -ne ($line = Receive-SocketText $_ -Line -TimeoutSeconds -1)) { Send-SocketText $Client $line -Line } }' }
        @{ Kind = 'Line'; Serve = '-ThrottleLimit 3 -OnLine { Send-SocketText $Client $_ -Line }' }
        @{ Kind = 'Service'; Serve = '-Service Echo' }
    ) {
        $child = Start-ObedientChild -Prefix 'sh', '-c', 'ulimit -n 512; exec "$0" "$@"' "`$listener = Start-SocketListener tcp://:0 $Serve"
        try {
            $endpoint = Invoke-InChild $child '"$listener"'
            # Every runspace is there, and has run, before the descriptors go.
            $clients = 1..3 | ForEach-Object { Connect-Socket $endpoint }
            foreach ($client in $clients) { Send-SocketText $client hello -Line }
            foreach ($client in $clients) { Receive-SocketText $client -Line -TimeoutSeconds 30 | Should -BeExactly hello }
            $null = Invoke-InChild $child '$listener.ErrorCount; $listener.Errors.Exception.ErrnoName; [GC]::Collect()'
            $clients.Dispose()
            $null = Invoke-InChild $child '[Threading.SpinWait]::SpinUntil([Func[bool]] { $listener.Active -eq 0 }, 20000); [GC]::Collect(); [GC]::WaitForPendingFinalizers()'

            $filler = '$files = [Collections.Generic.List[object]]::new(); try { while ($true) { $files.Add([IO.File]::OpenRead("/dev/null")) } } catch { $files.Count }'
            # Once for nothing, so that what it needs is loaded while that is possible.
            $null = Invoke-InChild $child '$files = [Collections.Generic.List[object]]::new(); $files.Add([IO.File]::OpenRead("/dev/null")); foreach ($file in $files) { $file.Dispose() } $files.Clear(); try { [IO.File]::OpenRead("/no/such/file") } catch { 0 }'
            [int](Invoke-InChild $child $filler) | Should -BeGreaterThan 10
            $waiting = Connect-Socket $endpoint
            Send-SocketText $waiting hello -Line
            $seen = '[Threading.SpinWait]::SpinUntil([Func[bool]] { $listener.ErrorCount -ge 2 }, 20000); $listener.Errors[0].Exception.ErrnoName; $listener.Errors[0].Descriptor; $listener.State'
            Invoke-InChild $child $seen | Should -BeExactly 'True EMFILE -1 Listening'
            # It looked again now and then, and not as fast as it could.
            Invoke-InChild $child '($listener.Errors[1].Time - $listener.Errors[0].Time).TotalMilliseconds -ge 50' | Should -BeExactly True

            Invoke-InChild $child 'foreach ($file in $files) { $file.Dispose() } $files.Clear(); "emptied"' | Should -BeExactly emptied -Because "of $($child.Process.HasExited ? $child.Errors.Result : 'nothing')"
            Receive-SocketText $waiting -Line -TimeoutSeconds 30 | Should -BeExactly hello
            $next = Connect-Socket $endpoint
            Send-SocketText $next again -Line
            Receive-SocketText $next -Line -TimeoutSeconds 30 | Should -BeExactly again
            [int](Invoke-InChild $child '$clock = [Diagnostics.Stopwatch]::StartNew(); Stop-SocketListener $listener; $clock.ElapsedMilliseconds') | Should -BeLessThan 1000
        } finally { Stop-Child $child -Kill }
    }
}
