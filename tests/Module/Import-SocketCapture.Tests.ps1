BeforeDiscovery {
    $tools = @{}
    foreach ($tool in 'tcpdump', 'tshark', 'editcap') { $tools[$tool] = [bool](Get-Command $tool -CommandType Application -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Files.psm1
    Import-Module $PSScriptRoot/Support/CaptureFiles.psm1
    function Get-Table($Thing, [int] $Width = 120) { @((($Thing | Out-String -Width $Width) -replace '\e\[[\d;]*m') -split '\r?\n' | Where-Object { $_ }) }
}

Describe 'Import-SocketCapture' {
    BeforeEach {
        $folder = New-Folder
        Push-Location $folder
    }
    AfterEach { Pop-Location }

    It 'has the parameters of the design' {
        Assert-Parameter Import-SocketCapture @('Path: String[], position 0, mandatory, pipeline, by property name')
        Assert-OutputType Import-SocketCapture ([SocketTools.SocketPacket])
    }

    It 'reads packets with their layers' {
        New-Packet | Export-SocketCapture a.pcapng
        $packets = Import-SocketCapture a.pcapng
        $packets.Count | Should -Be 4
        $packets | Should -BeOfType SocketTools.SocketPacket
        $packets.Tcp.Flags | ForEach-Object { "$_" } | Should -Be 'SYN', 'SYN, ACK', 'ACK', 'PSH, ACK'
        $packets[1].Tcp.SequenceNumber, $packets[1].Tcp.AcknowledgmentNumber | Should -Be 1000, 101
        "$($packets[0].Source) $($packets[0].Destination)" | Should -Be '198.51.100.1:40000 198.51.100.2:9734'
        $packets[3].Text | Should -BeExactly hello
        Assert-Byte $packets[3].Payload ([byte[]] (104, 101, 108, 108, 111))
        $packets[3].Layers.Name | Should -Be Ethernet, IPv4, TCP, Data
        $packets[3].TimestampNanoseconds | Should -Be 1700000000123456793
        $packets[3].Timestamp.Offset | Should -Be ([TimeZoneInfo]::Local.GetUtcOffset($packets[3].Timestamp))
    }

    It 'shows packets, layers and fields as tables' {
        New-Packet | Export-SocketCapture a.pcapng
        $packets = Import-SocketCapture a.pcapng
        $lines = Get-Table $packets
        $lines[0] | Should -Match '\bTime\b.*\bSource\b.*\bDestination\b.*\bInfo\b'
        $lines.Count | Should -Be 6 -Because 'a packet is one line'
        $lines[5] | Should -Match '198\.51\.100\.1:40000 +198\.51\.100\.2:9734 +TCP PSH ACK len 5 seq 101 ack 1001 win'

        $lines = Get-Table $packets[3].Layers
        -split $lines[0] | Should -Be OSI, Layer, Name, Offset, Header, Length, Summary
        $lines[2..5] | ForEach-Object { (-split $_)[0] } | Should -Be 2, 3, 4, 7
        $lines[4] | Should -Match '4 Transport +TCP +34 +20 +25 40000 > 9734'

        $lines = Get-Table $packets[0].Tcp.Fields
        -split $lines[0] | Should -Be Offset, Length, Bytes, Name, Value
        $lines | Where-Object { $_ -match 'SequenceNumber' } | Should -Match '^ +38 +4 00000064 +SequenceNumber +100$'
        $lines | Where-Object { $_ -match 'Maximum segment size' } | Should -Match '54 +4 020405b4 .*1460$'
        (Get-Table ($packets[3].Layers[3].Fields))[2] | Should -Match '54 +5 68656c6c6f +Data +68656c6c6f$'
    }

    It 'takes several files, wildcards by Get-ChildItem, and a property by name; each counts from 1' {
        New-Packet | Select-Object -First 2 | Export-SocketCapture a.pcapng
        New-Packet | Select-Object -First 3 | Export-SocketCapture b.pcap
        (Import-SocketCapture a.pcapng, b.pcap).Number | Should -Be 1, 2, 1, 2, 3
        ('a.pcapng', 'b.pcap' | Import-SocketCapture).Count | Should -Be 5
        (Get-ChildItem *.pcap* | Import-SocketCapture).Count | Should -Be 5
        ([pscustomobject]@{ Path = 'b.pcap' } | Import-SocketCapture).Count | Should -Be 3
        (Import-SocketCapture $folder/a.pcapng).Count | Should -Be 2
    }

    It 'knows the format by the bytes, not by the name' {
        New-Packet | Export-SocketCapture a.txt -Format Pcap
        (Import-SocketCapture a.txt).Count | Should -Be 4
    }

    It 'writes the packets before a cut, then one error: <Format>' -ForEach @(@{ Format = 'Pcap' }, @{ Format = 'PcapNg' }) {
        New-Packet | Export-SocketCapture whole -Format $Format
        $bytes = [IO.File]::ReadAllBytes("$folder/whole")
        [IO.File]::WriteAllBytes("$folder/cut", $bytes[0..($bytes.Count - 2)])
        $packets = Import-SocketCapture cut -ErrorAction SilentlyContinue -ErrorVariable problem
        $packets.Number | Should -Be 1, 2, 3
        Assert-SocketError $problem EBADMSG Import-SocketCapture InvalidData 'cut'
        $problem[0].Exception.Message | Should -BeLike "*after $($bytes.Count - 1) bytes*"
        $problem[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'with -ErrorAction Stop the packets before a cut are written too' {
        New-Packet | Export-SocketCapture whole
        [IO.File]::WriteAllBytes("$folder/cut", [IO.File]::ReadAllBytes("$folder/whole")[0..399])
        $seen = [Collections.Generic.List[object]]::new()
        { Import-SocketCapture cut -ErrorAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw -ErrorId 'EBADMSG,SocketTools.Commands.ImportSocketCaptureCommand'
        $seen.Count | Should -BeGreaterThan 0
    }

    It 'goes on with the next file: <Name> is <Errno>' -ForEach @(
        @{ Name = 'none'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
        @{ Name = '.'; Errno = 'EISDIR'; Category = 'InvalidArgument' }
        @{ Name = 'text'; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'empty'; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'zipped'; Errno = 'EBADMSG'; Category = 'InvalidData' }
        @{ Name = 'env:x'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Name = 'nosuchdrive:x'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
    ) {
        Set-Content text 'This is no capture.'
        $null = New-Item empty -ItemType File
        [IO.File]::WriteAllBytes("$folder/zipped", (ConvertTo-Bytes '1f8b0800000000000003'))
        New-Packet | Export-SocketCapture good
        (Import-SocketCapture $Name, good -ErrorAction SilentlyContinue -ErrorVariable problem).Count | Should -Be 4
        Assert-SocketError $problem $Errno Import-SocketCapture $Category $Name
    }

    It 'does not wait at a FIFO, and refuses a device' -Skip:(-not $IsLinux) {
        mkfifo fifo
        foreach ($path in 'fifo', '/dev/zero') {
            Import-SocketCapture $path -ErrorAction SilentlyContinue -ErrorVariable problem
            Assert-SocketError $problem ESPIPE Import-SocketCapture InvalidArgument $path
        }
    }

    It 'warns of packets that the capturing system lost' {
        New-Packet | Export-SocketCapture a.pcapng
        # Statistics of interface 0: isb_ifdrop is 7.
        [IO.File]::WriteAllBytes("$folder/b.pcapng", [IO.File]::ReadAllBytes("$folder/a.pcapng") + (ConvertTo-Bytes '05000000 28000000 00000000 0000000000000000 0500 0800 0700000000000000 00000000 28000000'))
        (Import-SocketCapture b.pcapng -WarningAction SilentlyContinue -WarningVariable warning).Count | Should -Be 4
        "$warning" | Should -BeLike '*b.pcapng*7 packets*'
        $null = Import-SocketCapture a.pcapng -WarningVariable warning
        $warning | Should -BeNullOrEmpty
    }

    It 'reads no more than is asked for, and closes the file' -Skip:(-not $IsLinux) {
        New-LongCapture "$folder/long" 20000
        $before = Get-OpenDescriptor
        $first = Import-SocketCapture long | Select-Object -First 3
        $first.Number | Should -Be 1, 2, 3
        Assert-DescriptorsBack $before
        Remove-Item long
    }

    It 'ends within 200 ms when it is stopped, and closes the file' {
        # 40 MB of packets: more than are decoded before the stop.
        New-LongCapture "$folder/long" 40000
        $before = Get-OpenDescriptor
        Measure-Fastest {
            $job = Start-Background -ArgumentList "$folder/long" { param($path) 1..1000 | ForEach-Object { $path } | Import-SocketCapture | ForEach-Object { if ($_.Number -eq 100) { $true } } }
            Wait-Until { $job.Output.Count -gt 0 }
            Stop-Background $job
        } | Should -BeLessThan 200
        Assert-DescriptorsBack $before
    }

    It 'shows the system call with -Verbose' -Skip:(-not $IsLinux) {
        New-Packet | Export-SocketCapture a.pcapng
        $lines = Import-SocketCapture a.pcapng -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$($lines[0])" | Should -BeLike 'open(*a.pcapng*O_RDONLY*) = *'
    }

    It 'reads what tcpdump wrote, and its lines are those of tcpdump' -Skip:(-not $tools.tcpdump) {
        New-Packet | Export-SocketCapture a.pcapng
        tcpdump -r a.pcapng -w b.pcap 2>$null
        (Import-SocketCapture b.pcap).Summary | Should -Be @(tcpdump -n -S -t -r b.pcap 2>$null)
    }

    It 'reads what editcap wrote as <_>' -Skip:(-not $tools.editcap) -ForEach pcap, nsecpcap, modpcap, pcapng {
        New-Packet | Export-SocketCapture a.pcapng
        editcap -F $_ a.pcapng b
        $packets = Import-SocketCapture b
        $packets.Summary | Should -Be (New-Packet).Summary
        ($packets.Bytes -join ' ') | Should -Be ((New-Packet).Bytes -join ' ')
    }
}
