using System;
using System.Net.Sockets;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    public override int GetOption(SafeSocketHandle handle, SocketOptionKey option, Span<byte> value, SystemCallTrace? trace)
    {
        int length = value.Length;
        int result;
        fixed (byte* pointer = value)
        {
            result = Result(Libc.GetSocketOption(handle, option.Level, option.Number, pointer, &length));
        }

        trace?.Invoke(Record("getsockopt", $"{Fd(handle)}, {option.LevelName}, {option.Name}, {(result < 0 ? "0x0" : CallText.Value(value[..length]))}", result));
        return result < 0 ? result : length;
    }

    public override int SetOption(SafeSocketHandle handle, SocketOptionKey option, ReadOnlySpan<byte> value, SystemCallTrace? trace)
    {
        int result;
        fixed (byte* pointer = value)
        {
            result = Result(Libc.SetSocketOption(handle, option.Level, option.Number, pointer, value.Length));
        }

        trace?.Invoke(Record("setsockopt", $"{Fd(handle)}, {option.LevelName}, {option.Name}, {CallText.Value(value)}", result));
        return result;
    }

    public override int AtMark(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        int mark = 0;
        int result = Result(Libc.IoControl(handle, LibcNumbers.SIOCATMARK, &mark));
        trace?.Invoke(Record("ioctl", $"{Fd(handle)}, SIOCATMARK, [{mark}]", result));
        return result < 0 ? result : mark;
    }

    public override int SocketPair(SocketType type, out SafeSocketHandle? first, out SafeSocketHandle? second, SystemCallTrace? trace)
    {
        int flag = OperatingSystem.IsLinux() ? LibcNumbers.SOCK_CLOEXEC : 0;
        int* pair = stackalloc int[2];
        int result = Result(Libc.SocketPair(LibcNumbers.Family(AddressFamily.Unix), LibcNumbers.Type(type) | flag, 0, pair));
        trace?.Invoke(Record("socketpair", $"AF_UNIX, {SocketNames.Of(type)}{(flag == 0 ? "" : "|SOCK_CLOEXEC")}, 0, [{pair[0]}, {pair[1]}]", result));
        first = result < 0 ? null : Own(pair[0]);
        second = result < 0 ? null : Own(pair[1]);
        return result;
    }

    public override int Describe(SafeSocketHandle handle, out AddressFamily family, out SocketType type, out ProtocolType protocol, out bool listening)
    {
        (family, type, protocol, listening) = (AddressFamily.Unknown, SocketType.Unknown, ProtocolType.Unspecified, false);
        int number = 0;
        int length = sizeof(int);
        int result = Result(Libc.GetSocketOption(handle, LibcNumbers.SOL_SOCKET, LibcNumbers.SO_TYPE, &number, &length));
        if (result < 0)
        {
            return result;
        }

        type = number switch { 1 => SocketType.Stream, 2 => SocketType.Dgram, 3 => SocketType.Raw, 5 => SocketType.Seqpacket, _ => (SocketType)number };
        listening = Libc.GetSocketOption(handle, LibcNumbers.SOL_SOCKET, LibcNumbers.SO_ACCEPTCONN, &number, &length) == 0 && number != 0;
        if (LibcNumbers.SO_PROTOCOL != 0 && Libc.GetSocketOption(handle, LibcNumbers.SOL_SOCKET, LibcNumbers.SO_PROTOCOL, &number, &length) == 0)
        {
            protocol = (ProtocolType)number;
        }

        // The family is that of the socket's own name, on every system.
        byte* address = stackalloc byte[AddressSize];
        length = AddressSize;
        if (Libc.GetSocketName(handle, address, &length) == 0)
        {
            family = LibcNumbers.Family(OperatingSystem.IsMacOS() ? address[1] : *(ushort*)address);
        }

        return 0;
    }
}
