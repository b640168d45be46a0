# A chat server on one thread: one Wait-Socket loop over the listener and its clients, each message goes back to the one who sent it.
# It prints its port, and ends when its standard input does.
param([string] $ModulePath)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
$listener = Start-SocketListener tcp://:0
"$($listener.LocalEndPoint.Port)"
$ended = [Console]::OpenStandardInput().ReadAsync([byte[]]::new(1), 0, 1)   # the reader of Console.In would wait
$clients = [Collections.Generic.List[object]]::new()
$clients.Add($listener)
while (-not $ended.IsCompleted) {
    foreach ($ready in Wait-Socket $clients.ToArray() -TimeoutSeconds 0.2 -ErrorAction Ignore) {
        $channel = $ready.Channel
        if ($channel -eq $listener) { $clients.Add((Receive-SocketConnection $listener)); continue }
        $message = Receive-SocketByte $channel -ErrorAction Ignore
        if ($message) { Send-SocketByte $channel $message -ErrorAction Ignore }
        else { Close-Socket $channel; $null = $clients.Remove($channel) }
    }
}
