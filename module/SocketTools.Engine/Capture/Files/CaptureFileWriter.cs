using System;
using System.Buffers;
using System.IO;

namespace SocketTools;

/// <summary>Writes packets to a capture file, which tcpdump, tshark and Wireshark read. One thread at a time.</summary>
public sealed class CaptureFileWriter : IDisposable
{
    /// <summary>The most bytes of a packet that tcpdump and Wireshark take; of a longer one its beginning is written.</summary>
    public const int MaximumCaptured = 262144;

    private const int BlockSize = 1 << 16;

    private readonly string _path;
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * BlockSize);
    private readonly CaptureEncoder _encoder;
    private readonly IncomingFile? _file;
    private readonly FileStream? _stream;

    private CaptureFileWriter(string path, CaptureFormat format, IncomingFile? file, FileStream? stream, string? comment = null)
    {
        _path = path;
        _file = file;
        _stream = stream;
        Format = format;
        _encoder = format == CaptureFormat.Pcap ? new PcapEncoder() : new PcapNgEncoder { Comment = comment };
    }

    /// <summary>The full path.</summary>
    public string Path => _path;

    /// <summary>The format.</summary>
    public CaptureFormat Format { get; }

    /// <summary>Packets written.</summary>
    public long Count { get; private set; }

    /// <summary>The format that suits a name: pcap for .pcap, .cap and .dmp, else pcapng.</summary>
    public static CaptureFormat FormatOf(string path) => System.IO.Path.GetExtension(path).ToUpperInvariant() is ".PCAP" or ".CAP" or ".DMP" ? CaptureFormat.Pcap : CaptureFormat.PcapNg;

    /// <summary>Begins a file that has its name only when <see cref="Complete"/> was called, so that it may be made of the very file that it replaces.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="format">pcapng or pcap.</param>
    /// <param name="replace">Whether it may take the place of a file.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketFileException">EEXIST, EISDIR, ENOENT, EACCES, EROFS; ESPIPE: a device or a FIFO is at that path.</exception>
    public static CaptureFileWriter Create(string path, CaptureFormat format, bool replace, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Creating(path, () => new CaptureFileWriter(path, format, IncomingFile.Create(path, replace ? IncomingFileMode.Replace : IncomingFileMode.New, trace), null));
    }

    /// <summary>Begins a file that is there at once and grows, for a recording that others may look at meanwhile; <see cref="Flush"/> brings it up to date.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="format">pcapng or pcap.</param>
    /// <param name="replace">Whether it may take the place of a file.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <param name="comment">What pcapng is to say of the whole file.</param>
    /// <exception cref="SocketFileException">EEXIST, EISDIR, ENOENT, EACCES, EROFS.</exception>
    public static CaptureFileWriter Record(string path, CaptureFormat format, bool replace, SystemCallTrace? trace = null, string? comment = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Creating(path, () =>
        {
            FileStream stream = FileCalls.Run("open", path, () => Directory.Exists(path)
                ? throw new SocketFileException("open", Errno.EISDIR, path)
                : new FileStream(path, replace ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
            trace?.Invoke(new("open", $"\"{path}\", O_WRONLY|O_CREAT|{(replace ? "O_TRUNC" : "O_EXCL")}|O_CLOEXEC", (int)stream.SafeFileHandle.DangerousGetHandle(), Errno.None));
            return new CaptureFileWriter(path, format, null, stream, comment);
        });
    }

    /// <summary>Writes a packet, soon.</summary>
    /// <exception cref="SocketFileException">EINVAL: pcap has one link type for all packets, and this one has another. ENOSPC and what else write(2) gives.</exception>
    public void Write(SocketPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (_encoder.Refuses(packet) is { } reason)
        {
            throw new SocketFileException("write", Errno.EINVAL, _path, reason) { Advice = "Write pcapng, which has a link type for each interface." };
        }

        _encoder.Write(packet, _buffer);
        Count++;
        if (_buffer.WrittenCount >= BlockSize)
        {
            Flush();
        }
    }

    /// <summary>Hands everything to the system.</summary>
    public void Flush()
    {
        _encoder.Begin(_buffer);
        ReadOnlyMemory<byte> block = _buffer.WrittenMemory;
        if (block.IsEmpty)
        {
            return;
        }

        if (_stream is not null)
        {
            Append(_stream, block);
        }
        else
        {
            _file!.Write(block);
        }

        _buffer.ResetWrittenCount();
    }

    // Where there is room for only a part of it, the file ends where it ended before: a packet of which a part is missing makes a file that is no capture.
    private void Append(FileStream stream, ReadOnlyMemory<byte> block)
    {
        long end = stream.CanSeek ? stream.Length : 0;
        try
        {
            FileCalls.Run("write", _path, () => stream.Write(block.Span));
        }
        catch (SocketFileException)
        {
            TakeBack(stream, end);
            throw;
        }
    }

    private static void TakeBack(FileStream stream, long end)
    {
        try
        {
            stream.SetLength(end);
            stream.Position = end;
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            // It is no regular file, or is lost altogether: the error of the write is the one to tell.
        }
    }

    /// <summary>Writes what is left, and gives the file its name.</summary>
    /// <exception cref="SocketFileException">EEXIST: a file came to that path meanwhile. ENOSPC and what else write(2) and rename(2) give.</exception>
    public void Complete(SocketWait wait)
    {
        Flush();
        _file?.Complete(wait);
    }

    /// <summary>Closes the file. One that was made by <see cref="Create"/> and is not complete is removed; a recording keeps what was written.</summary>
    public void Dispose()
    {
        try
        {
            if (_stream is { CanWrite: true })
            {
                Flush();
            }
        }
        finally
        {
            _stream?.Dispose();
            _file?.Dispose();
        }
    }

    private static CaptureFileWriter Creating(string path, Func<CaptureFileWriter> create)
    {
        try
        {
            return create();
        }
        catch (SocketFileException e) when (e.Errno == Errno.EEXIST)
        {
            throw new SocketFileException("open", Errno.EEXIST, path, null, e) { Advice = "Choose another path, or give -Force to replace the file." };
        }
    }
}
