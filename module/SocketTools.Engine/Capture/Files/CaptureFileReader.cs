using System;
using System.Buffers.Binary;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace SocketTools;

/// <summary>Reads a capture file, packet by packet: pcap in both byte orders, with micro- or nanoseconds, and pcapng. One thread at a time.</summary>
public abstract class CaptureFileReader : IDisposable
{
    /// <summary>The longest packet that is believed: far more than any link takes.</summary>
    internal const int MaximumPacket = 16 << 20;

    private const uint PcapNgMagic = 0x0A0D0D0A; // the same in both orders

    private protected CaptureFileReader(CaptureInput input) => Input = input;

    /// <summary>The format.</summary>
    public abstract CaptureFormat Format { get; }

    /// <summary>Packets that the capturing system lost, as far as the file has told by now; null where it does not tell.</summary>
    public long? Dropped { get; private protected set; }

    private protected CaptureInput Input { get; }

    /// <summary>Packets read so far.</summary>
    public long Count { get; private protected set; }

    /// <summary>Opens a file and looks at its beginning.</summary>
    /// <param name="path">The full path of a regular file.</param>
    /// <param name="trace">Sees the call.</param>
    /// <exception cref="SocketFileException">EBADMSG: it is no capture file. ENOENT, EACCES, EISDIR; ESPIPE: it is a FIFO or a device.</exception>
    public static CaptureFileReader Open(string path, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        SafeFileHandle handle = FileCalls.OpenToRead(path, trace);
        try
        {
            switch (FileCalls.KindOf(handle, path))
            {
                case FileKind.Directory:
                    throw new SocketFileException("open", Errno.EISDIR, path);
                case FileKind.Other:
                    throw new SocketFileException("open", Errno.ESPIPE, path);
            }

            return Open(FileCalls.Run("open", path, () => new FileStream(handle, FileAccess.Read, bufferSize: 0)), path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Looks at the beginning of a stream, which it owns from then on, unless this throws.</summary>
    /// <param name="stream">The bytes of a capture file.</param>
    /// <param name="name">For errors.</param>
    internal static CaptureFileReader Open(Stream stream, string name)
    {
        CaptureInput input = new(stream, name);
        Span<byte> magic = stackalloc byte[4];
        int count = input.Read(magic);
        if (count < 4)
        {
            throw input.Bad(count == 0 ? "The file is empty" : "The file is too short for a capture", Advice);
        }

        uint number = BinaryPrimitives.ReadUInt32BigEndian(magic);
        if (number == PcapNgMagic)
        {
            return new PcapNgReader(input);
        }

        return PcapReader.TryOpen(input, number) ?? throw input.Bad(
            number >> 16 == 0x1F8B ? "The file is compressed with gzip" : $"The file begins with {number:x8}, which is neither pcap nor pcapng",
            number >> 16 == 0x1F8B ? "Unpack it first: gunzip." : Advice);
    }

    /// <summary>The next packet; null behind the last.</summary>
    /// <exception cref="SocketFileException">EBADMSG: the file is cut short or damaged here. EIO and what else read(2) gives.</exception>
    public abstract SocketPacket? Read();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        Input.Dispose();
        GC.SuppressFinalize(this);
    }

    private const string Advice = "Give a file of tcpdump, Wireshark, tshark or Export-SocketCapture.";
}
