using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Calls;

/// <summary>epoll(7), level-triggered.</summary>
internal sealed unsafe class EpollReadinessSet : ReadinessSet
{
    // struct epoll_event is packed on x86-64 only (epoll_ctl(2)).
    private static readonly bool s_packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int s_size = s_packed ? 12 : 16;
    private static readonly int s_dataOffset = s_packed ? 4 : 8;

    private readonly object _lock = new();
    private readonly int _epoll;
    private readonly WakeDescriptor _wake;
    private byte[] _events = [];
    private readonly bool _made; // false while the constructor may still throw
    private bool _disposed;

    public EpollReadinessSet()
    {
        _epoll = Libc.EpollCreate(LibcNumbers.EPOLL_CLOEXEC);
        if (_epoll < 0)
        {
            throw new SocketCallException("epoll_create1", LibcNumbers.LastErrno(), null);
        }

        try
        {
            _wake = WakeDescriptor.Rent();
        }
        catch
        {
            Libc.Close(_epoll);
            throw;
        }

        byte* change = stackalloc byte[16];
        Write(change, (uint)LibcNumbers.POLLIN, WakeKey);
        Check(Libc.EpollControl(_epoll, LibcNumbers.EPOLL_CTL_ADD, _wake.Descriptor, change));
        _made = true;
    }

    // A set that a thread keeps for its next wait goes with the thread, and nobody disposes it.
    ~EpollReadinessSet()
    {
        if (_made)
        {
            Dispose();
        }
    }

    /// <summary>True when a signal ended the last wait (EINTR).</summary>
    public bool Interrupted { get; private set; }

    public override void Add(SafeSocketHandle handle, int key, PollEvents events, bool once = false) =>
        Control(LibcNumbers.EPOLL_CTL_ADD, handle, key, events, once);

    public override void Change(SafeSocketHandle handle, int key, PollEvents events, bool once = false) =>
        Control(LibcNumbers.EPOLL_CTL_MOD, handle, key, events, once);

    public override void Remove(SafeSocketHandle handle, int key) =>
        Control(LibcNumbers.EPOLL_CTL_DEL, handle, key, PollEvents.None, once: false);

    public override int Wait(Span<Readiness> ready, int milliseconds)
    {
        if (_events.Length < ready.Length * s_size)
        {
            _events = GC.AllocateUninitializedArray<byte>(ready.Length * s_size, pinned: true);
        }

        int count;
        Interrupted = false;
        fixed (byte* events = _events)
        {
            count = Libc.EpollWait(_epoll, events, ready.Length, milliseconds);
            if (count < 0)
            {
                Errno errno = LibcNumbers.LastErrno();
                Interrupted = errno == Errno.EINTR;
                return Interrupted ? 0 : throw new SocketCallException("epoll_wait", errno, null);
            }

            for (int i = 0; i < count; i++)
            {
                byte* one = events + (i * s_size);
                uint got = *(uint*)one;
                int key = (int)*(long*)(one + s_dataOffset);
                PollEvents told = PollEvents.None;
                told |= (got & LibcNumbers.POLLIN) != 0 ? PollEvents.Read : PollEvents.None;
                told |= (got & LibcNumbers.POLLOUT) != 0 ? PollEvents.Write : PollEvents.None;
                told |= (got & LibcNumbers.POLLPRI) != 0 ? PollEvents.Priority : PollEvents.None;
                told |= (got & (LibcNumbers.POLLERR | LibcNumbers.POLLHUP)) != 0 ? PollEvents.Read | PollEvents.Error : PollEvents.None;
                ready[i] = new Readiness(key, told);
                if (key == WakeKey)
                {
                    _wake.Clear();
                }
            }
        }

        return count;
    }

    public override void Wake()
    {
        lock (_lock)
        {
            // Once it is given back the descriptor wakes somebody else.
            if (!_disposed)
            {
                _wake.Signal();
            }
        }
    }

    public override void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                Libc.Close(_epoll);
                _wake.Return();
            }
        }

        GC.SuppressFinalize(this);
    }

    private static void Write(byte* change, uint events, long key)
    {
        *(uint*)change = events;
        *(long*)(change + s_dataOffset) = key;
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new SocketCallException("epoll_ctl", LibcNumbers.LastErrno(), null);
        }
    }

    private void Control(int operation, SafeSocketHandle handle, int key, PollEvents events, bool once)
    {
        uint wanted = ((events & PollEvents.Read) != 0 ? (uint)LibcNumbers.POLLIN : 0)
            | ((events & PollEvents.Write) != 0 ? (uint)LibcNumbers.POLLOUT : 0)
            | ((events & PollEvents.Priority) != 0 ? (uint)LibcNumbers.POLLPRI : 0)
            | (once ? LibcNumbers.EPOLLONESHOT : 0);
        byte* change = stackalloc byte[16];
        Write(change, wanted, key);
        lock (_lock)
        {
            if (!_disposed)
            {
                Check(Libc.EpollControl(_epoll, operation, handle, change));
            }
        }
    }
}
