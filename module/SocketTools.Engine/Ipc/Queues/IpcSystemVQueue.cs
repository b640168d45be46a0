using System;
using SocketTools.Calls;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>A message queue of System V (sysvipc(7), msgop(2)): messages with a type, by which a receiver chooses. Linux.</summary>
/// <remarks>
/// It is known by a number, its identifier, and has no descriptor, so that poll(2) cannot wait for it. A wait looks again and again, at most 10
/// milliseconds apart: it ends at once by a stop, and takes next to no time of a processor.
/// </remarks>
public sealed unsafe class IpcSystemVQueue : IpcMessageQueue
{
    private const int FirstPause = 1; // milliseconds
    private const int LongestPause = 10;

    private readonly IpcOwnership? _owned;
    private byte[] _sendBlock = [];
    private int _receivePause = FirstPause;
    private int _sendPause = FirstPause;

    private IpcSystemVQueue(int identifier, int key, bool made)
        : base(null, true, true)
    {
        Identifier = identifier;
        Key = key;
        MessageSize = IpcQueueLimits.SystemVSize;
        _owned = made ? Own(identifier) : null;
        MaximumBytes = Status()?.MaximumBytes;
        OpenIpc.Add(this);
    }

    /// <summary>The number by which the kernel knows the queue, the same in every process.</summary>
    public int Identifier { get; }

    /// <summary>The key by which others find it; 0 (IPC_PRIVATE) for one that only its identifier tells.</summary>
    public int Key { get; }

    /// <summary>Whether this process made it, and removes it with this object.</summary>
    public bool IsOwner => _owned is not null;

    /// <inheritdoc/>
    public override int? Messages => IsOpen ? Status()?.Messages : null;

    private protected override string ReceiveOperation => "msgrcv";

    private protected override string SendOperation => "msgsnd";

    private protected override string SizeAdvice => "Send less at a time, or have the administrator raise /proc/sys/kernel/msgmax.";

    private protected override int HeaderSize => sizeof(long);

    /// <summary>Makes a queue with mode 0600.</summary>
    /// <param name="key">A number to find it by; 0 (IPC_PRIVATE) for none.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EEXIST, ENOSPC, ENOMEM; EOPNOTSUPP where there are none.</exception>
    public static IpcSystemVQueue Create(int key, SystemCallTrace? trace = null) => Get(key, made: true, trace);

    /// <summary>Finds a queue by its key.</summary>
    /// <exception cref="SocketCallException">ENOENT, EACCES; EINVAL: 0 finds none; EOPNOTSUPP where there are none.</exception>
    public static IpcSystemVQueue Open(int key, SystemCallTrace? trace = null) => key != IpcNumbers.IPC_PRIVATE ? Get(key, made: false, trace)
        : throw new SocketCallException("msgget", Errno.EINVAL, key, "No queue is found by the key 0, which is IPC_PRIVATE") { Advice = "Give another -Key, or the -Identifier." };

