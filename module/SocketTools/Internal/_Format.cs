using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Internal;

/// <summary>What the table views show, where it is not a property as it is. For the views only.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class _Format
{
    /// <summary>An address in a table: a dash where there is none, a word where it has no name.</summary>
    public static string Address(EndPoint? address) => address switch
    {
        null => "-",
        UnixDomainSocketEndPoint unix => unix.ToString() is { Length: > 0 } path ? path : "(unnamed)",
        _ => address.ToString() ?? "-",
    };
}
