using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools.Capture;

/// <summary>The TCP connections among captured packets that have begun to close, and whether they have closed: both sides' FIN acknowledged, or a reset (RFC 9293, section 3.6).</summary>
internal sealed class ClosingConnections
{
    private const byte Fin = 1;
    private const byte Syn = 2;
    private const byte Rst = 4;
    private const byte Ack = 16;

    private readonly LinkType _linkType;
    private readonly Dictionary<Key, Side> _sides = [];
    private FrameStore.Place _place;

    public ClosingConnections(LinkType linkType) => _linkType = linkType;

    /// <summary>Looks at what came since the last time. True while a connection is about to close.</summary>
    public bool Look(FrameStore store)
    {
        while (store.Next(ref _place, out _, out ReadOnlySpan<byte> bytes))
        {
            Look(bytes);
        }

        return _sides.Count > 0;
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> ip = bytes[Math.Min(bytes.Length, _linkType == LinkType.Ethernet ? 14 : 16)..];
        if (!TryFind(ip, out ReadOnlySpan<byte> addresses, out ReadOnlySpan<byte> tcp, out int length))
        {
            return;
        }

        byte flags = tcp[13];
        if ((flags & Fin) == 0 && _sides.Count == 0)
        {
            return;
        }

        Key key = new(Convert.ToHexString(addresses), BinaryPrimitives.ReadUInt16BigEndian(tcp), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        Key other = new(Convert.ToHexString(addresses[(addresses.Length / 2)..]) + Convert.ToHexString(addresses[..(addresses.Length / 2)]), key.To, key.From);
        if ((flags & (Rst | Syn)) != 0)
        {
            _sides.Remove(key);
            _sides.Remove(other);
            return;
        }

        if ((flags & Fin) != 0)
        {
            _sides.TryAdd(key, new Side());
            _sides.TryAdd(other, new Side());
            _sides[key].End = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) + (uint)(length - ((tcp[12] >> 4) * 4)) + 1;
        }

        if (!_sides.TryGetValue(other, out Side? peer))
        {
            return;
        }

        peer.Acknowledged |= (flags & Ack) != 0 && peer.End is { } end && (int)(BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]) - end) >= 0;
        if (peer.Acknowledged && _sides[key].Acknowledged)
        {
            _sides.Remove(key);
            _sides.Remove(other);
        }
    }

    // The addresses, and TCP with its length: of a packet that is no later fragment, and whose header is all there.
    private static bool TryFind(ReadOnlySpan<byte> ip, out ReadOnlySpan<byte> addresses, out ReadOnlySpan<byte> tcp, out int length)
    {
        addresses = default;
        tcp = default;
        length = 0;
        if (ip.Length >= 20 && ip[0] >> 4 == 4 && ip[9] == 6 && (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1FFF) == 0)
        {
            int header = (ip[0] & 15) * 4;
            addresses = ip.Slice(12, 8);
            tcp = ip[Math.Min(header, ip.Length)..];
            length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - header;
        }
        else if (ip.Length >= 40 && ip[0] >> 4 == 6 && ip[6] == 6)
        {
            addresses = ip.Slice(8, 32);
            tcp = ip[40..];
            length = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        }

        return tcp.Length >= 20;
    }

    private readonly record struct Key(string Addresses, ushort From, ushort To);

    private sealed class Side
    {
        // The sequence number behind its FIN; null before that.
        public uint? End { get; set; }

        public bool Acknowledged { get; set; }
    }
}
