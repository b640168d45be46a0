@{
    # The one source of the version: build.ps1 hands it to the compiler and to the package.
    ModuleVersion        = '0.1.0'
    GUID                 = 'b140b847-55e3-4d2d-9447-5f60855e6f57'
    Author               = 'SocketTools contributors'
    CompanyName          = 'SocketTools contributors'
    Copyright            = '(c) 2026 SocketTools contributors. MIT licence.'
    Description          = 'The socket interface as cmdlets: stream and datagram sockets of the Internet and Unix domains, call by call, with servers in the background, messages, files and one-shot requests; packet capture with sequence diagrams; pipes, queues, shared memory, semaphores and signals beside them, measured; notebooks without a host. Objects in and objects out.'

    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.4'

    RootModule           = 'bin/SocketTools.dll'
    FormatsToProcess     = @('module/Views/SocketTools.Format.ps1xml')
    TypesToProcess       = @('module/Views/SocketTools.Types.ps1xml')

    # By name, never by pattern, so that command discovery need not load the assembly.
    CmdletsToExport      = @(
        'New-Socket'
        'New-SocketPair'
        'Set-SocketAddress'
        'Start-SocketListener'
        'Receive-SocketConnection'
        'Connect-Socket'
        'Disconnect-Socket'
        'Close-Socket'
        'Get-Socket'
        'Get-SocketListener'
        'Receive-SocketListener'
        'Stop-SocketListener'
        'Send-SocketByte'
        'Receive-SocketByte'
        'Send-SocketText'
        'Receive-SocketText'
        'Receive-SocketDatagram'
        'Add-SocketMembership'
        'Remove-SocketMembership'
        'Invoke-SocketRequest'
        'Enter-Socket'
        'Send-SocketFile'
        'Receive-SocketFile'
        'Send-SocketMessage'
        'Receive-SocketMessage'
        'Send-SocketDescriptor'
        'Receive-SocketDescriptor'
        'Get-SocketConnection'
        'Invoke-SocketNotebook'
        'Wait-Socket'
        'ConvertTo-SocketAddress'
        'ConvertFrom-SocketAddress'
        'ConvertTo-NetworkOrder'
        'ConvertFrom-NetworkOrder'
        'Resolve-SocketEndpoint'
        'Get-SocketService'
        'Get-SocketInterface'
        'Get-SocketAddressFamily'
        'Get-SocketType'
        'Get-SocketProtocol'
        'Test-SocketPort'
        'Get-SocketOption'
        'Set-SocketOption'
        'Get-SocketStatistic'
        'Get-SocketTcpInfo'
        'Start-SocketCapture'
        'Get-SocketCapture'
        'Stop-SocketCapture'
        'Export-SocketCapture'
        'Import-SocketCapture'
        'ConvertTo-SocketSequence'
        'New-IpcPipe'
        'New-IpcFifo'
        'Connect-IpcFifo'
        'New-IpcMessageQueue'
        'New-IpcSharedMemory'
        'Send-IpcByte'
        'Receive-IpcByte'
        'Close-IpcChannel'
        'Measure-IpcChannel'
        'New-IpcSemaphore'
        'Lock-IpcSemaphore'
        'Unlock-IpcSemaphore'
        'Send-IpcSignal'
        'Register-IpcSignal'
        'Wait-IpcSignal'
        'Get-IpcResource'
        'Remove-IpcResource'
        'ConvertTo-SocketChart'
    )
    AliasesToExport      = @(
        'Bind-Socket'
        'Accept-Socket'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()

    PrivateData          = @{
        PSData = @{
            Tags         = @('Socket', 'Network', 'TCP', 'UDP', 'Datagram', 'Multicast', 'Unix', 'IPC', 'Listener', 'Server', 'Client', 'Notebook', 'Linux', 'MacOS', 'Windows')
            ReleaseNotes = 'See CHANGELOG.md in the module folder.'
        }
    }
}
