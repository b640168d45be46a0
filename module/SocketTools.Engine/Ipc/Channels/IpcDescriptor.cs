using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using SocketTools.Calls;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>A descriptor that is no socket. Its number stays this file's as long as a call is made on it.</summary>
internal sealed class IpcDescriptor : SafeHandleMinusOneIsInvalid
{
    public IpcDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    public int Number => (int)handle;

    /// <summary>poll(2) until something can be read or written, or the other side has gone, so that the next call tells.</summary>
    /// <param name="events">What to wait for.</param>
    /// <param name="milliseconds">-1 without end.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="closed">Ends it too.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <returns>1, 0 after the time or when a token fired, or the negative errno.</returns>
    public int Poll(PollEvents events, int milliseconds, CancellationToken stop, CancellationToken closed, SystemCallTrace? trace)
    {
        bool added = false;
        try
        {
            DangerousAddRef(ref added);
            return Poll(Number, events, milliseconds, stop, closed, trace);
        }
        finally
        {
            if (added)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>Waits for a time, or until a token fires.</summary>
    public static void Pause(int milliseconds, CancellationToken stop, CancellationToken closed) =>
        Poll(-1, PollEvents.None, milliseconds, stop, closed, null); // poll(2) passes over a negative descriptor.

    private static unsafe int Poll(int fd, PollEvents events, int milliseconds, CancellationToken stop, CancellationToken closed, SystemCallTrace? trace)
    {
        WakeDescriptor? wake = null;
        CancellationTokenRegistration onStop = default;
        CancellationTokenRegistration onClosed = default;
        try
        {
            Libc.PollFd* fds = stackalloc Libc.PollFd[2];
            fds[0] = new() { Fd = fd, Events = ToNative(events) };
            if (milliseconds != 0 && (stop.CanBeCanceled || closed.CanBeCanceled))
            {
                wake = WakeDescriptor.Rent();
                fds[1] = new() { Fd = wake.Descriptor, Events = LibcNumbers.POLLIN };
                onStop = wake.WakeOn(stop);
                onClosed = wake.WakeOn(closed);
            }

            return Wait(fds, wake is null ? 1u : 2u, milliseconds, trace);
        }
        finally
        {
            onStop.Dispose();
            onClosed.Dispose();
            wake?.Return();
        }
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;

    private static unsafe int Wait(Libc.PollFd* fds, uint count, int milliseconds, SystemCallTrace? trace)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        while (true)
        {
            int remaining = milliseconds < 0 ? -1 : deadline.Remaining;
            int result = Libc.Poll(fds, count, remaining);
            Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
            int ready = result < 0 ? -(int)errno : fds[0].Revents != 0 ? 1 : 0;
            string name = fds[0].Events == LibcNumbers.POLLOUT ? "POLLOUT" : "POLLIN";
            trace?.Invoke(new("poll", $"[{{fd={fds[0].Fd}, events={name}}}], 1, {remaining}", Math.Max(ready, -1), errno));
            if (errno != Errno.EINTR)
            {
                return ready;
            }
        }
    }

    private static short ToNative(PollEvents events) => (short)(
        ((events & PollEvents.Read) != 0 ? LibcNumbers.POLLIN : 0) | ((events & PollEvents.Write) != 0 ? LibcNumbers.POLLOUT : 0));
}
