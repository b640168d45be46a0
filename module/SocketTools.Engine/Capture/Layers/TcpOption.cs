using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>An option of TCP (RFC 9293 section 3.2; the registry is IANA's "tcp-parameters").</summary>
/// <param name="Kind">Its number: 2 maximum segment size, 3 window scale, 4 SACK permitted, 5 SACK, 8 time stamps.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Length">Its bytes, kind and length included.</param>
/// <param name="Value">What it says: a number, <see cref="TcpTimestamps"/>, a list of <see cref="TcpSackBlock"/>, else the bytes; null where it has none.</param>
public sealed record TcpOption(byte Kind, string Name, int Length, object? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        null => Name,
        byte[] bytes => $"{Name} {Convert.ToHexString(bytes).ToLowerInvariant()}",
        IEnumerable<TcpSackBlock> blocks => $"{Name} {string.Join(" ", blocks)}",
        _ => $"{Name} {Value}",
    };

    /// <summary>As tcpdump prints it.</summary>
    internal string ShortText() => (Kind, Value) switch
    {
        (0, _) => "eol",
        (1, _) => "nop",
        (2, int size) => $"mss {size}",
        (3, int scale) => $"wscale {scale}",
        (4, null) => "sackOK",
        (5, TcpSackBlock[] blocks) => $"sack {blocks.Length} {{{string.Join("}{", Array.ConvertAll(blocks, static b => $"{b.Left}:{b.Right}"))}}}",
        (8, TcpTimestamps stamps) => $"TS val {stamps.Value} ecr {stamps.EchoReply}",
        (_, byte[] bytes) => $"unknown-{Kind} 0x{Convert.ToHexString(bytes).ToLowerInvariant()}",
        _ => $"unknown-{Kind}",
    };

    internal static IReadOnlyList<TcpOption> Read(TcpLayer layer) =>
        OptionReader.Read(layer, TcpLayer.FixedLength, static (kind, data) => new TcpOption(kind, NameOf(kind), OptionReader.Length(kind, data), ValueOf(kind, data)));

    /// <summary>Whether an option has the bytes that its kind always has.</summary>
    internal static bool HasRightLength(byte kind, int length) => kind switch
    {
        2 => length == 4,
        3 => length == 3,
        4 => length == 2,
        5 => length >= 10 && length % 8 == 2,
        8 => length == 10,
        _ => true,
    };

    private static string NameOf(byte kind) => kind switch
    {
        0 => "End of options",
        1 => "No operation",
        2 => "Maximum segment size",
        3 => "Window scale",
        4 => "SACK permitted",
        5 => "SACK",
        8 => "Timestamps",
        19 => "MD5 signature",
        28 => "User timeout",
        29 => "TCP authentication",
        30 => "Multipath TCP",
        34 => "Fast open",
        _ => $"Option {kind}",
    };

    private static object? ValueOf(byte kind, ReadOnlySpan<byte> data) => kind switch
    {
        2 when data.Length == 2 => (int)BinaryPrimitives.ReadUInt16BigEndian(data),
        3 when data.Length == 1 => (int)data[0],
        5 when data.Length > 0 && data.Length % 8 == 0 => Blocks(data),
        8 when data.Length == 8 => new TcpTimestamps(BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..])),
        _ when data.IsEmpty => null,
        _ => data.ToArray(),
    };

    private static TcpSackBlock[] Blocks(ReadOnlySpan<byte> data)
    {
        TcpSackBlock[] blocks = new TcpSackBlock[data.Length / 8];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new TcpSackBlock(BinaryPrimitives.ReadUInt32BigEndian(data[(8 * i)..]), BinaryPrimitives.ReadUInt32BigEndian(data[((8 * i) + 4)..]));
        }

        return blocks;
    }
}

/// <summary>The time stamps of RFC 7323.</summary>
/// <param name="Value">The sender's clock.</param>
/// <param name="EchoReply">The other side's clock, as it came last.</param>
public readonly record struct TcpTimestamps(uint Value, uint EchoReply)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Value} echo {EchoReply}";
}

/// <summary>Bytes that have arrived out of turn (RFC 2018).</summary>
/// <param name="Left">The sequence number of the first.</param>
/// <param name="Right">The sequence number behind the last.</param>
public readonly record struct TcpSackBlock(uint Left, uint Right)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Left}-{Right}";
}
