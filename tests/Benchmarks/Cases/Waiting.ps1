# Wait-Socket over many channels of which one is ready, against the calls that it makes; and a chat loop around it.
param([string] $ModulePath, [string] $OutputPath, [string] $Servers, [string[]] $Load, [Parameter(ValueFromRemainingArguments)] $Rest)

if ($IsLinux) {
    Import-Module $ModulePath, (Join-Path $OutputPath 'cmdlets/SocketTools.Benchmarks.Cmdlets.dll')
    foreach ($count in 1000, 10000) {
        $epoll = -1
        $channels = @()
        try {
            $channels = [object[]](1..($count / 2) | ForEach-Object { New-SocketPair })
            Send-SocketByte $channels[1] 1
            $descriptors = [int[]] $channels.Descriptor
            $poll = [SocketTools.Benchmarks.BareWaits]::MakePoll($descriptors)
            $epoll = [SocketTools.Benchmarks.BareWaits]::MakeEpoll($descriptors)
            $turns = 20
            function Invoke-Ours { for ($i = $turns; $i; $i--) { $null = Wait-Socket $channels } }
            function Invoke-Poll { for ($i = $turns; $i; $i--) { $null = [SocketTools.Benchmarks.BareWaits]::Poll($poll) } }
            function Invoke-Epoll { for ($i = $turns; $i; $i--) { $null = [SocketTools.Benchmarks.BareWaits]::Epoll($epoll) } }
            $time = Measure-Interleaved -Rounds 20 -Uncounted 3 ([ordered]@{
                    Ours  = { Measure-Block { Invoke-Ours } $turns }
                    Poll  = { Measure-Block { Invoke-Poll } $turns }
                    Epoll = { Measure-Block { Invoke-Epoll } $turns }
                    Once  = { Measure-Block { $null = [SocketTools.Benchmarks.BareWaits]::EpollOnce($descriptors) } 1 }
                })
            $what = "Wait-Socket, $count channels, one ready"
            New-TimeRow $what $time.Ours.Least 'poll(2)' $time.Poll.Least -AtMost ($count -eq 1000 ? 3 : [double]::NaN)
            if ($count -eq 10000) {
                New-TimeRow $what $time.Ours.Least 'epoll(7) made for one wait' $time.Once.Least -AtMost 3
                New-TimeRow $what $time.Ours.Least 'epoll_wait(2) alone, in an epoll that is kept' $time.Epoll.Least -AtMost 3
            }
        } finally {
            if ($epoll -ge 0) { [SocketTools.Benchmarks.BareWaits]::Close($epoll) }
            $channels | Close-Socket
        }
    }
} else { Add-LeftOut 'Wait-Socket over many channels' 'its counterparts are those of Linux' }

$chat = Start-Peer (Get-ScriptLine (Join-Path $Servers 'Start-Chat.ps1') $ModulePath)
try {
    $time = Measure-Interleaved -Rounds 8 -Uncounted 2 ([ordered]@{ Chat = { Invoke-Number ($Load + 'echo', $chat.Port, 8, 64, 300) } })
    New-Row 'A Wait-Socket chat loop, 8 clients' (Format-Rate $time.Chat.Least 'messages/s') '5000 messages/s' (1e9 / $time.Chat.Least / 5000) -AtLeast 1
} finally { Stop-Peer $chat }
