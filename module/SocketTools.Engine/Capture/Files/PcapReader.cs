using System;
using System.Buffers.Binary;

namespace SocketTools;

/// <summary>Reads pcap, also that of Kuznetzov's patch, which has 8 bytes more before each packet.</summary>
internal sealed class PcapReader : CaptureFileReader
{
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;
    private const uint Patched = 0xA1B2CD34;

    private readonly bool _bigEndian;
    private readonly bool _nanoseconds;
    private readonly int _headerLength;
    private readonly LinkType _linkType;

    private PcapReader(CaptureInput input, uint magic, bool bigEndian)
        : base(input)
    {
        _bigEndian = bigEndian;
        _nanoseconds = magic == Nanoseconds;
        _headerLength = magic == Patched ? 24 : 16;

        // Version, time zone, accuracy and snap length follow the magic number. The upper bits of the link type say how many bytes of checksum frames have.
        Span<byte> rest = stackalloc byte[20];
        if (input.Read(rest) < rest.Length)
        {
            throw input.Cut("the header of the file");
        }

        int version = UInt16(rest);
        if (version != 2)
        {
            throw input.Bad($"The file is pcap of version {version}.{UInt16(rest[2..])}, which is not known here", "Convert it: editcap -F pcapng.");
        }

        _linkType = (LinkType)(UInt32(rest[16..]) & 0xFFFF);
    }

    public override CaptureFormat Format => CaptureFormat.Pcap;

    /// <summary>Null where the number that the file begins with is none of pcap.</summary>
    public static PcapReader? TryOpen(CaptureInput input, uint number) =>
        IsMagic(number) ? new PcapReader(input, number, bigEndian: true)
        : IsMagic(BinaryPrimitives.ReverseEndianness(number)) ? new PcapReader(input, BinaryPrimitives.ReverseEndianness(number), bigEndian: false)
        : null;

    public override SocketPacket? Read()
    {
        long position = Input.Position;
        Span<byte> header = stackalloc byte[24];
        header = header[.._headerLength];
        int count = Input.Read(header);
        if (count < header.Length)
        {
            return count == 0 ? null : throw Input.Cut($"the header of packet {Count + 1}");
        }

        uint captured = UInt32(header[8..]);
        if (captured > MaximumPacket)
        {
            throw Input.Broken(position, $"packet {Count + 1} says that it has {captured} bytes, which is more than {MaximumPacket}");
        }

        byte[] bytes = Input.Read((int)captured);
        if (bytes.Length < captured)
        {
            throw Input.Cut($"packet {Count + 1}");
        }

        long nanoseconds = (UInt32(header) * 1_000_000_000L) + (UInt32(header[4..]) * (_nanoseconds ? 1L : 1000));
        return SocketPacket.Decode(++Count, nanoseconds, _linkType, bytes, (int)Math.Min(UInt32(header[12..]), int.MaxValue));
    }

    private static bool IsMagic(uint number) => number is Microseconds or Nanoseconds or Patched;

    private ushort UInt16(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
