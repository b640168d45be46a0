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

# A sender in another process keeps the receive buffer full while one of the two empties it.
Import-Module $ModulePath
$count = 100000
$ours = Start-SocketListener udp4://:0
$client = [Net.Sockets.UdpClient]::new([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
try {
    function Measure-Flooded([int] $Port, [scriptblock] $Receive) {
        $flood = Start-Peer $udp, 'flood', $Port, 64
        try { Measure-Block $Receive $count } finally { Stop-Peer $flood }
    }
    $time = Measure-Interleaved -Rounds 4 ([ordered]@{
            Ours      = { Measure-Flooded $ours.LocalEndPoint.Port { $received = Receive-SocketDatagram $ours -Count $count; if ($received.Count -ne $count) { throw 'Some are missing.' } } }
            UdpClient = {
                Measure-Flooded $client.Client.LocalEndPoint.Port {
                    $from = [Net.IPEndPoint]::new([Net.IPAddress]::Any, 0)
                    $received = for ($i = 0; $i -lt $count; $i++) { , $client.Receive([ref] $from) }
                    if ($received.Count -ne $count) { throw 'Some are missing.' }
                }
            }
        })
    New-RateRow "Receive-SocketDatagram -Count $count" $time.Ours.Least 'UdpClient.Receive in a loop' $time.UdpClient.Least 'datagrams/s' -AtLeast 3
} finally {
    Stop-SocketListener $ours
    $client.Dispose()
}
