namespace SocketTools;

/// <summary>A request that failed after the connect. What had arrived of the reply is not lost.</summary>
public sealed class SocketRequestException : SocketCallException
{
    internal SocketRequestException(SocketCallException error, SocketEndpoint endpoint, byte[] received)
        : base(error.Operation, error.Errno, endpoint, Describe(error, received), error)
    {
        Received = received;
        BytesTransferred = error.BytesTransferred;
        Advice = received.Length == 0 ? error.Advice : "What arrived is in the property Received of the exception.";
    }

    /// <summary>The bytes that had arrived.</summary>
    public byte[] Received { get; }

    private static string Describe(SocketCallException error, byte[] received)
    {
        string reason = error.Detail ?? ErrnoTable.Get(error.Errno).Meaning;
        return received.Length == 0 ? reason : $"{reason}; {received.Length} bytes of the reply had arrived";
    }
}
