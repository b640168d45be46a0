using System;
using System.Collections.Generic;
using System.Linq;
using SocketTools.Calls;
using SocketTools.Inspection;

namespace SocketTools;

/// <summary>Which domains, types and protocols this system has. It is found out by trying: each call makes sockets, and closes them at once.</summary>
/// <remarks>Linux loads the module of a family when somebody who may asks for it, so to try is enough to make it there.</remarks>
public static class SocketConstants
{
    /// <summary>The names of a list and what they are for, without trying any. The list goes by the noun at the end of a command's name.</summary>
    internal static IEnumerable<(string Name, string Meaning)> Names(string command) =>
        command.EndsWith("Protocol", StringComparison.OrdinalIgnoreCase) ? SocketConstantTable.Protocols.Select(static p => (p.Name, p.Meaning))
        : (command.EndsWith("Type", StringComparison.OrdinalIgnoreCase) ? SocketConstantTable.Types : SocketConstantTable.Families).Select(static c => (c.Name, c.Meaning));

    /// <summary>The address families, by number.</summary>
    public static IEnumerable<SocketConstant> Families(Func<string, bool> wanted, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        foreach (ConstantRow row in SocketConstantTable.Families.Where(r => wanted(r.Name)))
        {
            // AF_UNSPEC is none: socket(2) refuses it everywhere.
            yield return Try(row.Name, row.Number, row.Meaning, SocketConstantTable.Types.Where(static t => t.Number is > 0 and <= 5).Select(t => (t.Name, row.Number, t.Number, ProtocolFor(row.Name, t.Name))), trace);
        }
    }

    /// <summary>The socket types, by number.</summary>
    public static IEnumerable<SocketConstant> Types(Func<string, bool> wanted, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        string[] families = ["AF_UNIX", "AF_INET", "AF_INET6", "AF_PACKET", "AF_NETLINK", "AF_TIPC", "AF_VSOCK"];
        foreach (ConstantRow row in SocketConstantTable.Types.Where(r => wanted(r.Name)))
        {
            yield return Try(row.Name, row.Number, row.Meaning, SocketConstantTable.Families.Where(f => f.Number > 0 && families.Contains(f.Name)).Select(f => (f.Name, f.Number, row.Number, ProtocolFor(f.Name, row.Name))), trace);
        }
    }

    /// <summary>The protocols, by number.</summary>
    public static IEnumerable<SocketConstant> Protocols(Func<string, bool> wanted, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        foreach (ProtocolRow row in SocketConstantTable.Protocols.Where(r => wanted(r.Name)))
        {
            int number = row.LinuxOnly && !OperatingSystem.IsLinux() ? -1 : row.Number;
            int family = SocketConstantTable.Families.First(f => f.Name == row.Family).Number;
            int type = SocketConstantTable.Types.First(t => t.Name == row.Type).Number;
            yield return Try(row.Name, number, row.Meaning, new[] { ($"{row.Family} {row.Type}", family, type, number) }, trace);
        }
    }

    // 0 asks for the usual one, which raw sockets of the Internet and its message streams do not have: those are asked for by ICMP and SCTP.
    private static int ProtocolFor(string family, string type) => (family, type) switch
    {
        ("AF_INET", "SOCK_RAW") => 1,
        ("AF_INET6", "SOCK_RAW") => 58,
        ("AF_INET" or "AF_INET6", "SOCK_SEQPACKET") => 132,
        _ => 0,
    };

    private static SocketConstant Try(string name, int number, string meaning, IEnumerable<(string Name, int Family, int Type, int Protocol)> attempts, SystemCallTrace? trace)
    {
        if (number < 0)
        {
            return new SocketConstant(name, null, meaning, false, [], "");
        }

        List<string> works = [];
        Errno reason = Errno.None;
        bool forbidden = false;
        foreach ((string with, int family, int type, int protocol) in attempts)
        {
            int result = family < 0 || type < 0 ? -(int)Errno.EAFNOSUPPORT : SystemCalls.Current.TrySocket(family, type, protocol, trace);
            if (result >= 0)
            {
                works.Add(with);
            }
            else if ((Errno)(-result) is Errno.EPERM or Errno.EACCES)
            {
                forbidden = true;
            }
            else if (reason == Errno.None)
            {
                reason = (Errno)(-result);
            }
        }

        reason = works.Count > 0 ? Errno.None : forbidden ? Errno.EPERM : reason;
        return new SocketConstant(name, number, meaning, works.Count > 0 || forbidden, works, reason == Errno.None ? "" : ErrnoTable.Name(reason));
    }
}
