# What the tests of captures share. They capture a port of their own on the loopback, so that they may run beside others.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Why nothing can be captured here; nothing where it can.
function Get-CaptureHindrance {
    if (-not $IsLinux) { return 'only Linux has packet sockets' }
    try { Start-SocketCapture -BufferSize 1MB -ErrorAction Stop | Stop-SocketCapture | Out-Null }
    catch { "capturing is not permitted here: $($_.FullyQualifiedErrorId)" }
}

# Maps of packet sockets in this process: one for each capture.
function Get-RingCount {
    @([IO.File]::ReadAllLines('/proc/self/maps') -match 'socket:').Count
}

function Stop-EveryCapture {
    foreach ($capture in [SocketTools.SocketCapture]::Running) { $capture.Dispose() }
}

Export-ModuleMember -Function *
