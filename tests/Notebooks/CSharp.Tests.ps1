# The file-based apps of notebooks/csharp: each is built by the SDK, ends by itself with exit code 0, and prints its lines.

BeforeDiscovery {
    $sdk = (Get-Command dotnet -CommandType Application -ErrorAction Ignore) -and (@(dotnet --list-sdks) -match '^[1-9]\d+\.')
    $apps = Get-ChildItem (Join-Path $PSScriptRoot '../../notebooks/csharp') -Filter '*.cs' | ForEach-Object BaseName
}

Describe 'The C# apps' -Skip:(-not $sdk) {
    BeforeAll {
        $folder = Join-Path (Get-PSDrive TestDrive).Root 'apps'

        function Build-App([string] $Name) {
            $source = Join-Path $PSScriptRoot "../../notebooks/csharp/$Name.cs"
            # No build server outlives the test.
            $text = dotnet build $source -nologo -v quiet -o (Join-Path $folder $Name) --disable-build-servers 2>&1
            if ($LASTEXITCODE) { throw "$Name was not built:`n$($text -join "`n")" }
        }

        # The lines that an app prints, with ephemeral ports as the word port.
        function Get-AppLine([string] $Name) {
            $start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]](Join-Path $folder $Name "$Name.dll"))
            $start.RedirectStandardOutput = $start.RedirectStandardError = $true
            $process = [Diagnostics.Process]::Start($start)
            try {
                $printed, $complaint = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
                if (-not $process.WaitForExit(60000)) { $process.Kill($true); throw "$Name did not end" }
                $complaint.GetAwaiter().GetResult() | Should -BeNullOrEmpty
                $process.ExitCode | Should -Be 0
                $printed.GetAwaiter().GetResult().TrimEnd() -split '\r?\n' -replace '127\.0\.0\.1:(?!9734 has)\d+', '127.0.0.1:port'
            } finally { $process.Dispose() }
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

    It '<_> is under 120 lines and says how it is run' -ForEach $apps {
        $text = Get-Content (Join-Path $PSScriptRoot "../../notebooks/csharp/$_.cs")
        $text.Count | Should -BeLessThan 120
        $text | Should -Contain "//     dotnet run notebooks/csharp/$_.cs"
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
