using System;
using System.Buffers;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>A connection in a <see cref="ServiceLoop"/>. The loop's thread alone touches it.</summary>
internal sealed class ServiceConnection(ServiceLoop loop, SocketChannel channel, int key)
{
    private byte[]? _pending;
    private int _start;
    private int _end;

    public SocketChannel Channel => channel;

    public int Key => key;

    /// <summary>True when nothing waits to be sent, and the connection lives.</summary>
    public bool IsDrained => _pending is null && !IsEnding && !IsBroken;

    /// <summary>True when it closes as soon as everything has been sent.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>True when the peer is gone.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Somebody else closes the channel; the loop gives its turns back.</summary>
    public CancellationTokenRegistration OnClosing { get; set; }

    /// <summary>Sends, or keeps what the kernel does not take now. While something is kept the loop reads no more from the peer.</summary>
    public void Send(ReadOnlySpan<byte> data)
    {
        int sent = _pending is null ? SendNow(data) : 0;
        if (sent < data.Length && !IsBroken)
        {
            Keep(data[sent..]);
        }
    }

    /// <summary>Sends what was kept. True when all of it has gone.</summary>
    public bool Flush()
    {
        if (_pending is null)
        {
            return true;
        }

        _start += SendNow(_pending.AsSpan(_start, _end - _start));
        if (_start < _end && !IsBroken)
        {
            return false;
        }

        Drop();
        return true;
    }

    public void CloseWhenSent() => IsEnding = true;

    /// <summary>Gives its memory back.</summary>
    public void Drop()
    {
        if (_pending is not null)
        {
            ArrayPool<byte>.Shared.Return(_pending);
            _pending = null;
        }
    }

    private int SendNow(ReadOnlySpan<byte> data)
    {
        int count = loop.Calls.Send(channel.Handle, data, MessageFlags.None, null);
        if (count >= 0)
        {
            channel.CountSent(count);
            channel.Recorder?.Moved(outgoing: true, data[..count]);
            return count;
        }

        IsBroken |= count != -(int)Errno.EWOULDBLOCK;
        return 0;
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        int kept = _end - _start;
        byte[] room = ArrayPool<byte>.Shared.Rent((_pending is null ? 0 : kept) + data.Length);
        if (_pending is null)
        {
            kept = 0;
        }
        else
        {
            _pending.AsSpan(_start, kept).CopyTo(room);
            ArrayPool<byte>.Shared.Return(_pending);
        }

        data.CopyTo(room.AsSpan(kept));
        (_pending, _start, _end) = (room, 0, kept + data.Length);
    }
}
