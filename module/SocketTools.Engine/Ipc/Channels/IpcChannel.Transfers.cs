using System;
using System.Threading;

namespace SocketTools;

public abstract partial class IpcChannel
{
    private readonly SemaphoreSlim _receiveGate = new(1);
    private readonly SemaphoreSlim _sendGate = new(1);
    private readonly ReceiveBuffer _buffer = new();

    /// <summary>What one read gives, into memory of the caller; 0 at the end of the stream.</summary>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK, EBADF.</exception>
    public virtual int Receive(Span<byte> target, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        return _buffer.Count > 0 ? _buffer.Take(target) : ReadOnce(target, wait);
    }

    /// <summary>What one read gives: from 1 byte to a maximum, waiting only while there is none.</summary>
    /// <returns>The bytes, owned by the caller; null at the end of the stream.</returns>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK, EBADF.</exception>
    public virtual byte[]? Receive(int maximum, SocketWait wait)
    {
        const int Small = 1024;
        using Turn turn = EnterReceiving(wait);
        if (_buffer.Count > 0)
        {
            byte[] kept = new byte[Math.Min(maximum, _buffer.Count)];
            _buffer.Take(kept);
            return kept;
        }

        byte[] borrowed = maximum <= Small ? new byte[maximum] : System.Buffers.ArrayPool<byte>.Shared.Rent(maximum);
        try
        {
            int count = ReadOnce(borrowed.AsSpan(0, maximum), wait);
            return count == 0 ? null : maximum <= Small && count == maximum ? borrowed : borrowed.AsSpan(0, count).ToArray();
        }
        finally
        {
            if (maximum > Small)
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(borrowed);
            }
        }
    }

    /// <summary>Exactly so many bytes. Whatever had arrived before an error stays in the channel.</summary>
    /// <exception cref="SocketCallException">ENODATA: the stream ended before. ETIMEDOUT, EWOULDBLOCK, EBADF.</exception>
    public virtual byte[] ReceiveExactly(int count, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        while (_buffer.Count < count)
        {
            bool more;
            try
            {
                more = Fill(Math.Min(count - _buffer.Count, SocketChannel.DefaultReceiveSize), wait);
            }
            catch (SocketCallException e) when (e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK)
            {
                throw Short(e.Errno, $"{_buffer.Count} of {count} bytes came in time");
            }

            if (!more)
            {
                throw Short(Errno.ENODATA, $"The stream ended after {_buffer.Count} of {count} bytes");
            }
        }

        byte[] result = GC.AllocateUninitializedArray<byte>(count);
        _buffer.Take(result);
        return result;
    }

    /// <summary>Everything until the end of the stream.</summary>
    /// <returns>The bytes; null where there were none.</returns>
    /// <exception cref="SocketCallException">EMSGSIZE: there is more than the limit. ETIMEDOUT. What arrived stays in the channel.</exception>
    public virtual byte[]? ReceiveAll(int maximumLength, SocketWait wait)
    {
        using Turn turn = EnterReceiving(wait);
        do
        {
            if (_buffer.Count > maximumLength)
            {
                throw new SocketCallException(ReceiveOperation, Errno.EMSGSIZE, ToTarget(), $"More than {maximumLength} bytes came without an end")
                {
                    Advice = "Raise -MaximumLength. What arrived is still in the channel.",
                    BytesTransferred = _buffer.Count,
                };
            }
        }
        while (Fill(SocketChannel.DefaultReceiveSize, wait));
        byte[] all = _buffer.Span.ToArray();
        _buffer.Skip(all.Length);
        return all.Length == 0 ? null : all;
    }

    /// <summary>Sends all of it, in order.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <exception cref="SocketCallException">EPIPE: nobody reads. ETIMEDOUT, EWOULDBLOCK, EBADF. BytesTransferred says how many bytes went before.</exception>
    public virtual void Send(ReadOnlySpan<byte> data, SocketWait wait)
    {
        using Turn turn = EnterSending(wait);
        int sent = 0;
        while (sent < data.Length)
        {
            try
            {
                int count = SendOnce(data[sent..], wait);
                sent += count;
                Interlocked.Add(ref _bytesSent, count);
            }
            catch (SocketCallException e)
            {
                _brokenSeen |= e.Errno == Errno.EPIPE;
                sent += (int)e.BytesTransferred;
                Interlocked.Add(ref _bytesSent, e.BytesTransferred);
                throw data.Length == 1 ? e : new SocketCallException(SendOperation, e.Errno, ToTarget(), $"{e.Detail ?? ErrnoTable.Get(e.Errno).Meaning}, {sent} of {data.Length} bytes went out")
                {
                    Advice = e.Advice,
                    BytesTransferred = sent,
                };
            }
        }
    }

    private protected void CountReceived(int count) => Interlocked.Add(ref _bytesReceived, count);

    private protected void CountSent(int count) => Interlocked.Add(ref _bytesSent, count);

    /// <summary>The bytes that a peek took, given back to the front of an empty buffer; true for the end. The caller has the turn, or nobody else has the channel yet.</summary>
    private protected void Keep(ReadOnlySpan<byte> data, bool end)
    {
        _buffer.Append(data);
        CountReceived(data.Length);
        _endSeen |= end;
    }

    private protected Turn EnterReceiving(SocketWait wait) =>
        CanRead ? Enter(_receiveGate, ReceiveOperation, wait) : throw WrongEnd(ReceiveOperation, "This end only sends");

    private protected Turn EnterSending(SocketWait wait) =>
        CanWrite ? Enter(_sendGate, SendOperation, wait) : throw WrongEnd(SendOperation, "This end only receives");

    private int ReadOnce(Span<byte> target, SocketWait wait)
    {
        if (_endSeen)
        {
            return 0;
        }

        int count = ReceiveOnce(target, wait);
        _endSeen = count == 0 && target.Length > 0;
        CountReceived(count);
        return count;
    }

    // Reads once into the buffer, no more than the maximum; false at the end of the stream.
    private bool Fill(int maximum, SocketWait wait)
    {
        int count = ReadOnce(_buffer.Room(maximum)[..maximum], wait);
        _buffer.Commit(count);
        return count > 0;
    }

    private SocketCallException Short(Errno errno, string detail) =>
        new(ReceiveOperation, errno, ToTarget(), detail) { BytesTransferred = _buffer.Count };

    private SocketCallException WrongEnd(string operation, string detail) =>
        new(operation, Errno.EBADF, ToTarget(), detail) { Advice = "Give the other end, or open it with -Access ReadWrite where that exists." };

    private Turn Enter(SemaphoreSlim gate, string operation, SocketWait wait)
    {
        CheckOpen(operation);
        if (!gate.Wait(0, CancellationToken.None) && !gate.Wait(wait.Timeout, wait.Stop))
        {
            throw new SocketCallException(operation, wait.TimeoutErrno, ToTarget(), "Another thread is at it");
        }

        try
        {
            CheckOpen(operation);
            return new Turn(gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    private protected readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
