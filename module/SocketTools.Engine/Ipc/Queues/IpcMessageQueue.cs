using System;
using System.Collections.Generic;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>A queue of messages in the kernel. What one call sends, one call receives, whole; the queue has a limit, and no end of a stream.</summary>
/// <remarks>A queue that this process made is removed when it is closed. Messages in it go with it.</remarks>
[Formatting.TypeFormatterSource]
public abstract class IpcMessageQueue : IpcPolledChannel
{
    private const int LargestBlock = 64 * 1024 * 1024;

    // Taken from the kernel and not returned, because they were too long for who asked: in the order in which they came. Of POSIX there is one at most, for the next call takes it.
    private readonly List<IpcMessage> _kept = [];
    private int _keptAt;
    private byte[] _block = [];

    private protected IpcMessageQueue(string? name, bool canRead, bool canWrite)
        : base(IpcMechanism.MessageQueue, name, canRead, canWrite)
    {
    }

    /// <summary>Messages that the queue holds before a sender waits; null where the limit is one of bytes (<see cref="MaximumBytes"/>).</summary>
    public int? MaximumMessages { get; private protected init; }

    /// <summary>Bytes that the queue holds before a sender waits; null where the limit is one of messages.</summary>
    public long? MaximumBytes { get; private protected init; }

    /// <summary>Bytes that one message may have.</summary>
    public int MessageSize { get; private protected init; }

    /// <summary>Whether it is one of System V.</summary>
    public bool IsSystemV => this is IpcSystemVQueue;

    /// <summary>Messages in the queue now; null when it is closed or gone.</summary>
    public abstract int? Messages { get; }

    /// <inheritdoc/>
    public override bool KeepsBoundaries => true;

    /// <summary>The priority or type to send with. Who has the turn of sending sets it.</summary>
    private protected long SendMark { get; private set; }

    /// <summary>The priority or type of the message that came. Who has the turn of receiving sets it.</summary>
    private protected long ReceivedMark { get; set; }

    /// <summary>The type to receive; 0 for any.</summary>
    private protected long Wanted { get; private set; }

    /// <summary>Bytes that stand before those of the message where it is received.</summary>
    private protected virtual int HeaderSize => 0;

    private protected abstract IpcMessage Message(byte[] bytes);

    /// <summary>One message. It waits until there is one.</summary>
    /// <param name="maximum">The bytes it may have.</param>
    /// <param name="type">System V: a type; 0 for any; a negative one for the lowest type up to its amount (msgop(2)). 0 for a POSIX queue.</param>
    /// <param name="wait">How long to wait.</param>
    /// <exception cref="SocketCallException">EMSGSIZE: it has more bytes, and the next call gives it. ETIMEDOUT, EWOULDBLOCK; EIDRM: the queue was removed; EBADF.</exception>
    public IpcMessage ReceiveMessage(int maximum, long type, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        ReadOnlySpan<byte> bytes = Next(type, wait, out IpcMessage? kept);
        return bytes.Length <= maximum ? kept ?? Message(bytes.ToArray()) : throw Keep(bytes, kept, Errno.EMSGSIZE, maximum);
    }

    /// <inheritdoc/>
    public override int Receive(Span<byte> target, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        ReadOnlySpan<byte> bytes = Next(0, wait, out IpcMessage? kept);
        if (bytes.Length > target.Length)
        {
            throw Keep(bytes, kept, Errno.EMSGSIZE, target.Length);
        }

        bytes.CopyTo(target);
        return bytes.Length;
    }

    /// <summary>The bytes of one message.</summary>
    /// <inheritdoc cref="ReceiveMessage"/>
    public override byte[]? Receive(int maximum, SocketWait wait) => Receive(maximum, 0, wait);

    /// <inheritdoc cref="ReceiveMessage"/>
    public byte[] Receive(int maximum, long type, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        ReadOnlySpan<byte> bytes = Next(type, wait, out IpcMessage? kept);
        return bytes.Length <= maximum ? kept?.Byte ?? bytes.ToArray() : throw Keep(bytes, kept, Errno.EMSGSIZE, maximum);
    }

    /// <summary>One message of exactly so many bytes; another stays for the next call.</summary>
    /// <exception cref="SocketCallException">EMSGSIZE: it has more. ENODATA: it has fewer. And those of <see cref="ReceiveMessage"/>.</exception>
    public override byte[] ReceiveExactly(int count, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        ReadOnlySpan<byte> bytes = Next(0, wait, out IpcMessage? kept);
        return bytes.Length == count ? kept?.Byte ?? bytes.ToArray() : throw Keep(bytes, kept, bytes.Length > count ? Errno.EMSGSIZE : Errno.ENODATA, count);
    }

