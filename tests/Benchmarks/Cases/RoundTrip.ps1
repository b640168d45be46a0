# One byte there and back, in a PowerShell loop. The echo is the same process for all.
param([string] $ModulePath, [string] $OutputPath, [string[]] $BareEcho, [Parameter(ValueFromRemainingArguments)] $Rest)

Import-Module $ModulePath, (Join-Path $OutputPath 'cmdlets/SocketTools.Benchmarks.Cmdlets.dll')
$turns = 200
$one = [byte[]]@(65)

# The same loop three times, over local variables.
function Invoke-Ours($Channel) { $byte = $one; for ($i = $turns; $i; $i--) { Send-SocketByte $Channel $byte; $null = Receive-SocketByte $Channel } }
function Invoke-Bare($Socket) { $byte = $one; for ($i = $turns; $i; $i--) { Send-BareByte $Socket $byte; $null = Receive-BareByte $Socket } }
function Invoke-Direct($Socket) { $byte = $one; $buffer = [byte[]]::new(1); for ($i = $turns; $i; $i--) { $null = $Socket.Send($byte); $null = $Socket.Receive($buffer) } }

$echo = Start-Peer $BareEcho
$channel = $socket = $null
try {
    $channel = Connect-Socket "tcp://127.0.0.1:$($echo.Port)"
    $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
    $socket.Connect([Net.IPAddress]::Loopback, $echo.Port)
    $time = Measure-Interleaved -Rounds 150 -Uncounted 10 ([ordered]@{
            Ours   = { Measure-Block { Invoke-Ours $channel } $turns }
            Bare   = { Measure-Block { Invoke-Bare $socket } $turns }
            Direct = { Measure-Block { Invoke-Direct $socket } $turns }
        })
    New-TimeRow 'One-byte round trip, Send- and Receive-SocketByte' $time.Ours.Least 'the barest pair of cmdlets' $time.Bare.Least -AtMost 1.25
    New-TimeRow '  that barest pair (about 1.95)' $time.Bare.Least 'direct .NET calls' $time.Direct.Least
} finally {
    if ($channel) { Close-Socket $channel }
    ${socket}?.Dispose()
    Stop-Peer $echo
}
