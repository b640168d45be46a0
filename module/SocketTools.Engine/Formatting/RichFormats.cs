using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Formatting;

/// <summary>The types that have more to show than a console can, and how.</summary>
internal static partial class RichFormats
{
    private static readonly Dictionary<Type, RichFormat> s_formats = Make();

    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<Type, RichFormat> All => s_formats;

    /// <summary>The format of a type, or null.</summary>
    public static RichFormat? Find(Type type)
    {
        for (Type? t = type; t is not null; t = t.BaseType)
        {
            if (s_formats.TryGetValue(t, out RichFormat? format))
            {
                return format;
            }
        }

        return null;
    }

    private static Dictionary<Type, RichFormat> Make()
    {
        Dictionary<Type, RichFormat> formats = [];
        AddSockets(formats);
        AddAddresses(formats);
        AddInspection(formats);
        AddCapture(formats);
        AddIpc(formats);
        return formats;
    }

    private static void AddSockets(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(SocketChannel)] = new RichTable<SocketChannel>()
            .Number("FD", static c => c.Descriptor)
            .Column("Protocol", static c => c.Protocol)
            .Column("State", static c => c.State)
            .Column("Local", static c => Address(c.LocalEndPoint))
            .Column("Remote", static c => Address(c.RemoteEndPoint))
            .Number("Sent", static c => c.BytesSent)
            .Number("Received", static c => c.BytesReceived);
        formats[typeof(SocketListener)] = new RichTable<SocketListener>()
            .Number("FD", static l => l.Descriptor)
            .Column("State", static l => l.State)
            .Column("Endpoint", static l => l.Endpoint)
            .Number("Backlog", static l => l.Backlog)
            .Number("Accepted", static l => l.Accepted)
            .Number("Active", static l => l.Active)
            .Number("Errors", static l => l.Errors.Count);
        formats[typeof(SocketDatagram)] = new RichTable<SocketDatagram>()
            .Column("Received at", static d => d.ReceivedAt.ToString("HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture))
            .Column("From", static d => d.RemoteEndPoint is null && d.Channel.AddressFamily == AddressFamily.Unix ? "(unnamed)" : Address(d.RemoteEndPoint))
            .Column("To", static d => d.Destination is null ? "-" : d.Interface is { } name ? $"{d.Destination} ({name})" : d.Destination)
            .Number("Length", static d => d.Length)
            .Column("Truncated", static d => d.Truncated)
            .Column("Text", static d => Preview(d));
        formats[typeof(SocketReadiness)] = new RichTable<SocketReadiness>()
            .Column("Channel", static r => r.Channel)
            .Column("Readable", static r => r.Readable)
            .Column("Writable", static r => r.Writable)
            .Column("Error", static r => r.Error);
    }

    private static void AddAddresses(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(SocketEndpoint)] = new RichTable<SocketEndpoint>()
            .Column("Endpoint", static e => e)
            .Column("Scheme", static e => e.Scheme)
            .Column("Host", static e => e.Host)
            .Number("Port", static e => e.Port)
            .Column("Path", static e => e.Path);
        formats[typeof(SocketAddressInfo)] = new RichTable<SocketAddressInfo>()
            .Number("#", static a => a.Order)
            .Column("Endpoint", static a => a.Endpoint)
            .Column("Family", static a => a.AddressFamily)
            .Column("Type", static a => a.SocketType)
            .Column("Service", static a => a.Service)
            .Column("Name", static a => a.CanonicalName ?? a.Host);
        RichTable<SocketAddressField> fields = new RichTable<SocketAddressField>()
            .Number("Offset", static f => f.Offset)
            .Column("Bytes", static f => f.Hex)
            .Column("Name", static f => f.Name)
            .Column("CType", static f => f.CType)
            .Column("Order", static f => f.ByteOrder switch { SocketByteOrder.Host => "host", SocketByteOrder.Network => "network", _ => "" })
            .Column("Value", static f => f.Value);
        formats[typeof(SocketAddressField)] = fields;
        formats[typeof(SocketAddressStructure)] = new RichSingle<SocketAddressStructure>(
            a => $"<div>{HtmlText.Escape(Title(a))}</div>{fields.Html(a.Fields)}",
            a => $"{Title(a)}\n\n{fields.Markdown(a.Fields)}");
        formats[typeof(SocketByteOrderValue)] = new RichTable<SocketByteOrderValue>()
            .Number("Bits", static v => v.Bits)
            .Number("Value", static v => v.Value)
            .Column("Host order", static v => Addresses.AddressReader.Hex(v.HostBytes))
            .Column("Network order", static v => Addresses.AddressReader.Hex(v.NetworkBytes))
            .Number("Network", static v => v.Network)
            .Column("Function", static v => v.Function)
            .Column("Differs", static v => v.Differs);
    }

