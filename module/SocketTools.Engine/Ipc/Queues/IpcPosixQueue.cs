using System;
using SocketTools.Calls;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>A message queue of POSIX (mq_overview(7)): messages with a priority, the highest first, and among equals the oldest. Linux.</summary>
/// <remarks>The descriptor is an open file of its own, so that it can be non-blocking; poll(2) waits for it.</remarks>
public sealed unsafe class IpcPosixQueue : IpcMessageQueue
{
    private const int HighestPriority = 32767; // MQ_PRIO_MAX less one

    private readonly IpcDescriptor _handle;
    private readonly IpcOwnership? _owned;

    private IpcPosixQueue(IpcDescriptor handle, string name, IpcAccess access, Librt.QueueAttributes attributes, bool made)
        : base(name, access != IpcAccess.Write, access != IpcAccess.Read)
    {
        _handle = handle;
        Descriptor = handle.Number;
        MaximumMessages = (int)attributes.MaximumMessages;
        MessageSize = (int)attributes.MessageSize;
        _owned = made ? IpcOwnership.OfName("mq_unlink", name, IpcFileStatus.Of(handle), Look, Librt.UnlinkQueue) : null;
        OpenIpc.Add(this);
    }

    /// <summary>Whether this process made it, and removes it with this object.</summary>
    public bool IsOwner => _owned is not null;

    /// <inheritdoc/>
    public override int? Messages
    {
        get
        {
            Librt.QueueAttributes attributes;
            return IsOpen && Librt.GetAttributes(_handle, &attributes) == 0 ? (int)attributes.Messages : null;
        }
    }

    private protected override string ReceiveOperation => "mq_receive";

    private protected override string SendOperation => "mq_send";

    private protected override string SizeAdvice => "Send less at a time, or make the queue with a larger -MessageSize.";

    /// <summary>Makes a queue with mode 0600.</summary>
    /// <param name="name">/name.</param>
    /// <param name="messages">Messages that it holds; null for the default of the system.</param>
    /// <param name="size">Bytes that a message may have; null for the default of the system.</param>
    /// <param name="access">What to open it for.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EEXIST; EINVAL: the name, or more than the limits of the system; EMFILE, ENOSPC; EOPNOTSUPP where there are none.</exception>
    public static IpcPosixQueue Create(string name, int? messages, int? size, IpcAccess access, SystemCallTrace? trace = null)
    {
        Librt.QueueAttributes attributes = new() { MaximumMessages = messages ?? IpcQueueLimits.DefaultMessages, MessageSize = size ?? IpcQueueLimits.DefaultSize };
        return Open(name, access, &attributes, trace);
    }

    /// <summary>Opens a queue that is there, whoever made it.</summary>
    /// <exception cref="SocketCallException">ENOENT, EACCES; EINVAL: the name; EMFILE; EOPNOTSUPP where there are none.</exception>
    public static IpcPosixQueue Open(string name, IpcAccess access, SystemCallTrace? trace = null) => Open(name, access, null, trace);

