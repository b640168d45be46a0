namespace SocketTools;

/// <summary>What Close-IpcChannel closes.</summary>
internal interface IIpcCloseable
{
    /// <summary>Closes. EBADF when it was closed before.</summary>
    void Close(SystemCallTrace? trace);
}
