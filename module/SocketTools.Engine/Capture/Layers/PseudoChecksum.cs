using System;

namespace SocketTools;

/// <summary>The checksum of TCP, UDP and ICMPv6, which covers the addresses too.</summary>
internal static class PseudoChecksum
{
    /// <summary>Whether it is right; null where only the addresses were summed, for a network card to finish.</summary>
    public static bool? Check(InternetLayer carrier, byte protocol, ReadOnlySpan<byte> segment, ushort stated)
    {
        if (carrier is IPv6Layer { IsRouted: true })
        {
            return null;
        }

        (int at, int length) = carrier.Addresses;
        ulong pseudo = Checksum.Add(protocol + (ulong)segment.Length, carrier.Captured.Slice(at, 2 * length));
        if (Checksum.Finish(Checksum.Add(pseudo, segment)) == 0)
        {
            return true;
        }

        return Checksum.Fold(pseudo) == stated ? null : false;
    }
}
