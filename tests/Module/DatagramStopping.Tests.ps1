# Every wait for datagrams ends from outside and by -First, and leaves nothing behind.

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Datagrams.psm1
}

Describe 'Stopping with datagrams' {
    BeforeAll {
        # Starts, stops from outside, and looks that nothing stays open. The first stop of a process is slower: it compiles what it needs.
        function Assert-Stops([scriptblock] $Script, [object[]] $ArgumentList) {
            $null = Measure-Stop $Script $ArgumentList
            $descriptors = Get-OpenDescriptor
            $channels = @(Get-Socket).Count
            Measure-Stop $Script $ArgumentList | Should -BeLessThan 200
            Assert-DescriptorsBack $descriptors
            @(Get-Socket).Count | Should -Be $channels
        }
    }
    AfterEach { Close-EverySocket }

    It 'Receive-SocketDatagram <With> ends from outside, over <Family>, and loses nothing' -Skip:(-not $IsLinux) -ForEach @(
        foreach ($family in 'udp', 'unixgram') { foreach ($with in '', '-Count 3', '-All', '-Peek') { @{ Family = $family; With = $with } } }
    ) {
        $sender, $receiver = New-DatagramPair $Family
        Assert-Stops ([scriptblock]::Create("param(`$receiver) Receive-SocketDatagram `$receiver $With -TimeoutSeconds -1")) $receiver
        Send-SocketText $sender x
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly x
        Close-Socket $receiver
        Set-SocketAddress (New-Socket ($Family -eq 'udp' ? 'AF_INET' : 'AF_UNIX') SOCK_DGRAM) ($Family -eq 'udp' ? "udp://$($receiver.LocalEndPoint)" : "$($receiver.Endpoint)") -ErrorAction Stop
    }

    It 'Send-Socket<What> at a full queue of a Unix socket <How> ends from outside' -Skip:(-not $IsLinux) -ForEach @(
        foreach ($what in 'Byte', 'Text') { @{ What = $what; How = '-To' }; @{ What = $what; How = 'that is the peer' } }
    ) {
        $receiver = New-DatagramSocket (New-DatagramEndpoint unixgram)
        $sender = New-Socket AF_UNIX SOCK_DGRAM
        $destination = if ($How -eq '-To') { @{ To = "$($receiver.Endpoint)" } } else { $null = Connect-Socket $receiver.Endpoint -Channel $sender; @{} }
        Set-FullQueue $sender @destination
        $job = { param($what, $sender, $destination) & "Send-Socket$what" $sender ($what -eq 'Byte' ? 7 : 'x') @destination -TimeoutSeconds -1 }
        # The wait is in the call itself, for want of a poll that tells.
        $took = Measure-Fastest {
            $running = Start-Background $job $What, $sender, $destination
            Wait-Until -What 'the send waits' { $running.Shared.Task -and [IO.File]::ReadAllText("$($running.Shared.Task)/stat") -match '\) S ' -and $running.Shared.Thread }
            Stop-Background $running
        }
        $took | Should -BeLessThan 200
        # Nothing of what was stopped went out.
        while ($datagram = Receive-SocketDatagram $receiver -TimeoutSeconds 0 -ErrorAction Ignore) { Assert-Byte $datagram.Byte 1 }
    }

    It 'Receive-SocketDatagram ends by -First within its wait, <What>' -ForEach @(
        @{ What = '-Count'; With = @{ Count = 1000 } }, @{ What = '-All'; With = @{ All = $true } }
    ) {
        $sender, $receiver = New-DatagramPair
        $descriptors = Get-OpenDescriptor
        'a', 'b', 'c' | Send-SocketText $sender
        $clock = [Diagnostics.Stopwatch]::StartNew()
        (Receive-SocketDatagram $receiver @With -TimeoutSeconds 30 | Select-Object -First 2).Text | Should -BeExactly a, b
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly c
        Assert-DescriptorsBack $descriptors
        $port = $receiver.LocalEndPoint.Port
        Close-Socket $receiver
        (New-DatagramSocket "udp://127.0.0.1:$port").State | Should -Be 'Bound'
    }

    It 'a pipeline that sends and is ended by -First has sent what it took, and the socket goes on' {
        $sender, $receiver = New-DatagramPair
        $null = 1..5 | ForEach-Object { $_; $_ } | Select-Object -First 3 | Send-SocketText $sender
        (Receive-SocketDatagram $receiver -Count 3 -TimeoutSeconds 10).Text | Should -BeExactly 1, 1, 2
        # One that is cut off behind the sender: its -PassThru comes only at the end.
        $null = 'x' | Send-SocketText $sender -PassThru | Select-Object -First 1
        (Receive-SocketDatagram $receiver -TimeoutSeconds 10).Text | Should -BeExactly x
    }

    It 'Stop-SocketListener of <Kind> over <Family> while it waits frees the address at once' -Skip:(-not $IsLinux) -ForEach @(
        foreach ($family in 'udp', 'unixgram') { foreach ($kind in 'Handler', 'Service', 'neither') { @{ Family = $family; Kind = $kind } } }
    ) {
        $serve = switch ($Kind) { 'Handler' { @{ Handler = { $_.Reply($_.Text) } } } 'Service' { @{ Service = 'Echo' } } default { @{} } }
        $fastest = Measure-Fastest -Milliseconds 1000 {
            $listener = Start-SocketListener (New-DatagramEndpoint $Family) @serve
            if ($Kind -ne 'neither') {
                # One answer says that it is in its loop.
                $client = New-DatagramSocket (New-DatagramEndpoint $Family)
                Send-SocketText $client x -To $listener
                $null = Receive-SocketDatagram $client -TimeoutSeconds 20
            }
            $clock = [Diagnostics.Stopwatch]::StartNew()
            Stop-SocketListener $listener
            $clock.Stop()
            Stop-SocketListener (Start-SocketListener "$listener" -ErrorAction Stop)
            $clock.Elapsed.TotalMilliseconds
        }
        $fastest | Should -BeLessThan 1000
        Get-SocketListener | Should -BeNullOrEmpty
    }

    It 'leaves no descriptor open behind 20 listeners of datagrams' -Skip:(-not $IsLinux) {
        Stop-SocketListener (Start-SocketListener udp://:0 -Service Echo)
        $before = Get-OpenDescriptor
        1..20 | ForEach-Object { Stop-SocketListener (Start-SocketListener udp://:0 -Service Echo) }
        Assert-DescriptorsBack $before
    }
}
