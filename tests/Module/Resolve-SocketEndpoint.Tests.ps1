BeforeDiscovery {
    $PSNativeCommandUseErrorActionPreference = $false
    # A network and files of its own: the names of the test alone, and a name server that the test chooses.
    $own = 'unshare', ((id -u) -eq '0' ? '--net' : '--map-root-user'), '--net', '--mount', 'sh', '-c', 'ip link set lo up && mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/hosts" /etc/hosts && exec "$@"'
    $files = Join-Path ([IO.Path]::GetTempPath()) "socket-tools-names-$PID"
    $null = New-Item -ItemType Directory -Force $files
    Set-Content "$files/resolv.conf" "nameserver 127.0.0.1`noptions timeout:1 attempts:1"
    Set-Content "$files/hosts" "127.0.0.1 localhost`n192.0.2.7 seven.test seven`n2001:db8::7 seven.test seven`n192.0.2.8 xn--bcher-kva.test"
    $noNames = -not $IsLinux -or -not (Get-Command unshare, ip, mount -CommandType Application -ErrorAction Ignore) -or
        -not ((Test-Path /etc/nsswitch.conf) -and (Select-String -Quiet '^hosts:\s+files\b.*\bdns\b' /etc/nsswitch.conf)) -or
        $(& $own[0] $own[1..($own.Count - 1)] $files true 2>$null; $LASTEXITCODE -ne 0)
    $prefix = @($own) + $files
    $noGetent = -not (Get-Command getent -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    function Get-Failure([string] $Endpoint, [hashtable] $Other = @{}) {
        Resolve-SocketEndpoint $Endpoint @Other -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        $failure
    }

    # Runs a script in the namespace; what it writes comes as objects.
    function Invoke-Apart([string[]] $Prefix, [string] $Script) {
        $child = Start-ChildPowerShell -Prefix $Prefix "ConvertTo-Json -Compress -Depth 4 -InputObject @(& { $Script })"
        try { $line = Read-ChildLine $child 60 } finally { Stop-Child $child }
        if (-not $line) { throw "The child failed: $($child.Errors.Result)" }
        $line | ConvertFrom-Json
    }
}

AfterAll { Remove-Item -Recurse -Force (Join-Path ([IO.Path]::GetTempPath()) "socket-tools-names-$PID") -ErrorAction Ignore }

Describe 'Resolve-SocketEndpoint' {
    AfterEach { Close-EverySocket }

    It 'has its parameters' {
        Assert-Parameter Resolve-SocketEndpoint @(
            'Endpoint: EndpointArgument[], position 0, mandatory, pipeline'
            'AddressFamily: String'
            'CanonicalName: SwitchParameter'
            'Numeric: SwitchParameter'
            'Passive: SwitchParameter'
            'TimeoutSeconds: Double'
        )
        Assert-OutputType Resolve-SocketEndpoint ([SocketTools.SocketAddressInfo])
        [SocketTools.Commands.ResolveSocketEndpointCommand]::new().TimeoutSeconds | Should -Be 30
    }

    It 'writes one object for <Text>: <Endpoint>, <Family>, <Type>, <Protocol>, <Service>' -ForEach @(
        @{ Text = '127.0.0.1:80'; Endpoint = 'tcp://127.0.0.1:80'; Family = 'AF_INET'; Type = 'SOCK_STREAM'; Protocol = 'IPPROTO_TCP'; Service = 'http' }
        @{ Text = '[::1]:http'; Endpoint = 'tcp://[::1]:http'; Family = 'AF_INET6'; Type = 'SOCK_STREAM'; Protocol = 'IPPROTO_TCP'; Service = 'http' }
        @{ Text = 'udp://:53'; Endpoint = 'udp://127.0.0.1:53'; Family = 'AF_INET'; Type = 'SOCK_DGRAM'; Protocol = 'IPPROTO_UDP'; Service = 'domain' }
        @{ Text = '::1'; Endpoint = 'tcp://[::1]:0'; Family = 'AF_INET6'; Type = 'SOCK_STREAM'; Protocol = 'IPPROTO_TCP'; Service = $null }
        @{ Text = 'udp6://::1'; Endpoint = 'udp6://[::1]:0'; Family = 'AF_INET6'; Type = 'SOCK_DGRAM'; Protocol = 'IPPROTO_UDP'; Service = $null }
        @{ Text = 'unixgram:/run/a'; Endpoint = 'unixgram:/run/a'; Family = 'AF_UNIX'; Type = 'SOCK_DGRAM'; Protocol = ''; Service = $null }
    ) {
        $info = Resolve-SocketEndpoint $Text
        "$($info.Endpoint)" | Should -BeExactly $Endpoint
        $info.AddressFamily, $info.SocketType, $info.Protocol, $info.Service | Should -BeExactly $Family, $Type, $Protocol, $Service
        $info.Order | Should -Be 1
    }

    It 'takes a Unix path as it is' {
        $info = Resolve-SocketEndpoint 'unix:./a b'
        $info.Path | Should -BeExactly './a b'
        $info.Address | Should -BeNullOrEmpty
        $info.Port | Should -Be 0
    }

    It 'takes from the pipeline text, an address, a Uri, a listener and its own output' {
        $listener = Start-SocketListener tcp://:0
        $given = 'localhost', ([ipaddress]'::1'), ([uri]'tcp://127.0.0.1:80'), ([Net.IPEndPoint]::Parse('127.0.0.2:9')), $listener
        $found = $given | Resolve-SocketEndpoint -AddressFamily AF_UNSPEC
        @($found).Count | Should -BeGreaterOrEqual 5
        ($found | Resolve-SocketEndpoint).Endpoint | Should -Be $found.Endpoint
        "$($found[-1].Endpoint)" | Should -BeExactly "$($listener.Endpoint)"
    }

    It 'gives what Connect-Socket and Start-SocketListener take' {
        $listener = (Resolve-SocketEndpoint ':0').Endpoint | Start-SocketListener
        $client = Resolve-SocketEndpoint $listener | Connect-Socket
        $client.State | Should -Be 'Connected'
        (Connect-Socket (Resolve-SocketEndpoint $listener).Endpoint).State | Should -Be 'Connected'
    }

    It 'gives every interface for no host with -Passive, and the loopback without' {
        (Resolve-SocketEndpoint ':80').Address | Should -Be ([ipaddress]::Loopback)
        (Resolve-SocketEndpoint '*:80').Address | Should -Be ([ipaddress]::Loopback)
        (Resolve-SocketEndpoint '127.0.0.1', '127.0.0.2').IPAddress | ForEach-Object ToString | Should -Be '127.0.0.1', '127.0.0.2'
        (Resolve-SocketEndpoint ':80' -Passive -AddressFamily AF_INET).Address | Should -Be ([ipaddress]::Any)
        (Resolve-SocketEndpoint ':80' -Passive -AddressFamily InterNetworkV6).Address | Should -Be ([ipaddress]::IPv6Any)
        (Resolve-SocketEndpoint '127.0.0.1:80' -Passive).Address | Should -Be ([ipaddress]::Loopback)
    }

    It 'asks nobody for an address with -Numeric, and a name is EAI_NONAME' {
        (Resolve-SocketEndpoint 127.0.0.1:80 -Numeric -TimeoutSeconds 0).Port | Should -Be 80
        Assert-SocketError (Get-Failure localhost:80 @{ Numeric = $true }) EAI_NONAME Resolve-SocketEndpoint ObjectNotFound localhost:80
        (Resolve-SocketEndpoint localhost:80 -Numeric -Verbose -ErrorAction Ignore 4>&1) | Should -BeNullOrEmpty
    }

    It 'is <Errno> for <Text> <Family>, and goes on with the next' -ForEach @(
        @{ Text = 'no..such:80'; Errno = 'EAI_NONAME'; Category = 'ObjectNotFound' }
        @{ Text = "$([char]0xE4)..b:1"; Errno = 'EAI_NONAME'; Category = 'ObjectNotFound' }
        @{ Text = '127.0.0.1:80'; Errno = 'EAI_NODATA'; Category = 'ObjectNotFound'; Family = 'AF_INET6' }
        @{ Text = 'tcp4://localhost:80'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument'; Family = 'AF_INET6' }
        @{ Text = 'localhost'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument'; Family = 'AF_NONE' }
        @{ Text = 'localhost'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument'; Family = 'AF_PACKET' }
        @{ Text = 'unix:/a'; Errno = 'EAFNOSUPPORT'; Category = 'InvalidArgument'; Family = 'AF_INET' }
        @{ Text = 'tls://localhost:443'; Errno = 'EPROTONOSUPPORT'; Category = 'InvalidArgument' }
        @{ Text = 'fe80::1%no-such-if'; Errno = 'ENODEV'; Category = 'ObjectNotFound' }
        @{ Text = '[fe80::1%999999]:80'; Errno = 'ENODEV'; Category = 'ObjectNotFound' }
        @{ Text = 'localhost:'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Text = 'localhost:65536'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Text = 'localhost:no-such'; Errno = 'EAI_SERVICE'; Category = 'ObjectNotFound' }
        @{ Text = '[::1'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Text = '::g'; Errno = 'EINVAL'; Category = 'InvalidArgument' }
        @{ Text = ''; Errno = 'EINVAL'; Category = 'InvalidArgument' }
    ) {
        $other = $_.Family ? @{ AddressFamily = $_.Family } : @{}
        Assert-SocketError (Get-Failure $Text $other) $Errno Resolve-SocketEndpoint $Category $Text
        if ($other.Count -eq 0) { (Resolve-SocketEndpoint $Text, ':1' -ErrorAction SilentlyContinue).Port | Should -Be 1 }
    }

    It 'names the call with -Verbose' {
        $said = Resolve-SocketEndpoint tcp4://localhost:http -CanonicalName -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$said" | Should -BeExactly 'getaddrinfo("localhost", "http", {ai_flags=AI_CANONNAME, ai_family=AF_INET, ai_socktype=SOCK_STREAM}) = 0'
    }

    It 'gives the addresses of getent ahosts for <_>' -Skip:($noGetent -or -not $IsLinux) -ForEach @(
        # For the machine's own name .NET adds the addresses of the interfaces.
        @('localhost'; if (Test-Path /etc/hosts) { Get-Content /etc/hosts | ForEach-Object { -split ($_ -replace '#.*') | Select-Object -Skip 1 } }) |
            Where-Object { $env:SOCKETTOOLS_SYSTEM_CALLS -ne 'managed' -or $_ -ne [Net.Dns]::GetHostName() } | Select-Object -Unique -First 5
    ) {
        $expected = getent ahosts $_ | Where-Object { $_ -match ' STREAM' } | ForEach-Object { (-split $_)[0] } | Sort-Object -Unique
        (Resolve-SocketEndpoint $_).IPAddress | ForEach-Object { "$_" } | Sort-Object -Unique | Should -Be $expected
    }

    Context 'with names of its own' -Skip:$noNames {
        It 'takes turns of the families, in the order of connect, and getent has the same addresses' -ForEach @{ Prefix = $prefix } {
            $found = Invoke-Apart $Prefix @'
                Resolve-SocketEndpoint tcp://seven:80 -CanonicalName | ForEach-Object { @{ Text = "$($_.Address)"; Order = $_.Order; Name = $_.CanonicalName; Host = $_.Host } }
                @{ Getent = @(getent ahosts seven | Where-Object { $_ -match ' STREAM' } | ForEach-Object { (-split $_)[0] }) }
'@
            @($found.Text | Where-Object { $_ } | Sort-Object) | Should -Be @($found[-1].Getent | Sort-Object)
            $found.Count | Should -Be 3
            $found[0, 1].Order | Should -Be 1, 2
            $found[0, 1].Name | Should -Be 'seven.test', 'seven.test'
            $found[0].Host | Should -Be 'seven'
        }

        It 'looks a name with other letters up in its ASCII form, and Connect-Socket does too' -ForEach @{ Prefix = $prefix } {
            $found = Invoke-Apart $Prefix @'
                $name = "B$([char]0xFC)cher.test"
                Resolve-SocketEndpoint $name | ForEach-Object { @{ Text = "$($_.Address)"; Ascii = $_.AsciiHost; Plain = $_.Host -ceq $name } }
                Connect-Socket "tcp://${name}:9" -ErrorAction SilentlyContinue -ErrorVariable failure
                @{ Connect = ($failure[0].FullyQualifiedErrorId -split ',')[0] }
'@
            $found[0].Text | Should -Be '192.0.2.8'
            $found[0].Ascii | Should -BeExactly 'xn--bcher-kva.test'
            $found[0].Plain | Should -BeTrue
            # It was found: only then is there no way to it.
            $found[1].Connect | Should -Be 'ENETUNREACH'
        }

        It 'is EAI_AGAIN where no name server is, for Connect-Socket too' -ForEach @{ Prefix = $prefix } {
            $found = Invoke-Apart $Prefix @'
                Resolve-SocketEndpoint nobody.test -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
                Connect-Socket nobody.test:80 -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable +failure
                $failure | ForEach-Object { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $($_.TargetObject)" }
'@
            $found | Should -Be 'EAI_AGAIN,SocketTools.Commands.ResolveSocketEndpointCommand ConnectionError nobody.test',
                'EAI_AGAIN,SocketTools.Commands.ConnectSocketCommand ConnectionError nobody.test:80'
        }

        It 'is ETIMEDOUT and EWOULDBLOCK where the name server says nothing, stops within 200 ms, and leaves no descriptor' -ForEach @{ Prefix = $prefix; Support = $PSScriptRoot } {
            $found = Invoke-Apart $Prefix (@'
                Import-Module 'SUPPORT/Support/SocketToolsTest.psm1'
                $silent = [Net.Sockets.UdpClient]::new([Net.IPEndPoint]::Parse('127.0.0.1:53'))
                $clock = [Diagnostics.Stopwatch]::StartNew()
                foreach ($seconds in 0.1, 0) {
                    Resolve-SocketEndpoint silent.test -TimeoutSeconds $seconds -ErrorAction SilentlyContinue -ErrorVariable failure
                    ($failure[0].FullyQualifiedErrorId -split ',')[0]
                }
                $clock.ElapsedMilliseconds -lt 900
                $milliseconds = Measure-Fastest {
                    $job = Start-Background { Resolve-SocketEndpoint silent.test -TimeoutSeconds -1 }
                    Wait-Turn $job
                    Stop-Background $job
                }
                $milliseconds -lt 200
                # Those that were left go on until the C library gives up, after a second here; their sockets are closed then.
                Wait-Until { @(Get-Content /proc/net/udp).Count -eq 2 }
                'closed'
'@.Replace('SUPPORT', $Support))
            $found | Should -Be 'ETIMEDOUT', 'EWOULDBLOCK', $true, $true, 'closed'
        }

        It 'has the answers of a name server: both families, a canonical name, no such name, no address' -ForEach @{ Prefix = $prefix } {
            $found = Invoke-Apart $Prefix @'
                # A name server of a few names (RFC 1035, section 4): it answers each question with the same question and the records of its table.
                $server = Start-SocketListener udp4://127.0.0.1:53 -Handler {
                    $query = $_.Byte
                    $at = 12
                    $labels = while ($query[$at]) { [Text.Encoding]::ASCII.GetString($query, $at + 1, $query[$at]); $at += 1 + $query[$at] }
                    $name = $labels -join '.'
                    $real = [byte[]] (4) + [Text.Encoding]::ASCII.GetBytes('real') + 4 + [Text.Encoding]::ASCII.GetBytes('test') + 0
                    $table = @{
                        'both.test' = @('192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2')
                        'real.test' = @('192.0.2.9'); 'alias.test' = @('192.0.2.9'); 'empty.test' = @()
                    }
                    $answers = [Collections.Generic.List[byte]]::new()
                    $count = 0
                    foreach ($address in @($table[$name]) | Where-Object { $_ }) {
                        $bytes = ([ipaddress] $address).GetAddressBytes()
                        if ($query[$at + 2] -ne ($bytes.Length -eq 4 ? 1 : 28)) { continue }
                        $owner = [byte[]] (0xC0, 0x0C)
                        if ($name -eq 'alias.test') {
                            $answers.AddRange([byte[]] ($owner + (0, 5, 0, 1, 0, 0, 0, 9, 0, $real.Length) + $real))
                            $count++
                            $owner = $real
                        }
                        $answers.AddRange([byte[]] ($owner + (0, $query[$at + 2], 0, 1, 0, 0, 0, 9, 0, $bytes.Length) + $bytes))
                        $count++
                    }
                    $head = [byte[]] ($query[0], $query[1], 0x81, ($table.ContainsKey($name) ? 0x80 : 0x83), 0, 1, 0, $count, 0, 0, 0, 0)
                    $_.Reply([byte[]] ($head + $query[12..($at + 4)] + $answers))
                }
                foreach ($name in 'both.test', 'alias.test', 'tcp6://both.test', 'none.test', 'empty.test', 'tcp6://alias.test') {
                    $addresses = Resolve-SocketEndpoint $name -CanonicalName -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure
                    @{
                        Name = $name; Families = (@($addresses) | Where-Object { $_ } | ForEach-Object { $_.AddressFamily[-1] }) -join ''; Count = @($addresses | Where-Object { $_ }).Count
                        Canonical = ($addresses.CanonicalName | Select-Object -Unique) -join ' '; Failure = ($failure | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) -join ' '
                    }
                }
                Stop-SocketListener $server
'@
            # .NET knows no EAI_NODATA of its own.
            $noData = $env:SOCKETTOOLS_SYSTEM_CALLS -eq 'managed' ? 'EAI_NONAME' : 'EAI_NODATA'
            $found[0].Count | Should -Be 5
            # T of AF_INET, 6 of AF_INET6: they take turns as long as there are both.
            $found[0].Families | Should -BeIn 'T6T6T', '6T6TT'
            $found[0].Canonical | Should -Be 'both.test'
            $found[1].Canonical | Should -Be 'real.test'
            $found[2].Families | Should -Be '66'
            $found[3].Failure | Should -Be 'EAI_NONAME'
            $found[4].Failure | Should -Be $noData
            $found[5].Failure | Should -Be $noData
        }
    }

    It 'is ended by Select-Object -First 1' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        (1..100 | ForEach-Object { "127.0.0.$_" } | Resolve-SocketEndpoint | Select-Object -First 1).Address | Should -Be ([ipaddress]'127.0.0.1')
        $clock.ElapsedMilliseconds | Should -BeLessThan 5000
    }
}
