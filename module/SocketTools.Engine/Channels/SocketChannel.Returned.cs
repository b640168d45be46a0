using System;
using System.Collections.Generic;

namespace SocketTools;

public sealed partial class SocketChannel
{
    // Null or not empty. It has a lock of its own, and not the turn of receiving: what nobody took is kept also while another thread waits for the next datagram.
    private readonly object _returnLock = new();
    private volatile Queue<SocketDatagram>? _returned;

    private bool HasReturned => _returned is not null;

    /// <summary>Puts datagrams back that were received and that nobody took; the next receive gives them first.</summary>
    internal void Return(ReadOnlySpan<SocketDatagram> datagrams)
    {
        Queue<SocketDatagram> queue = new(datagrams.Length);
        foreach (SocketDatagram datagram in datagrams)
        {
            queue.Enqueue(datagram);
        }

        lock (_returnLock)
        {
            if (queue.Count == 0 || !IsOpen)
            {
                return;
            }

            foreach (SocketDatagram later in _returned ?? [])
            {
                queue.Enqueue(later);
            }

            ReceiveBuffer.CountOther(_returned is null ? 1 : 0);
            _returned = queue;
        }
    }

    // The caller has the turn of receiving, and has seen that there are some.
    private int TakeReturned(Span<SocketDatagram> target, bool peek)
    {
        lock (_returnLock)
        {
            if (peek)
            {
                target[0] = _returned!.Peek();
                return 1;
            }

            int count = 0;
            while (count < target.Length && _returned!.TryDequeue(out SocketDatagram? datagram))
            {
                target[count++] = datagram;
            }

            ForgetReturned();
            return count;
        }
    }

    // For receives that know nothing of datagrams: one, cut to the room there is, as the kernel does.
    private int TakeReturned(Span<byte> target, bool peek)
    {
        lock (_returnLock)
        {
            byte[] bytes = (peek ? _returned!.Peek() : _returned!.Dequeue()).Byte;
            ForgetReturned();
            int count = Math.Min(bytes.Length, target.Length);
            bytes.AsSpan(0, count).CopyTo(target);
            return count;
        }
    }

    // Nobody can receive them any more.
    private void DropReturned()
    {
        lock (_returnLock)
        {
            _returned?.Clear();
            ForgetReturned();
        }
    }

    private void ForgetReturned()
    {
        if (_returned is { Count: 0 })
        {
            _returned = null;
            ReceiveBuffer.CountOther(-1);
        }
    }
}
