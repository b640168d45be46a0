using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Inspection;

/// <summary>The names of addresses (getnameinfo(3)), each looked up once. For one thread.</summary>
internal sealed class AddressNames
{
    private readonly Dictionary<IPAddress, string?> _names = [];

    /// <summary>The name of an address; null for one without a name, or where the name server does not answer in time.</summary>
    public string? Find(IPAddress? address, SocketWait wait)
    {
        if (address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return null;
        }

        if (!_names.TryGetValue(address, out string? name))
        {
            name = _names[address] = Look(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, wait);
        }

        return name;
    }

    private static string? Look(IPAddress address, SocketWait wait)
    {
        try
        {
            string name = Dns.GetHostEntryAsync(address.ToString()).WaitAsync(wait.Timeout, wait.Stop).GetAwaiter().GetResult().HostName;
            return name == address.ToString() ? null : name;
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return null;
        }
    }
}
