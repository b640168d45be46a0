BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
}

Describe 'Get-SocketListener' {
    BeforeEach { Close-EverySocket }
    AfterEach { Close-EverySocket }

    It 'has the parameters of the design' {
        Assert-Parameter Get-SocketListener 'Endpoint: String, position 0'
        Assert-OutputType Get-SocketListener ([SocketTools.SocketListener])
    }

    It 'writes every listener that is open, by descriptor' {
        Get-SocketListener | Should -BeNullOrEmpty
        $listeners = 'tcp://:0', "unix:$(New-SocketPath)" | Start-SocketListener
        $found = Get-SocketListener
        $found.Descriptor | Should -Be ($listeners.Descriptor | Sort-Object)
        Stop-SocketListener $listeners[0]
        [object]::ReferenceEquals((Get-SocketListener), $listeners[1]) | Should -BeTrue
    }

    It 'finds by endpoint, with wildcards' {
        $path = New-SocketPath
        $tcp, $unix = 'tcp://:0', "unix:$path" | Start-SocketListener
        [object]::ReferenceEquals((Get-SocketListener "$tcp"), $tcp) | Should -BeTrue
        [object]::ReferenceEquals((Get-SocketListener "unix:$path"), $unix) | Should -BeTrue
        @(Get-SocketListener tcp:*).Count | Should -Be 1
        @(Get-SocketListener *).Count | Should -Be 2
        Get-SocketListener udp:* | Should -BeNullOrEmpty
    }

    It 'finds an IPv6 endpoint, brackets and all' -Skip:(-not [Net.Sockets.Socket]::OSSupportsIPv6) {
        $listener = Start-SocketListener tcp6://:0
        [object]::ReferenceEquals((Get-SocketListener "$listener"), $listener) | Should -BeTrue
    }

    It 'shows the whole process, other runspaces included' {
        $job = Start-Background { Start-SocketListener tcp://:0 }
        $theirs = Wait-Background $job
        [object]::ReferenceEquals((Get-SocketListener), $theirs[0]) | Should -BeTrue
    }

    It 'keeps a listener that nobody holds any more' {
        & { $null = Start-SocketListener tcp://:0 }
        1..3 | ForEach-Object { [GC]::Collect(); [GC]::WaitForPendingFinalizers() }
        (Connect-Socket (Get-SocketListener)).State | Should -Be 'Connected'
    }

    It 'can be piped to Stop-SocketListener' {
        $null = 'tcp://:0', 'tcp://:0' | Start-SocketListener
        Get-SocketListener | Stop-SocketListener
        Get-SocketListener | Should -BeNullOrEmpty
    }
}
