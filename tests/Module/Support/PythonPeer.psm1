# A peer that knows nothing of the module: a program of python3 that is told what to do through its input and says so through its output.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Starts a program. Its arguments are in sys.argv.
# The result goes with Read-ChildLine and Stop-Child.
function Start-Python([string] $Program, [string[]] $ArgumentList = @()) {
    $start = [Diagnostics.ProcessStartInfo]::new('python3')
    @('-u', '-c', $Program) + $ArgumentList | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    [pscustomobject]@{ Process = $process; Id = $process.Id; Errors = $process.StandardError.ReadToEndAsync() }
}

Export-ModuleMember -Function *
