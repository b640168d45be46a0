# Much data in blocks of 64 KiB, received and kept, and sent from a pipeline. 256 MiB at a time: four of them are the 1 GiB.
param([string] $ModulePath, [string[]] $Load, [Parameter(ValueFromRemainingArguments)] $Rest)

Import-Module $ModulePath
$size = 64KB
$count = 4096
$total = $size * $count
$blocks = [object[]]::new($count)
for ($i = 0; $i -lt $count; $i++) { $blocks[$i] = [byte[]]::new($size) }

function Open-Socket([int] $Port) {
    $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
    $socket.Connect([Net.IPAddress]::Loopback, $Port)
    $socket
}

function Receive-ByCmdlet {
    $channel = Connect-Socket "tcp://127.0.0.1:$($source.Port)"
    try {
        [GC]::Collect()
        Measure-Block { $script:kept = Receive-SocketByte $channel -All } $count
        if ($channel.BytesReceived -ne $total) { throw "$($channel.BytesReceived) of $total bytes came." }
    } finally { $script:kept = $null; Close-Socket $channel }
}

function Receive-ByCall {
    $socket = Open-Socket $source.Port
    try {
        [GC]::Collect()
        $script:kept = [Collections.Generic.List[object]]::new()
        Measure-Block {
            $kept = $script:kept
            while ($true) {
                $block = [byte[]]::new($size)
                $got = $socket.Receive($block)
                if ($got -eq 0) { break }
                if ($got -lt $size) { [Array]::Resize([ref] $block, $got) }
                $kept.Add($block)
            }
        } $count
    } finally { $script:kept = $null; $socket.Dispose() }
}

# Both wait until the other side has received everything and closes.
function Send-ByCmdlet {
    $channel = Connect-Socket "tcp://127.0.0.1:$($sink.Port)"
    try {
        Measure-Block { $blocks | Send-SocketByte $channel; Disconnect-Socket $channel Send; Receive-SocketByte $channel } $count
        if ($channel.BytesSent -ne $total) { throw "$($channel.BytesSent) of $total bytes went." }
    } finally { Close-Socket $channel }
}

function Send-ByCall {
    $socket = Open-Socket $sink.Port
    try {
        Measure-Block {
            foreach ($block in $blocks) { $null = $socket.Send($block) }
            $socket.Shutdown('Send')
            $socket.Receive([byte[]]::new(1))
        } $count
    } finally { $socket.Dispose() }
}

$source = $sink = $null
try {
    $source = Start-Peer ($Load + 'source', $total)
    $sink = Start-Peer ($Load + 'sink')
    $time = Measure-Interleaved -Rounds 10 -Uncounted 2 ([ordered]@{
            Receive = { Receive-ByCmdlet }; ReceiveDirect = { Receive-ByCall }; Send = { Send-ByCmdlet }; SendDirect = { Send-ByCall }
        })
    $perMebibyte = 1MB / $size
    New-RateRow 'Blocks of 64 KiB received, Receive-SocketByte -All' ($time.Receive.Least * $perMebibyte) 'direct .NET calls' ($time.ReceiveDirect.Least * $perMebibyte) 'MiB/s' -AtLeast 0.8
    New-RateRow 'Blocks of 64 KiB sent, $blocks | Send-SocketByte' ($time.Send.Least * $perMebibyte) 'direct .NET calls' ($time.SendDirect.Least * $perMebibyte) 'MiB/s' -AtLeast 0.8
} finally {
    Stop-Peer $source
    Stop-Peer $sink
}
