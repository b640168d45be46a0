using System.ComponentModel;
using System.Management.Automation;
using System.Net;
using SocketTools.Formatting;

namespace SocketTools.Internal;

/// <summary>What the table views show, where it is not a property as it is. For the views only.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class _Format
{
    /// <summary>An address in a table: a dash where there is none, a word where it has no name.</summary>
    public static string Address(EndPoint? address) => ValueText.Address(address);

    /// <summary>Who sent a datagram.</summary>
    public static string Sender(SocketDatagram datagram) => ValueText.Sender(datagram);

    /// <summary>Where a datagram was sent to, and the interface by which it came.</summary>
    public static string Destination(SocketDatagram datagram) => ValueText.Destination(datagram);

    /// <summary>The payload as text in one line: control characters as pictures; what is no text as hexadecimal bytes.</summary>
    public static string Preview(SocketDatagram datagram) => Preview(datagram.Byte, datagram.Text);

    private static string Preview(byte[] bytes, string text) => OneLine(ValueText.Preview(bytes, text));

    // Control characters as pictures (U+2400 and on).
    private static string OneLine(string text) => string.Create(text.Length, text, static (line, from) =>
    {
        for (int i = 0; i < line.Length; i++)
        {
            line[i] = from[i] < ' ' ? (char)('\u2400' + from[i]) : from[i] == '\x7F' ? '\u2421' : from[i];
        }
    });

    /// <summary>What a receive is made of: the sends and their sender; or that it was the end, or where a datagram came from or went to.</summary>
    public static string Parts(SocketTransfer transfer) => transfer switch
    {
        { Parts: [{ Descriptor: var sender }, ..] parts } => $"{sender}: {string.Join(' ', parts)}",
        { Direction: SocketTransferDirection.Receive, Bytes: 0, Errno: Errno.None, Offset: not null } => "end of stream",
        { Peer: not null } => $"{(transfer.Direction == SocketTransferDirection.Send ? "to " : "")}{Address(transfer.Peer)}",
        _ => "",
    };

    /// <summary>Bytes a second in the unit that suits it.</summary>
    public static string Rate(double bytesPerSecond) => ValueText.Rate(bytesPerSecond);

    /// <summary>This side of a socket: its address, with names where they were asked for; the path or else the inode of a Unix socket.</summary>
    public static string Local(PSObject connection) => connection.BaseObject switch
    {
        SocketConnectionPair pair => pair.Local is null ? Address(pair.Channel.LocalEndPoint) : Local(PSObject.AsPSObject(pair.Local)),
        SocketConnection { LocalAddress: null, Path: { } path } => OneLine(path),
        SocketConnection { LocalAddress: null, Inode: var inode } => ValueText.Inode(inode),
        SocketConnection c => ValueText.End(c.LocalAddress, c.LocalPort, connection.Properties["LocalName"]?.Value, connection.Properties["LocalService"]?.Value),
        _ => "",
    };

    /// <summary>The other side of a socket; of a Unix socket the inode of its peer.</summary>
    public static string Remote(PSObject connection) => connection.BaseObject switch
    {
        SocketConnectionPair pair => pair.Local is null ? Address(pair.Channel.RemoteEndPoint) : Remote(PSObject.AsPSObject(pair.Local)),
        SocketConnection { LocalAddress: null, PeerInode: var peer } => ValueText.Inode(peer),
        SocketConnection { RemoteAddress: not null } c => ValueText.End(c.RemoteAddress, c.RemotePort, connection.Properties["RemoteName"]?.Value, connection.Properties["RemoteService"]?.Value),
        _ => "",
    };

    /// <summary>Who owns a socket: the name, or the number where it has none.</summary>
    public static string User(SocketConnection connection) => ValueText.User(connection);

    /// <summary>The process that holds a socket, with its number.</summary>
    public static string Process(SocketConnection connection) => Holder(connection.ProcessName, connection.ProcessId);

    /// <summary>The process that holds the socket, or held it last.</summary>
    public static string Process(SocketConnectionChange change) => Holder(change.ProcessName, change.ProcessId);

    private static string Holder(string? name, int? id) => OneLine(ValueText.Holder(name, id));
}
