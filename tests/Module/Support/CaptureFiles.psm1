# Capture files for the tests that read and write them, without a privilege.

Set-StrictMode -Version 3.0

function ConvertTo-Bytes([string] $Hex) { , [Convert]::FromHexString($Hex -replace '\s') }

# Packets of one connection, by hand: SYN, SYN-ACK, ACK, five bytes of payload, and a datagram.
function New-Packet([SocketTools.LinkType] $LinkType = 'Ethernet', [string] $Interface) {
    $ethernet = '020000000002 020000000001 0800'
    $ip = '4500 {0:x4} 1234 4000 40 06 0000 c6336401 c6336402'
    $segments = @(
        '9c40 2606 00000064 00000000 7002 ffff 0000 0000 020405b4 01010402'
        '2606 9c40 000003e8 00000065 7012 ffff 0000 0000 020405b4 01010402'
        '9c40 2606 00000065 000003e9 5010 ffff 0000 0000'
        '9c40 2606 00000065 000003e9 5018 ffff 0000 0000 68656c6c6f'
    )
    $number = 0
    foreach ($segment in $segments) {
        $length = 20 + ($segment -replace '\s').Length / 2
        $bytes = ConvertTo-Bytes "$($LinkType -eq 'Ethernet' ? $ethernet : '') $($ip -f $length) $segment"
        $number++
        [SocketTools.SocketPacket]::Decode($number, 1700000000123456789 + $number, $LinkType, $bytes, $bytes.Length, $Interface, 'Unknown')
    }
}

# Writes a file of count packets of 1,000 bytes, fast.
function New-LongCapture([string] $Path, [int] $Count) {
    $bytes = [byte[]]::new(1000)
    $packet = [SocketTools.SocketPacket]::Decode(1, 0, 'Raw', $bytes, 1000, $null, 'Unknown')
    $writer = [SocketTools.CaptureFileWriter]::Record($Path, 'Pcap', $true, $null, $null)
    try { for ($i = 0; $i -lt $Count; $i++) { $writer.Write($packet) } } finally { $writer.Dispose() }
}

Export-ModuleMember -Function *
