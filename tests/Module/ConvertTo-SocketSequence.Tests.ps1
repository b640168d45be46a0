BeforeDiscovery {
    Import-Module $env:SOCKETTOOLS_MODULE
    $samples = [enum]::GetNames([SocketTools.SocketSequenceSample]) | ForEach-Object { @{ Sample = $_ } }
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    # The lines that a console of 80 columns shows, without colours.
    function Get-ConsoleLine($Object) {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { @(($Object | Out-String -Width 80) -split '\r?\n') } finally { $PSStyle.OutputRendering = $rendering }
    }
}

Describe 'ConvertTo-SocketSequence' {
    It 'has its parameters, and writes diagrams or text' {
        Assert-Parameter ConvertTo-SocketSequence 'InputObject: SocketPacket[], position 0, mandatory, pipeline', 'Sample: SocketSequenceSample, mandatory',
        'As: SocketSequenceFormat', 'AbsoluteSequenceNumber: SwitchParameter', 'MaximumSteps: Int32'
        Assert-OutputType ConvertTo-SocketSequence ([SocketTools.SocketSequence]), ([string])
    }

    It 'draws the recording <Sample>, and says that it is one in every form' -ForEach $samples {
        $sequence = ConvertTo-SocketSequence -Sample $Sample
        $sequence | Should -BeOfType SocketTools.SocketSequence
        $sequence.Recording.Name | Should -BeExactly $Sample
        $date = $sequence.Started.UtcDateTime.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture)
        foreach ($form in 'Text', 'Mermaid', 'Svg') {
            $written = ConvertTo-SocketSequence -Sample $Sample -As $form
            $written | Should -BeOfType string
            $written | Should -BeExactly $sequence.$form
            $written | Should -Match "Recording of $date on Linux"
        }
        ([xml] $sequence.Svg).svg.role | Should -Be 'img'
    }

    It 'ships a file for each recording' {
        $folder = Join-Path (Split-Path $env:SOCKETTOOLS_MODULE) 'module/Samples'
        @(Get-ChildItem $folder -Filter '*.pcapng' | ForEach-Object BaseName | Sort-Object) | Should -Be @([enum]::GetNames([SocketTools.SocketSequenceSample]) | Sort-Object)
    }

    It 'reads a recording like any file, which is then no recording any more' {
        $path = Join-Path (Split-Path $env:SOCKETTOOLS_MODULE) 'module/Samples/CharServer.pcapng'
        $sequence = Import-SocketCapture $path | ConvertTo-SocketSequence
        $sequence.Recording | Should -BeNullOrEmpty
        $sequence.Text | Should -Not -Match 'Recording'
        $sequence.Steps.Label | Should -Be @((ConvertTo-SocketSequence -Sample CharServer).Steps.Label)
    }

    It 'says ENOENT where the recordings are missing' {
        $base = Split-Path $env:SOCKETTOOLS_MODULE
        $copy = New-Item -ItemType Directory (Join-Path $TestDrive 'copy')
        $null = New-Item -ItemType Directory (Join-Path $copy 'module')
        Copy-Item $env:SOCKETTOOLS_MODULE, (Join-Path $base 'bin') $copy -Recurse
        Copy-Item (Join-Path $base 'module/Views') (Join-Path $copy 'module') -Recurse
        $child = Start-ChildPowerShell @"
            Remove-Module SocketTools
            & (Get-Process -Id `$PID).Path -NoProfile -Command "Import-Module '$copy/SocketTools.psd1'; ConvertTo-SocketSequence -Sample Reset -ErrorVariable e 2>`$([char]36)null; ```$e[0].FullyQualifiedErrorId; ```$e[0].TargetObject"
"@
        try {
            Read-ChildLine $child | Should -Be 'ENOENT,SocketTools.Commands.ConvertToSocketSequenceCommand'
            Read-ChildLine $child | Should -Be (Join-Path $copy 'module/Samples/Reset.pcapng')
        } finally { Stop-Child $child }
    }

    It 'shows the drawing by itself, within 80 columns' {
        $sequence = ConvertTo-SocketSequence -Sample HalfClose
        $lines = Get-ConsoleLine $sequence
        $lines.Where{ $_ } | Should -Be @(($sequence.Text -split '\n').Where{ $_ })
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessThan 80
        "$sequence" | Should -BeExactly $sequence.Text
    }

    It 'shows steps as a table' {
        $lines = (Get-ConsoleLine ((ConvertTo-SocketSequence -Sample Refused).Steps)).Where{ $_ }
        -split $lines[0] | Should -Be '#', 'ms', 'Phase', 'From', 'Client', 'Server', 'Label'
        $lines[2] | Should -Match '^ +1 +0\.000 Handshake Client SYN_SENT +CLOSED +SYN Seq=0'
        $lines[3] | Should -Match '^ +2 +\d\.\d{3} Reset +Server CLOSED +CLOSED +RST ACK Seq=1'
    }

    It 'shows the numbers of the headers with -AbsoluteSequenceNumber' {
        $relative = (ConvertTo-SocketSequence -Sample CharServer).Steps
        $absolute = (ConvertTo-SocketSequence -Sample CharServer -AbsoluteSequenceNumber).Steps
        $absolute.SequenceNumber | Should -Be $relative.Packet.Tcp.SequenceNumber
        $relative[3].SequenceNumber, $relative[4].AcknowledgmentNumber | Should -Be 1, 2
        $absolute[3].Label | Should -Match "Seq=$($absolute[3].Packet.Tcp.SequenceNumber) "
    }

    It 'folds with -MaximumSteps, and keeps every step' {
        $sequence = ConvertTo-SocketSequence -Sample ZeroWindow -MaximumSteps 10
        $drawn = [regex]::Match($sequence.Text, '(\d+) steps of 20 are drawn').Groups[1].Value
        [int] $drawn | Should -BeIn (2..10)
        @($sequence.Text -split '\n' -match 'Seq=.*─').Count | Should -Be $drawn
        $sequence.Steps.Count | Should -Be 20
        { ConvertTo-SocketSequence -Sample ZeroWindow -MaximumSteps 1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'writes nothing for no packets, and says with -Verbose what it left out' {
        @() | ConvertTo-SocketSequence | Should -BeNullOrEmpty
        $other = [SocketTools.SocketPacket]::Decode(1, 0, 'Ethernet', [byte[]]::new(60), 60)
        $written = $other, $other | ConvertTo-SocketSequence -Verbose 4>&1
        "$written" | Should -Match '^2 packets; 2 of them'
    }

    It 'takes packets as an argument, too' {
        $packets = (ConvertTo-SocketSequence -Sample Refused).Steps.Packet
        (ConvertTo-SocketSequence $packets).Opening | Should -Be 'Refused'
        (ConvertTo-SocketSequence $packets[0] -As Mermaid).Split("`n")[0] | Should -BeExactly 'sequenceDiagram'
    }

    It 'ends behind Select-Object -First 1' {
        $packets = (ConvertTo-SocketSequence -Sample Refused).Steps.Packet + (ConvertTo-SocketSequence -Sample Datagram).Steps.Packet
        ($packets | ConvertTo-SocketSequence | Select-Object -First 1).Protocol | Should -Be 'TCP'
    }

    It 'completes the recordings and the forms' {
        (TabExpansion2 'ConvertTo-SocketSequence -Sample Ref' 36).CompletionMatches.CompletionText | Should -Be 'Refused', 'RefusedDatagram'
        (TabExpansion2 'ConvertTo-SocketSequence -Sample Reset -As ' 43).CompletionMatches.CompletionText | Should -Be 'Mermaid', 'Svg', 'Text'
    }
}

Describe 'ConvertTo-SocketSequence of a channel that recorded itself' {
    AfterEach { Close-EverySocket }

    It 'draws its handshake, its data and its close' {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).pcapng"
        $listener = Start-SocketListener tcp://:0
        $client = Connect-Socket $listener -RecordTo $file
        $server = Receive-SocketConnection $listener
        Send-SocketText $client 'A'
        $null = Receive-SocketText $server
        Send-SocketText $server 'B'
        $null = Receive-SocketText $client
        Close-Socket $server
        $null = Receive-SocketText $client
        Close-Socket $client
        $sequence = Import-SocketCapture $file | ConvertTo-SocketSequence
        $sequence.Opening | Should -Be 'ThreeWayHandshake'
        $sequence.BytesToServer, $sequence.BytesToClient | Should -Be 1, 1
        $sequence.ClosedBy | Should -Be 'Server'
        $sequence.Steps.Events | Select-Object -Unique | Should -Be 'None'
    }
}

Describe 'ConvertTo-SocketSequence of real captures' {
    BeforeAll {
        $skip = ''
        try { $null = Start-SocketCapture -ErrorAction Stop | Stop-SocketCapture } catch { $skip = "$_" }

        # The two ends of a connection at a free port, and that port.
        function New-Talk {
            $listener = Start-SocketListener tcp://:0
            $listener, $listener.LocalEndPoint.Port
        }
    }
    BeforeEach { if ($skip) { Set-ItResult -Skipped -Because $skip } }
    AfterEach { Close-EverySocket }

    It 'follows a connection from the handshake to TIME_WAIT, as the kernel has it' {
        $listener, $port = New-Talk
        $packets = Start-SocketCapture -Port $port -While {
            $client = Connect-Socket $listener
            $server = Receive-SocketConnection $listener
            $clientPort = $client.LocalEndPoint.Port
            Send-SocketText $client 'hello'
            $null = Receive-SocketText $server
            Close-Socket $client
            Wait-Until { (Get-SocketConnection -LocalPort $clientPort -RemotePort $port).State -eq 'FIN_WAIT_2' }
            $middle = (Get-SocketConnection -LocalPort $port -RemotePort $clientPort).State
            Close-Socket $server
            Wait-Until { (Get-SocketConnection -LocalPort $clientPort -RemotePort $port).State -eq 'TIME_WAIT' }
        }
        $sequence = $packets | ConvertTo-SocketSequence
        "$($sequence.Opening) $($sequence.Closing) $($sequence.ClosedBy)" | Should -Be 'ThreeWayHandshake FourWay Client'
        $sequence.Steps[0..2].Label | Should -Be 'SYN Seq=0', 'SYN ACK Seq=0 Ack=1', 'ACK Seq=1 Ack=1'
        $sequence.Steps[0].ClientState, $sequence.Steps[0].ServerState | Should -Be 'SYN_SENT', 'SYN_RECEIVED'
        $half = $sequence.Steps | Where-Object ClientState -EQ 'FIN_WAIT_2'
        $half[0].ServerState | Should -Be $middle
        $sequence.ClientState, $sequence.ServerState | Should -Be 'TIME_WAIT', 'CLOSED'
        $sequence.Client.Port, $sequence.Server.Port | Should -Be $clientPort, $port
        $sequence.BytesToServer | Should -Be 5
    }

    It 'recognises a refused connection and a reset one' {
        $listener, $port = New-Talk
        Stop-SocketListener $listener
        $packets = Start-SocketCapture -Port $port -While { Connect-Socket "tcp://127.0.0.1:$port" -ErrorAction SilentlyContinue }
        $sequence = $packets | ConvertTo-SocketSequence
        "$($sequence.Opening) $($sequence.ServerState)" | Should -Be 'Refused CLOSED'

        $listener, $port = New-Talk
        $packets = Start-SocketCapture -Port $port -While {
            $client = Connect-Socket $listener
            $server = Receive-SocketConnection $listener
            Close-Socket $server -Reset
            $null = Wait-Socket $client
        }
        $sequence = $packets | ConvertTo-SocketSequence
        "$($sequence.Closing) $($sequence.ClosedBy) $($sequence.ClientState) $($sequence.ServerState)" | Should -Be 'Reset Server CLOSED CLOSED'
    }

    It 'draws each connection by itself, over IPv6 too, and datagrams' {
        $four = Start-SocketListener tcp4://:0 -Service Increment
        $six = Start-SocketListener tcp6://:0 -Service Increment
        $udp = Start-SocketListener udp://:0 -Service Echo
        $ports = $four.LocalEndPoint.Port, $six.LocalEndPoint.Port, $udp.LocalEndPoint.Port
        $packets = Start-SocketCapture -Port $ports -While {
            $one = Connect-Socket $four
            $other = Connect-Socket $six
            Send-SocketText $other 'A'
            Send-SocketText $one 'A'
            $null = Receive-SocketText $one
            $null = Receive-SocketText $other
            $socket = New-Socket AF_INET SOCK_DGRAM
            Send-SocketText $socket 'question' -To $udp
            $null = Receive-SocketDatagram $socket
        }
        $sequences = @($packets | ConvertTo-SocketSequence)
        $sequences.Server.Port | Should -Be $ports
        $sequences.Protocol | Should -Be 'TCP', 'TCP', 'UDP'
        "$($sequences[1].Server.Address)" | Should -Be '::1'
        $sequences[2].Steps.Label | Should -Be '8 bytes "question"', '8 bytes "question"'
        $sequences[2].Steps.From | Should -Be 'Client', 'Server'
        foreach ($sequence in $sequences) { (Get-ConsoleLine $sequence | Measure-Object Length -Maximum).Maximum | Should -BeLessThan 80 }
    }

    It 'counts as tshark does on the same file' {
        if (-not (Get-Command tshark -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'tshark is not installed'
            return
        }
        $listener = Start-SocketListener tcp://:0 -Service Echo
        $payload = [byte[]]::new(300KB)
        $packets = Start-SocketCapture -Port $listener.LocalEndPoint.Port -While {
            $client = Connect-Socket $listener
            foreach ($i in 1..3) {
                Send-SocketByte $client $payload
                $null = Receive-SocketByte $client -Exactly $payload.Length
            }
            Close-Socket $client
        }
        $file = Join-Path $TestDrive 'echo.pcapng'
        $packets | Export-SocketCapture $file
        $steps = ($packets | ConvertTo-SocketSequence).Steps
        $expected = tshark -n -r $file -T fields -e tcp.seq -e tcp.ack -e tcp.len -e tcp.window_size -e tcp.analysis.retransmission 2>$null
        @($steps | ForEach-Object {
                $again = $_.Events -band [SocketTools.SocketSequenceEvents]::Retransmission ? '1' : ''
                "$($_.SequenceNumber)`t$([long] $_.AcknowledgmentNumber)`t$($_.Length)`t$($_.Window)`t$again"
            }) | Should -Be @($expected)
        $steps.Count | Should -BeGreaterThan 15
    }
}
