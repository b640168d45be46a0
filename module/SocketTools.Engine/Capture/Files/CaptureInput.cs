using System;
using System.Buffers;
using System.IO;

namespace SocketTools;

/// <summary>The bytes of a capture file, from the beginning to the end, once. Nothing is allocated for a length that the file only claims.</summary>
internal sealed class CaptureInput : IDisposable
{
    // What is read in one piece; a longer packet is read piece by piece, so that a length that lies costs no more than the file has.
    private const int Piece = 1 << 20;

    private readonly Stream _stream;
    private readonly string _name;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
    private int _start;
    private int _end;
    private bool _over;

    public CaptureInput(Stream stream, string name) => (_stream, _name) = (stream, name);

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>Fills a span, or as much of it as there is.</summary>
    public int Read(Span<byte> target)
    {
        int done = 0;
        while (done < target.Length && (_start < _end || Refill()))
        {
            int count = Math.Min(target.Length - done, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(target[done..]);
            _start += count;
            done += count;
        }

        Position += done;
        return done;
    }

    /// <summary>Takes bytes into a new array, which is shorter where the file ends before.</summary>
    public byte[] Read(int length)
    {
        if (length == 0)
        {
            return [];
        }

        byte[] bytes = new byte[Math.Min(length, Piece)];
        int done = Read(bytes.AsSpan());
        while (done == bytes.Length && done < length)
        {
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
            done += Read(bytes.AsSpan(done));
        }

        if (done < bytes.Length)
        {
            Array.Resize(ref bytes, done);
        }

        return bytes;
    }

    /// <summary>Passes bytes over; gives how many there were.</summary>
    public long Skip(long length)
    {
        long done = 0;
        while (done < length && (_start < _end || Refill()))
        {
            int count = (int)Math.Min(length - done, _end - _start);
            _start += count;
            done += count;
        }

        Position += done;
        return done;
    }

    /// <summary>The one error of a file that is not what it should be.</summary>
    public SocketFileException Bad(string detail, string advice) => new("read", Errno.EBADMSG, _name, detail) { Advice = advice };

    /// <summary>The error of a file that ends in the middle of something.</summary>
    public SocketFileException Cut(string what) =>
        Bad($"The file ends after {Position} bytes, in the middle of {what}", "The packets before it were read. Was the capture still being written, or the copy broken off?");

    /// <summary>The error of a file that says something impossible.</summary>
    public SocketFileException Broken(long position, string detail) =>
        Bad($"At byte {position}: {detail}", "The packets before it were read. What follows cannot be found; the file is damaged.");

    public void Dispose()
    {
        _stream.Dispose();
        byte[] buffer = _buffer;
        (_buffer, _start, _end, _over) = ([], 0, 0, true);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Refill()
    {
        if (_over)
        {
            return false;
        }

        (_start, _end) = (0, FileCalls.Run("read", _name, () => _stream.Read(_buffer)));
        _over = _end == 0;
        return !_over;
    }
}
