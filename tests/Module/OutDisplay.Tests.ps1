# Out-Display in notebooks that are run without a notebook host, and what is shown better than as text.
BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Notebooks.psm1
}

Describe 'Out-Display' {
    AfterEach { Close-EverySocket }

    It 'shows <Name>' -ForEach @(
        @{ Name = 'a string as text, never as HTML'; Code = '"<b>&" | Out-Display'; MimeType = 'text/html'; Content = '<pre>&lt;b&gt;&amp;</pre>' }
        @{ Name = 'svg as it is'; Code = '"<svg/>" | Out-Display -MimeType image/svg+xml'; MimeType = 'image/svg+xml'; Content = '<svg/>' }
        @{ Name = 'another type as it is'; Code = 'Out-Display "a: 1" text/x-yaml'; MimeType = 'text/x-yaml'; Content = 'a: 1' }
        @{ Name = 'plain text'; Code = 'Out-Display "<b>" text/plain'; MimeType = 'text/plain'; Content = '<b>' }
        @{ Name = 'a hashtable as JSON'; Code = '@{ a = 1 } | Out-Display -MimeType application/json'; MimeType = 'application/json'; Content = "{`n  `"a`": 1`n}" }
        @{ Name = 'a number'; Code = '42 | Out-Display'; MimeType = 'text/html'; Content = '<pre>42</pre>' }
        @{ Name = 'null'; Code = '$null | Out-Display'; MimeType = 'text/html'; Content = '<pre>&lt;null&gt;</pre>' }
    ) {
        $cell = Invoke-Cell $Code
        $cell.Errors | Should -BeNullOrEmpty
        $cell.Displays.Count | Should -Be 1
        $cell.Displays[0].MimeType | Should -BeExactly $MimeType
        $cell.Displays[0].Content.ReplaceLineEndings("`n") | Should -BeExactly $Content
        $cell.Output | Should -BeExactly ''
    }

    It 'refuses markdown of a string, as the host does' {
        $cell = Invoke-Cell '"*x*" | Out-Display -MimeType text/markdown; "goes on"'
        $cell.Status | Should -Be 'Failed'
        $cell.Errors[0].FullyQualifiedErrorId | Should -Match '^EOPNOTSUPP,'
    }

    It 'makes a table of any objects, escaped' {
        $html = (Invoke-Cell ', @([pscustomobject]@{ a = "<i>"; b = 1 }, [pscustomobject]@{ a = 2; b = @(1, 2) }) | Out-Display').Displays[0].Content
        $html | Should -Match '<th[^>]*>a</th><th[^>]*>b</th>'
        $html | Should -Match '&lt;i&gt;'
        $html | Should -Match '>1, 2</td>'
        $html | Should -Not -Match '<i>'
    }

    It 'makes a table of a hashtable' {
        (Invoke-Cell '@{ k = "v" } | Out-Display').Displays[0].Content | Should -Match '>k</td><td[^>]*>v</td>'
    }

    It 'is known as od, and passes on what it showed with -PassThru' {
        $cell = Invoke-Cell '(1 | od -PassThru).MimeType'
        $cell.Output | Should -BeExactly "text/html`n"
        $cell.Displays.Count | Should -Be 1
    }

    It 'is not there outside of notebooks' {
        Get-Command Out-Display, Out-SocketNotebookCell -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'shows an array of sockets as one table, wrapped or typed' {
        $cell = Invoke-Cell '$pair = New-SocketPair; , $pair | Out-Display; , [SocketTools.SocketChannel[]]$pair | Out-Display -MimeType text/markdown'
        $cell.Errors | Should -BeNullOrEmpty
        $cell.Displays.MimeType | Should -Be "text/html", "text/markdown"
        [regex]::Matches($cell.Displays[0].Content, '<tr>').Count | Should -Be 3
        $cell.Displays[1].Content.TrimEnd().Split("`n").Count | Should -Be 4
    }

    It 'shows addresses that are simply written each as a table with its title' {
        $out = Join-Path (Get-PSDrive TestDrive).Root 'addresses.ipynb'
        $null = Invoke-SocketNotebook (New-Notebook 'ConvertTo-SocketAddress tcp://127.0.0.1:1; ConvertTo-SocketAddress tcp://127.0.0.1:2') -OutFile $out
        $html = (Get-Content $out -Raw | ConvertFrom-Json).cells[0].outputs.data.'text/html' -join ''
        [regex]::Matches($html, '<table').Count | Should -Be 2
        [regex]::Matches($html, 'sockaddr_in, ').Count | Should -Be 2
    }

    It 'has the words of the console: <Name>' -Skip:(-not $IsLinux) -ForEach @(
        @{ Name = 'an end of a pipe for a child'; Code = '$pipe = New-IpcPipe -ForChild Reader; $pipe.Reader'; Word = '(inherited)' }
        @{ Name = 'a System V queue'; Code = '$q = New-IpcMessageQueue -SystemV; $q'; Word = 'System V' }
    ) {
        $out = Join-Path (Get-PSDrive TestDrive).Root 'words.ipynb'
        $cell = Invoke-SocketNotebook (New-Notebook $Code) -OutFile $out
        $cell.Output | Should -BeLike "*$Word*"
        (Get-Content $out -Raw | ConvertFrom-Json).cells[0].outputs.data.'text/html' -join '' | Should -BeLike "*$Word*"
    }

    It 'shows sockets that are simply written as a table of the page and as the table of a console' {
        $out = Join-Path (Get-PSDrive TestDrive).Root 'rich.ipynb'
        $cell = Invoke-SocketNotebook (New-Notebook '$a = New-Socket; $a; New-Socket; "between"; $a; Close-Socket $a') -OutFile $out
        $cell.Output | Should -Match '(?s)FD Protocol.*Unconnected.*Unconnected.*between.*Unconnected'
        $outputs = (Get-Content $out -Raw | ConvertFrom-Json).cells[0].outputs
        $outputs.output_type | Should -Be 'display_data', 'stream', 'display_data'
        [regex]::Matches(($outputs[0].data.'text/html' -join ''), '<tr>').Count | Should -Be 3
        $outputs[0].data.'text/plain' -join '' | Should -Match 'FD Protocol'
        # As it was when it was written, and not as it is when the cell ends.
        $outputs[2].data.'text/html' -join '' | Should -Match 'Unconnected'
    }
}

Describe 'What is more than a table' {
    AfterEach { Close-EverySocket }

    It 'is a picture: a sequence of packets' {
        $cell = Invoke-Cell 'ConvertTo-SocketSequence -Sample CharServer | Out-Display; ConvertTo-SocketSequence -Sample Refused'
        $cell.Status | Should -Be 'Ok'
        $cell.Displays[0].MimeType | Should -Be 'image/svg+xml'
        $cell.Displays[0].Content | Should -Match '(?s)^<svg.*ESTABLISHED.*</svg>\s*$'
        $cell.Displays[0].Text | Should -Match 'ESTABLISHED'
        $cell.Output | Should -Match 'RST'
    }

    It 'is one picture each: two sequences behind each other, which no viewer shows as one svg' {
        $out = Join-Path (Get-PSDrive TestDrive).Root 'two.ipynb'
        $cell = Invoke-SocketNotebook (New-Notebook '$two = (ConvertTo-SocketSequence -Sample CharServer), (ConvertTo-SocketSequence -Sample Refused); $two; , $two | Out-Display') -OutFile $out
        $outputs = @((Get-Content $out -Raw | ConvertFrom-Json).cells[0].outputs)
        $outputs[0..1] | ForEach-Object { [xml] ($_.data.'image/svg+xml' -join '') | Should -Not -BeNullOrEmpty }
        $cell.Displays[-1].MimeType | Should -Be 'text/html'
        [regex]::Matches($cell.Displays[-1].Content, '<svg').Count | Should -Be 2
    }

    It 'is a picture: a chart' {
        $cell = Invoke-Cell '@{ Label = "<a>"; Value = 1 }, @{ Label = "b"; Value = 100 } | ForEach-Object { [pscustomobject] $_ } | ConvertTo-SocketChart -Value Value -Label Label | Out-Display'
        $cell.Errors | Should -BeNullOrEmpty
        $cell.Displays[0].MimeType | Should -Be 'image/svg+xml'
        $cell.Displays[0].Content | Should -Match '&lt;a&gt;'
    }

    It 'is one table: the layers of a packet, which have different types' {
        $cell = Invoke-Cell ', (ConvertTo-SocketSequence -Sample CharServer).Steps[0].Packet.Layers | Out-Display'
        $cell.Displays.Count | Should -Be 1
        [regex]::Matches($cell.Displays[0].Content, '<table').Count | Should -Be 1
        $cell.Displays[0].Content | Should -Match '(?s)>Network<.*>Transport<'
    }
}

Describe 'Tables of notebooks' {
    BeforeDiscovery {
        Import-Module $env:SOCKETTOOLS_MODULE
        $types = [SocketTools.SocketRichOutput]::Types | ForEach-Object { @{ Type = $_.FullName } }
    }

    It 'have the columns of the view of <Type>' -ForEach $types {
        $views = [xml](Get-Content (Join-Path (Split-Path $env:SOCKETTOOLS_MODULE) 'module/Views/SocketTools.Format.ps1xml') -Raw)
        # What is abstract has the view of what is made of it.
        $names = @($Type) + @(([type] $Type).Assembly.GetExportedTypes() | Where-Object BaseType -EQ ([type] $Type) | ForEach-Object FullName)
        $view = $names | ForEach-Object { $views.SelectSingleNode("//View[ViewSelectedBy/TypeName='$_']/TableControl") } | Select-Object -First 1
        $formats = [SocketTools.SocketRichOutput].Assembly.GetType('SocketTools.Formatting.RichFormats').GetProperty('All').GetValue($null)
        $format = $formats[([type] $Type)]
        if (-not $view -or -not $format.PSObject.Properties['Columns']) {
            Set-ItResult -Skipped -Because "$Type is no table in one of them"
            return
        }
        $format.Columns.Item1 | Should -Be @($view.TableHeaders.TableColumnHeader | ForEach-Object Label)
        $format.Columns.Item2 | Should -Be @($view.TableHeaders.TableColumnHeader | ForEach-Object { $_.SelectSingleNode('Alignment')?.InnerText -eq 'Right' })
    }
}
