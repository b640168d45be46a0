BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Captures.psm1
}

Describe 'Get-SocketCapture' {
    BeforeAll { $skip = Get-CaptureHindrance }
    AfterEach { Stop-EveryCapture }

    It 'has its parameters, and writes captures' {
        Assert-Parameter Get-SocketCapture 'Interface: String, position 0'
        Assert-OutputType Get-SocketCapture ([SocketTools.SocketCapture])
    }

    It 'writes nothing where nothing runs' {
        Get-SocketCapture | Should -BeNullOrEmpty
        Get-SocketCapture lo | Should -BeNullOrEmpty
    }

    It 'lists what runs, the oldest first, also of other runspaces' {
        if ($skip) { Set-ItResult -Skipped -Because $skip; return }
        $first = Start-SocketCapture -Port 1 -BufferSize 1MB
        $second = Start-SocketCapture any -Port 2 -BufferSize 1MB
        $listed = Get-SocketCapture
        $listed.Count | Should -Be 2
        [object]::ReferenceEquals($listed[0], $first) | Should -BeTrue
        [object]::ReferenceEquals($listed[1], $second) | Should -BeTrue
        Wait-Background (Start-Background { (Get-SocketCapture).Interface }) | Should -Be lo, any
        (Get-SocketCapture A*).Interface | Should -Be any
        $null = Stop-SocketCapture $first
        (Get-SocketCapture).Interface | Should -Be any
    }
}
