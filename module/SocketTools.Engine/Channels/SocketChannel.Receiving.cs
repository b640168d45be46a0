using System;
using System.Buffers;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    /// <summary>What one receive takes when no count is given: 64 KiB.</summary>
    public const int DefaultReceiveSize = 64 * 1024;

    private const int SmallRead = 1024;

    private readonly SemaphoreSlim _receiveGate = new(1);
    private readonly ReceiveBuffer _buffer = new();
    private long _bytesReceived;
    private volatile bool _endSeen;
    private bool _lastReadFilled;

    /// <summary>What one read gives: from 1 byte to a maximum, waiting only while there is none.</summary>
    /// <param name="maximum">Bytes, from 1.</param>
    /// <param name="wait">How long to wait for the first byte.</param>
    /// <returns>The bytes, owned by the caller; null at the end of the stream.</returns>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK, ECONNRESET, ENOTCONN, EBADF.</exception>
    public byte[]? Receive(int maximum, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        if (_buffer.Count > 0)
        {
            byte[] kept = new byte[Math.Min(maximum, _buffer.Count)];
            _buffer.Take(kept);
            return kept;
        }

        // A block that fills its array is handed on as it is; a smaller one would drag 64 KiB along, so it is copied out of a borrowed array.
        if (maximum <= SmallRead || _lastReadFilled)
        {
            byte[] block = GC.AllocateUninitializedArray<byte>(maximum);
            return Trim(block, ReadOnce(block, wait));
        }

        byte[] borrowed = ArrayPool<byte>.Shared.Rent(maximum);
        try
        {
            int count = ReadOnce(borrowed.AsSpan(0, maximum), wait);
            _lastReadFilled = count == maximum;
            return count == 0 ? null : borrowed.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(borrowed);
        }
    }

    /// <summary>Exactly so many bytes.</summary>
    /// <param name="count">Bytes, from 1.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <exception cref="SocketCallException">
    /// ENODATA: the stream ended before. ETIMEDOUT. Whatever had arrived stays in the channel; BytesTransferred says how much that is.
    /// </exception>
    public byte[] ReceiveExactly(int count, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        while (_buffer.Count < count)
        {
            int missing = count - _buffer.Count;
            try
            {
                if (!Fill(Math.Min(missing, DefaultReceiveSize), missing, wait))
                {
                    throw new SocketCallException("recv", Errno.ENODATA, ToTarget(), $"The stream ended after {_buffer.Count} of {count} bytes")
                    {
                        BytesTransferred = _buffer.Count,
                    };
                }
            }
            catch (SocketCallException e) when (e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK)
            {
                throw new SocketCallException("recv", e.Errno, ToTarget(), $"{_buffer.Count} of {count} bytes came in time")
                {
                    BytesTransferred = _buffer.Count,
                };
            }
        }

        byte[] result = GC.AllocateUninitializedArray<byte>(count);
        _buffer.Take(result);
        return result;
    }

    /// <summary>What the next receive would give, left where it is (MSG_PEEK).</summary>
    /// <param name="count">At most so many bytes, or with <paramref name="exactly"/> so many and no fewer.</param>
    /// <param name="exactly">Waits until all are there.</param>
    /// <param name="wait">How long to wait.</param>
    /// <returns>A copy; null at the end of the stream.</returns>
    public byte[]? Peek(int count, bool exactly, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        if (_buffer.Count == 0 && !exactly)
        {
            byte[] block = GC.AllocateUninitializedArray<byte>(count);
            return Trim(block, ReadOnce(block, wait, peek: true));
        }

        // The kernel has no way to wait for a number of bytes and leave them; so they come here and stay in the buffer.
        while (exactly && _buffer.Count < count)
        {
            int missing = count - _buffer.Count;
            if (!Fill(Math.Min(missing, DefaultReceiveSize), missing, wait))
            {
                throw new SocketCallException("recv", Errno.ENODATA, ToTarget(), $"The stream ended after {_buffer.Count} of {count} bytes")
                {
                    BytesTransferred = _buffer.Count,
                };
            }
        }

        return _buffer.Span[..Math.Min(count, _buffer.Count)].ToArray();
    }

    /// <summary>Reads into memory of the caller; 0 at the end of the stream. For <see cref="Stream"/>.</summary>
    internal int ReceiveInto(Span<byte> target, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        return _buffer.Count > 0 ? _buffer.Take(target) : ReadOnce(target, wait);
    }

    /// <summary>What is in the buffer, without a call.</summary>
    internal int TakeBuffered(Span<byte> target, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        return _buffer.Take(target);
    }

    internal void CountReceived(int count)
    {
        Interlocked.Add(ref _bytesReceived, count);
        _endSeen |= count == 0;
    }

    internal void CountSent(int count) => Interlocked.Add(ref _bytesSent, count);

    // Reads once into the buffer, no more than the maximum; false at the end of the stream.
    private bool Fill(int room, int maximum, SocketWait wait)
    {
        Span<byte> target = _buffer.Room(room);
        int count;
        try
        {
            count = ReadOnce(target[..Math.Min(target.Length, maximum)], wait);
        }
        catch (SocketCallException e) when (e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK)
        {
            _buffer.IsTooLittle();
            throw;
        }

        _buffer.Commit(count);
        return count > 0;
    }

    // One recv(2) that gives something: when nothing is there it waits and reads again. 0 is the end of the stream.
    private int ReadOnce(Span<byte> target, SocketWait wait, bool peek = false)
    {
        if (_endSeen)
        {
            return 0;
        }

        if (HasReturned)
        {
            return TakeReturned(target, peek);
        }

        while (true)
        {
            int count = _calls.Receive(_handle, target, peek ? MessageFlags.Peek : MessageFlags.None, wait.Trace);
            if (count >= 0)
            {
                if (!peek)
                {
                    LogTransfer(TransferCall.Receive, target.Length, count, null, target);
                    Interlocked.Add(ref _bytesReceived, count);
                }

                _endSeen |= count == 0 && target.Length > 0 && SocketType != System.Net.Sockets.SocketType.Dgram;
                return count;
            }

            if (count != -(int)Errno.EWOULDBLOCK)
            {
                LogTransfer(TransferCall.Receive, target.Length, count, null);
                throw Failure("recv", (Errno)(-count));
            }

            WaitUntil(PollEvents.Read, "recv", wait);
        }
    }

    private static byte[]? Trim(byte[] block, int count) =>
        count == block.Length ? block : count == 0 ? null : block.AsSpan(0, count).ToArray();

    private void WaitUntil(PollEvents events, string operation, SocketWait wait)
    {
        int ready = 0;
        if (wait.Timeout != TimeSpan.Zero)
        {
            PollTarget target = new(_handle, events);
            ready = _calls.Poll(new Span<PollTarget>(ref target), Deadline.After(wait.Timeout).Remaining, wait.Stop, _closing.Token, wait.Trace);
            wait.Stop.ThrowIfCancellationRequested();
            CheckOpen(operation);
            Check("poll", ready);
        }

        if (ready == 0)
        {
            throw new SocketCallException(operation, wait.TimeoutErrno, ToTarget(), NothingCame(operation, wait.Timeout));
        }
    }

    private static string? NothingCame(string operation, TimeSpan time) => time == TimeSpan.Zero
        ? null
        : $"{(operation is "send" or "sendto" or "sendfile" ? "The peer took nothing" : "Nothing came")} for {time.TotalSeconds:0.###} s";

    /// <summary>The turn of receiving, which accept takes too: closing waits for it.</summary>
    internal Turn EnterReceiving(string operation, SocketWait wait) => Enter(_receiveGate, operation, wait);

    // One reader and one writer at a time; a second one waits for its turn as long as it would wait for data.
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

    internal readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
