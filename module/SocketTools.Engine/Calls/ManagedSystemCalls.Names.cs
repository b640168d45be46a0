using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Calls;

// Names: .NET's Dns.
internal sealed partial class ManagedSystemCalls
{
    public override HostLookup Resolve(string name, AddressFamily family, SocketType type, bool canonicalName)
    {
        try
        {
            IPHostEntry? entry = canonicalName ? Dns.GetHostEntry(name, family) : null;
            IPAddress[] addresses = [.. (entry?.AddressList ?? Dns.GetHostAddresses(name, family)).Distinct()];
            return new HostLookup(addresses.Length > 0 ? Errno.None : Errno.EAI_NODATA, addresses, entry?.HostName);
        }
        catch (SocketException e)
        {
            return new HostLookup(ErrnoTable.FromSocketError(e.SocketErrorCode), [], null);
        }
        catch (ArgumentException)
        {
            return new HostLookup(Errno.EAI_NONAME, [], null); // Longer than a name can be.
        }
    }
}
