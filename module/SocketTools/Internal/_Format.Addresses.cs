using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using SocketTools.Formatting;

namespace SocketTools.Internal;

public static partial class _Format
{
    private const int BytesInLine = 8;

    /// <summary>A socket address as a hex dump: a line that says what it is, and a line for each member; those of many bytes go on in the next.</summary>
    public static string Dump(SocketAddressStructure address)
    {
        IReadOnlyList<SocketAddressField> fields = address.Fields;
        int offset = fields.Max(static f => Digits(f.Offset + f.Length));
        int hex = (Math.Min(BytesInLine, fields.Max(static f => f.Length)) * 3) - 1;
        int name = fields.Max(static f => f.Name.Length);
        int type = fields.Max(static f => f.CType.Length);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{address.Name}, {(address.Platform == SocketPlatform.MacOS ? "macOS" : address.Platform)}, {address.Length} bytes");
        foreach (SocketAddressField field in fields)
        {
            for (int at = 0; at == 0 || at < field.Length; at += BytesInLine)
            {
                int shown = Math.Min(BytesInLine, field.Length - at);
                string bytes = shown <= 0 ? "" : field.Hex.Substring(at * 3, (shown * 3) - 1);
                string line = $"{Number(field.Offset + at).PadLeft(offset)}  {bytes.PadRight(hex)}  ";
                line += at > 0 ? "" : $"{field.Name.PadRight(name)}  {field.CType.PadRight(type)}  {Order(field.ByteOrder),-7}  {Value(field)}";
                text.Append('\n').Append(line.TrimEnd());
            }
        }

        return text.ToString();
    }

    /// <summary>What a member says, in one line.</summary>
    public static string Value(SocketAddressField field) => OneLine(Convert.ToString(field.Value, CultureInfo.InvariantCulture) ?? "");

    /// <summary>The order of the bytes of a member, as the C functions name it; nothing where there is none.</summary>
    public static string Order(SocketByteOrder order) => ValueText.Order(order);

    /// <summary>Bytes as pairs of hexadecimal digits.</summary>
    public static string Hex(byte[] bytes) => Addresses.AddressReader.Hex(bytes);

    /// <summary>The address in a probe: that of the host, or a dash for a Unix socket.</summary>
    public static string HostAddress(IPAddress? address) => address?.ToString() ?? "-";

    /// <summary>Milliseconds with three decimals.</summary>
    public static string Milliseconds(double milliseconds) => ValueText.Milliseconds(milliseconds);

    /// <summary>What a constant was got with, or why it was not.</summary>
    public static string Works(SocketConstant constant) => constant.Works.Count > 0
        ? string.Join(' ', constant.Works.Select(static w => w.Replace("SOCK_", "", StringComparison.Ordinal).Replace("AF_", "", StringComparison.Ordinal)))
        : constant.Reason;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Digits(int number) => Number(number).Length;
}
