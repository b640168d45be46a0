using System;
using System.Collections.Generic;
using System.Threading;

namespace SocketTools;

/// <summary>Closes the connections of a listener on which nothing has gone either way for a time.</summary>
/// <remarks>It looks now and then at the counters of each connection, so that sending and receiving need not read a clock.</remarks>
internal sealed class IdleSweep : IDisposable
{
    private readonly SocketListener _listener;
    private readonly TimeSpan _limit;
    private readonly Timer _timer;
    private readonly Dictionary<SocketChannel, (long Bytes, long Since)> _seen = [];

    public IdleSweep(SocketListener listener, TimeSpan limit)
    {
        _listener = listener;
        _limit = limit;
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds / 4, 10, 1000));
        _timer = new Timer(static state => ((IdleSweep)state!).Sweep(), this, period, period);
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        // A sweep that takes longer than the period must not run twice at once.
        if (!Monitor.TryEnter(_seen))
        {
            return;
        }

        try
        {
            long now = Environment.TickCount64;
            foreach (SocketChannel channel in _listener.Connections)
            {
                long bytes = channel.BytesReceived + channel.BytesSent;
                if (!_seen.TryGetValue(channel, out (long Bytes, long Since) last) || last.Bytes != bytes)
                {
                    _seen[channel] = (bytes, now);
                }
                else if (now - last.Since >= _limit.TotalMilliseconds)
                {
                    _seen.Remove(channel);
                    channel.Abandon(new SocketCallException("recv", Errno.ETIMEDOUT, channel.ToTarget(), $"The connection was idle for {_limit.TotalSeconds:0.###} s")
                    {
                        Advice = "Raise -IdleTimeoutSeconds of the listener.",
                    });
                }
            }

            foreach (SocketChannel channel in _seen.Keys)
            {
                if (!channel.IsOpen)
                {
                    _seen.Remove(channel);
                }
            }
        }
        finally
        {
            Monitor.Exit(_seen);
        }
    }
}
