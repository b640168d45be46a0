using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketTools.Calls;

/// <summary>Arguments of system calls written in the manner of strace(1).</summary>
internal static class CallText
{
    private const int ShownBytes = 32;

    /// <summary>A sockaddr and its length, as connect and bind take them.</summary>
    public static string Address(EndPoint? address)
    {
        if (address is null)
        {
            return "NULL, NULL";
        }

        int size = address.Serialize().Size;
        string fields = address switch
        {
            IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip =>
                $"sa_family=AF_INET, sin_port=htons({ip.Port}), sin_addr=inet_addr(\"{ip.Address}\")",
            IPEndPoint ip =>
                $"sa_family=AF_INET6, sin6_port=htons({ip.Port}), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"{new IPAddress(ip.Address.GetAddressBytes())}\", &sin6_addr), sin6_scope_id={ip.Address.ScopeId}",
            { AddressFamily: AddressFamily.Unix } unix => UnixFields(unix.ToString() ?? ""),
            _ => $"sa_family={address.AddressFamily}",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{{{fields}}}, {size}");
    }

    /// <summary>A buffer: quoted, escaped as in C, and cut after 32 bytes.</summary>
    public static string Data(ReadOnlySpan<byte> data)
    {
        StringBuilder text = new("\"");
        ReadOnlySpan<byte> shown = data[..Math.Min(data.Length, ShownBytes)];
        for (int i = 0; i < shown.Length; i++)
        {
            byte b = shown[i];
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7F => text.Append((char)b),

                // As strace does: octal, with all three digits only where a digit follows.
                _ => text.Append('\\').Append(Octal(b, i + 1 < shown.Length && shown[i + 1] is >= (byte)'0' and <= (byte)'9')),
            };
        }

        return text.Append(data.Length > ShownBytes ? "\"..." : "\"").ToString();
    }

    /// <summary>The flags that a call always has, and those of this one.</summary>
    public static string Flags(string always, MessageFlags flags) =>
        always + ((flags & MessageFlags.OutOfBand) != 0 ? "|MSG_OOB" : "") + ((flags & MessageFlags.Peek) != 0 ? "|MSG_PEEK" : "");

    /// <summary>The value of an option: a number where it is one, else bytes.</summary>
    public static string Value(ReadOnlySpan<byte> value) => value.Length == sizeof(int)
        ? $"[{BitConverter.ToInt32(value)}], [4]"
        : $"{Data(value)}, [{value.Length}]";

    private static string UnixFields(string path) => path switch
    {
        "" => "sa_family=AF_UNIX",
        ['@', ..] => $"sa_family=AF_UNIX, sun_path=@\"{path[1..]}\"",
        _ => $"sa_family=AF_UNIX, sun_path=\"{path}\"",
    };

    private static string Octal(byte value, bool padded) =>
        Convert.ToString(value, 8).PadLeft(padded ? 3 : 1, '0');
}
