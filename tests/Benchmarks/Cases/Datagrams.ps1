# The UDP echo service against a plain C server, and Receive-SocketDatagram against UdpClient in a loop.
param([string] $ModulePath, [string] $OutputPath, [string] $Servers, [bool] $IsC, [Parameter(ValueFromRemainingArguments)] $Rest)

if (-not $IsC) {
    Add-LeftOut 'datagrams' 'their load generator is a C program for Linux, and there is no compiler or no Linux'
    return
}

$udp = Join-Path $OutputPath 'udp'
& (Get-Command cc, gcc, clang -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source -O2 -pthread -o $udp (Join-Path $PSScriptRoot '../Programs/udp.c') | Out-Host
if ($LASTEXITCODE -ne 0) { throw 'udp.c did not compile.' }

$peers = [ordered]@{}
try {
    $peers.Ours = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Listener.ps1') $ModulePath, 'UdpEcho')
    $peers.Bare = Start-Peer $udp, 'serve'
    $blocks = [ordered]@{}
    foreach ($name in $peers.Keys) {
        $port = $peers[$name].Port
        foreach ($window in 32, 1) {
            $blocks["$name, $window"] = { Invoke-Number $udp, 'load', $port, $window, 64, 100 }.GetNewClosure()
        }
    }
    $time = Measure-Interleaved $blocks -Rounds 14 -Uncounted 4
    New-RateRow '-Service Echo over UDP, 32 datagrams under way, 64 bytes' $time['Ours, 32'].Least 'C recvfrom and sendto' $time['Bare, 32'].Least 'datagrams/s' -AtLeast 0.9
    New-RateRow '-Service Echo over UDP, one datagram under way' $time['Ours, 1'].Least 'C recvfrom and sendto' $time['Bare, 1'].Least 'datagrams/s' -AtLeast 0.9
} finally {
    foreach ($peer in $peers.Values) { Stop-Peer $peer }
}

# One datagram costs its sender more than its receiver, so a receiver that waits for the sender measures the sender. Here the datagrams are in the receive
# buffer already, as many as fit there, and only receiving them is timed: 100,000 of them, burst by burst.
Import-Module $ModulePath
$count = 100000
$burst = 500
$buffer = 212992 # what Linux grants everybody (net.core.rmem_max), and doubles
$ours = Start-SocketListener udp4://:0
Set-SocketOption $ours -ReceiveBuffer $buffer
$client = [Net.Sockets.UdpClient]::new([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
$client.Client.ReceiveBufferSize = $buffer
$senders = @{}
try {
    $senders.Ours = Start-Peer $udp, 'burst', $ours.LocalEndPoint.Port, 64, $burst
    $senders.UdpClient = Start-Peer $udp, 'burst', $client.Client.LocalEndPoint.Port, 64, $burst
    function Measure-Burst($Sender, [scriptblock] $Receive) {
        $watch = [Diagnostics.Stopwatch]::new()
        for ($sent = 0; $sent -lt $count; $sent += $burst) {
            $null = Request-Peer $Sender 'go'
            $watch.Start()
            $received = & $Receive
            $watch.Stop()
            if ($received.Count -ne $burst) { throw "$($received.Count) of $burst datagrams came." }
        }
        $watch.Elapsed.TotalNanoseconds / $count
    }
    $from = [Net.IPEndPoint]::new([Net.IPAddress]::Any, 0)
    $time = Measure-Interleaved -Rounds 5 ([ordered]@{
            Ours      = { Measure-Burst $senders.Ours { Receive-SocketDatagram $ours -Count $burst } }
            UdpClient = { Measure-Burst $senders.UdpClient { for ($i = 0; $i -lt $burst; $i++) { , $client.Receive([ref] $from) } } }
        })
    New-RateRow "Receive-SocketDatagram, $count datagrams" $time.Ours.Least 'UdpClient.Receive in a loop' $time.UdpClient.Least 'datagrams/s' -AtLeast 3
} finally {
    foreach ($sender in $senders.Values) { Stop-Peer $sender }
    Stop-SocketListener $ours
    $client.Dispose()
}
