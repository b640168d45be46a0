BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    $tshark = Get-Command tshark -CommandType Application -ErrorAction Ignore | Select-Object -First 1

    function Get-Flag([string] $Path) { "$((Import-SocketCapture $Path).Tcp.Flags)" }
}

Describe '-RecordTo' {
    BeforeEach {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).pcapng"
        $listener = Start-SocketListener tcp://:0
    }
    AfterEach { Close-EverySocket }

    It 'is a parameter of <_>' -ForEach Connect-Socket, Receive-SocketConnection, Start-SocketListener, Invoke-SocketRequest {
        Assert-Parameter $_ 'RecordTo: String'
    }

    It 'records a connection from handshake to close' {
        $client = Connect-Socket $listener -RecordTo $file
        $server = Receive-SocketConnection $listener
        Send-SocketText $client hello
        Get-Flag $file | Should -Be 'SYN SYN, ACK ACK PSH, ACK ACK' # While it grows.
        "$($client.Recording)", $client.Recording.Packets | Should -Be $file, 5
        Close-Socket $server -Reset
        Receive-SocketText $client -ErrorAction SilentlyContinue
        Close-Socket $client
        $packets = Import-SocketCapture $file
        "$($packets[-1].Tcp.Flags) $($packets[-1].Direction)" | Should -Be 'RST, ACK Incoming'
        $packets[3].Text | Should -Be hello
        "$($packets[0].Source) $($packets[0].Destination) $($packets[0].Interface)" | Should -Be "$($client.LocalEndPoint) $($client.RemoteEndPoint) synthetic"
    }

    It 'says in the file that it is synthetic, and tshark has nothing to object' {
        if (-not $tshark) { Set-ItResult -Skipped -Because 'tshark is not installed'; return }
        $client = Connect-Socket $listener
        $server = Receive-SocketConnection $listener -RecordTo $file
        1..5 | ForEach-Object { Send-SocketText $client "question $_"; $null = Receive-SocketText $server; Send-SocketText $server "answer $_"; $null = Receive-SocketText $client }
        Close-Socket $client
        Receive-SocketText $server
        Close-Socket $server
        [Text.Encoding]::UTF8.GetString([IO.File]::ReadAllBytes($file)) | Should -Match 'Recorded by SocketTools from the calls of a channel.*The headers are synthetic'
        @(& $tshark.Source -r $file 2>$null).Count | Should -Be 27
        & $tshark.Source -r $file -Y 'tcp.analysis.flags || _ws.malformed || _ws.expert.severity >= 6291456' 2>$null | Should -BeNullOrEmpty
    }

    It 'can be read after a crash' {
        $child = Start-ChildPowerShell @"
            `$client = Connect-Socket '$listener' -RecordTo '$file'
            Send-SocketText `$client 'before the crash'
            'sent'
            [Console]::In.ReadLine()
"@
        try { Read-ChildLine $child | Should -Be sent }
        finally { Stop-Child $child -Kill }
        (Import-SocketCapture $file)[3].Text | Should -Be 'before the crash'
    }

    It 'records every connection of a listener to one file, and its datagrams' {
        $echo = Start-SocketListener tcp://:0 -Service Echo -RecordTo $file
        1..3 | ForEach-Object { $null = Invoke-SocketRequest $echo -Text "hello $_" }
        Wait-Until { @((Import-SocketCapture $file) | Where-Object { $_.Tcp.Flags.HasFlag([SocketTools.TcpFlags]::FIN) }).Count -eq 6 }
        (Import-SocketCapture $file | Where-Object { $_.Payload.Length }).Text | Should -Be 'hello 1', 'hello 1', 'hello 2', 'hello 2', 'hello 3', 'hello 3'
        Stop-SocketListener $echo

        $udp = Start-SocketListener udp://:0 -RecordTo $file { $_.Reply("got $($_.Text)") }
        Invoke-SocketRequest $udp -Text hello -AsText | Should -Be 'got hello'
        # The answer may have arrived before it is written down.
        Wait-Until { @(Import-SocketCapture $file).Count -eq 2 }
        (Import-SocketCapture $file).Text | Should -Be hello, 'got hello'
        (Import-SocketCapture $file)[0].Protocol | Should -Be UDP
    }

    It 'records several connections of one command to one file' {
        $channels = "$listener", "$listener" | Connect-Socket -RecordTo $file
        @(Import-SocketCapture $file).Count | Should -Be 6
        Close-Socket $channels
        @(Import-SocketCapture $file).Count | Should -Be 10
        # Nobody holds it any more, so it may be recorded to again.
        Connect-Socket $listener -RecordTo $file | Close-Socket
        @(Import-SocketCapture $file).Count | Should -Be 5
    }

    It 'records a Unix domain socket at addresses that are made up' {
        $unix = Start-SocketListener "unix:$(New-SocketPath)" -RecordTo $file
        $client = Connect-Socket $unix
        $server = Receive-SocketConnection $unix
        Send-SocketText $client hello
        $null = Receive-SocketText $server
        $packet = (Import-SocketCapture $file)[3]
        "$($packet.Source.Address) $($packet.Destination.Address) $($packet.Text) $($packet.Direction)" | Should -Be '127.0.0.1 127.0.0.1 hello Incoming'
    }

    It 'records a connect that was refused' {
        $free = $listener.Endpoint
        Stop-SocketListener $listener
        Connect-Socket $free -RecordTo $file -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Get-Flag $file | Should -Be 'SYN RST, ACK'
    }

    It 'records a request' {
        $echo = Start-SocketListener tcp://:0 -Service Echo
        Invoke-SocketRequest $echo -Text hello -AsText -RecordTo $file | Should -Be hello
        Get-Flag $file | Should -Be 'SYN SYN, ACK ACK PSH, ACK ACK FIN, ACK ACK PSH, ACK ACK FIN, ACK ACK'
    }

    It 'takes a path of PowerShell, relative or of a drive' {
        Push-Location $TestDrive
        try { Connect-Socket $listener -RecordTo relative.pcapng | Close-Socket } finally { Pop-Location }
        @(Import-SocketCapture (Join-Path $TestDrive relative.pcapng)).Count | Should -Be 5
        Connect-Socket $listener -RecordTo TestDrive:/drive.pcapng | Close-Socket
        @(Import-SocketCapture (Join-Path $TestDrive drive.pcapng)).Count | Should -Be 5
    }

    It 'leaves a file alone that is no capture' {
        Set-Content $file 'dear reader'
        Connect-Socket $listener -RecordTo $file -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EEXIST,SocketTools.Commands.ConnectSocketCommand'
        Get-Content $file | Should -Be 'dear reader'
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'does not record twice to one file, nor one channel twice' {
        $first = Start-SocketListener tcp://:0 -RecordTo $file
        Connect-Socket $listener -RecordTo $file -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EBUSY,SocketTools.Commands.ConnectSocketCommand'
        $client = Connect-Socket $first
        Receive-SocketConnection $first -RecordTo "$file.2" -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EALREADY Receive-SocketConnection InvalidOperation $first
        (Receive-SocketConnection $first).Recording.Path | Should -Be $file
    }

    It 'leaves no descriptor behind' -Skip:(-not $IsLinux) {
        function Get-FileCount { @([IO.Directory]::GetFileSystemEntries('/proc/self/fd') | Where-Object { "$([IO.FileInfo]::new($_).LinkTarget)" -like '*.pcapng*' }).Count }
        Connect-Socket $listener -RecordTo $file -OutVariable kept | Select-Object -First 1 | Close-Socket
        Connect-Socket tcp://127.0.0.1:1 -RecordTo "$file.2.pcapng" -ErrorAction SilentlyContinue
        $other = Start-SocketListener tcp://:0 -RecordTo "$file.3.pcapng"
        Get-FileCount | Should -Be 1
        Stop-SocketListener $other
        Get-FileCount | Should -Be 0
    }
}
