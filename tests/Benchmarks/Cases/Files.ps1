# A file of 1 GiB from one process to another over the loopback: Send-SocketFile to Receive-SocketFile against a pair in C, socat and ncat. All read and
# write the same files; on a file system in memory where there is one, so that it is not the disk that is measured.
param([string] $ModulePath, [string] $Servers, [string] $SendFile, [Parameter(ValueFromRemainingArguments)] $Rest)

if (-not $SendFile) { Add-LeftOut 'files' 'the pair to compare to is in C, and for Linux'; return }
$size = 1GB
$memory = '/dev/shm'
$free = (Test-Path $memory) ? [IO.DriveInfo]::new($memory).AvailableFreeSpace : 0
$base = $free -gt 3 * $size ? $memory : [IO.Path]::GetTempPath()
$where = $base -eq $memory ? 'in memory' : 'on disk'
$folder = (New-Item -ItemType Directory (Join-Path $base "socket-tools-$([guid]::NewGuid())")).FullName
$source = Join-Path $folder source
$target = Join-Path $folder target

# Runs a transfer, looks that all of it came, and takes the file away again, which takes its time too.
function Measure-Transfer([scriptblock] $Transfer) {
    $time = & $Transfer
    if ([IO.FileInfo]::new($target).Length -ne $size) { throw "$([IO.FileInfo]::new($target).Length) of $size bytes came." }
    [IO.File]::Delete($target)
    $time
}

# A tool that listens, another that sends, from the start of the second to the end of both.
function Measure-Tool([string[]] $Listen, [string[]] $Send, [string] $InputFile) {
    $listener = Start-Peer $Listen -FirstLineOnError
    try {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $line = $Send.ForEach{ $_ -replace '^PORT$', $listener.Port -replace ':PORT$', ":$($listener.Port)" }
        [string[]] $arguments = @('-c', ($InputFile ? 'exec "$@" <"$0"' : 'exec "$@"'), ($InputFile ? $InputFile : 'sh')) + $line
        $sender = [Diagnostics.Process]::Start([Diagnostics.ProcessStartInfo]::new('/bin/sh', $arguments))
        if (-not $sender.WaitForExit(30000)) { $sender.Kill(); throw 'The tool that sends did not end.' }
        if ($sender.ExitCode) { throw "$($line[0]) ended with exit code $($sender.ExitCode)." }
        if (-not $listener.Process.WaitForExit(30000)) { throw 'The tool that listens did not end.' }
        $clock.Elapsed.TotalNanoseconds
        $sender.Dispose()
    } finally { Stop-Peer $listener }
}

function Get-Peak($Peer) { [long]((Request-Peer $Peer 'peak') -replace '\D') * 1KB }

$ours = $oursSend = $theirs = $theirsSend = $null
try {
    $block = [byte[]]::new(16MB)
    [Random]::new(1).NextBytes($block)
    $stream = [IO.File]::Create($source)
    for ($i = 0; $i -lt $size / $block.Length; $i++) { $stream.Write($block) }
    $stream.Dispose()

    $ours = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Receive-Files.ps1') $ModulePath, $target)
    $oursSend = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Send-Files.ps1') $ModulePath, $ours.Port, $source)
    $theirs = Start-Peer $SendFile, receive, $target
    $theirsSend = Start-Peer $SendFile, send, $theirs.Port, $source
    $blocks = [ordered]@{
        Ours = { Measure-Transfer { $ours.Process.StandardInput.WriteLine('go'); Request-Peer $oursSend go } }
        C    = { Measure-Transfer { Request-Peer $theirsSend go } }
    }
    $names = [ordered]@{ C = 'sendfile and recv in C' }
    if (Get-Command socat -CommandType Application -ErrorAction Ignore) {
        $names.Socat = 'socat'
        $blocks.Socat = {
            Measure-Transfer {
                Measure-Tool @('socat', '-d', '-d', '-u', 'TCP4-LISTEN:0,bind=127.0.0.1', "OPEN:$target,creat,trunc") @('socat', '-u', "OPEN:$source,rdonly", 'TCP4:127.0.0.1:PORT')
            }
        }
    } else { Add-LeftOut 'files by socat' 'there is no socat' }
    if (Get-Command ncat -CommandType Application -ErrorAction Ignore) {
        $names.Ncat = 'ncat'
        $blocks.Ncat = {
            Measure-Transfer {
                # It does not say which port it was given; so it is told one that is free.
                $free = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
                $free.Start()
                $port = $free.LocalEndpoint.Port
                $free.Stop()
                Measure-Tool @('/bin/sh', '-c', "ncat -v -n -l --recv-only 127.0.0.1 $port 2>&1 >'$target' | sed -u -n '/Listening/p' >&2") @('ncat', '-n', '--send-only', '127.0.0.1', 'PORT') $source
            }
        }
    } else { Add-LeftOut 'files by ncat' 'there is no ncat' }

    # Two transfers first, so that what is compiled and loaded is not taken for growth.
    1..2 | ForEach-Object { $null = & $blocks.Ours; $null = (Get-Peak $ours), (Get-Peak $oursSend) }
    $before = (Get-Peak $ours), (Get-Peak $oursSend)
    $time = Measure-Interleaved $blocks -Rounds 5 -Uncounted 0
    $growth = ((Get-Peak $ours) - $before[0]), ((Get-Peak $oursSend) - $before[1])

    $perMebibyte = 1MB / $size
    foreach ($name in $names.Keys) {
        New-RateRow "File of 1 GiB $where, Send-SocketFile to Receive-SocketFile" ($time.Ours.Least * $perMebibyte) $names[$name] ($time[$name].Least * $perMebibyte) 'MiB/s' -AtLeast ($name -eq 'C' ? 0.9 : 1)
    }
    $most = ($growth | Measure-Object -Maximum).Maximum
    New-Row 'Peak memory of both ends, growth over five files of 1 GiB' ('{0:0.0} and {1:0.0} MiB' -f ($growth[0] / 1MB), ($growth[1] / 1MB)) 'none' ($most / 1MB) -AtMost 16 -RatioText ('{0:0.0} MiB' -f ($most / 1MB)) -TargetText 'at most 16 MiB'
} finally {
    Stop-Peer $oursSend
    Stop-Peer $ours
    Stop-Peer $theirsSend
    Stop-Peer $theirs
    Remove-Item $folder -Recurse -Force
}
