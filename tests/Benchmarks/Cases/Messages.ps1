# A million messages of 100 bytes through the engine, and the same bytes copied from stream to stream: loopback TCP in one process, a thread
# that writes and a thread that reads, the same for both.
param([string] $OutputPath, [Parameter(ValueFromRemainingArguments)] $Rest)

function New-MessageRow([string] $What, [double] $Ours, [double] $Copy, [double] $AtMost = [double]::NaN) {
    New-Row -What $What -Ours (Format-Rate $Ours 'messages/s') -ComparedTo "a stream copy of the same bytes: $(Format-Rate $Copy 'messages/s')" -Ratio ($Ours / $Copy) -AtMost $AtMost
}

$peer = Start-Peer @('dotnet', (Join-Path $OutputPath 'programs/SocketTools.Benchmarks.Programs.dll'), 'messages', '1000000', '100')
function Measure-Way([string] $Way) { [double]::Parse((Request-Peer $peer $Way), [cultureinfo]::InvariantCulture) }
try {
    $time = Measure-Interleaved -Rounds 30 -Uncounted 4 ([ordered]@{
            Copy = { Measure-Way 'copy tcp' }; Spans = { Measure-Way 'spans tcp' }; Arrays = { Measure-Way 'arrays tcp' }
        })
    New-MessageRow '1 million messages of 100 bytes through the engine' $time.Spans.Least $time.Copy.Least -AtMost 1.3
    New-MessageRow '  with an array for each message received' $time.Arrays.Least $time.Copy.Least
} finally { Stop-Peer $peer }
