using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>Who may connect: networks in CIDR notation (RFC 4632, RFC 4291 section 2.3). A denied one is refused even where it is allowed too.</summary>
public sealed class AddressFilter
{
    private readonly IPNetwork[] _allowed;
    private readonly IPNetwork[] _denied;

    /// <summary>Makes a filter.</summary>
    /// <param name="allowed">Networks or single addresses; none is everybody.</param>
    /// <param name="denied">Networks or single addresses.</param>
    /// <exception cref="SocketCallException">EINVAL: a text is no network.</exception>
    public AddressFilter(IEnumerable<string> allowed, IEnumerable<string> denied)
    {
        _allowed = [.. allowed.Select(Parse)];
        _denied = [.. denied.Select(Parse)];
    }

    /// <summary>True where nothing is allowed or denied, so that everybody may connect.</summary>
    public bool IsEmpty => _allowed.Length + _denied.Length == 0;

    /// <summary>Whether a peer may connect. IPv4 in IPv6 counts as IPv4.</summary>
    public bool Admits(IPAddress peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        IPAddress address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return !_denied.Any(n => n.Contains(address)) && (_allowed.Length == 0 || _allowed.Any(n => n.Contains(address)));
    }

    private static IPNetwork Parse(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length <= 2 && IPAddress.TryParse(parts[0], out IPAddress? address) && Prefix(parts, address) is { } prefix && IsWhole(parts[0], address))
        {
            if (address.IsIPv4MappedToIPv6 && prefix >= 96)
            {
                (address, prefix) = (address.MapToIPv4(), prefix - 96); // Peers are compared as IPv4 too.
            }

            return new IPNetwork(Mask(address, prefix), prefix);
        }

        throw new SocketCallException("accept", Errno.EINVAL, text, $"'{text}' is no network")
        {
            Advice = "Write an address and the bits of its network: 192.0.2.0/24, 2001:db8::/32, or a single address.",
        };
    }

    // 127.1 and 10.0.0 are addresses for inet_aton(3), but hardly what somebody means by them here.
    private static bool IsWhole(string text, IPAddress address) =>
        address.AddressFamily != AddressFamily.InterNetwork || text.Count(static c => c == '.') == 3;

    private static int? Prefix(string[] parts, IPAddress address)
    {
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return parts.Length == 1 ? bits
            : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) && prefix <= bits ? prefix
            : null;
    }

    // 10.1.2.3/8 means the network that the address is in; IPNetwork takes only its first address.
    private static IPAddress Mask(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
