BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Leaks' -Skip:(-not $IsLinux) {
    # What earlier tests dropped goes now, not while something is counted.
    BeforeAll { 1..2 | ForEach-Object { [GC]::Collect(); [GC]::WaitForPendingFinalizers() } }
    AfterEach { Close-EverySocket }

    It 'leaves /proc/self/fd as it was after 5,000 connects and closes over <_>' -ForEach 'tcp', 'unix' {
        $listener = Start-SocketListener (New-ListenEndpoint $_)
        $cycle = {
            param($times)
            for ($i = 0; $i -lt $times; $i++) {
                $client = Connect-Socket $listener
                $server = Receive-SocketConnection $listener
                # RST, so that 5,000 ports do not stay in TIME_WAIT.
                Close-Socket $client -Reset
                Close-Socket $server
            }
        }
        & $cycle 10
        $before = Get-OpenDescriptor
        & $cycle 5000
        Assert-DescriptorsBack $before
        Get-Socket | Should -BeNullOrEmpty
        $listener.Accepted, $listener.Active | Should -Be 5010, 0
    }

    It 'leaves them as they were after 500 of each that fails: <Name>' -ForEach @(
        @{ Name = 'refused'; Script = { Connect-Socket $refusing -ErrorAction Ignore } }
        @{ Name = 'no such file'; Script = { Connect-Socket unix:/no/such/file -ErrorAction Ignore } }
        @{ Name = 'too late'; Script = { Connect-Socket $full -TimeoutSeconds 0 -ErrorAction Ignore } }
        @{ Name = 'too late over unix'; Script = { Connect-Socket $fullUnix -TimeoutSeconds 0 -ErrorAction Ignore } }
        @{ Name = 'port in use'; Script = { Start-SocketListener "$full" -ErrorAction Ignore } }
        @{ Name = 'file in use'; Script = { Start-SocketListener "$fullUnix" -ErrorAction Ignore } }
        @{ Name = 'no client'; Script = { Receive-SocketConnection $idle -TimeoutSeconds 0 -ErrorAction Ignore } }
        @{ Name = 'refused, sending'; Script = { Send-SocketText -Endpoint $refusing 'x' -ErrorAction Ignore } }
    ) {
        $refusing, $idle, $full, $fullUnix = (New-RefusingEndpoint), (Start-SocketListener tcp://:0), (New-FullListener), (New-FullListener unix)
        1..10 | ForEach-Object $Script
        $before = Get-OpenDescriptor
        $channels = @(Get-Socket).Count
        for ($i = 0; $i -lt 500; $i++) { & $Script }
        Assert-DescriptorsBack $before
        @(Get-Socket).Count | Should -Be $channels
    }

    It 'leaves no file after 500 listeners at one path' {
        $path = New-SocketPath
        $before = Get-OpenDescriptor
        for ($i = 0; $i -lt 500; $i++) { Stop-SocketListener (Start-SocketListener "unix:$path") }
        Assert-DescriptorsBack $before
        Test-Path $path | Should -BeFalse
        Get-SocketListener | Should -BeNullOrEmpty
    }
}
