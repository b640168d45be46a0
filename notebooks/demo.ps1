<#
.SYNOPSIS
    The main job: the texts' two programs, call by call, each server and its client in this one session.
.DESCRIPTION
    Run by: pwsh ./build.ps1 -Task Demo
    The server reads one character, answers the next one, and closes. The client prints the answer.
#>
param(
    [string] $ModulePath = (Join-Path $PSScriptRoot '../SocketTools.psd1')
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath

# The system call, the command as a person types it, and then the command itself. Dot-sourced, so that its variables stay.
function Step([string] $Call, [scriptblock] $Command) {
    $typed = "$Command".Trim().Replace('$Family', $Family).Replace('$Address', $Address).Replace('$Backlog', $Backlog)
    Write-Host ('  {0,-10}' -f $Call) -ForegroundColor DarkGray -NoNewline
    Write-Host $typed -ForegroundColor Cyan
    . $Command
}

function Show-Title([string] $Text) {
    Write-Host "`n$Text" -ForegroundColor Yellow
}

function Invoke-CharServer([string] $Family, [string] $Address, [int] $Backlog) {
    . Step 'socket'   { $server = New-Socket $Family SOCK_STREAM }
    . Step 'bind'     { Set-SocketAddress $server $Address }
    . Step 'listen'   { $listener = Start-SocketListener -Channel $server -Backlog $Backlog }
    Write-Host "  server waiting at $($listener.Endpoint)"

    . Step 'socket'   { $client = New-Socket $Family SOCK_STREAM }
    . Step 'connect'  { $null = Connect-Socket $listener -Channel $client }
    . Step 'write'    { Send-SocketText $client 'A' }

    . Step 'accept'   { $connected = Receive-SocketConnection $listener -TimeoutSeconds 5 }
    . Step 'read'     { $byte = (Receive-SocketByte $connected -Exactly 1)[0] }
    . Step 'write'    { Send-SocketByte $connected ($byte + 1) }
    Write-Host "`n  the listening descriptor, the connected one, and the client's:"
    Get-Socket | Format-Table | Out-Host

    . Step 'close'    { Close-Socket $connected }
    . Step 'read'     { $char = Receive-SocketText $client }
    Write-Host "  char from server = $char" -ForegroundColor Green
    . Step 'close'    { Close-Socket $client }
    . Step 'close'    { Close-Socket $server }
}

function Show-CharClient($Listener) {
    . Step 'connect'  { $client = Connect-Socket $Listener }
    . Step 'write'    { Send-SocketText $client 'A' }
    . Step 'read'     { $char = Receive-SocketText $client }
    Write-Host "  char from server = $char" -ForegroundColor Green
    . Step 'close'    { Close-Socket $client }
    . Step 'close'    { Stop-SocketListener $Listener }
}

$folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "sockettools-$PID")
Push-Location $folder
try {
    Show-Title 'server1 and client1: AF_UNIX, the file server_socket, backlog 5'
    Invoke-CharServer AF_UNIX unix:server_socket 5

    Show-Title 'server3 and client3: AF_INET, port 9734 of the loopback'
    $busy = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners().Port -contains 9734
    if ($busy) { Write-Host '  (port 9734 is in use here, so a free one is taken)' }
    Invoke-CharServer AF_INET ($busy ? 'tcp://:0' : 'tcp://:9734') 5

    Show-Title 'The same servers as one-liners, in the background: a handler for each client, and a service in compiled code'
    . Step 'serve'    { $listener = Start-SocketListener unix:server_socket -Handler { Send-SocketByte $_ ((Receive-SocketByte $_ -Exactly 1)[0] + 1) } }
    Show-CharClient $listener
    . Step 'serve'    { $listener = Start-SocketListener tcp://:0 -Service Increment }
    Show-CharClient $listener

    Show-Title 'The same connection as strace(1) would show it: -Verbose'
    $listener = Start-SocketListener tcp://:0
    $client = Connect-Socket $listener -Verbose
    Send-SocketText $client 'A' -Verbose
    Close-Socket $client -Verbose
    Stop-SocketListener $listener
}
finally {
    Pop-Location
    Remove-Item -Recurse $folder
}
