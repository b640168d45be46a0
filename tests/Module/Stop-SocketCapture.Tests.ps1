BeforeAll {
    Import-Module $env:SOCKETTOOLS_MODULE
    Import-Module $PSScriptRoot/Support/SocketToolsTest.psm1
    Import-Module $PSScriptRoot/Support/Captures.psm1
}

Describe 'Stop-SocketCapture' {
    BeforeAll { $skip = Get-CaptureHindrance }
    BeforeEach {
        if ($skip) { Set-ItResult -Skipped -Because $skip }
        $receiver = Start-SocketListener udp://:0
    }
    AfterEach {
        Close-EverySocket
        Stop-EveryCapture
    }

    It 'has its parameters, and writes packets' {
        Assert-Parameter Stop-SocketCapture 'Capture: SocketCapture[], position 0, mandatory, pipeline'
        Assert-OutputType Stop-SocketCapture ([SocketTools.SocketPacket])
    }

    It 'writes what was sent just before it' {
        foreach ($round in 1..10) {
            $capture = Start-SocketCapture -Endpoint $receiver
            Send-SocketText -Endpoint $receiver "$round"
            (Stop-SocketCapture $capture).Text | Should -Be "$round"
            "$($capture.State) $($capture.Packets) $($capture.Dropped) $($capture.Discarded)" | Should -Be 'Stopped 1 0 0'
        }
    }

    It 'takes several, from the pipeline too' {
        $captures = 1..3 | ForEach-Object { Start-SocketCapture -Endpoint $receiver -BufferSize 1MB }
        Send-SocketText -Endpoint $receiver hello
        ($captures | Stop-SocketCapture).Text | Should -Be hello, hello, hello
        Get-SocketCapture | Should -BeNullOrEmpty
    }

    It 'hands the packets out once' {
        $capture = Start-SocketCapture -Endpoint $receiver
        Stop-SocketCapture $capture | Should -BeNullOrEmpty
        Stop-SocketCapture $capture -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        Assert-SocketError $problem EBADF Stop-SocketCapture InvalidOperation $capture
    }

    It 'refuses what is no capture' {
        { Stop-SocketCapture 'lo' } | Should -Throw -ErrorId 'CannotConvertArgument*'
        { Stop-SocketCapture $null } | Should -Throw -ErrorId 'ParameterArgumentValidation*'
    }

    It 'leaves nothing behind, also behind Select-Object -First 1' {
        $before = Get-OpenDescriptor
        $capture = Start-SocketCapture -Endpoint $receiver
        'one', 'two' | Send-SocketText -Endpoint $receiver
        (Stop-SocketCapture $capture | Select-Object -First 1).Text | Should -Be one
        Assert-DescriptorsBack $before
        Get-RingCount | Should -Be 0
    }
}
