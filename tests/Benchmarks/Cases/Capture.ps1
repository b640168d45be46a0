# A capture of small packets on the loopback with a filter for their port, beside tcpdump -w of the same load: first at the rate that is asked for, then as fast
# as one sender goes. The sender has one processor, which also receives; what captures has the other.
param([string] $ModulePath, [string] $OutputPath, [bool] $IsC, [Parameter(ValueFromRemainingArguments)] $Rest)

if (-not $IsC) {
    Add-LeftOut 'captures' 'their load generator is a C program for Linux, and there is no compiler or no Linux'
    return
}

Import-Module $ModulePath
try { Start-SocketCapture -ErrorAction Stop | Stop-SocketCapture | Out-Null }
catch {
    Add-LeftOut 'captures' "they are not permitted here: $($_.FullyQualifiedErrorId)"
    return
}

$sender = Join-Path $OutputPath 'packets'
& (Get-Command cc, gcc, clang -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source -O2 -o $sender (Join-Path $PSScriptRoot '../Programs/packets.c') | Out-Host
if ($LASTEXITCODE -ne 0) { throw 'packets.c did not compile.' }

$size = 100
$buffer = 32MB
$receiver = Start-SocketListener udp4://:0 # It takes none, so that only capturing is measured; a port that nobody has would answer.
$port = $receiver.LocalEndPoint.Port
$tcpdump = Get-Command tcpdump -CommandType Application -ErrorAction Ignore | Select-Object -First 1
if (-not $tcpdump) { Add-LeftOut 'the same capture by tcpdump' 'there is no tcpdump' }
$file = Join-Path ([IO.Path]::GetTempPath()) "capture-$([guid]::NewGuid()).pcap"

# Each gives the nanoseconds of one packet, and what was lost.
function Measure-Ours([int] $Count, [int] $Rate) {
    $capture = Start-SocketCapture -Port $port -BufferSize $buffer -MaximumPackets 10000000 -MaximumBytes 4GB
    try { $time = Invoke-Number $sender, $port, $Count, $Rate, $size }
    finally { $null = Stop-SocketCapture $capture -WarningAction Ignore }
    @{ Time = $time; Lost = $Count - $capture.Packets; Dropped = $capture.Dropped }
}

function Measure-Tcpdump([int] $Count, [int] $Rate) {
    $start = [Diagnostics.ProcessStartInfo]::new($tcpdump.Source)
    # It ends by itself when it has all; a signal would make it leave what it has not read yet.
    foreach ($argument in '-i', 'lo', '-Z', 'root', '-c', $Count, '-B', "$($buffer / 1KB)", '-w', $file, 'port', "$port") { $start.ArgumentList.Add("$argument") }
    $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    try {
        while (($line = $process.StandardError.ReadLine()) -notlike '*listening on*') { if ($null -eq $line) { throw 'tcpdump ended.' } }
        $time = Invoke-Number $sender, $port, $Count, $Rate, $size
    } finally {
        if (-not $process.WaitForExit(2000)) { & (Get-Command kill -CommandType Application | Select-Object -First 1).Source -INT $process.Id }
        $said = $process.StandardError.ReadToEnd()
        $process.WaitForExit()
        $process.Dispose()
    }
    $captured = $said -match '(\d+) packets captured' ? [int] $Matches[1] : 0
    @{ Time = $time; Lost = $Count - $captured }
}

try {
    foreach ($load in @{ Rate = 200000; Count = 400000; Text = '200,000 packets/s for 2 s' }, @{ Rate = 0; Count = 400000; Text = '400,000 packets as fast as they go' }) {
        $ours = [Collections.Generic.List[object]]::new()
        $theirs = [Collections.Generic.List[object]]::new()
        for ($round = 0; $round -lt 3; $round++) {
            # The first round compiles.
            $one = Measure-Ours $load.Count $load.Rate
            $other = if ($tcpdump) { Measure-Tcpdump $load.Count $load.Rate }
            if ($round) { $ours.Add($one); $theirs.Add($other) }
        }
        $lost = ($ours.Lost | Measure-Object -Maximum).Maximum
        $rate = Format-Rate ($ours.Time | Measure-Object -Minimum).Minimum 'packets/s'
        $compared = 'no tcpdump'
        if ($tcpdump) {
            $compared = "tcpdump -w: $(Format-Rate ($theirs.Time | Measure-Object -Minimum).Minimum 'packets/s'), $(($theirs.Lost | Measure-Object -Maximum).Maximum) lost"
        }
        if ($load.Rate) {
            New-Row -What "Capturing $($load.Text), $size bytes, port filter" -Ours "$rate, $lost lost" -ComparedTo $compared -Ratio $lost -RatioText "$lost lost" -AtMost 0 -TargetText 'none lost'
        } else {
            New-Row -What "Capturing $($load.Text)" -Ours "$rate, $lost lost" -ComparedTo $compared -Ratio ($tcpdump ? ($theirs.Time | Measure-Object -Minimum).Minimum / ($ours.Time | Measure-Object -Minimum).Minimum : 1)
        }
    }
} finally {
    Stop-SocketListener $receiver
    Remove-Item $file -ErrorAction Ignore
}
