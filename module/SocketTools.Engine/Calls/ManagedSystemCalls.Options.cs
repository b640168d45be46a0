using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketTools.Calls;

internal sealed partial class ManagedSystemCalls
{
    public override int GetOption(SafeSocketHandle handle, SocketOptionKey option, Span<byte> value, SystemCallTrace? trace)
    {
        byte[] bytes = new byte[value.Length];
        int length = Try(() => option is { DotNetLevel: { } level, DotNetName: { } name }
            ? Known(Wrap(handle).GetSocketOption(level, name), bytes)
            : Wrap(handle).GetRawSocketOption(option.Level, option.Number, bytes));
        bytes.CopyTo(value);
        return Traced(trace, "getsockopt", $"{Fd(handle)}, {option.LevelName}, {option.Name}", length);
    }

    public override int SetOption(SafeSocketHandle handle, SocketOptionKey option, ReadOnlySpan<byte> value, SystemCallTrace? trace)
    {
        byte[] bytes = value.ToArray();
        int result = Try(() =>
        {
            if (option is { DotNetLevel: { } level, DotNetName: SocketOptionName.Linger })
            {
                Wrap(handle).SetSocketOption(level, SocketOptionName.Linger, new LingerOption(BitConverter.ToInt32(bytes) != 0, BitConverter.ToInt32(bytes, sizeof(int))));
            }
            else if (option is { DotNetLevel: { } known, DotNetName: { } name } && bytes.Length == sizeof(int))
            {
                Wrap(handle).SetSocketOption(known, name, BitConverter.ToInt32(bytes));
            }
            else
            {
                Wrap(handle).SetRawSocketOption(option.Level, option.Number, bytes);
            }
        });
        return Traced(trace, "setsockopt", $"{Fd(handle)}, {option.LevelName}, {option.Name}, {CallText.Value(value)}", result);
    }

    public override int AtMark(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        byte[] mark = new byte[sizeof(int)];
        int result = Try(() => Wrap(handle).IOControl(IOControlCode.OobDataRead, null, mark));

        // Windows tells the opposite: whether no urgent data is left to read.
        return Traced(trace, "ioctl", $"{Fd(handle)}, SIOCATMARK", result < 0 ? result : BitConverter.ToInt32(mark) == 0 ? 1 : 0);
    }

    public override int SocketPair(SocketType type, out SafeSocketHandle? first, out SafeSocketHandle? second, SystemCallTrace? trace)
    {
        (first, second) = (null, null);
        return Traced(trace, "socketpair", $"AF_UNIX, {SocketNames.Of(type)}, 0", -(int)Errno.EOPNOTSUPP);
    }

    public override int SendDescriptors(SafeSocketHandle handle, ReadOnlySpan<byte> data, ReadOnlySpan<int> descriptors, SystemCallTrace? trace) =>
        Traced(trace, "sendmsg", $"{Fd(handle)}", -(int)Errno.EOPNOTSUPP);

    public override int ReceiveDescriptors(SafeSocketHandle handle, Span<byte> data, Span<int> descriptors, out int received, SystemCallTrace? trace)
    {
        received = 0;
        return Traced(trace, "recvmsg", $"{Fd(handle)}", -(int)Errno.EOPNOTSUPP);
    }

    public override int Describe(SafeSocketHandle handle, out AddressFamily family, out SocketType type, out ProtocolType protocol, out bool listening)
    {
        Socket? socket = null;
        int result = Try(() => { socket = Wrap(handle); });
        (family, type, protocol) = socket is null ? default : (socket.AddressFamily, socket.SocketType, socket.ProtocolType);
        listening = socket is not null && (int)(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) ?? 0) != 0;
        return result;
    }

    private static int Known(object? value, byte[] bytes)
    {
        switch (value)
        {
            case LingerOption linger:
                MemoryMarshal.Write(bytes, linger.Enabled ? 1 : 0);
                MemoryMarshal.Write(bytes.AsSpan(sizeof(int)), linger.LingerTime);
                return 2 * sizeof(int);
            case int number:
                MemoryMarshal.Write(bytes, number);
                return sizeof(int);
            default:
                return 0;
        }
    }
}
