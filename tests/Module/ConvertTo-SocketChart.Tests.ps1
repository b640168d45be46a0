BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1

    function New-Measurement([string] $Mechanism, [int] $Size, [double] $Median, [double] $Rate) {
        [SocketTools.IpcMeasurement]::new($Mechanism, $Size, $Median / 2, $Median, $Median * 2, $Rate, 0, 0, 3, 30, 30, $false, 2)
    }
    $measured = (New-Measurement Pipe 64 5 1e6), (New-Measurement Tcp 64 15 2e5), (New-Measurement EventFd 8 4 3e6), (New-Measurement Pipe 1024 6 1e8)
}

Describe 'ConvertTo-SocketChart' {
    It 'has its parameters, and writes a chart or text' {
        Assert-Parameter ConvertTo-SocketChart @(
            'InputObject: PSObject[], position 0, mandatory, pipeline', 'Label: String', 'Value: String', 'Series: String', 'Title: String', 'Unit: String'
            'Width: Int32', 'As: SocketChartFormat')
        Assert-OutputType ConvertTo-SocketChart ([SocketTools.SocketChart], [string])
    }

    It 'charts the median round trips of measurements, one bar for each size' {
        $chart = $measured | ConvertTo-SocketChart
        $chart | Should -HaveCount 1
        $chart | Should -BeOfType SocketTools.SocketChart
        $chart.Title, $chart.Unit | Should -Be 'Round trip, median', 'µs'
        $chart.Items.Label | Should -Be Pipe, Tcp, EventFd, Pipe
        $chart.Items.Series | Should -Be '64 bytes', '64 bytes', '8 bytes', '1024 bytes'
        $chart.Items.Value | Should -Be 5, 15, 4, 6
    }

    It 'charts what -Value names, and says what it is' -ForEach @(
        @{ Value = 'ThroughputBytesPerSecond'; Title = 'Throughput one way'; Unit = 'bytes/s'; First = 1e6 }
        @{ Value = 'MinimumLatencyMicroseconds'; Title = 'Round trip, least'; Unit = 'µs'; First = 2.5 }
        @{ Value = 'P99LatencyMicroseconds'; Title = 'Round trip, 99 of 100 are shorter'; Unit = 'µs'; First = 10 }
        @{ Value = 'MessagesPerSecond'; Title = 'Messages one way'; Unit = 'messages/s'; First = 15625 }
        @{ Value = 'RoundTrips'; Title = 'RoundTrips'; Unit = ''; First = 30 }
    ) {
        $chart = ConvertTo-SocketChart $measured -Value $Value
        $chart.Title, $chart.Unit, $chart.Items[0].Value | Should -Be $Title, $Unit, $First
    }

    It 'takes any objects with a name and a number, hashtables and numbers in text too' {
        $rows = [pscustomobject]@{ Name = 'a'; Size = 10 }, @{ Name = 'b'; Size = '1000' }, [ordered]@{ Name = 'c'; Size = [decimal] 3.5 }
        $chart = $rows | ConvertTo-SocketChart -Label Name -Value Size -Title 'Sizes' -Unit B
        $chart.Items | ForEach-Object { "$($_.Label)=$($_.Value)" } | Should -Be 'a=10', 'b=1000', 'c=3.5'
        $chart.Text | Should -Match '^Sizes \(B\), log scale'
        (Get-Item $PSScriptRoot/*.ps1 | Select-Object -First 3 | ConvertTo-SocketChart -Label Name -Value Length).Items.Count | Should -Be 3
    }

    It 'writes one form with -As' {
        $chart = ConvertTo-SocketChart $measured
        ConvertTo-SocketChart $measured -As Text | Should -BeExactly $chart.Text
        ConvertTo-SocketChart $measured -As Svg | Should -BeExactly $chart.Svg
        ConvertTo-SocketChart $measured -As VegaLite | Should -BeExactly $chart.VegaLite
        ([xml] $chart.Svg).svg.title | Should -BeExactly 'Round trip, median (µs)'
        ($chart.VegaLite | ConvertFrom-Json).data.values.Count | Should -Be 4
    }

    It 'is shown as its text, in 80 columns unless -Width says another' {
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try { $shown = ($measured | ConvertTo-SocketChart | Out-String -Width 120) } finally { $PSStyle.OutputRendering = $rendering }
        $shown.Trim() | Should -BeExactly ($measured | ConvertTo-SocketChart -As Text).Trim()
        foreach ($width in 40, 80, 150) {
            $longest = ($measured | ConvertTo-SocketChart -As Text -Width $width) -split "`n" | Measure-Object Length -Maximum
            $longest.Maximum | Should -BeLessOrEqual $width
            $longest.Maximum | Should -BeGreaterThan ($width - 12)
        }
        { ConvertTo-SocketChart $measured -Width 10 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'lets no name out of its place' {
        $name = "</text><script>alert(1)</script>`e[31m&`"'"
        $chart = [pscustomobject]@{ N = $name; V = 1 }, [pscustomobject]@{ N = 'b'; V = 2 } | ConvertTo-SocketChart -Label N -Value V -Title $name -Unit $name
        $chart.Svg | Should -Not -Match '<script|\e'
        ([xml] $chart.Svg).svg | Should -Not -BeNullOrEmpty
        $chart.VegaLite | Should -Not -Match '<|\e'
        ($chart.VegaLite | ConvertFrom-Json).data.values[0].label | Should -BeExactly $name
        $chart.Text | Should -Not -Match '\e'
    }

    It 'writes an error for an object that has no such property or number, and charts the others' -ForEach @(
        @{ Bad = [pscustomobject]@{ Name = 'x' } }, @{ Bad = @{ Size = 1 } }, @{ Bad = [pscustomobject]@{ Name = 'x'; Size = 'many' } }
        @{ Bad = [pscustomobject]@{ Name = 'x'; Size = $null } }, @{ Bad = [pscustomobject]@{ Name = 'x'; Size = $true } }, @{ Bad = 5 }
    ) {
        $good = [pscustomobject]@{ Name = 'a'; Size = 10 }
        $chart = $Bad, $good | ConvertTo-SocketChart -Label Name -Value Size -ErrorVariable problem -ErrorAction SilentlyContinue
        $chart.Items.Count | Should -Be 1
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.ConvertToSocketChartCommand'
        "$($problem[0].CategoryInfo.Category)" | Should -BeExactly 'InvalidArgument'
        $problem[0].TargetObject | Should -Be $Bad
    }

    It 'says once that -Label or -Value is missing, and writes nothing' -ForEach @(
        @{ Named = @{}; Missing = '-Label' }, @{ Named = @{ Label = 'Name' }; Missing = '-Value' }
    ) {
        $rows = [pscustomobject]@{ Name = 'a'; Size = 10 }, [pscustomobject]@{ Name = 'b'; Size = 20 }
        $rows | ConvertTo-SocketChart @Named -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'EINVAL,SocketTools.Commands.ConvertToSocketChartCommand'
        $problem[0].Exception.Message | Should -Match $Missing
    }

    It 'writes nothing for nothing' {
        @() | ConvertTo-SocketChart -ErrorVariable problem | Should -BeNullOrEmpty
        $problem | Should -BeNullOrEmpty
    }

    It 'completes the properties of measurements' {
        $line = 'ConvertTo-SocketChart -Value M'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be MedianLatencyMicroseconds, MinimumLatencyMicroseconds, MessagesPerSecond
        $line = 'ConvertTo-SocketChart -Series '
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be Mechanism, MessageSize, Pinned
        $line = 'Measure-IpcChannel Unix'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be Unix, UnixDatagram
    }
}
