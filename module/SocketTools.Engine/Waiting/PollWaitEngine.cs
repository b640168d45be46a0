using System;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>poll(2): for few sockets, and for systems without epoll.</summary>
internal sealed class PollWaitEngine : WaitEngine
{
    [ThreadStatic]
    private static PollTarget[]? t_targets;

    public override int Wait(ReadOnlySpan<WaitItem> items, Span<PollEvents> ready, PollEvents events, int milliseconds, SocketWait wait)
    {
        PollTarget[] targets = t_targets?.Length >= items.Length ? t_targets : t_targets = new PollTarget[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            targets[i] = new PollTarget(items[i].Channel.Handle, events);
        }

        int count;
        try
        {
            if (milliseconds == 0)
            {
                count = SystemCalls.Current.Poll(targets.AsSpan(0, items.Length), 0, default, default, wait.Trace);
            }
            else
            {
                count = WaitUntilClosed(items, targets.AsSpan(0, items.Length), milliseconds, wait);
            }

            for (int i = 0; i < items.Length; i++)
            {
                ready[i] = targets[i].Ready;
            }
        }
        catch (ObjectDisposedException)
        {
            count = 0; // Closed in between; the caller looks at each.
        }
        finally
        {
            Array.Clear(targets, 0, items.Length);
        }

        return count >= 0 ? count : throw new SocketCallException("poll", (Errno)(-count), null);
    }

    public override void Dispose()
    {
    }

    private static int WaitUntilClosed(ReadOnlySpan<WaitItem> items, Span<PollTarget> targets, int milliseconds, SocketWait wait)
    {
#pragma warning disable CA2000 // Not disposed: somebody who closes may hold the wake still, and cancelling a disposed source would throw in his Close.
        CancellationTokenSource closed = new();
#pragma warning restore CA2000
        Action wake = closed.Cancel;
        ActiveWaits.Add(wake);
        try
        {
            // A close between the caller's look and the line above did not wake; the channel tells of it, before its handle does.
            foreach (ref readonly WaitItem item in items)
            {
                if (!item.Channel.IsOpen || item.Channel.Handle.IsClosed)
                {
                    return 0;
                }
            }

            return SystemCalls.Current.Poll(targets, milliseconds, wait.Stop, closed.Token, wait.Trace);
        }
        finally
        {
            ActiveWaits.Remove(wake);
        }
    }
}
