# What the tests of datagrams share. Import it after SocketToolsTest.psm1.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# An endpoint to receive datagrams at.
function New-DatagramEndpoint([ValidateSet('udp', 'udp6', 'unixgram')] [string] $Family = 'udp') {
    switch ($Family) {
        'udp' { 'udp://127.0.0.1:0' }
        'udp6' { 'udp6://[::1]:0' }
        'unixgram' { "unixgram:$(New-SocketPath)" }
    }
}

# A socket that is bound and neither connected nor a listener.
function New-DatagramSocket([string] $Endpoint = (New-DatagramEndpoint)) {
    $family = $Endpoint.StartsWith('udp6') ? 'AF_INET6' : $Endpoint.StartsWith('udp') ? 'AF_INET' : 'AF_UNIX'
    $socket = New-Socket $family SOCK_DGRAM
    Set-SocketAddress $socket $Endpoint
    $socket
}

# Two sockets with an address each: one connected to the other, and the other.
function New-DatagramPair([string] $Family = 'udp') {
    $receiver = New-DatagramSocket (New-DatagramEndpoint $Family)
    $sender = New-DatagramSocket (New-DatagramEndpoint $Family)
    $null = Connect-Socket $receiver.Endpoint -Channel $sender
    return $sender, $receiver
}

# A UDP endpoint that refuses. Its socket is connected to somebody else, so strangers are refused and no other process gets the port.
function New-RefusingDatagramEndpoint {
    $socket = New-DatagramSocket
    $null = Connect-Socket $socket.Endpoint -Channel $socket
    "$($socket.Endpoint)"
}

# Sends to a Unix socket until the queue of the receiver is full.
function Set-FullQueue($Channel, $To) {
    $destination = if ($To) { @{ To = $To } } else { @{} }
    do {
        Send-SocketByte $Channel 1 @destination -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable full
    } until ($full)
}

Export-ModuleMember -Function *
