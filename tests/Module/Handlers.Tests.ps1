BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Listeners.psm1
}

Describe 'Start-SocketListener -Handler' {
    AfterEach { Close-EverySocket }

    Context 'What the handler gets' {
        It 'has the client as <Name>' -ForEach @(
            @{ Name = '$_'; Handler = { Send-SocketText $_ "$($_.GetType().Name)" } }
            @{ Name = '$args[0]'; Handler = { Send-SocketText $args[0] "$($args[0].GetType().Name)" } }
            @{ Name = 'param($Client)'; Handler = { param($Client) Send-SocketText $Client "$($Client.GetType().Name)" } }
            @{ Name = 'a parameter of any name'; Handler = { param($Peer) Send-SocketText $Peer "$($Peer.GetType().Name)" } }
            @{ Name = '$Client, without param'; Handler = { Send-SocketText $Client "$($Client.GetType().Name)" } }
        ) {
            $listener = Start-SocketListener tcp://:0 -Handler $Handler
            Invoke-Visit $listener | Should -BeExactly SocketChannel
        }

        It 'takes the handler at position 1, over <Family>' -ForEach @(@{ Family = 'tcp' }, @{ Family = 'tcp6' }, @{ Family = 'unix' }, @{ Family = 'abstract' }) -Skip:(-not $IsLinux) {
            $listener = Start-SocketListener (New-ListenEndpoint $Family) { Send-SocketText $_ (Receive-SocketText $_ -Line).ToUpper() }
            Invoke-Visit $listener 'loud' | Should -BeExactly LOUD
        }

        It 'serves a socket that was made call by call' {
            $socket = New-Socket
            Set-SocketAddress $socket tcp://:0
            $listener = Start-SocketListener -Channel $socket -Handler { Send-SocketText $_ served }
            Invoke-Visit $listener | Should -BeExactly served
        }

        It 'gives -ArgumentList behind the client' {
            $listener = Start-SocketListener tcp://:0 -ArgumentList 'a', 2 -Handler {
                param($Client, $First, $Second)
                Send-SocketText $Client "$First$($Second + 1)"
            }
            Invoke-Visit $listener | Should -BeExactly a3
        }

        It 'gives -ArgumentList in $args too' {
            $listener = Start-SocketListener tcp://:0 -ArgumentList 'a', 'b' -Handler { Send-SocketText $_ "$($args.Count) $($args[1..2])" }
            Invoke-Visit $listener | Should -BeExactly '3 a b'
        }

        It 'gives the values of $using: as they were at the start' {
            $greeting = 'before'
            $table = @{ Key = 'value' }
            $listener = Start-SocketListener tcp://:0 -Handler {
                $inner = { $using:greeting }
                Send-SocketText $_ "$using:greeting $((& $inner)) $(($using:table)['Key'])"
            }
            $greeting = 'after'
            Invoke-Visit $listener | Should -BeExactly 'before before value'
            Invoke-Visit $listener | Should -BeExactly 'before before value'
        }

        It 'is EINVAL for a $using: variable that there is not' {
            Start-SocketListener tcp://:0 -Handler { $using:noSuchVariable } -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Start-SocketListener InvalidArgument '$using:noSuchVariable'
            Get-SocketListener | Should -BeNullOrEmpty
        }

        It 'is EINVAL for a $using: that is more than a variable' {
            $table = @{ Key = 'value' }
            Start-SocketListener tcp://:0 -Handler { $using:table.Key } -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            Assert-SocketError $failure EINVAL Start-SocketListener InvalidArgument '$using:table.Key'
            Get-SocketListener | Should -BeNullOrEmpty
        }

        It 'loads the module' {
            $listener = Start-SocketListener tcp://:0 -Handler { Send-SocketText $_ "$((Get-Module SocketTools).ExportedCmdlets.Count)" }
            [int](Invoke-Visit $listener) | Should -Be (Get-Module SocketTools).ExportedCmdlets.Count
        }

        It 'sets ErrorActionPreference to Stop' {
            $listener = Start-SocketListener tcp://:0 -Handler { Send-SocketText $_ "$ErrorActionPreference" }
            Invoke-Visit $listener | Should -BeExactly Stop
        }

        It 'begins in the location of the caller, also <Name>' -ForEach @(
            @{ Name = 'plain'; Folder = 'plain' }
            @{ Name = 'with wildcard characters'; Folder = 'a[1]b' }
        ) {
            $folder = New-Item -ItemType Directory (Join-Path (Get-PSDrive TestDrive).Root $Folder) -Force
            Push-Location -LiteralPath $folder
            try { $listener = Start-SocketListener tcp://:0 -Handler { Send-SocketText $_ "$PWD" } } finally { Pop-Location }
            Invoke-Visit $listener | Should -BeExactly $folder.FullName
        }

        It 'begins in the folder of a drive that only the caller has' {
            Push-Location TestDrive:/
            try { $listener = Start-SocketListener tcp://:0 -Handler { Send-SocketText $_ "$PWD" } } finally { Pop-Location }
            Invoke-Visit $listener | Should -BeExactly (Get-PSDrive TestDrive).Root
        }

        It 'closes the client when the handler returns' {
            $listener = Start-SocketListener tcp://:0 -Handler { $null = Receive-SocketText $_ -Line }
            $client = Connect-Socket $listener
            Send-SocketText $client 'bye' -Line
            Receive-SocketByte $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
            $client.EndOfStream | Should -BeTrue
            Wait-Until { $listener.Active -eq 0 }
        }
    }

    Context '-InitializationScript' {
        It 'runs once in each runspace, before its first client' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -InitializationScript {
                $script:runs = 1 + $script:runs
                function Get-Greeting { "runs $runs" }
            } -Handler { Send-SocketText $_ (Get-Greeting) }
            1..3 | ForEach-Object { Invoke-Visit $listener } | Should -Be 'runs 1', 'runs 1', 'runs 1'
        }

        It 'has $using:' {
            $value = 'given'
            $listener = Start-SocketListener tcp://:0 -InitializationScript { $kept = $using:value } -Handler { Send-SocketText $_ $kept }
            Invoke-Visit $listener | Should -BeExactly given
        }

        It 'sets preferences that last' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -InitializationScript {
                $ErrorActionPreference = 'Continue'
                $PSDefaultParameterValues['Get-Date:Year'] = 2001
            } -Handler { Send-SocketText $_ "$ErrorActionPreference $((Get-Date).Year)" }
            1..2 | ForEach-Object { Invoke-Visit $listener } | Should -Be 'Continue 2001', 'Continue 2001'
        }

        It 'that fails is told, and no client is left waiting' {
            $listener = Start-SocketListener tcp://:0 -InitializationScript { throw 'no database' } -Handler { Send-SocketText $_ served }
            1..3 | ForEach-Object { Get-VisitEnd $listener } | ForEach-Object { $_ | Should -BeIn 'end', 'ECONNRESET', 'EPIPE' }
            Wait-Until { $listener.Active -eq 0 }
            $listener.ErrorCount | Should -BeGreaterThan 0
            $listener.Errors[0].Exception.Message | Should -BeLike '*no database*'
            $listener.Errors[0].Client | Should -BeNullOrEmpty
            $listener.State | Should -Be Listening
            Assert-StopsCleanly $listener
        }
    }

    Context 'Errors' {
        It 'ends only the client of the handler that failed' {
            $listener = Start-SocketListener tcp://:0 -Handler {
                if ((Receive-SocketText $_ -Line) -eq 'bad') { throw 'on purpose' }
                Send-SocketText $_ fine
            }
            $bad = Connect-Socket $listener
            Send-SocketText $bad 'bad' -Line
            Receive-SocketText $bad -All -TimeoutSeconds 10 | Should -BeNullOrEmpty
            Invoke-Visit $listener good | Should -BeExactly fine
            $listener.Errors.Count | Should -Be 1
            $listener.ErrorCount | Should -Be 1
            $listener.Errors[0].Exception.Message | Should -BeExactly 'on purpose'
            $listener.Errors[0].Client | Should -Be $bad.LocalEndPoint
            $listener.Errors[0].Descriptor | Should -BeGreaterThan 2
            $listener.Errors[0].Record | Should -BeOfType System.Management.Automation.ErrorRecord
            "$($listener.Errors[0])" | Should -BeExactly 'on purpose'
        }

        It 'ends with an error that is not terminating elsewhere' {
            $listener = Start-SocketListener tcp://:0 -Handler {
                Get-Item ./there-is-no-such-file
                Send-SocketText $_ 'not reached'
            }
            Get-VisitEnd $listener | Should -BeIn 'end', 'ECONNRESET'
            Wait-Until { $listener.ErrorCount -eq 1 }
            $listener.Errors[0].Record.FullyQualifiedErrorId | Should -BeExactly 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'
        }

        It 'says where in the script it happened' {
            $listener = Start-SocketListener tcp://:0 -Handler {
                $null = Receive-SocketText $_ -Line
                throw 'here'
            }
            $null = Get-VisitEnd $listener x
            Wait-Until { $listener.ErrorCount -eq 1 }
            $listener.Errors[0].Record.InvocationInfo.ScriptName | Should -BeExactly $PSCommandPath
            $listener.Errors[0].Record.InvocationInfo.Line.Trim() | Should -BeExactly "throw 'here'"
        }

        It 'keeps the last 1,000 and counts them all' {
            $listener = Start-SocketListener tcp://:0 -OnLine { throw $_ } -OnDisconnect { throw 'gone' } -ThrottleLimit 2
            $clients = foreach ($i in 1..1010) {
                if ($i % 100 -eq 0) { Wait-Until { $listener.Active -lt 50 } }
                $client = Connect-Socket $listener
                Send-SocketText $client 'x' -Line
                $client.Dispose()
            }
            Wait-Until { $listener.ErrorCount -ge 2020 }
            $listener.Errors.Count | Should -Be 1000
        }
    }

    Context 'How many at once' {
        It 'is iterative with -ThrottleLimit 1: the second client is served behind the first' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -Handler { Send-SocketText $_ (Receive-SocketText $_ -Line) }
            $first, $second = 1..2 | ForEach-Object { Connect-Socket $listener }
            Send-SocketText $second second -Line
            Receive-SocketText $second -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeExactly 'ETIMEDOUT,SocketTools.Commands.ReceiveSocketTextCommand'
            $listener.Accepted | Should -Be 1
            Send-SocketText $first first -Line
            Receive-SocketText $first -TimeoutSeconds 10 | Should -BeExactly first
            Receive-SocketText $second -TimeoutSeconds 10 | Should -BeExactly second
        }

        It 'has as many inside as the limit says, and the next waits in the backlog' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 3 -Handler {
                Send-SocketText $_ inside -Line
                $null = Receive-SocketText $_ -Line
            }
            $clients = 1..4 | ForEach-Object { Connect-Socket $listener }
            $clients[0..2] | ForEach-Object { Receive-SocketText $_ -Line -TimeoutSeconds 20 } | Should -Be inside, inside, inside
            Receive-SocketText $clients[3] -TimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeExactly 'ETIMEDOUT,SocketTools.Commands.ReceiveSocketTextCommand'
            $listener.Accepted | Should -Be 3
            $listener.Active | Should -Be 3
            Send-SocketText $clients[1] leave -Line
            Receive-SocketText $clients[3] -Line -TimeoutSeconds 20 | Should -BeExactly inside
            $listener.Accepted | Should -Be 4
        }

        It 'has 16 at once unless told otherwise' {
            $listener = Start-SocketListener tcp://:0 -Handler {
                Send-SocketText $_ inside -Line
                $null = Receive-SocketText $_ -Line
            }
            $clients = 1..17 | ForEach-Object { Connect-Socket $listener }
            $clients[0..15] | ForEach-Object { Receive-SocketText $_ -Line -TimeoutSeconds 30 | Should -BeExactly inside }
            Receive-SocketText $clients[16] -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $listener.Accepted | Should -Be 16
            Assert-StopsCleanly $listener
        }
    }

    Context 'Runspaces' {
        BeforeAll {
            $tellRunspace = {
                $null = Receive-SocketText $_ -Line
                Send-SocketText $_ "$([runspace]::DefaultRunspace.InstanceId)"
            }
        }

        It 'serve one client after another: clients that come one by one see only one' {
            $listener = Start-SocketListener tcp://:0 -Handler $tellRunspace
            $seen = 1..50 | ForEach-Object { Invoke-Visit $listener x; Wait-Until { $listener.Active -eq 0 } }
            @($seen | Select-Object -Unique).Count | Should -Be 1
            $seen[0] | Should -Not -Be ([runspace]::DefaultRunspace.InstanceId)
        }

        It 'are no more than the limit under load' {
            $listener = Start-SocketListener tcp://:0 -Handler $tellRunspace -ThrottleLimit 3
            $clients = foreach ($i in 1..60) {
                $client = Connect-Socket $listener
                Send-SocketText $client x -Line
                $client
            }
            $seen = $clients | ForEach-Object { Receive-SocketText $_ -All -Raw -TimeoutSeconds 20 }
            $seen.Count | Should -Be 60
            @($seen | Select-Object -Unique).Count | Should -BeIn 1, 2, 3
        }

        It 'are gone when the listener has stopped' {
            $before = (Get-Runspace).Count
            $listener = Start-SocketListener tcp://:0 -Handler $tellRunspace
            $null = Invoke-Visit $listener x
            (Get-Runspace).Count | Should -BeGreaterThan $before
            Stop-SocketListener $listener
            Wait-Until { (Get-Runspace).Count -le $before }
        }
    }

    Context 'Nothing of one client is seen by the next' {
        # Each leak is part of the handler's text. The first client runs it, the second looks.
        It '<Name>' -ForEach @(
            @{ Name = 'a variable'; Leak = { $kept = 'leaked' }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a global variable'; Leak = { $global:kept = 'leaked' }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a script variable'; Leak = { $script:kept = 'leaked' }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a variable of the drive'; Leak = { $variable:kept = 'leaked' }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'an item of the drive'; Leak = { Set-Content variable:kept leaked; Set-Item variable:global:kept leaked }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'Set-Variable -Scope Global'; Leak = { Set-Variable kept leaked -Scope Global }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'Set-Variable -Scope 1'; Leak = { Set-Variable kept leaked -Scope 1 }; Look = { "$kept" }; Clean = '' }
            @{ Name = '-OutVariable'; Leak = { $null = Write-Output leaked -OutVariable global:kept }; Look = { "$kept" }; Clean = '' }
            @{ Name = '-OV in capitals'; Leak = { $null = Write-Output leaked -OV global:kept }; Look = { "$kept" }; Clean = '' }
            @{ Name = '-OutVar, abbreviated'; Leak = { $null = Write-Output leaked -OutVar global:kept }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a splatted OutVariable'; Leak = { $more = @{ OutVariable = 'global:kept' }; $null = Write-Output leaked @more }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a variable that a function sets'; Leak = { function Set-It { Set-Variable kept leaked -Scope Global }; Set-It }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a variable that a script block in a string sets'; Leak = { Invoke-Expression '$global:kept = "leaked"' }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a variable set through the session state'; Leak = { $ExecutionContext.SessionState.PSVariable.Set('global:kept', 'leaked') }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a variable set by a nested PowerShell'; Leak = { $null = [powershell]::Create('CurrentRunspace').AddScript('$global:kept = 1').Invoke() }; Look = { "$kept" }; Clean = '' }
            @{ Name = 'a variable that was removed'; Leak = { Remove-Variable PSEmailServer -Scope Global }; Look = { "$(Test-Path variable:PSEmailServer)" }; Clean = 'True' }
            @{ Name = '$ErrorActionPreference'; Leak = { $ErrorActionPreference = 'Continue' }; Look = { "$ErrorActionPreference" }; Clean = 'Stop' }
            @{ Name = '$global:ErrorActionPreference'; Leak = { $global:ErrorActionPreference = 'Ignore' }; Look = { "$ErrorActionPreference" }; Clean = 'Stop' }
            @{ Name = '$global:VerbosePreference'; Leak = { $global:VerbosePreference = 'Continue' }; Look = { "$VerbosePreference" }; Clean = 'SilentlyContinue' }
            @{ Name = '$PSDefaultParameterValues'; Leak = { $PSDefaultParameterValues['Get-Date:Year'] = 1999 }; Look = { "$($PSDefaultParameterValues.Count)" }; Clean = '0' }
            @{ Name = '$LASTEXITCODE'; Leak = { $global:LASTEXITCODE = 7 }; Look = { "$LASTEXITCODE" }; Clean = '' }
            @{ Name = 'strict mode'; Leak = { Set-StrictMode -Version 3 }; Look = { "$noSuchVariable" }; Clean = '' }
            @{ Name = 'the location'; Leak = { Set-Location / }; Look = { "$PWD" }; Clean = $null }
            @{ Name = 'the location, on another drive'; Leak = { Set-Location Env: }; Look = { "$PWD" }; Clean = $null }
            @{ Name = 'the location, pushed'; Leak = { Push-Location / }; Look = { "$PWD" }; Clean = $null }
            @{ Name = '$Error'; Leak = { Write-Error 'leaked' -ErrorAction SilentlyContinue }; Look = { "$($Error.Count)" }; Clean = '0' }
            @{ Name = '$Error, of a caught one'; Leak = { try { throw 'leaked' } catch { $null } }; Look = { "$($Error.Count)" }; Clean = '0' }
            @{ Name = '$Matches'; Leak = { $null = 'leaked' -match 'l' }; Look = { "$Matches" }; Clean = '' }
            @{ Name = 'a function'; Leak = { function Get-Leak { 'leaked' } }; Look = { "$(Test-Path function:Get-Leak)" }; Clean = 'False' }
        ) {
            $handler = [scriptblock]::Create(@"
                if ((Receive-SocketText `$_ -Line) -eq 'leak') { $Leak; Send-SocketText `$Client done }
                else { Send-SocketText `$Client ($Look) }
"@)
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -Handler $handler
            Invoke-Visit $listener leak | Should -BeExactly done -Because "there were errors: $($listener.Errors)"
            $clean = $null -eq $Clean ? "$((Get-Location -PSProvider FileSystem).ProviderPath)" : $Clean
            "$(Invoke-Visit $listener look)" | Should -BeExactly $clean -Because "there were errors: $($listener.Errors)"
        }

        It 'not even of one whose handler failed' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -Handler {
                if ((Receive-SocketText $_ -Line) -eq 'leak') { $global:kept = 'leaked'; Set-Location /; throw 'on purpose' }
                Send-SocketText $_ "$kept,$PWD,$($Error.Count)"
            }
            Get-VisitEnd $listener leak | Should -BeIn end, ECONNRESET
            Invoke-Visit $listener look | Should -BeExactly ",$((Get-Location -PSProvider FileSystem).ProviderPath),0"
        }

        It 'not even of one whose handler called exit' {
            $listener = Start-SocketListener tcp://:0 -ThrottleLimit 1 -Handler {
                if ((Receive-SocketText $_ -Line) -eq 'leak') { $global:kept = 'leaked'; Set-Location /; exit 3 }
                Send-SocketText $_ "$kept,$PWD"
            }
            Get-VisitEnd $listener leak | Should -BeIn end, ECONNRESET
            Invoke-Visit $listener look | Should -BeExactly ",$((Get-Location -PSProvider FileSystem).ProviderPath)"
        }
    }

    Context 'Stopping' {
        It 'ends with the runspace that started it' {
            $own = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
            $own.Open()
            $shell = [powershell]::Create($own)
            $kept, $ended = $shell.AddScript("Import-Module '$env:SOCKETTOOLS_MODULE'; Start-SocketListener tcp://:0 -Persist { Send-SocketText `$_ served }; Start-SocketListener tcp://:0 { Send-SocketText `$_ served }").Invoke()
            Invoke-Visit $ended | Should -BeExactly served
            $own.Dispose()
            $ended.State | Should -Be Closed
            $kept.State | Should -Be Listening
            Invoke-Visit $kept | Should -BeExactly served
        }

        It 'gives every descriptor back' -Skip:(-not $IsLinux) {
            $handler = { Send-SocketText $_ (Receive-SocketText $_ -Line) }
            $visit = {
                $listener = Start-SocketListener tcp://:0 -Handler $handler -ThrottleLimit 4
                $null = 1..8 | ForEach-Object { Invoke-Visit $listener x }
                $open = 1..6 | ForEach-Object { Connect-Socket $listener }
                Wait-Until { $listener.Active -eq 4 }
                Stop-SocketListener $listener
                $open.Dispose()
            }
            & $visit
            $before = Get-OpenDescriptor
            & $visit
            Assert-DescriptorsBack $before
        }

        It 'closes the connections of its handlers' {
            $listener = Start-SocketListener tcp://:0 -Handler { Send-SocketText $_ in -Line; Start-Sleep 60 }
            $client = Connect-Socket $listener
            Receive-SocketText $client -Line -TimeoutSeconds 10 | Should -BeExactly in
            Assert-StopsCleanly $listener
            Receive-SocketByte $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
            $client.EndOfStream | Should -BeTrue
        }

        It 'removes the file of a Unix socket when the process exits' -Skip:(-not $IsLinux) {
            $path, $other = (New-SocketPath), (New-SocketPath)
            $child = Start-ObedientChild "`$a = Start-SocketListener 'unix:$path' -Handler { Start-Sleep 600 }; `$b = Start-SocketListener 'unix:$other' -Service Echo"
            $client = Connect-Socket "unix:$path"
            Test-Path $path, $other | Should -Be $true, $true
            Stop-Child $child
            Test-Path $path, $other | Should -Be $false, $false
        }
    }
}
