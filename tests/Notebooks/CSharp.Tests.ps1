# The file-based apps of notebooks/csharp: each is built by the SDK, ends by itself with exit code 0, and prints its lines.

BeforeDiscovery {
    $sdk = (Get-Command dotnet -CommandType Application -ErrorAction Ignore) -and (@(dotnet --list-sdks) -match '^[1-9]\d+\.')
    $apps = Get-ChildItem (Join-Path $PSScriptRoot '../../notebooks/csharp') -Filter '*.cs' | ForEach-Object BaseName
}

Describe 'The C# apps' -Skip:(-not $sdk) {
    BeforeAll {
        $folder = Join-Path (Get-PSDrive TestDrive).Root 'apps'

        function Start-Dotnet([string[]] $Argument) {
            $start = [Diagnostics.ProcessStartInfo]::new('dotnet', $Argument)
            $start.RedirectStandardOutput = $start.RedirectStandardError = $true
            $process = [Diagnostics.Process]::Start($start)
            @{ Process = $process; Output = $process.StandardOutput.ReadToEndAsync(); Complaint = $process.StandardError.ReadToEndAsync() }
        }

        function Wait-Dotnet($Started, [int] $Seconds) {
            if (-not $Started.Process.WaitForExit($Seconds * 1000)) { throw "it did not end in $Seconds s" }
            @{ ExitCode = $Started.Process.ExitCode; Output = $Started.Output.GetAwaiter().GetResult(); Complaint = $Started.Complaint.GetAwaiter().GetResult() }
        }

        # All are built at the same time, as different people's terminals would; each has a folder of its own. No build server outlives the test.
        $builds = @{}
        foreach ($name in 'char-server', 'across-the-network', 'streams-and-datagrams') {
            $source = Join-Path $PSScriptRoot "../../notebooks/csharp/$name.cs"
            $builds[$name] = Start-Dotnet build, $source, -nologo, -v, quiet, -o, (Join-Path $folder $name), --disable-build-servers
        }

        function Build-App([string] $Name) {
            $built = Wait-Dotnet $builds[$Name] 300
            if ($built.ExitCode) { throw "$Name was not built:`n$($built.Output)$($built.Complaint)" }
        }

        # The lines that an app prints, with ephemeral ports as the word port.
        function Get-AppLine([string] $Name) {
            $app = Start-Dotnet (Join-Path $folder $Name "$Name.dll")
            try {
                $ran = Wait-Dotnet $app 60
                $ran.Complaint | Should -BeNullOrEmpty
                $ran.ExitCode | Should -Be 0
                $ran.Output.TrimEnd() -split '\r?\n' -replace '127\.0\.0\.1:(?!9734 has)\d+', '127.0.0.1:port'
            } finally {
                if (-not $app.Process.HasExited) { $app.Process.Kill($true) }
                $app.Process.Dispose()
            }
        }

        $network = @(
            'address: 127.0.0.1:9734 has port bytes 26 06 and address bytes 7F 00 00 01'
            'byte order: 9734 is 2606 in hexadecimal, the high byte goes first on the wire'
            'port: 9734'
            'server: listening at 127.0.0.1:port'
            'char from server = B'
            'client: socket pair 127.0.0.1:port -> 127.0.0.1:port'
            'server: socket pair 127.0.0.1:port <- 127.0.0.1:port'
            'client: its port is ephemeral: True'
            'server: its port is well known (below 1024): False'
            'no listener: ConnectionRefused'
        )
    }

    AfterAll {
        foreach ($build in $builds.Values) {
            if (-not $build.Process.HasExited) { $build.Process.Kill($true) }
            $build.Process.Dispose()
        }
    }

    It '<_> is under 120 lines and says how it is run' -ForEach $apps {
        $text = Get-Content (Join-Path $PSScriptRoot "../../notebooks/csharp/$_.cs")
        $text.Count | Should -BeLessThan 120
        $text | Should -Contain "//     dotnet run notebooks/csharp/$_.cs"
    }

    It 'takes the engine that build.ps1 has built, and compiles no second one' {
        Build-App 'char-server'
        $engine = Join-Path $PSScriptRoot '../../module/SocketTools.Engine/obj/Release/net8.0/SocketTools.Engine.dll'
        (Get-FileHash (Join-Path $folder 'char-server/SocketTools.Engine.dll')).Hash | Should -Be (Get-FileHash $engine).Hash
    }

    It 'is a first server and client, over AF_UNIX and over AF_INET' {
        Build-App 'char-server'
        Get-AppLine 'char-server' | Should -Be @(
            'AF_UNIX: server waiting at unix:server_socket', 'AF_UNIX: char from client = A', 'char from server = B'
            'AF_INET: server waiting at tcp://127.0.0.1:port', 'AF_INET: char from client = A', 'char from server = B'
        )
    }

    It 'goes across the network, on port 9734 or on a free one' {
        Build-App 'across-the-network'
        $lines = Get-AppLine 'across-the-network'
        $lines[2] | Should -BeIn 'port: 9734 was free', 'port: 9734 was taken, the kernel chose another'
        $lines -replace '^(port: 9734) .*', '$1' | Should -Be $network

        $taken = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 9734)
        try {
            # Who else has it does not matter: it is taken.
            try { $taken.Start() } catch [Net.Sockets.SocketException] { $_.Exception.SocketErrorCode | Should -Be 'AddressAlreadyInUse' }
            $lines = Get-AppLine 'across-the-network'
        } finally { $taken.Dispose() }
        $lines[2] | Should -Be 'port: 9734 was taken, the kernel chose another'
        $lines -replace '^(port: 9734) .*', '$1' | Should -Be $network
    }

    It 'tells streams and datagrams apart' {
        Build-App 'streams-and-datagrams'
        $lines = Get-AppLine 'streams-and-datagrams'
        $lines | Select-Object -SkipLast 1 | Should -Be @(
            'stream: sent one, two, three; read four bytes at a time: onet, woth, ree'
            "datagrams: 'one', 'two', 'three', ''"
            "datagrams: with a buffer of five bytes 'trunc', then 'next'"
            'order: sent 1 2 3 4, arrived 2 1 4; the numbers tell that 3 is missing'
            'loss: 100 sends succeeded; some arrived: True; all arrived: False'
            'restart: first server'
            'restart: nobody there, ConnectionRefused'
            'restart: second server, on the same client socket'
            'restart: the stream client reads 0 bytes, the end'
        )
        $lines[-1] | Should -BeIn "multicast: one send, received 'to all' and 'to all'", "multicast: not possible here"
    }
}
