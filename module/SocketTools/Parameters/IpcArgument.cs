using System.Management.Automation;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>
/// Whatever a person gives for something that carries bytes: a channel of any kind, a pipe, shared memory, a socket, or an object that has one as its
/// property Channel. Binding never fails; what carries none is an error when the cmdlet runs.
/// </summary>
public sealed class IpcArgument
{
    /// <summary>Keeps what was given.</summary>
    public IpcArgument(object value) => Value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>What was given.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string? ToString() => Value.ToString();

    /// <summary>Where to send to.</summary>
    internal IByteChannel ToSender(int? priority, long? type, long? offset) => Inner switch
    {
        IpcPosixQueue queue when type is null && offset is null => priority is null ? queue : new IpcQueueSide(queue, priority, 0),
        IpcSystemVQueue queue when priority is null && offset is null => type is null ? queue : new IpcQueueSide(queue, type, 0),
        IpcSharedMemory memory when priority is null && type is null => new IpcMemoryWindow(memory, offset ?? 0),
        _ when priority is not null => throw Without("write", "-Priority", "Only a POSIX message queue has priorities"),
        _ when type is not null => throw Without("write", "-MessageType", "Only a System V message queue has types"),
        _ when offset is not null => throw Without("write", "-Offset", "Only shared memory has offsets"),
        IpcPipe pipe => pipe.Writer,
        var other => Plain(other, "write"),
    };

    /// <summary>Where to receive from.</summary>
    internal IByteChannel ToReceiver(long? type, long? offset) => Inner switch
    {
        IpcSystemVQueue queue when offset is null => type is null ? queue : new IpcQueueSide(queue, null, type.Value),
        IpcSharedMemory memory when type is null => new IpcMemoryWindow(memory, offset ?? 0),
        _ when type is not null => throw Without("read", "-MessageType", "Only a System V message queue has types"),
        _ when offset is not null => throw Without("read", "-Offset", "Only shared memory has offsets"),
        IpcPipe pipe => pipe.Reader,
        var other => Plain(other, "read"),
    };

    /// <summary>The queue to take whole messages from.</summary>
    internal IpcMessageQueue ToQueue(long? type) => Inner switch
    {
        IpcSystemVQueue queue => queue,
        IpcPosixQueue queue when type is null => queue,
        IpcPosixQueue => throw Without("mq_receive", "-MessageType", "Only a System V message queue has types"),
        _ => throw Without("read", "-AsMessage", "Only a message queue has messages"),
    };

    /// <summary>Closes it.</summary>
    internal void Close(SystemCallTrace? trace)
    {
        if (Inner is IIpcCloseable closeable)
        {
            closeable.Close(trace);
        }
        else
        {
            Socket("close").Close(trace: trace);
        }
    }

    // An object that only has a channel, such as a row of another command, stands for that.
    private object Inner => Value is IByteChannel or IIpcCloseable or string ? Value
        : PSObject.AsPSObject(Value).Properties["Channel"]?.Value switch
        {
            PSObject { BaseObject: IIpcCloseable inner } => inner,
            IIpcCloseable inner => inner,
            _ => Value,
        };

    private IByteChannel Plain(object inner, string operation) => inner as IByteChannel ?? (inner is IpcFifo
        ? throw new SocketCallException(operation, Errno.ENOTCONN, Value, "A FIFO carries bytes when it is open at both ends")
        {
            Advice = "Open this end with Connect-IpcFifo, and send or receive on what it writes.",
        }
        : Socket(operation));

    private SocketChannel Socket(string operation)
    {
        try
        {
            return new ChannelArgument(Value).ToChannel();
        }
        catch (SocketCallException e) when (e.Errno == Errno.ENOTSOCK)
        {
            throw new SocketCallException(operation, Errno.EINVAL, Value, "It carries no bytes")
            {
                Advice = "Give what New-IpcPipe, Connect-IpcFifo, New-IpcMessageQueue or New-IpcSharedMemory wrote, or a socket.",
            };
        }
    }

    private SocketCallException Without(string operation, string parameter, string detail) =>
        new(operation, Errno.EOPNOTSUPP, Value, detail) { Advice = $"Leave {parameter} out." };
}
