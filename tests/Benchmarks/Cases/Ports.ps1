# Test-SocketPort over every port of the loopback against nc -z over the same range, and against a C loop of socket, connect, close.
param([string] $ModulePath, [string] $OutputPath, [string] $Servers, [bool] $IsC, [Parameter(ValueFromRemainingArguments)] $Rest)

Import-Module $ModulePath
$ports = 65535
$what = "Test-SocketPort 127.0.0.1 1-$ports, one port"
$blocks = [ordered]@{ Ours = { Measure-Block { Test-SocketPort 127.0.0.1 "1-$ports" } $ports } }

# Of the programs with that name only that of OpenBSD probes a range with -z.
$nc = Get-Command nc -CommandType Application -ErrorAction Ignore | Select-Object -First 1
if ($nc -and "$(& $nc.Source -h 2>&1)" -match 'OpenBSD') { $blocks.Nc = { Measure-Block { & $nc.Source -z 127.0.0.1 "1-$ports" 2>$null } $ports } }
else { Add-LeftOut 'nc -z over all ports' 'there is no nc of OpenBSD' }

if ($IsC) {
    $connect = Join-Path $OutputPath 'connect'
    & (Get-Command cc, gcc, clang -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source -O2 -o $connect (Join-Path $PSScriptRoot '../Programs/connect.c') | Out-Host
    if ($LASTEXITCODE -ne 0) { throw 'connect.c did not compile.' }
    $blocks.C = { Invoke-Number $connect, 127.0.0.1, 1, $ports }
} else { Add-LeftOut 'the C connect loop' 'there is no compiler or no Linux' }

$time = Measure-Interleaved $blocks -Rounds 6 -Uncounted 2
if ($time.ContainsKey('Nc')) { New-TimeRow $what $time.Ours.Least 'nc -z' $time.Nc.Least -AtMost 1 }
if ($time.ContainsKey('C')) { New-TimeRow $what $time.Ours.Least 'C socket, connect, close' $time.C.Least -AtMost 2 }
