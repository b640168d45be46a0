using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>
/// One process's end of a mechanism, for messages of one size. Its calls are the bare ones of the C library, and they block; <see cref="Interrupt"/> from another thread
/// lets go of them, once the other process is gone.
/// </summary>
internal abstract unsafe class MeasuredEnd : IDisposable
{
    private volatile bool _interrupted;
    private long _done;

    private protected MeasuredEnd(int size)
    {
        Size = size;
        Message = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(size, 64), 64);
        new Span<byte>(Message, size).Fill(0x5A);
    }

    /// <summary>Bytes of a message.</summary>
    public int Size { get; }

    /// <summary>How many messages may be under way one way; 0 where the mechanism itself sees to it that none is lost.</summary>
    public virtual int Window => 0;

    /// <summary>How far the loop that runs is. For those who watch it.</summary>
    public long Done => System.Threading.Volatile.Read(ref _done);

    /// <summary>What is sent, and what was received last.</summary>
    protected byte* Message { get; }

    /// <summary>Takes over the descriptors, also where this throws: the one to receive with and the one to send with, the same for what goes both ways.</summary>
    public static MeasuredEnd Open(IpcMechanism mechanism, int size, bool first, ReadOnlySpan<int> descriptors) => mechanism switch
    {
        IpcMechanism.SharedMemory => RingEnd.Open(size, first, descriptors[0]),
        IpcMechanism.EventFd => new EventEnd(descriptors[0], descriptors[1]),
        IpcMechanism.MessageQueue => new QueueEnd(size, descriptors[0], descriptors[1]),
        _ => new DescriptorEnd(mechanism, size, descriptors[0], descriptors[^1]),
    };

    public abstract void Send();

    public abstract void Receive();

    /// <summary>Ends the wait of another thread in <see cref="Send"/> or <see cref="Receive"/>. The other process is gone.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        LetGo();
    }

    public void Dispose()
    {
        Close();
        NativeMemory.AlignedFree(Message);
    }

    /// <summary>Sends so many messages, and waits for the one that says that all have come.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Produce(long count)
    {
        int half = Window / 2;
        long credit = half == 0 ? long.MaxValue : half * 2L;
        for (long i = 0; i < count; i++)
        {
            if (i == credit)
            {
                Receive();
                credit += half;
            }

            Send();
            Step(i);
        }

        Receive();
    }

    /// <summary>The other side of <see cref="Produce"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Consume(long count)
    {
        int half = Window / 2;
        long credit = half == 0 ? long.MaxValue : half;
        for (long i = 1; i <= count; i++)
        {
            Receive();
            if (i == credit)
            {
                credit += half;
                if (credit < count)
                {
                    Send();
                }
            }
        }

        Send();
    }

    /// <summary>Sends a message and waits for it to come back, so often; the ticks that each took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PingPong(Span<long> ticks)
    {
        long before = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < ticks.Length; i++)
        {
            Send();
            Receive();
            long after = System.Diagnostics.Stopwatch.GetTimestamp();
            ticks[i] = after - before;
            before = after;
            Step(i);
        }
    }

    /// <summary>The other side of <see cref="PingPong"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Echo(long count)
    {
        for (long i = 0; i < count; i++)
        {
            Receive();
            Send();
        }
    }

    /// <summary>Sends a message that is not like the others, and looks whether it comes back.</summary>
    public virtual void Check()
    {
        Span<byte> message = new(Message, Size);
        for (int i = 0; i < Size; i++)
        {
            message[i] = (byte)(i * 7);
        }

        Send();
        message.Clear();
        Receive();
        for (int i = 0; i < Size; i++)
        {
            if (message[i] != (byte)(i * 7))
            {
                throw new SocketCallException("read", Errno.EBADMSG, null, $"Byte {i} of the message came back as another");
            }
        }
    }

    /// <summary>Ends a wait, by whatever the mechanism has for it.</summary>
    protected abstract void LetGo();

    protected abstract void Close();

    /// <summary>After a call that failed: returns where it is to be made again.</summary>
    private protected void CheckRetry(string operation)
    {
        Errno errno = LibcNumbers.LastErrno();
        if (errno != Errno.EINTR || _interrupted)
        {
            throw new SocketCallException(operation, errno, null);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(long index)
    {
        System.Threading.Volatile.Write(ref _done, _done + 1);
        if (_interrupted)
        {
            throw new SocketCallException("read", Errno.EPIPE, null, $"The other process has gone, after {index} messages");
        }
    }
}
