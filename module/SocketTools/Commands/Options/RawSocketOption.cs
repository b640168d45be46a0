using System;
using System.Globalization;

namespace SocketTools.Commands;

/// <summary>Options by level and number, for those that have no name of their own here.</summary>
internal static class RawSocketOption
{
    /// <summary>An option's value: a number when it is four bytes, else the bytes.</summary>
    public static SocketOptionValue Get(SocketChannel channel, string level, string name, int size, SystemCallTrace? trace)
    {
        SocketOptionKey key = Key(level, name);
        byte[] bytes = channel.GetRawOption(key, size, trace);
        object value = bytes.Length == sizeof(int) ? BitConverter.ToInt32(bytes) : bytes;
        return new SocketOptionValue(name, value, null, "", key.LevelName, key.Name);
    }

    /// <summary>Sets an option to a number, to $true or $false, to bytes or to text.</summary>
    public static void Set(SocketChannel channel, string level, string name, object value, SystemCallTrace? trace)
    {
        byte[] bytes = value switch
        {
            byte[] raw => raw,
            bool on => BitConverter.GetBytes(on ? 1 : 0),
            string text => [.. System.Text.Encoding.UTF8.GetBytes(text), 0],
            IConvertible number => Number(number),
            _ => throw NoValue(value),
        };
        channel.SetRawOption(Key(level, name), bytes, trace);
    }

    private static byte[] Number(IConvertible number)
    {
        try
        {
            return BitConverter.GetBytes(number.ToInt32(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is OverflowException or InvalidCastException)
        {
            throw NoValue(number);
        }
    }

    private static SocketCallException NoValue(object value) => new("setsockopt", Errno.EINVAL, value, $"{value} is no value of an option")
    {
        Advice = "Give a number of 32 bits, $true or $false, text, or bytes.",
    };

    private static SocketOptionKey Key(string level, string name)
    {
        if (SocketOptionTable.Level(level) is not { } levelNumber)
        {
            throw new SocketCallException("setsockopt", Errno.ENOPROTOOPT, level, $"'{level}' is no level known here") { Advice = "Give SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, or its number." };
        }

        if (int.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number))
        {
            return new SocketOptionKey(levelNumber, number, level, name);
        }

        return SocketOptionTable.Find(name) is { } known && known.Key.Level == levelNumber
            ? known.Key
            : throw new SocketCallException("setsockopt", Errno.ENOPROTOOPT, name, $"'{name}' is no option of {level} known here") { Advice = "Give its number in the header." };
    }
}
