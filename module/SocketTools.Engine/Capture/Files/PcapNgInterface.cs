using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SocketTools;

/// <summary>An interface that a pcapng file describes.</summary>
internal sealed class PcapNgInterface
{
    private const int NameOption = 2;
    private const int ResolutionOption = 9;
    private const int OffsetOption = 14;
    private const long Second = 1_000_000_000;

    private byte _resolution = 6;
    private long _offset;

    public required LinkType LinkType { get; init; }

    /// <summary>Null where the file has no name.</summary>
    public string? Name { get; private init; }

    /// <summary>The most bytes of a packet that were captured; 0 is no limit.</summary>
    public uint SnapLength { get; private init; }

    /// <summary>What the file says of itself and of the interface; null where it says nothing.</summary>
    public PacketComments? Comments { get; private init; }

    /// <summary>Packets lost, by the last statistics.</summary>
    public long Dropped { get; set; }

    /// <summary>Reads the body of an interface description, of 8 bytes at least.</summary>
    /// <param name="body">The body.</param>
    /// <param name="order">Of the section.</param>
    /// <param name="said">What the file says of itself.</param>
    public static PcapNgInterface Read(ReadOnlySpan<byte> body, PcapNgOrder order, IReadOnlyList<string> said)
    {
        ReadOnlySpan<byte> options = body[8..];
        said = said.Union(PacketComments.Read(order, options)).ToArray();
        ReadOnlySpan<byte> name = order.Option(options, NameOption);
        PcapNgInterface read = new()
        {
            LinkType = (LinkType)order.UInt16(body),
            SnapLength = order.UInt32(body[4..]),
            Comments = said.Count == 0 ? null : new PacketComments([], said),

            // What a file says must not steer the terminal that shows it.
            Name = name.IsEmpty ? null : SocketEndpointFormatException.WithoutControls(Encoding.UTF8.GetString(name.TrimEnd((byte)0))),
        };
        if (order.Option(options, ResolutionOption) is { Length: 1 } resolution)
        {
            read._resolution = resolution[0];
        }

        if (order.Option(options, OffsetOption) is { Length: 8 } offset)
        {
            read._offset = (long)order.UInt64(offset);
        }

        return read;
    }

    /// <summary>A time stamp of the file in nanoseconds since 1970; the nearest one that there is where it is too far away.</summary>
    public long Nanoseconds(ulong time)
    {
        Int128 sum = Scale(time) + ((Int128)_offset * Second);
        return sum > long.MaxValue ? long.MaxValue : sum < long.MinValue ? long.MinValue : (long)sum;
    }

    // The upper bit chooses between negative powers of 2 and of 10.
    private Int128 Scale(ulong time)
    {
        int power = _resolution & 0x7F;
        if ((_resolution & 0x80) != 0)
        {
            return (Int128)(((UInt128)time * Second) >> power);
        }

        Int128 scaled = time;
        for (; power < 9; power++)
        {
            scaled *= 10;
        }

        for (; power > 9 && scaled != 0; power--)
        {
            scaled /= 10;
        }

        return scaled;
    }
}