    private static void AddInspection(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(SocketConnection)] = new RichTable<SocketConnection>()
            .Column("Protocol", static c => c.Protocol)
            .Column("State", static c => c.State)
            .Number("Recv-Q", static c => c.ReceiveQueue)
            .Number("Send-Q", static c => c.SendQueue)
            .Column("Local", static c => c.LocalAddress is { } a ? End(a, c.LocalPort) : c.Path ?? Inode(c.Inode))
            .Column("Remote", static c => c.LocalAddress is null ? Inode(c.PeerInode) : c.RemoteAddress is { } a ? End(a, c.RemotePort) : "")
            .Column("User", static c => c.User ?? HtmlText.Shown(c.UserId))
            .Column("Process", static c => c.ProcessId is null ? "" : $"{c.ProcessName} ({c.ProcessId})");
        formats[typeof(SocketPortProbe)] = new RichTable<SocketPortProbe>()
            .Column("Target", static p => p.Target)
            .Column("Address", static p => p.Address is null ? "-" : p.Address)
            .Number("Port", static p => p.Port)
            .Column("Service", static p => p.Service)
            .Column("Status", static p => p.Status)
            .Number("Latency", static p => p.LatencyMilliseconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture))
            .Column("Reason", static p => p.Reason);
        formats[typeof(SocketInterface)] = new RichTable<SocketInterface>()
            .Number("#", static i => i.Index)
            .Column("Name", static i => i.Name)
            .Column("State", static i => i.State)
            .Number("MTU", static i => i.Mtu)
            .Column("MAC", static i => i.MacAddress)
            .Column("Addresses", static i => string.Join('\n', i.Addresses));
        formats[typeof(SocketStatisticChange)] = new RichTable<SocketStatisticChange>()
            .Column("Protocol", static s => s.Protocol)
            .Column("Name", static s => s.Name)
            .Number("Change", static s => s.Value)
            .Column("Meaning", static s => s.Meaning);
    }

    private static string Title(SocketAddressStructure address) =>
        $"{address.Name}, {(address.Platform == SocketPlatform.MacOS ? "macOS" : address.Platform)}, {address.Length} bytes";

    private static string Address(EndPoint? address) => address switch
    {
        null => "-",
        UnixDomainSocketEndPoint unix => unix.ToString() is { Length: > 0 } path ? path : "(unnamed)",
        _ => address.ToString() ?? "-",
    };

    private static string Inode(ulong number) => number == 0 ? "-" : $"inode {number}";

    private static string End(IPAddress address, int port) =>
        $"{(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{(port == 0 ? "*" : port)}";

    private static string Preview(SocketDatagram datagram)
    {
        const int Shown = 120;
        string text = datagram.Text;
        return text.Contains('\uFFFD', StringComparison.Ordinal) ? Convert.ToHexString(datagram.Byte.AsSpan(0, Math.Min(datagram.Byte.Length, Shown / 2)))
            : text.Length > Shown ? text[..Shown] + "…" : text;
    }
}