    /// <summary>A queue has no end.</summary>
    /// <exception cref="SocketCallException">EOPNOTSUPP.</exception>
    public override byte[]? ReceiveAll(int maximumLength, SocketWait wait) =>
        throw new SocketCallException(ReceiveOperation, Errno.EOPNOTSUPP, ToTarget(), "A queue has no end to receive to") { Advice = "Leave -All out, and receive message by message." };

    /// <summary>Sends one message with priority 0, or of type 1.</summary>
    /// <inheritdoc cref="SendMessage"/>
    public override void Send(ReadOnlySpan<byte> data, SocketWait wait) => SendMessage(data, null, wait);

    /// <summary>Sends one message, waiting while the queue is full.</summary>
    /// <param name="data">The bytes; there may be none.</param>
    /// <param name="mark">The priority of POSIX, from 0 to 32767; the type of System V, from 1. Null for 0, or 1.</param>
    /// <param name="wait">How long to wait.</param>
    /// <exception cref="SocketCallException">EMSGSIZE: longer than <see cref="MessageSize"/>. ETIMEDOUT, EWOULDBLOCK: full. EINVAL; EIDRM; EBADF.</exception>
    public void SendMessage(ReadOnlySpan<byte> data, long? mark, SocketWait wait)
    {
        using Turn turn = EnterSending(wait);
        if (data.Length > MessageSize)
        {
            throw new SocketCallException(SendOperation, Errno.EMSGSIZE, ToTarget(), $"The message has {data.Length} bytes, and the queue takes {MessageSize}")
            {
                Advice = SizeAdvice,
            };
        }

        SendMark = CheckMark(mark);
        Deadline deadline = Deadline.After(wait.Timeout);
        while (SendNow(data, wait.Trace) is var result and < 0)
        {
            WaitOrThrow(result, PollEvents.Write, SendOperation, wait, deadline);
        }

        CountSent(data.Length);
    }

    /// <summary>What to do about a message that is too long.</summary>
    private protected abstract string SizeAdvice { get; }

    /// <summary>The priority or type to send with.</summary>
    private protected abstract long CheckMark(long? mark);

    private protected override SocketCallException TimedOut(string operation, PollEvents events, SocketWait wait) => events == PollEvents.Write
        ? new(operation, wait.TimeoutErrno, ToTarget(), wait.Timeout == TimeSpan.Zero ? "The queue is full" : $"The queue was full for {wait.Timeout.TotalSeconds:0.###} s")
        {
            Advice = "Receive from it, or raise -TimeoutSeconds (-1 waits for ever).",
        }
        : base.TimedOut(operation, events, wait);

    // The next message: one that was kept, or one of the kernel in the block, which is the caller's until it gives its turn back.
    private ReadOnlySpan<byte> Next(long type, SocketWait wait, out IpcMessage? kept)
    {
        kept = TakeKept(type);
        if (kept is not null)
        {
            return kept.Byte;
        }

        Wanted = type;
        _block = _block.Length == 0 ? new byte[HeaderSize + MessageSize] : _block;
        Deadline deadline = Deadline.After(wait.Timeout);
        int count;
        while ((count = ReceiveNow(_block, wait.Trace)) < 0)
        {
            if (count == -(int)Errno.E2BIG && _block.Length < LargestBlock)
            {
                _block = new byte[Math.Min(_block.Length * 2, LargestBlock)]; // It was sent while the limit of System V was higher.
                continue;
            }

            WaitOrThrow(count, PollEvents.Read, ReceiveOperation, wait, deadline);
        }

        CountReceived(count);
        return _block.AsSpan(HeaderSize, count);
    }

    // The next call that asks for its type gives it.
    private SocketCallException Keep(ReadOnlySpan<byte> bytes, IpcMessage? kept, Errno errno, int asked)
    {
        if (kept is null)
        {
            _kept.Add(Message(bytes.ToArray()));
        }
        else
        {
            _kept.Insert(_keptAt, kept);
        }

        return new SocketCallException(ReceiveOperation, errno, ToTarget(), $"The message has {bytes.Length} bytes, and {asked} were asked for")
        {
            Advice = "Raise -Count, or leave it out. The message is still in the channel.",
            BytesTransferred = bytes.Length,
        };
    }

    // As msgrcv(2) chooses: the oldest, the oldest of a type, or of the types up to an amount the oldest of the lowest.
    private IpcMessage? TakeKept(long type)
    {
        int found = -1;
        for (int i = 0; i < _kept.Count; i++)
        {
            long? mark = _kept[i].MessageType;
            if (type == 0 || mark == type || (mark <= -type && (found < 0 || mark < _kept[found].MessageType)))
            {
                found = i;
                if (type >= 0)
                {
                    break;
                }
            }
        }

        if (found < 0)
        {
            return null;
        }

        IpcMessage message = _kept[_keptAt = found];
        _kept.RemoveAt(found);
        return message;
    }
}