    private static IpcPosixQueue Open(string name, IpcAccess access, Librt.QueueAttributes* make, SystemCallTrace? trace)
    {
        IpcPlatform.NeedLinux("mq_open", name, "message queues");
        IpcName.Check("mq_open", name);
        int flags = (int)access | LibcNumbers.O_NONBLOCK | LibcNumbers.O_CLOEXEC | (make is null ? 0 : IpcNumbers.O_CREAT | IpcNumbers.O_EXCL);
        int fd = Librt.OpenQueue(name, flags, IpcNumbers.OwnerOnly, make);
        Errno errno = fd < 0 ? LibcNumbers.LastErrno() : Errno.None;
        string shown = access switch { IpcAccess.Read => "O_RDONLY", IpcAccess.Write => "O_WRONLY", _ => "O_RDWR" };
        trace?.Invoke(new("mq_open", $"\"{name}\", {shown}|O_NONBLOCK|O_CLOEXEC" + (make is null ? ""
            : $"|O_CREAT|O_EXCL, 0600, {{mq_flags=0, mq_maxmsg={make->MaximumMessages}, mq_msgsize={make->MessageSize}, mq_curmsgs=0}}"), fd, errno));
        if (fd < 0)
        {
            (string? detail, string? advice) = make is null ? default : IpcQueueLimits.Explain(errno, (int)make->MaximumMessages, (int)make->MessageSize);
            throw new SocketCallException("mq_open", errno, name, detail ?? (errno == Errno.EEXIST ? "There is a queue of that name" : null))
            {
                Advice = advice ?? IpcName.Advise(errno, "New-IpcMessageQueue"),
            };
        }

        IpcDescriptor handle = new(fd);
        Librt.QueueAttributes attributes;
        _ = Librt.GetAttributes(handle, &attributes); // On a descriptor of a queue it does not fail.
        return new IpcPosixQueue(handle, name, access, attributes, make is not null);
    }

    private protected override IpcMessage Message(byte[] bytes) => new(bytes, (int)ReceivedMark, null);

    private protected override long CheckMark(long? mark) => mark is null or (>= 0 and <= HighestPriority) ? mark ?? 0
        : throw new SocketCallException(SendOperation, Errno.EINVAL, ToTarget(), $"A priority is from 0 to {HighestPriority}") { Advice = "Give another -Priority." };

    private protected override int ReceiveNow(Span<byte> target, SystemCallTrace? trace)
    {
        if (Wanted != 0)
        {
            throw new SocketCallException(ReceiveOperation, Errno.EOPNOTSUPP, ToTarget(), "Messages of a POSIX queue have priorities, not types") { Advice = "Leave -MessageType out." };
        }

        uint priority = 0;
        int count;
        fixed (byte* pointer = target)
        {
            do
            {
                count = Result(Librt.Receive(_handle, pointer, target.Length, &priority));
                trace?.Invoke(Record("mq_receive", $"{Descriptor}, {CallText.Data(target[..Math.Max(count, 0)])}, {target.Length}, [{priority}]", count));
            }
            while (count == -(int)Errno.EINTR);
        }

        ReceivedMark = priority;
        return count;
    }

    private protected override int SendNow(ReadOnlySpan<byte> data, SystemCallTrace? trace)
    {
        int result;
        fixed (byte* pointer = data)
        {
            do
            {
                result = Result(Librt.Send(_handle, pointer, data.Length, (uint)SendMark));
                trace?.Invoke(Record("mq_send", $"{Descriptor}, {CallText.Data(data)}, {data.Length}, {SendMark}", result));
            }
            while (result == -(int)Errno.EINTR);
        }

        return result;
    }

    private protected override int WaitFor(PollEvents events, Deadline deadline, SocketWait wait) =>
        _handle.Poll(events, deadline.Remaining, wait.Stop, Closing, wait.Trace);

    private protected override void Release(SystemCallTrace? trace)
    {
        _owned?.Remove(trace); // While the number is still ours: another queue of that name is told by its inode.
        _handle.Dispose();
        trace?.Invoke(new("mq_close", $"{Descriptor}", 0, Errno.None));
    }

    private static IpcFileStatus? Look(string name)
    {
        int descriptor = Librt.OpenQueue(name, IpcNumbers.O_RDONLY | LibcNumbers.O_CLOEXEC, 0, null);
        if (descriptor < 0)
        {
            return null;
        }

        using IpcDescriptor there = new(descriptor);
        return IpcFileStatus.Of(there);
    }

    private static int Result(nint result) => result >= 0 ? (int)result : -(int)LibcNumbers.LastErrno();

    private static SystemCallRecord Record(string name, string arguments, int result) =>
        result >= 0 ? new(name, arguments, result, Errno.None) : new(name, arguments, -1, (Errno)(-result));
}
