using System;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>A channel whose calls do not wait, and that waits between them where they say EWOULDBLOCK.</summary>
public abstract class IpcPolledChannel : IpcChannel
{
    private protected IpcPolledChannel(IpcMechanism mechanism, string? name, bool canRead, bool canWrite)
        : base(mechanism, name, canRead, canWrite)
    {
    }

    /// <summary>Receives without waiting: the bytes; 0 at the end of the stream; or the negative errno, EWOULDBLOCK for nothing yet.</summary>
    private protected abstract int ReceiveNow(Span<byte> target, SystemCallTrace? trace);

    /// <summary>Sends without waiting: how many bytes went, or the negative errno, EWOULDBLOCK for no room yet.</summary>
    private protected abstract int SendNow(ReadOnlySpan<byte> data, SystemCallTrace? trace);

    /// <summary>Waits for bytes or room until a deadline; a token ends it too.</summary>
    /// <returns>1 for try again, 0 when the time is over, or the negative errno.</returns>
    private protected abstract int WaitFor(PollEvents events, Deadline deadline, SocketWait wait);

    private protected override int ReceiveOnce(Span<byte> target, SocketWait wait)
    {
        while (true)
        {
            int count = ReceiveNow(target, wait.Trace);
            if (count >= 0)
            {
                return count;
            }

            WaitOrThrow(count, PollEvents.Read, ReceiveOperation, wait);
        }
    }

    private protected override int SendOnce(ReadOnlySpan<byte> data, SocketWait wait)
    {
        while (true)
        {
            int count = SendNow(data, wait.Trace);
            if (count >= 0)
            {
                return count;
            }

            WaitOrThrow(count, PollEvents.Write, SendOperation, wait);
        }
    }

    /// <summary>After a call that gave an error: waits where it was EWOULDBLOCK, throws where it was another, or the time is over.</summary>
    private protected void WaitOrThrow(int result, PollEvents events, string operation, SocketWait wait) =>
        WaitOrThrow(result, events, operation, wait, Deadline.After(wait.Timeout));

    /// <inheritdoc cref="WaitOrThrow(int, PollEvents, string, SocketWait)"/>
    private protected void WaitOrThrow(int result, PollEvents events, string operation, SocketWait wait, Deadline deadline)
    {
        Errno errno = (Errno)(-result);
        if (errno != Errno.EWOULDBLOCK)
        {
            throw Failure(operation, errno);
        }

        int ready = 0;
        if (wait.Timeout != TimeSpan.Zero)
        {
            ready = WaitFor(events, deadline, wait);
            wait.Stop.ThrowIfCancellationRequested();
            CheckOpen(operation);
        }

        if (ready <= 0)
        {
            throw ready < 0 ? Failure(operation, (Errno)(-ready)) : TimedOut(operation, events, wait);
        }
    }

    /// <summary>An error of the system on this channel, with what it means here.</summary>
    private protected virtual SocketCallException Failure(string operation, Errno errno) => errno == Errno.EPIPE
        ? new(operation, errno, ToTarget(), "Nobody reads from the other end") { Advice = "The reader has closed. Open it again on both sides." }
        : new(operation, errno, ToTarget());

    /// <summary>The error of a wait that ended by time.</summary>
    private protected virtual SocketCallException TimedOut(string operation, PollEvents events, SocketWait wait) => new(operation, wait.TimeoutErrno, ToTarget(),
        (wait.Timeout == TimeSpan.Zero, events == PollEvents.Write) switch
        {
            (true, true) => "It is full",
            (true, false) => null,
            (_, true) => $"It was full for {wait.Timeout.TotalSeconds:0.###} s",
            _ => $"Nothing came for {wait.Timeout.TotalSeconds:0.###} s",
        });
}
