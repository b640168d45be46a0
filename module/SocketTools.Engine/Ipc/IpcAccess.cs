namespace SocketTools;

/// <summary>What something is opened for.</summary>
public enum IpcAccess
{
    /// <summary>To receive, or to look (O_RDONLY).</summary>
    Read,
    /// <summary>To send (O_WRONLY).</summary>
    Write,
    /// <summary>For both (O_RDWR).</summary>
    ReadWrite,
}
