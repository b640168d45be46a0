#requires -Version 7.4
<#
.SYNOPSIS
    Records the samples of ConvertTo-SocketSequence anew, all or one. By hand, as root on Linux.
.DESCRIPTION
    Each is recorded in a network namespace of its own, so that ports, firewall and delays are those of nobody else.
#>
param(
    [string] $Name,
    [string] $Path = $PSScriptRoot,

    # It runs in the namespace already.
    [switch] $Inside
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$server = 'tcp://127.0.0.1:9734'

function Wait-For([scriptblock] $Condition, [double] $Seconds = 10) {
    if (-not [Threading.SpinWait]::SpinUntil([Func[bool]] { [bool](& $Condition) }, [int]($Seconds * 1000))) { throw "Not so within $Seconds s: $Condition" }
}

# The state of the socket with a local port, as the kernel has it.
function Wait-State([int] $Port, [string] $State, [double] $Seconds = 10) { Wait-For { Get-SocketConnection -LocalPort $Port -State $State -Protocol tcp } $Seconds }

# Runs a script while packets that match are dropped once they have been captured; it gets a script that waits until a number of them is gone.
function Invoke-Dropping([string[]] $Match, [scriptblock] $Script) {
    iptables -A INPUT -i lo @Match -j DROP
    try { & $Script { param($count) Wait-For { [int]((iptables -nvxL INPUT | Select-Object -Last 1).Trim() -split '\s+')[0] -ge $count } } }
    finally { iptables -F INPUT }
}

# Slows the loopback down: behind datagrams that empty the bucket, what is sent in the next fifth of a second waits for its turn.
function Start-Delay {
    $script:sink = Start-SocketListener udp://127.0.0.1:9
    foreach ($i in 1..2) { Connect-Socket -Channel (New-Socket -NonBlocking) tcp://127.0.0.1:9 -ErrorAction SilentlyContinue }   # the first call of each is slow
    tc qdisc add dev lo root tbf rate 10kbit burst 1500 latency 9s
    foreach ($length in 1440, 250) { Send-SocketByte -Endpoint $sink ([byte[]]::new($length)) }
}

function Stop-Delay {
    tc qdisc del dev lo root
    Stop-SocketListener $sink
}

# A client of the char server, and the server's end.
function Connect-Pair {
    $script:listener = Start-SocketListener $server
    $script:client = Connect-Socket $listener
    $script:port = $client.LocalEndPoint.Port
    $script:peer = Receive-SocketConnection $listener
    Wait-State 9734 ESTABLISHED
}

function Close-Listener { Stop-SocketListener $listener }

$samples = [ordered]@{
    CharServer        = {
        Connect-Pair
        Send-SocketText $client 'A'
        $byte = (Receive-SocketByte $peer -Exactly 1)[0]
        Send-SocketByte $peer ($byte + 1)
        $null = Receive-SocketText $client
        Close-Socket $client
        Wait-State $port FIN_WAIT_2
        Close-Socket $peer
        Wait-State $port TIME_WAIT
        Close-Listener
    }
    ThreeWayClose     = {
        # Compiled code answers the FIN before its acknowledgment goes out by itself.
        $listener = Start-SocketListener $server -Service Increment
        $client = Connect-Socket $listener
        $port = $client.LocalEndPoint.Port
        Send-SocketText $client 'A'
        $null = Receive-SocketByte $client -Exactly 1
        Close-Socket $client
        Wait-State $port TIME_WAIT
        Stop-SocketListener $listener
    }
    HalfClose         = {
        Connect-Pair
        Send-SocketText $client 'question'
        Disconnect-Socket $client Send
        $null = Receive-SocketText $peer -All
        Wait-State $port FIN_WAIT_2
        Send-SocketText $peer 'answer'
        $null = Receive-SocketText $client
        Close-Socket $peer
        Close-Socket $client
        Wait-State $port TIME_WAIT
        Close-Listener
    }
    SimultaneousClose = {
        # New connections send nothing again so soon.
        $null = sysctl -w net.ipv4.tcp_rto_min_us=3000000 net.ipv4.tcp_early_retrans=0
        Connect-Pair
        Start-Delay
        Close-Socket $client
        Close-Socket $peer
        Wait-State $port TIME_WAIT
        Wait-State 9734 TIME_WAIT
        Close-Listener
        Stop-Delay
    }
    SimultaneousOpen  = {
        Start-Delay
        $one, $other = foreach ($port in 9733, 9734) {
            $socket = New-Socket -NonBlocking
            Set-SocketAddress $socket "tcp://127.0.0.1:$port"
            $socket
        }
        Connect-Socket -Channel $one 'tcp://127.0.0.1:9734' -ErrorAction SilentlyContinue
        Connect-Socket -Channel $other 'tcp://127.0.0.1:9733' -ErrorAction SilentlyContinue
        Wait-State 9733 ESTABLISHED
        Wait-State 9734 ESTABLISHED
        Close-Socket $one
        Wait-State 9733 FIN_WAIT_2
        Close-Socket $other
        Wait-State 9733 TIME_WAIT
        Wait-For { -not (Get-SocketConnection -LocalPort 9734 -Protocol tcp) }
        Stop-Delay
    }
    Refused           = {
        $null = Connect-Socket $server -ErrorAction SilentlyContinue
    }
    Reset             = {
        Connect-Pair
        Send-SocketText $client 'never read'
        $null = Wait-Socket $peer
        Close-Socket $peer
        Wait-For { -not (Get-SocketConnection -LocalPort $port -State ESTABLISHED) }
        Close-Socket $client
        Close-Listener
    }
    LostSyn           = {
        $listener = Start-SocketListener $server
        $client = New-Socket -NonBlocking
        Invoke-Dropping ('-p', 'tcp', '--dport', '9734', '--syn') {
            param($waitDropped)
            Connect-Socket -Channel $client $server -ErrorAction SilentlyContinue
            & $waitDropped 1
        }
        $peer = Receive-SocketConnection $listener
        $port = $peer.RemoteEndPoint.Port
        Close-Socket $client
        Wait-State $port FIN_WAIT_2
        Close-Socket $peer
        Wait-State $port TIME_WAIT
        Stop-SocketListener $listener
    }
    LostData          = {
        Connect-Pair
        Invoke-Dropping ('-p', 'tcp', '--dport', '9734') {
            param($waitDropped)
            Send-SocketText $client 'one,'
            & $waitDropped 1
        }
        'two,', 'three' | ForEach-Object { Send-SocketText $client $_ }
        $null = Receive-SocketByte $peer -Exactly 13
        Close-Socket $client
        Wait-State $port FIN_WAIT_2
        Close-Socket $peer
        Wait-State $port TIME_WAIT
        Close-Listener
    }
    ZeroWindow        = {
        $listener = Start-SocketListener $server
        Set-SocketOption $listener -ReceiveBuffer 4096
        $client = New-Socket
        Set-SocketOption $client -SendBuffer 4096
        $null = Connect-Socket -Channel $client $listener
        $peer = Receive-SocketConnection $listener
        $sent = 0
        $client.Socket.Blocking = $false
        $block = [Text.Encoding]::ASCII.GetBytes('x' * 1KB)
        try { while ($true) { $sent += $client.Socket.Send($block) } } catch { $null = $_ }
        # The receiver has no room, and the sender asks twice.
        $before = (Get-SocketStatistic -Protocol TcpExt -Name TCPWinProbe).Value
        Wait-For { (Get-SocketStatistic -Protocol TcpExt -Name TCPWinProbe).Value -ge $before + 2 }
        $null = Receive-SocketByte $peer -Exactly $sent
        Close-Socket $client, $peer
        Stop-SocketListener $listener
    }
    KeepAlive         = {
        Connect-Pair
        Set-SocketOption $client -KeepAliveTime 1 -KeepAliveInterval 1
        Set-SocketOption $client -KeepAlive $true
        $before = (Get-SocketStatistic -Protocol TcpExt -Name TCPKeepAlive).Value
        Wait-For { (Get-SocketStatistic -Protocol TcpExt -Name TCPKeepAlive).Value -ge $before + 2 }
        Close-Socket $client
        Wait-State $port FIN_WAIT_2
        Close-Socket $peer
        Wait-State $port TIME_WAIT
        Close-Listener
    }
    Datagram          = {
        $bound = Start-SocketListener udp://127.0.0.1:9734
        $socket = New-Socket AF_INET SOCK_DGRAM
        Send-SocketText $socket 'question' -To $bound
        (Receive-SocketDatagram $bound).Reply('answer')
        $null = Receive-SocketDatagram $socket
        Close-Socket $socket
        Stop-SocketListener $bound
    }
    RefusedDatagram   = {
        $socket = Connect-Socket udp://127.0.0.1:9734
        Send-SocketText $socket 'is anybody there?'
        $null = Receive-SocketText $socket -ErrorAction SilentlyContinue
        Close-Socket $socket
    }
}

if (-not $Inside) {
    foreach ($one in $samples.Keys | Where-Object { -not $Name -or $_ -eq $Name }) {
        unshare --net (Get-Process -Id $PID).Path -NoProfile -File $PSCommandPath -Name $one -Path $Path -Inside
        if ($LASTEXITCODE) { throw "$one was not recorded." }
    }
    return
}

Import-Module (Join-Path $PSScriptRoot '../../SocketTools.psd1')
ip link set lo up
$capture = Start-SocketCapture -Interface lo
& $samples[$Name]
$packets = @(Stop-SocketCapture $capture | Where-Object { 9 -notin $_.Source.Port, $_.Destination.Port })
$packets | Export-SocketCapture (Join-Path $Path "$Name.pcapng") -Force
"${Name}: $($packets.Count) packets"
