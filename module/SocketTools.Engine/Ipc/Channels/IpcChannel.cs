using System;
using System.Threading;

namespace SocketTools;

/// <summary>
/// An open way to talk that is no socket: one end of a pipe or a FIFO, a message queue, a ring in shared memory. It has the verbs of a
/// <see cref="SocketChannel"/>. One thread may receive while another sends; further ones wait their turn.
/// </summary>
/// <remarks>
/// Every method that waits takes a <see cref="SocketWait"/> and throws <see cref="SocketCallException"/> for errors of the system,
/// <see cref="OperationCanceledException"/> when it is stopped. The registry of open channels keeps it alive until it is closed.
/// </remarks>
[Formatting.TypeFormatterSource]
public abstract partial class IpcChannel : IDisposable, IByteChannel, IIpcCloseable
{
    private readonly CancellationTokenSource _closing = new();
    private int _closed;
    private long _bytesSent;
    private long _bytesReceived;
    private volatile bool _endSeen;
    private volatile bool _brokenSeen;

    private protected IpcChannel(IpcMechanism mechanism, string? name, bool canRead, bool canWrite)
    {
        Mechanism = mechanism;
        Name = name;
        CanRead = canRead;
        CanWrite = canWrite;
    }

    /// <summary>What kind of thing carries the bytes.</summary>
    public IpcMechanism Mechanism { get; }

    /// <summary>The path, or the /name; null for what has none.</summary>
    public string? Name { get; }

    /// <summary>The descriptor's number; -1 where there is none, as for queues of System V. It stays as it was after the channel is closed.</summary>
    public int Descriptor { get; private protected init; } = -1;

    /// <summary>Whether this end receives.</summary>
    public bool CanRead { get; }

    /// <summary>Whether this end sends.</summary>
    public bool CanWrite { get; }

    /// <summary>Bytes handed to the kernel, or put into the memory.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes taken, those still in the buffer included.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Bytes that arrived and were not yet returned.</summary>
    public int Buffered => _buffer.Count;

    /// <summary>True when all writers have gone and everything that came before has been returned.</summary>
    public bool EndOfStream => _endSeen && _buffer.Count == 0;

    /// <summary>Whether what one call sends is what one call receives.</summary>
    public virtual bool KeepsBoundaries => false;

    /// <summary>Where the channel stands.</summary>
    public IpcChannelState State => _closed != 0 ? IpcChannelState.Closed : EndOfStream || _brokenSeen ? IpcChannelState.Ended : IpcChannelState.Open;

    internal bool IsOpen => _closed == 0;

    /// <summary>Fires when the channel is being closed, before what it holds goes.</summary>
    internal CancellationToken Closing => _closing.Token;

    /// <summary>The call that receives, for errors: read, mq_receive.</summary>
    private protected virtual string ReceiveOperation => "read";

    /// <summary>The call that sends, for errors.</summary>
    private protected virtual string SendOperation => "write";

    /// <summary>Receives once: from 1 byte on, waiting while there is none; 0 at the end of the stream. The caller has the turn.</summary>
    private protected abstract int ReceiveOnce(Span<byte> target, SocketWait wait);

    /// <summary>Sends once: from 1 byte on, waiting while there is no room. The caller has the turn.</summary>
    private protected abstract int SendOnce(ReadOnlySpan<byte> data, SocketWait wait);

    /// <summary>Lets go of what the channel holds. Called once; who is still in a call a second after it was ended keeps alive what it uses.</summary>
    private protected abstract void Release(SystemCallTrace? trace);

    /// <summary>Closes. Whoever waits on the channel gets EBADF. What this process made by name is removed.</summary>
    /// <exception cref="SocketCallException">EBADF: it was closed before.</exception>
    public void Close(SystemCallTrace? trace = null)
    {
        if (!TryClose(trace))
        {
            throw new SocketCallException("close", Errno.EBADF, ToTarget());
        }
    }

    /// <summary>Closes, if it was not closed before.</summary>
    public void Dispose()
    {
        TryClose(null);
        GC.SuppressFinalize(this);
    }

    /// <summary>Mechanism, descriptor and name in a line.</summary>
    public override string ToString() => Name ?? (Descriptor < 0 ? $"{Mechanism}" : $"{Mechanism} [{Descriptor}]");

    /// <summary>What errors name.</summary>
    internal object ToTarget() => (object?)Name ?? this;

    internal void CheckOpen(string operation)
    {
        if (!IsOpen)
        {
            throw new SocketCallException(operation, Errno.EBADF, ToTarget(), "The channel is closed") { Advice = "Open a new one." };
        }
    }

    private bool TryClose(SystemCallTrace? trace)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        // Those who wait leave first.
        _closing.Cancel();
        bool receiving = _receiveGate.Wait(TimeSpan.FromSeconds(1));
        bool sending = _sendGate.Wait(TimeSpan.FromSeconds(1));
        Release(trace);
        _buffer.Skip(receiving ? _buffer.Count : 0); // Nobody can receive it any more.
        if (receiving)
        {
            _receiveGate.Release();
        }

        if (sending)
        {
            _sendGate.Release();
        }

        OpenIpc.Remove(this);
        return true;
    }
}
