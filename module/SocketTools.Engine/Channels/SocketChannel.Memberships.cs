using System.Net;
using System.Net.Sockets;

namespace SocketTools;

public sealed partial class SocketChannel
{
    /// <summary>Joins a multicast group, or leaves it (RFC 3678): datagrams to the group's address then come to this socket, when it is bound to their port.</summary>
    /// <param name="group">The group's address, of the socket's own family.</param>
    /// <param name="interfaceName">The interface by name, number or address; empty for the one that the system's routes give.</param>
    /// <param name="source">The only sender to hear (RFC 4607), or null for every sender.</param>
    /// <param name="join">False leaves.</param>
    /// <param name="trace">Sees the call.</param>
    /// <exception cref="SocketCallException">
    /// EINVAL: the address is no group's. EADDRINUSE: the socket is in it already. EADDRNOTAVAIL: it is not in it. ENODEV: no such interface. EAFNOSUPPORT, EOPNOTSUPP, EBADF.
    /// </exception>
    public void SetMembership(IPAddress group, string interfaceName, IPAddress? source, bool join, SystemCallTrace? trace = null)
    {
        System.ArgumentNullException.ThrowIfNull(group);
        System.ArgumentNullException.ThrowIfNull(interfaceName);
        CheckOpen("setsockopt");
        if (SocketType != SocketType.Dgram || AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new SocketCallException("setsockopt", Errno.EOPNOTSUPP, ToTarget(), $"A {Protocol} socket joins no groups") { Advice = "Only udp sockets do." };
        }

        if (group is not { IsIPv6Multicast: true } && !IsGroup(group))
        {
            throw new SocketCallException("setsockopt", Errno.EINVAL, group, $"{group} is no multicast group")
            {
                Advice = "Groups are 224.0.0.0 to 239.255.255.255, and the IPv6 addresses that begin with ff.",
            };
        }

        if (source is not null && source.AddressFamily != group.AddressFamily)
        {
            throw new SocketCallException("setsockopt", Errno.EAFNOSUPPORT, source, $"{source} is of another family than the group {group}");
        }

        if (group.AddressFamily == AddressFamily.InterNetworkV6 && AddressFamily != AddressFamily.InterNetworkV6)
        {
            throw new SocketCallException("setsockopt", Errno.EAFNOSUPPORT, group, $"The socket is {SocketNames.Of(AddressFamily)}, and the group is not") { Advice = "Bind a udp6:// endpoint." };
        }

        int result = _calls.SetMembership(_handle, new GroupMembership(group, InterfaceNames.Find(interfaceName), source), join, trace);
        if (result < 0)
        {
            throw new SocketCallException("setsockopt", (Errno)(-result), group, (Errno)(-result) switch
            {
                Errno.EADDRINUSE => $"The socket is in {group} already",
                Errno.EADDRNOTAVAIL => join ? $"No interface here can join {group}" : $"The socket is not in {group}",
                Errno.ENODEV => "No route leads to the group",
                _ => null,
            })
            {
                Advice = (Errno)(-result) switch
                {
                    Errno.ENODEV => "Name the interface with -Interface.",
                    Errno.EADDRINUSE => "One socket joins a group once on each interface.",
                    Errno.EADDRNOTAVAIL when !join => "Leave with the interface and the source with which it was joined.",
                    var errno => ErrnoTable.Get(errno).Advice,
                },
            };
        }
    }
}
