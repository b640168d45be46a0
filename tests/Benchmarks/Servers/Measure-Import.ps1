# Imports a module in this fresh process and prints how many milliseconds that took.
param([string] $ModulePath)
$watch = [Diagnostics.Stopwatch]::StartNew()
Import-Module $ModulePath
[Console]::Out.WriteLine($watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture))
