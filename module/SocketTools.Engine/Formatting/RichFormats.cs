using System;
using System.Collections.Generic;

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
            .Column("Local", static c => ValueText.Address(c.LocalEndPoint))
            .Column("Remote", static c => ValueText.Address(c.RemoteEndPoint))
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
            .Column("Received at", static d => ValueText.Time(d.ReceivedAt))
            .Column("From", ValueText.Sender)
            .Column("To", ValueText.Destination)
            .Number("Length", static d => d.Length)
            .Column("Truncated", static d => d.Truncated)
            .Column("Text", static d => ValueText.Preview(d.Byte, d.Text));
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
            .Column("Order", static f => ValueText.Order(f.ByteOrder))
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
            .Column("Local", static c => c.LocalAddress is { } a ? ValueText.End(a, c.LocalPort) : c.Path ?? ValueText.Inode(c.Inode))
            .Column("Remote", static c => c.LocalAddress is null ? ValueText.Inode(c.PeerInode) : c.RemoteAddress is { } a ? ValueText.End(a, c.RemotePort) : "")
            .Column("User", ValueText.User)
            .Column("Process", static c => ValueText.Holder(c.ProcessName, c.ProcessId));
        formats[typeof(SocketPortProbe)] = new RichTable<SocketPortProbe>()
            .Column("Target", static p => p.Target)
            .Column("Address", static p => p.Address is null ? "-" : p.Address)
            .Number("Port", static p => p.Port)
            .Column("Service", static p => p.Service)
            .Column("Status", static p => p.Status)
            .Number("Latency", static p => ValueText.Milliseconds(p.LatencyMilliseconds))
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
}
