BeforeDiscovery {
    $tools = @{}
    foreach ($tool in 'tcpdump', 'tshark', 'capinfos') { $tools[$tool] = [bool](Get-Command $tool -CommandType Application -ErrorAction Ignore) }
    $mounting = @(if ($IsLinux) {
            $line = (id -u) -eq 0 ? @('unshare', '--mount') : @('unshare', '--user', '--map-root-user', '--mount')
            $command, $arguments = @($line) + 'sh', '-c', 'mount -t tmpfs none /mnt'
            if ($(& $command @arguments 2>$null; $LASTEXITCODE -eq 0)) { $line }
        })
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Files.psm1
    Import-Module $PSScriptRoot/Support/CaptureFiles.psm1
}

Describe 'Export-SocketCapture' {
    BeforeEach {
        $folder = New-Folder
        Push-Location $folder
    }
    AfterEach { Pop-Location }

    It 'has the parameters of the design' {
        Assert-Parameter Export-SocketCapture @('Path: String, position 0, mandatory', 'InputObject: SocketPacket[], mandatory, pipeline', 'Format: CaptureFormat', 'Force: SwitchParameter', 'Live: SwitchParameter', 'PassThru: SwitchParameter')
    }

    It 'hands on with -PassThru what went into the file, and nothing else' {
        $packets = New-Packet
        $passed = @($packets + @(New-Packet Raw)[0]) | Export-SocketCapture a.pcap -PassThru -ErrorAction Ignore
        $passed | Should -HaveCount $packets.Count
        $passed[0] | Should -BeExactly $packets[0]
        (Import-SocketCapture a.pcap).Number | Should -HaveCount $packets.Count
    }

    It 'writes nothing to the pipeline, and a file that has all of it: <Name>' -ForEach @(
        @{ Name = 'a.pcapng'; Magic = '0A-0D-0D-0A' }, @{ Name = 'a.pcap'; Magic = '4D-3C-B2-A1' }, @{ Name = 'a.cap'; Magic = '4D-3C-B2-A1' }, @{ Name = 'a'; Magic = '0A-0D-0D-0A' }
    ) {
        New-Packet -Interface lo | Export-SocketCapture $Name | Should -BeNullOrEmpty
        Get-FileName $folder | Should -Be $Name
        [BitConverter]::ToString([IO.File]::ReadAllBytes("$folder/$Name")[0..3]) | Should -Be $Magic
        $packets = Import-SocketCapture $Name
        $packets.TimestampNanoseconds | Should -Be (New-Packet).TimestampNanoseconds
        $packets.Summary | Should -Be (New-Packet).Summary
        $packets[0].Interface | Should -Be ($Magic -eq '0A-0D-0D-0A' ? 'lo' : $null)
    }

    It 'takes packets by parameter too, and -Format before the name' {
        $packets = New-Packet
        Export-SocketCapture a.pcap -InputObject $packets -Format PcapNg
        [IO.File]::ReadAllBytes("$folder/a.pcap")[0] | Should -Be 0x0A
        (Import-SocketCapture a.pcap).Count | Should -Be 4
    }

    It 'without packets writes an empty capture: <_>' -ForEach pcap, pcapng {
        @() | Export-SocketCapture "a.$_"
        Export-SocketCapture "b.$_" -InputObject @()
        foreach ($name in "a.$_", "b.$_") { Import-SocketCapture $name -ErrorAction Stop | Should -BeNullOrEmpty }
    }

    It 'replaces no file without -Force, and one error says so' {
        Set-Content a.pcapng 'mine'
        New-Packet | Export-SocketCapture a.pcapng -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EEXIST Export-SocketCapture ResourceExists 'a.pcapng'
        Get-Content a.pcapng | Should -Be mine
        New-Packet | Export-SocketCapture a.pcapng -Force
        (Import-SocketCapture a.pcapng).Count | Should -Be 4
        Get-FileName $folder | Should -Be a.pcapng
    }

    It 'replaces the file that the packets come from' {
        New-Packet | Export-SocketCapture a.pcapng
        Import-SocketCapture a.pcapng | Where-Object Payload | Export-SocketCapture a.pcapng -Force
        (Import-SocketCapture a.pcapng).Text | Should -Be hello
    }

    It 'says what stands against the file, once: <Path> is <Errno>' -ForEach @(
        @{ Path = 'no/where'; Errno = 'ENOENT'; Category = 'ObjectNotFound' }
        @{ Path = '.'; Errno = 'EISDIR'; Category = 'InvalidArgument' }
        @{ Path = '/dev/null'; Errno = 'ESPIPE'; Category = 'InvalidArgument'; Linux = $true }
        @{ Path = 'env:x'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
    ) {
        if ($_['Linux'] -and -not $IsLinux) { Set-ItResult -Skipped -Because 'only Linux tells a device from a regular file'; return }
        New-Packet | Export-SocketCapture $Path -Force -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem $Errno Export-SocketCapture $Category $Path
        Get-FileName $folder | Should -BeNullOrEmpty
    }

    It 'a full disk is one error, and leaves no file' -Skip:(-not $mounting) -ForEach @{ Prefix = $mounting } {
        $child = Start-ChildPowerShell -Prefix $Prefix "mount -t tmpfs -o size=64k none '$folder'; Set-Location '$folder'
            `$packet = [SocketTools.SocketPacket]::Decode(1, 0, 'Raw', [byte[]]::new(1000), 1000, `$null, 'Unknown')
            1..300 | ForEach-Object { `$packet } | Export-SocketCapture a.pcapng -ErrorAction SilentlyContinue -ErrorVariable problem
            `$problem | ForEach-Object FullyQualifiedErrorId; @(Get-ChildItem -Force).Count"
        try {
            Read-ChildLine $child | Should -Be 'ENOSPC,SocketTools.Commands.ExportSocketCaptureCommand'
            Read-ChildLine $child | Should -Be 0
        } finally { Stop-Child $child }
    }

    It 'pcap leaves out a packet of another link type, with an error, and writes the others' {
        @(New-Packet | Select-Object -First 1) + @(New-Packet Raw | Select-Object -First 2) + @(New-Packet | Select-Object -Skip 3) |
            Export-SocketCapture a.pcap -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be @(, 'EINVAL,SocketTools.Commands.ExportSocketCaptureCommand' * 2)
        (Import-SocketCapture a.pcap).Tcp.Flags | ForEach-Object { "$_" } | Should -Be SYN, 'PSH, ACK'
        @(New-Packet) + @(New-Packet Raw) | Export-SocketCapture a.pcapng
        (Import-SocketCapture a.pcapng).LinkType | ForEach-Object { "$_" } | Should -Be (@('Ethernet') * 4 + @('Raw') * 4)
    }

    It 'takes nothing but packets' {
        'text' | Export-SocketCapture a.pcapng -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound*'
    }

    It 'a pipeline that is stopped leaves nothing behind' {
        $before = Get-OpenDescriptor
        $packet = @(New-Packet)[0]
        Measure-Fastest {
            $job = Start-Background -ArgumentList $folder, $packet { param($folder, $packet) & { while ($true) { $packet } } | Export-SocketCapture "$folder/a.pcapng" }
            Wait-Until { @([IO.Directory]::GetFileSystemEntries($folder)).Count -gt 0 }
            Stop-Background $job
        } | Should -BeLessThan 200
        Get-FileName $folder | Should -BeNullOrEmpty
        Assert-DescriptorsBack $before
    }

    It 'with -Live each packet is in the file at once, and a pipeline that is stopped leaves it: <_>' -ForEach pcap, pcapng {
        $before = Get-OpenDescriptor
        $packets = New-Packet
        $path = "$folder/a.$_"
        $gate = [Collections.Concurrent.BlockingCollection[object]]::new()
        $job = Start-Background -ArgumentList $path, $gate { param($path, $gate) & { while ($true) { $next = $null; if ($gate.TryTake([ref] $next, 10)) { $next } } } | Export-SocketCapture $path -Live -PassThru }
        foreach ($count in 1..3) {
            $gate.Add($packets[$count - 1])
            Wait-Until { $job.Output.Count -eq $count }
            @(Import-SocketCapture $path -ErrorAction Stop).Count | Should -Be $count
        }
        $null = Stop-Background $job
        (Import-SocketCapture $path -ErrorAction Stop).Summary | Should -Be ($packets[0..2]).Summary
        Get-FileName $folder | Should -Be "a.$_"
        Assert-DescriptorsBack $before
    }

    It 'with -Live replaces no file without -Force either, and an end without packets is an empty capture' {
        Set-Content a.pcapng 'mine'
        New-Packet | Export-SocketCapture a.pcapng -Live -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem EEXIST Export-SocketCapture ResourceExists 'a.pcapng'
        Get-Content a.pcapng | Should -Be mine
        @() | Export-SocketCapture a.pcapng -Live -Force
        Import-SocketCapture a.pcapng -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'a full disk is one error with -Live too' -Skip:(-not (Test-Path /dev/full)) {
        New-Packet | Export-SocketCapture /dev/full -Live -Force -ErrorAction SilentlyContinue -ErrorVariable problem
        Assert-SocketError $problem ENOSPC Export-SocketCapture ResourceUnavailable '/dev/full'
    }

    It 'is read by tshark with interface, time and payload' -Skip:(-not $tools.tshark) {
        New-Packet -Interface 'eth 0' | Export-SocketCapture a.pcapng
        $lines = tshark -n -r a.pcapng -T fields -e frame.number -e frame.interface_name -e frame.time_epoch -e tcp.seq_raw -e tcp.payload 2>$null
        $lines[3] -split "`t" | Should -Be 4, 'eth 0', 1700000000.123456793, 101, 68656c6c6f
    }

    It 'is read by tcpdump and capinfos as <_>' -Skip:(-not ($tools.tcpdump -and $tools.capinfos)) -ForEach pcap, pcapng {
        New-Packet | Export-SocketCapture "a.$_"
        @(tcpdump -n -S -t -r "a.$_" 2>$null) | Should -Be (New-Packet).Summary
        @(capinfos -M -c -d "a.$_") -match '(Number of packets|Data size)' -replace '\s+', ' ' | Should -Be 'Number of packets: 4', 'Data size: 237 bytes'
    }
}
