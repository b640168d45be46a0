# The sockets of the machine while 20,000 of TCP are open, held by two other processes: Get-SocketConnection as objects, ss and netstat as text only.
param([string] $ModulePath, [string[]] $Load, [string[]] $BareEcho, [bool] $IsC, [Parameter(ValueFromRemainingArguments)] $Rest)

if (-not $IsC) {
    Add-LeftOut 'the sockets of the machine' 'they are opened by C programs for Linux, and there is no compiler or no Linux'
    return
}

Import-Module $ModulePath
$server = $holder = $null
try {
    $server = Start-Peer $BareEcho
    $holder = Start-Peer ($Load + 'hold', $server.Port, 10000)
    $count = (Get-SocketConnection -Protocol tcp).Count
    if ($count -lt 20000) { throw "There are $count sockets of TCP, and not 20,000." }

    $blocks = [ordered]@{ Ours = { Measure-Block { $null = Get-SocketConnection -Protocol tcp } $count } }
    foreach ($name in 'ss', 'netstat') {
        $program = Get-Command $name -CommandType Application -ErrorAction Ignore | Select-Object -First 1
        if ($program) { $blocks[$name] = { Measure-Block { $null = & $program.Source -tan } $count }.GetNewClosure() }
        else { Add-LeftOut "the sockets of the machine by $name" "there is no $name" }
    }
    $time = Measure-Interleaved $blocks -Rounds 10 -Uncounted 3
    if ($time.ss) { New-TimeRow "Get-SocketConnection, $count sockets, one" $time.Ours.Least 'ss -tan' $time.ss.Least -AtMost 2 }
    if ($time.netstat) { New-RateRow "Get-SocketConnection, $count sockets" $time.Ours.Least 'netstat -tan' $time.netstat.Least 'sockets/s' -AtLeast 5 }
} finally {
    Stop-Peer $holder
    Stop-Peer $server
}
