# Parsing an endpoint against System.Uri on the same text, and against IPEndPoint on the address alone. How many objects it makes is held by an engine test
# (EndpointCostTests); here are their bytes.
param([string] $ModulePath, [string] $OutputPath, [Parameter(ValueFromRemainingArguments)] $Rest)

Import-Module $ModulePath, (Join-Path $OutputPath 'cmdlets/SocketTools.Benchmarks.Cmdlets.dll')
$count = 20000
$type = [Func[string, object]]
$ours = [SocketTools.SocketEndpoint].GetMethod('Parse', [type[]] @([string])).CreateDelegate($type)
$uri = [SocketTools.Benchmarks.BareParsers].GetMethod('ParseUri').CreateDelegate($type)
$address = [SocketTools.Benchmarks.BareParsers].GetMethod('ParseAddress').CreateDelegate($type)

# The text, and how the other one writes the same.
$texts = @(
    @{ Text = 'tcp://127.0.0.1:8080'; Other = 'tcp://127.0.0.1:8080'; Parser = $uri; Name = 'System.Uri' }
    @{ Text = 'tcp://127.0.0.1:8080'; Other = '127.0.0.1:8080'; Parser = $address; Name = 'IPEndPoint.Parse' }
    @{ Text = 'tcp://[::1]:80'; Other = 'tcp://[::1]:80'; Parser = $uri; Name = 'System.Uri' }
    @{ Text = 'tcp://[::1]:80'; Other = '[::1]:80'; Parser = $address; Name = 'IPEndPoint.Parse' }
    @{ Text = 'unix:/run/x.sock'; Other = 'unix:/run/x.sock'; Parser = $uri; Name = 'System.Uri' }
    @{ Text = 'localhost:http'; Other = 'tcp://localhost:80'; Parser = $uri; Name = 'System.Uri' }
)
$invariant = [cultureinfo]::InvariantCulture
# Until the runtime has compiled all of it for good: it does so when it has had nothing new to compile for a while, so each goes on for long at a stretch.
foreach ($case in $texts) {
    $null = [SocketTools.Benchmarks.BareParsers]::Measure($ours, $case.Text, 2000000)
    $null = [SocketTools.Benchmarks.BareParsers]::Measure($case.Parser, $case.Other, 1000000)
}
foreach ($case in $texts) {
    $time = Measure-Interleaved -Rounds 40 -Uncounted 10 ([ordered]@{
            Ours  = { [SocketTools.Benchmarks.BareParsers]::Measure($ours, $case.Text, $count) }
            Other = { [SocketTools.Benchmarks.BareParsers]::Measure($case.Parser, $case.Other, $count) }
        })
    $bytes = [SocketTools.Benchmarks.BareParsers]::Allocated($ours, $case.Text)
    $theirs = [SocketTools.Benchmarks.BareParsers]::Allocated($case.Parser, $case.Other)
    # The target is a time of its own, so it is shown in the place of one for the ratio.
    $row = New-TimeRow "Parsing $($case.Text)" $time.Ours.Least $case.Name $time.Other.Least
    $row.Ours += ", $($bytes.ToString($invariant)) bytes"
    $row.'Compared to' += ", $($theirs.ToString($invariant)) bytes"
    $row.Target = 'under 1 µs'
    $row.Met = $time.Ours.Least -lt 1000 ? 'yes' : 'no'
    $row
}
