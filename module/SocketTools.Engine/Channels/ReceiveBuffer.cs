using System;
using System.Threading;

namespace SocketTools;

/// <summary>Bytes that arrived and were not yet returned, in order. Not safe from several threads; the channel's gate guards it.</summary>
internal sealed class ReceiveBuffer
{
    private const int FirstSize = 4096;
    private const int KeptSize = 64 * 1024;

    private static int s_nonEmpty;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private bool _tooLittle;

    /// <summary>How many buffers in this process hold something, so that a wait over many channels need not look into each.</summary>
    public static int NonEmpty => Volatile.Read(ref s_nonEmpty);

    /// <summary>Counts what a channel holds beside its buffer, for <see cref="NonEmpty"/>.</summary>
    public static void CountOther(int change) => Interlocked.Add(ref s_nonEmpty, change);

    public int Count => _end - _start;

    /// <summary>Whether it holds what nobody has found to be too little; see <see cref="IsTooLittle"/>.</summary>
    public bool HasUnexamined => Count > 0 && !_tooLittle;

    /// <summary>A receive has looked at all of it and needs more: half a line, a part of a message. It holds until more comes or something is taken.</summary>
    public void IsTooLittle() => _tooLittle = true;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Count);

    /// <summary>Room of at least this many bytes behind what is there; <see cref="Commit"/> says how many were filled.</summary>
    public Span<byte> Room(int size)
    {
        if (_bytes.Length - _end < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(_end);
    }

    public void Commit(int count)
    {
        if (Count == 0 && count > 0)
        {
            Interlocked.Increment(ref s_nonEmpty);
        }

        _end += count;
        _tooLittle &= count == 0;
    }

    /// <summary>Puts bytes behind those that are there.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Commit(bytes.Length);
    }

    /// <summary>Takes up to the length of the target out of the front; returns how many.</summary>
    public int Take(Span<byte> target)
    {
        int count = Math.Min(target.Length, Count);
        Span[..count].CopyTo(target);
        Skip(count);
        return count;
    }

    public void Skip(int count)
    {
        _start += count;
        _tooLittle &= count == 0;
        if (_start != _end)
        {
            return;
        }

        if (count > 0)
        {
            Interlocked.Decrement(ref s_nonEmpty);
        }

        _start = _end = 0;
        if (_bytes.Length > KeptSize)
        {
            _bytes = []; // One long line must not keep its memory for as long as the channel lives.
        }
    }

    private void Grow(int size)
    {
        int count = Count;
        if (_bytes.Length - count >= size && _start >= count)
        {
            _bytes.AsSpan(_start, count).CopyTo(_bytes);
        }
        else
        {
            byte[] larger = new byte[Math.Max(FirstSize, (int)Math.Min(Array.MaxLength, Math.Max((long)count + size, 2L * _bytes.Length)))];
            _bytes.AsSpan(_start, count).CopyTo(larger);
            _bytes = larger;
        }

        (_start, _end) = (0, count);
    }
}
