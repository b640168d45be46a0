# Every mechanism of Measure-IpcChannel against the same loop in C with the same calls: two processes, each on a processor of its own. The least of many medians counts,
# and the greatest of many throughputs.
param([string] $ModulePath, [string] $IpcLoop, [Parameter(ValueFromRemainingArguments)] $Rest)

if (-not $IpcLoop) { Add-LeftOut 'ways to talk' 'the loops to compare to are in C, and for Linux'; return }
Import-Module $ModulePath
$rounds = 10
$milliseconds = 60
$small = 64
$large = 8192

$engine = [SocketTools.IpcMeter].Assembly.Location -replace "'", "''"
[string[]] $powerShell = @(Get-PowerShellLine) + '-NoProfile', '-NonInteractive', '-Command'
$command = [Func[int, Collections.Generic.IReadOnlyList[string]]] {
    param($descriptor)
    , [string[]]($powerShell + "[void][Reflection.Assembly]::LoadFrom('$engine'); [SocketTools.IpcMeasuringPeer]::Run($descriptor)")
}
$options = [SocketTools.IpcMeasuringOptions]::new()
foreach ($property in @{ Duration = [timespan]::FromMilliseconds($milliseconds); Repeats = 1; Pin = $true }.GetEnumerator()) {
    [SocketTools.IpcMeasuringOptions].GetProperty($property.Key).SetValue($options, $property.Value)
}
$wait = [SocketTools.SocketWait]::Seconds(30)
$invariant = [cultureinfo]::InvariantCulture

# The median of a round trip, and the time of one message one way, both in nanoseconds.
function Measure-Ours([string] $Mechanism, [int] $Size) {
    $measured = $meter.Measure($Mechanism, $Size, $wait)
    @{ Trip = 1e3 * $measured.MedianLatencyMicroseconds; Message = 1e9 / $measured.MessagesPerSecond }
}

function Measure-InC([string] $Mechanism, [int] $Size) {
    $trip, $rate = (& $IpcLoop $Mechanism $Size $milliseconds) -split ' '
    if ($LASTEXITCODE -ne 0) { throw "The loop in C for $Mechanism ended with exit code $LASTEXITCODE." }
    @{ Trip = 1e3 * [double]::Parse($trip, $invariant); Message = 1e9 * $Size / [double]::Parse($rate, $invariant) }
}

$meter = [SocketTools.IpcMeter]::new($options, $command)
$ring = $null
try {
    foreach ($mechanism in [Enum]::GetNames([SocketTools.IpcMechanism])) {
        $sizes = $mechanism -eq 'EventFd' ? @(8) : $small, $large
        $least = @{}
        for ($round = 0; $round -lt $rounds; $round++) {
            foreach ($size in $sizes) {
                foreach ($side in 'Ours', 'InC') {
                    $measured = & "Measure-$side" $mechanism $size
                    foreach ($what in 'Trip', 'Message') {
                        $key = "$side $what $size"
                        $least[$key] = [math]::Min($measured[$what], $least.ContainsKey($key) ? $least[$key] : [double]::MaxValue)
                    }
                }
            }
        }
        $first, $last = $sizes[0], $sizes[-1]
        New-TimeRow "$mechanism, round trip, $first bytes" $least["Ours Trip $first"] 'C' $least["InC Trip $first"] -AtMost 1.25
        New-TimeRow "$mechanism, one way, a message of $last bytes" $least["Ours Message $last"] 'C' $least["InC Message $last"] -AtMost 1.25
        if ($mechanism -eq 'SharedMemory') { $ring = $least["Ours Trip $first"] }
    }
} finally { $meter.Dispose() }

# The target is a time of its own, so it is shown in the place of one for the ratio.
$row = New-TimeRow 'Ring in shared memory, round trip' $ring 'a microsecond' 1000
$row.Target = 'under 1 µs'
$row.Met = $ring -lt 1000 ? 'yes' : 'no'
if ([Environment]::ProcessorCount -gt 1) { $row } else { Add-LeftOut 'the ring under a microsecond' 'there is one processor, on which both sides take turns' }
