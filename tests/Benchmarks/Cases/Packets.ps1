# Packets of 100 bytes: decoded in memory, and read from a capture file, which tcpdump and tshark read too. They print a line for each; we make objects.
param([string] $ModulePath, [string] $OutputPath, [Parameter(ValueFromRemainingArguments)] $Rest)

Import-Module $ModulePath, (Join-Path $OutputPath 'cmdlets/SocketTools.Benchmarks.Cmdlets.dll')
$count = 100000
$packets = [SocketTools.Benchmarks.BarePackets]::Make($count)
$file = Join-Path ([IO.Path]::GetTempPath()) "packets-$([guid]::NewGuid()).pcapng"
[SocketTools.Benchmarks.BarePackets]::WriteFile($file, $packets)
try {
    $time = Measure-Interleaved -Rounds 20 -Uncounted 10 ([ordered]@{
            Decode = { [SocketTools.Benchmarks.BarePackets]::Decode($packets) }
            Read   = { [SocketTools.Benchmarks.BarePackets]::DecodeAndRead($packets) }
        })
    $bytes = [SocketTools.Benchmarks.BarePackets]::Allocated($packets[0])
    # The target is a rate of its own: a million a second.
    foreach ($row in @{ What = 'Decoding packets of 100 bytes, an object for each layer'; Time = $time.Decode.Least }, @{ What = 'the same, and reading what a table shows'; Time = $time.Read.Least }) {
        New-Row -What $row.What -Ours "$(Format-Rate $row.Time 'packets/s'), $bytes bytes each" -ComparedTo '1000k packets/s' -Ratio (1000 / $row.Time) -AtLeast 1
    }

    $blocks = [ordered]@{
        Engine = { [SocketTools.Benchmarks.BarePackets]::ReadFile($file) }
        Cmdlet = { Measure-Block { $null = Import-SocketCapture $file } $count }
    }
    $arguments = @{ tcpdump = '-n', '-r', $file; tshark = '-n', '-r', $file }
    foreach ($name in $arguments.Keys | Sort-Object) {
        $program = Get-Command $name -CommandType Application -ErrorAction Ignore | Select-Object -First 1
        if (-not $program) { Add-LeftOut "packets by $name" "there is no $name"; continue }
        $line = $arguments[$name]
        $blocks[$name] = { Measure-Block { & $program.Source @line *> $null } $count }.GetNewClosure()
    }
    $time = Measure-Interleaved $blocks -Rounds 4 -Uncounted 2
    foreach ($name in $arguments.Keys | Where-Object { $time[$_] } | Sort-Object) {
        New-RateRow "Reading a capture file of $count packets" $time.Engine.Least "$name -n -r" $time[$name].Least 'packets/s'
        New-RateRow "Import-SocketCapture of it" $time.Cmdlet.Least "$name -n -r" $time[$name].Least 'packets/s'
    }
} finally {
    Remove-Item $file
}