    /// <summary>The queue with an identifier.</summary>
    /// <exception cref="SocketCallException">EINVAL: there is none; EACCES; EOPNOTSUPP where there are none.</exception>
    public static IpcSystemVQueue FromIdentifier(int identifier, SystemCallTrace? trace = null)
    {
        IpcPlatform.NeedLinux("msgctl", identifier, "message queues");
        byte* status = stackalloc byte[StatusSize];
        int result = Libc.ControlQueue(identifier, IpcNumbers.IPC_STAT, status);
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("msgctl", $"{identifier}, IPC_STAT, {{...}}", result, errno));
        return result == 0 ? new IpcSystemVQueue(identifier, *(int*)status, made: false)
            : throw new SocketCallException("msgctl", errno, identifier, errno == Errno.EINVAL ? "There is no queue with that identifier" : null)
            {
                Advice = Advise(errno),
            };
    }

    /// <summary>The identifier in a line.</summary>
    public override string ToString() => $"MessageQueue {Identifier}";

    private static IpcSystemVQueue Get(int key, bool made, SystemCallTrace? trace)
    {
        IpcPlatform.NeedLinux("msgget", key, "message queues");
        int flags = made ? IpcNumbers.IPC_CREAT | IpcNumbers.IPC_EXCL | (int)IpcNumbers.OwnerOnly : 0;
        int identifier = Libc.GetMessageQueue(key, flags);
        Errno errno = identifier < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("msgget", $"{(key == 0 ? "IPC_PRIVATE" : $"0x{key:x}")}, {(made ? "IPC_CREAT|IPC_EXCL|0600" : "0")}", identifier, errno));
        return identifier >= 0 ? new IpcSystemVQueue(identifier, key, made) : throw new SocketCallException("msgget", errno, key, errno switch
        {
            Errno.EEXIST => "There is a queue of that key",
            Errno.ENOENT => "There is no queue of that key",
            Errno.ENOSPC => "There are as many queues as /proc/sys/kernel/msgmni allows",
            _ => null,
        })
        {
            Advice = Advise(errno),
        };
    }

    private static string Advise(Errno errno) => errno switch
    {
        Errno.EEXIST => "Open the one that is there with -Open, choose another -Key, or remove it with Remove-IpcResource.",
        Errno.ENOENT => "Check the key (Get-IpcResource lists them), or leave -Open out to make it.",
        Errno.EINVAL => "Check the identifier; Get-IpcResource lists them.",
        Errno.ENOSPC => "Remove queues (Get-IpcResource, Remove-IpcResource), or have the administrator raise /proc/sys/kernel/msgmni.",
        _ => IpcName.Advise(errno, "New-IpcMessageQueue"),
    };

    private protected override IpcMessage Message(byte[] bytes) => new(bytes, null, ReceivedMark);

    private protected override long CheckMark(long? mark) => mark is null or > 0 ? mark ?? 1
        : throw new SocketCallException(SendOperation, Errno.EINVAL, ToTarget(), "A type is a number from 1") { Advice = "Give another -MessageType." };

    private protected override int ReceiveNow(Span<byte> target, SystemCallTrace? trace)
    {
        int room = target.Length - sizeof(long);
        int count;
        fixed (byte* pointer = target)
        {
            do
            {
                count = Result(Libc.ReceiveFromQueue(Identifier, pointer, room, (nint)Wanted, IpcNumbers.IPC_NOWAIT));
                Shown(trace, count, _receivePause)?.Invoke(Record("msgrcv", count < 0 ? $"{Identifier}, NULL, {room}, {Wanted}, IPC_NOWAIT"
                    : $"{Identifier}, {{{*(long*)pointer}, {CallText.Data(target.Slice(sizeof(long), count))}}}, {room}, {Wanted}, IPC_NOWAIT", count));
            }
            while (count == -(int)Errno.EINTR);

            ReceivedMark = *(long*)pointer;
        }

        _receivePause = count >= 0 ? FirstPause : _receivePause;
        return count == -(int)Errno.ENOMSG ? -(int)Errno.EWOULDBLOCK : count;
    }

    private protected override int SendNow(ReadOnlySpan<byte> data, SystemCallTrace? trace)
    {
        if (_sendBlock.Length < sizeof(long) + data.Length)
        {
            _sendBlock = new byte[sizeof(long) + data.Length];
        }

        data.CopyTo(_sendBlock.AsSpan(sizeof(long)));
        int result;
        fixed (byte* pointer = _sendBlock)
        {
            *(long*)pointer = SendMark;
            do
            {
                result = Result(Libc.SendToQueue(Identifier, pointer, data.Length, IpcNumbers.IPC_NOWAIT));
                Shown(trace, result, _sendPause)?.Invoke(Record("msgsnd", $"{Identifier}, {{{SendMark}, {CallText.Data(data)}}}, {data.Length}, IPC_NOWAIT", result));
            }
            while (result == -(int)Errno.EINTR);
        }

        _sendPause = result >= 0 ? FirstPause : _sendPause;
        return result;
    }

    // One look after each pause; a pause is longer after each that was for nothing.
    private protected override int WaitFor(PollEvents events, Deadline deadline, SocketWait wait)
    {
        ref int pause = ref events == PollEvents.Write ? ref _sendPause : ref _receivePause;
        bool over = deadline.Passed;
        if (!over)
        {
            IpcDescriptor.Pause(deadline.RemainingAtMost(pause), wait.Stop, Closing);
        }

        over |= wait.Stop.IsCancellationRequested || !IsOpen;
        pause = over ? FirstPause : Math.Min(pause * 2, LongestPause);
        return over ? 0 : 1;
    }

    private const int StatusSize = 256;

    // struct msqid_ds of 64-bit systems: struct ipc_perm has 48 bytes, then come three times, and at 72 bytes there, messages and most bytes.
    private (int Messages, long MaximumBytes)? Status()
    {
        byte* status = stackalloc byte[StatusSize];
        return Libc.ControlQueue(Identifier, IpcNumbers.IPC_STAT, status) == 0 ? ((int)*(long*)(status + 80), *(long*)(status + 88)) : null;
    }

    private static IpcOwnership Own(int identifier) => new(trace =>
    {
        int result = Libc.ControlQueue(identifier, IpcNumbers.IPC_RMID, null);
        trace?.Invoke(new("msgctl", $"{identifier}, IPC_RMID, NULL", result, result < 0 ? LibcNumbers.LastErrno() : Errno.None));
    });

    // After the queue was removed the number means nothing.
    private protected override SocketCallException Failure(string operation, Errno errno) => errno is Errno.EINVAL or Errno.EIDRM
        ? new(operation, Errno.EIDRM, ToTarget(), "The queue was removed")
        : base.Failure(operation, errno);

    private protected override void Release(SystemCallTrace? trace) => _owned?.Remove(trace);

    // Of the looks of one wait only the first is shown, and the last.
    private static SystemCallTrace? Shown(SystemCallTrace? trace, int result, int pause) =>
        pause == FirstPause || result is not (-(int)Errno.ENOMSG or -(int)Errno.EWOULDBLOCK) ? trace : null;

    private static int Result(nint result) => result >= 0 ? (int)result : -(int)LibcNumbers.LastErrno();

    private static SystemCallRecord Record(string name, string arguments, int result) =>
        result >= 0 ? new(name, arguments, result, Errno.None) : new(name, arguments, -1, (Errno)(-result));
}
