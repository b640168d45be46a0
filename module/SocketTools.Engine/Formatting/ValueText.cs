using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Formatting;

/// <summary>
/// What a table shows of an object where that is not a property as it is. The tables of a console and those of a page have it from here; the first make one line of
/// it and cut what is too wide, the second escape it.
/// </summary>
internal static partial class ValueText
{
    /// <summary>An address: a dash where there is none, a word where it has no name.</summary>
    public static string Address(EndPoint? address) => address switch
    {
        null => "-",
        UnixDomainSocketEndPoint unix => unix.ToString() is { Length: > 0 } path ? path : "(unnamed)",
        _ => address.ToString() ?? "-",
    };

    /// <summary>Who sent a datagram.</summary>
    public static string Sender(SocketDatagram datagram) =>
        datagram.RemoteEndPoint is null && datagram.Channel.AddressFamily == AddressFamily.Unix ? "(unnamed)" : Address(datagram.RemoteEndPoint);

    /// <summary>Where a datagram was sent to, and the interface by which it came.</summary>
    public static string Destination(SocketDatagram datagram) => datagram.Destination is null ? "-"
        : datagram.Interface is { } name ? $"{datagram.Destination} ({name})"
        : datagram.Destination.ToString();

    /// <summary>The beginning of a payload as text; what is no text as hexadecimal bytes.</summary>
    public static string Preview(byte[] bytes, string text)
    {
        const int Shown = 120;
        string shown = text.Length <= Shown ? text : text[..(char.IsHighSurrogate(text[Shown - 1]) ? Shown - 1 : Shown)] + "…";
        return shown.Contains('\uFFFD', StringComparison.Ordinal) ? Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, Shown / 2))) : shown;
    }

    /// <summary>The order of the bytes of a member, as the C functions name it; nothing where there is none.</summary>
    public static string Order(SocketByteOrder order) => order switch
    {
        SocketByteOrder.Host => "host",
        SocketByteOrder.Network => "network",
        _ => "",
    };

    /// <summary>One side of a connection. 0 is no port; what netstat and ss show there is an asterisk.</summary>
    public static string End(IPAddress address, int port, object? name = null, object? service = null) =>
        $"{name ?? (address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{service ?? (port == 0 ? "*" : port)}";

    /// <summary>What stands for the address of a Unix socket without a name.</summary>
    public static string Inode(ulong number) => number == 0 ? "-" : $"inode {number}";

    /// <summary>Who owns a socket: the name, or the number where it has none.</summary>
    public static string User(SocketConnection connection) => connection.User ?? $"{connection.UserId}";

    /// <summary>The process that holds a socket, with its number.</summary>
    public static string Holder(string? name, int? id) => id is null ? "" : $"{name} ({id})";

    /// <summary>Milliseconds with three decimals.</summary>
    public static string Milliseconds(double milliseconds) => milliseconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>The time of day, as precise as most captures are.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>A number of bytes in the unit that suits it.</summary>
    public static string Size(double bytes)
    {
        (double size, string unit) = bytes switch
        {
            >= 1L << 40 => (bytes / (1L << 40), "TiB"),
            >= 1 << 30 => (bytes / (1 << 30), "GiB"),
            >= 1 << 20 => (bytes / (1 << 20), "MiB"),
            >= 1 << 10 => (bytes / (1 << 10), "KiB"),
            _ => (bytes, "B"),
        };
        return size.ToString(unit == "B" ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
    }

    /// <summary>Bytes a second in the unit that suits it.</summary>
    public static string Rate(double bytesPerSecond) => $"{Size(bytesPerSecond)}/s";

    /// <summary>Microseconds with as many decimals as say something.</summary>
    public static string Microseconds(double microseconds) => microseconds.ToString(
        microseconds switch
        {
            >= 100 => "0",
            >= 10 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);

    /// <summary>A part of one, in percent.</summary>
    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(part * 100):0} %");
}
