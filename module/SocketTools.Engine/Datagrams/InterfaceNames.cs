using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>Network interfaces by number, by name and by one of their addresses.</summary>
internal static class InterfaceNames
{
    private static readonly ConcurrentDictionary<int, string> s_names = new();

    /// <summary>The number of the loopback interface. Asked once: .NET goes through all interfaces to tell.</summary>
    public static int Loopback { get; } = NetworkInterface.LoopbackInterfaceIndex;

    /// <summary>The name of an interface; null where there is none with that number.</summary>
    public static string? Of(int index)
    {
        if (s_names.TryGetValue(index, out string? known))
        {
            return known;
        }

        foreach (NetworkInterface each in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (IndexOf(each) is var number && number != 0)
            {
                s_names[number] = each.Name;
            }
        }

        return s_names.TryGetValue(index, out known) ? known : null;
    }

    /// <summary>The number of an interface that a person names by name, number or address. An empty text is 0: the system chooses.</summary>
    /// <exception cref="SocketCallException">ENODEV: there is no such interface.</exception>
    public static int Find(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        IPAddress? address = text.AsSpan().IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(text, out IPAddress? parsed) ? parsed : null;
        foreach (NetworkInterface each in NetworkInterface.GetAllNetworkInterfaces())
        {
            int index = IndexOf(each);
            if (index != 0 && (string.Equals(each.Name, text, StringComparison.Ordinal) || Has(each, address) || index.ToString(CultureInfo.InvariantCulture) == text))
            {
                return index;
            }
        }

        throw new SocketCallException("setsockopt", Errno.ENODEV, text, $"There is no interface {text} here")
        {
            Advice = "Give the name, the number or an address of an interface, such as lo or 127.0.0.1.",
        };
    }

    /// <summary>The bytes of IP_MULTICAST_IF or IPV6_MULTICAST_IF for an interface.</summary>
    public static byte[] ToOption(bool ipv4, string text)
    {
        byte[] index = BitConverter.GetBytes(Find(text));
        if (!ipv4)
        {
            return index;
        }

        // struct ip_mreqn: group, address, number. The address is what the system tells when it is asked. Windows takes the address alone.
        byte[] address = Ipv4Address(BitConverter.ToInt32(index));
        return OperatingSystem.IsWindows() ? address : [0, 0, 0, 0, .. address, .. index];
    }

    /// <summary>The name of the interface that IP_MULTICAST_IF or IPV6_MULTICAST_IF tells; empty where the system chooses.</summary>
    public static string FromOption(bool ipv4, ReadOnlySpan<byte> value)
    {
        int number = BitConverter.ToInt32(value);
        if (number == 0)
        {
            return "";
        }

        int index = ipv4 ? Find(new IPAddress(value[..4]).ToString()) : number;
        return Of(index) ?? index.ToString(CultureInfo.InvariantCulture);
    }

    private static byte[] Ipv4Address(int index)
    {
        foreach (NetworkInterface each in index == 0 ? [] : NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (UnicastIPAddressInformation unicast in each.GetIPProperties().UnicastAddresses)
            {
                if (IndexOf(each) == index && unicast.Address.AddressFamily == AddressFamily.InterNetwork)
                {
                    return unicast.Address.GetAddressBytes();
                }
            }
        }

        return [0, 0, 0, 0];
    }

    private static bool Has(NetworkInterface each, IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        foreach (UnicastIPAddressInformation unicast in each.GetIPProperties().UnicastAddresses)
        {
            if (unicast.Address.Equals(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number of an interface; 0 where it has none of the Internet protocols.</summary>
    public static int IndexOf(NetworkInterface each)
    {
        try
        {
            return each.Supports(NetworkInterfaceComponent.IPv4) ? each.GetIPProperties().GetIPv4Properties().Index : each.GetIPProperties().GetIPv6Properties().Index;
        }
        catch (NetworkInformationException e) when (e.SocketErrorCode() == SocketError.ProtocolNotSupported)
        {
            return 0;
        }
    }

    private static SocketError SocketErrorCode(this NetworkInformationException e) => (SocketError)e.ErrorCode;
}
