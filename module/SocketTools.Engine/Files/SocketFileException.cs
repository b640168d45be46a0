using System;

namespace SocketTools;

/// <summary>A transfer that failed for its file, and not for the socket.</summary>
public sealed class SocketFileException : SocketCallException
{
    internal SocketFileException(string operation, Errno errno, string path, string? detail = null, Exception? inner = null)
        : base(operation, errno, path, detail, inner)
    {
    }
}
