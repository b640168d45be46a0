using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace SocketTools;

public sealed unsafe partial class IpcRing
{
    // Of the reader: where it is, and how far it knows the writer to be. It looks again only when it has read all of that.
    private ulong _tail;
    private ulong _headSeen;
    private ulong _readOffset;
    private Patience _reading;

    // Of the writer.
    private ulong _head;
    private ulong _tailSeen;
    private ulong _writeOffset;
    private Patience _writing;

    /// <summary>Reads what is there, 1 byte to the length of the target; waits for the first byte. 0 at the end of the stream.</summary>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK. EBUSY: another process reads. EBADMSG: the memory was overwritten.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public int Read(Span<byte> target, in SocketWait wait)
    {
        Hold(out bool held);
        try
        {
            Enter(ReaderSide);
            if (target.IsEmpty)
            {
                return 0;
            }

            int count;
            while ((count = TakeNow(target)) == 0)
            {
                if (!WaitToRead(wait))
                {
                    EndOfStream = true;
                    return 0;
                }
            }

            EndOfStream = false;
            return count;
        }
        finally
        {
            Release(held);
        }
    }

    /// <summary>Writes all of the bytes; waits for room. The time limit is the time without progress.</summary>
    /// <exception cref="SocketCallException">
    /// EPIPE: the reader has closed or died. ETIMEDOUT, EWOULDBLOCK: BytesTransferred went out. EBUSY: another process writes. EBADMSG: the memory was overwritten.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was stopped; a part may have gone out.</exception>
    public void Write(ReadOnlySpan<byte> source, in SocketWait wait) => Write(source, wait, out _);

    // The same, and how many bytes went out, whatever it throws.
    internal void Write(ReadOnlySpan<byte> source, in SocketWait wait, out int sent)
    {
        sent = 0;
        Hold(out bool held);
        try
        {
            Enter(WriterSide);
            while (sent < source.Length)
            {
                int count = PutNow(source[sent..]);
                if (count > 0)
                {
                    sent += count;
                }
                else if (!WaitToWrite(wait))
                {
                    throw new SocketCallException("write", Errno.EPIPE, _target, $"The reader, process {ReaderProcessId}, has closed or is gone");
                }
            }
        }
        catch (SocketCallException e) when (sent > 0)
        {
            throw new SocketCallException(e.Operation, e.Errno, e.Target, e.Detail, e) { Advice = e.Advice, BytesTransferred = sent };
        }
        finally
        {
            Release(held);
        }
    }

    /// <summary>What is there, without waiting; 0 where nothing is. The side is taken, and the memory held, by the caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int TakeNow(Span<byte> target)
    {
        ulong available = _headSeen - _tail;
        if (available == 0)
        {
            _headSeen = Read64(IpcRingLayout.HeadAt);
            available = _headSeen - _tail;
            if (available == 0)
            {
                return 0;
            }

            if (available > _capacity)
            {
                ulong head = _headSeen;
                _headSeen = _tail; // The next call looks, and fails, again.
                throw Damaged(head, _tail);
            }
        }

        int count = (int)Math.Min(available, (ulong)target.Length);
        ulong end = _readOffset + (ulong)count;
        if (end <= _capacity)
        {
            new ReadOnlySpan<byte>(_data + _readOffset, count).CopyTo(target);
            _readOffset = end == _capacity ? 0 : end;
        }
        else
        {
            int first = (int)(_capacity - _readOffset);
            new ReadOnlySpan<byte>(_data + _readOffset, first).CopyTo(target);
            new ReadOnlySpan<byte>(_data, count - first).CopyTo(target[first..]);
            _readOffset = end - _capacity;
        }

        _tail += (ulong)count;
        Volatile.Write(ref *(ulong*)(_base + IpcRingLayout.TailAt), _tail);
        WakeSleeper(IpcRingLayout.WriterAt);
        return count;
    }

    /// <summary>Puts in what there is room for, without waiting; 0 where there is none. The side is taken, and the memory held, by the caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int PutNow(ReadOnlySpan<byte> source)
    {
        if (Read32(IpcRingLayout.ReaderAt + IpcRingLayout.StateOffset) == Closed)
        {
            return 0; // The wait says so.
        }

        ulong room = _capacity - (_head - _tailSeen);
        if (room < (ulong)source.Length || room == 0)
        {
            ulong tail = Read64(IpcRingLayout.TailAt);
            if (_head - tail > _capacity)
            {
                throw Damaged(_head, tail);
            }

            _tailSeen = tail;
            room = _capacity - (_head - tail);
            if (room == 0)
            {
                return 0;
            }
        }

        int count = (int)Math.Min(room, (ulong)source.Length);
        ulong end = _writeOffset + (ulong)count;
        if (end <= _capacity)
        {
            source[..count].CopyTo(new Span<byte>(_data + _writeOffset, count));
            _writeOffset = end == _capacity ? 0 : end;
        }
        else
        {
            int first = (int)(_capacity - _writeOffset);
            source[..first].CopyTo(new Span<byte>(_data + _writeOffset, first));
            source[first..count].CopyTo(new Span<byte>(_data, count - first));
            _writeOffset = end - _capacity;
        }

        _head += (ulong)count;
        Volatile.Write(ref *(ulong*)(_base + IpcRingLayout.HeadAt), _head);
        WakeSleeper(IpcRingLayout.ReaderAt);
        return count;
    }

    /// <summary>Takes the writer's side, for <see cref="PutNow"/>.</summary>
    internal void BecomeWriter() => Enter(WriterSide);

    /// <summary>Takes the reader's side, for <see cref="TakeNow"/>.</summary>
    internal void BecomeReader() => Enter(ReaderSide);

    /// <summary>Waits for room; false when nobody will read. The memory is held by the caller.</summary>
    internal bool WaitToWrite(in SocketWait wait) =>
        (wait.Timeout != TimeSpan.Zero && State(ReaderSide) != Closed && LookAt(ref _writing, IpcRingLayout.TailAt, _head - _capacity)) || Sleep(WriterSide, wait);

    /// <summary>Waits for bytes; false at the end of the stream. The memory is held by the caller.</summary>
    internal bool WaitToRead(in SocketWait wait) => (wait.Timeout != TimeSpan.Zero && LookAt(ref _reading, IpcRingLayout.HeadAt, _tail)) || Sleep(ReaderSide, wait);

    private void Enter(int side)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (side == WriterSide ? !_writes : !_reads)
        {
            Take(side);
        }
    }
}
