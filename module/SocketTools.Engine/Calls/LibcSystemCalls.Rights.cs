using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    // struct cmsghdr: its length is a size_t on Linux and a socklen_t on macOS, which aligns to four bytes.
    private static readonly int s_controlHeader = OperatingSystem.IsMacOS() ? 12 : 16;
    private static readonly int s_controlAlignment = OperatingSystem.IsMacOS() ? 4 : 8;

    public override int SendDescriptors(SafeSocketHandle handle, ReadOnlySpan<byte> data, ReadOnlySpan<int> descriptors, SystemCallTrace? trace)
    {
        int payload = descriptors.Length * sizeof(int);
        int space = ControlSpace(payload);
        Span<byte> control = space <= 1024 ? stackalloc byte[space] : new byte[space];
        control.Clear();
        MemoryMarshal.Write(control, s_controlHeader + payload); // little-endian: the upper half of a size_t stays zero
        MemoryMarshal.Write(control[(s_controlHeader - 8)..], LibcNumbers.SOL_SOCKET);
        MemoryMarshal.Write(control[(s_controlHeader - 4)..], LibcNumbers.SCM_RIGHTS);
        MemoryMarshal.AsBytes(descriptors).CopyTo(control[s_controlHeader..]);
        int count;
        fixed (byte* dataPointer = data, controlPointer = control)
        {
            Libc.IoVector vector = new() { Base = dataPointer, Length = data.Length };
            Libc.MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = controlPointer, ControlLength = space };
            count = Result((int)Libc.SendMessage(handle, &message, LibcNumbers.MSG_DONTWAIT | LibcNumbers.MSG_NOSIGNAL));
        }

        trace?.Invoke(Record("sendmsg", $"{Fd(handle)}, {{msg_iov=[{CallText.Data(data)}], msg_control=[{{SCM_RIGHTS, [{string.Join(", ", descriptors.ToArray())}]}}]}}, MSG_DONTWAIT|MSG_NOSIGNAL", count));
        return count;
    }

    public override int ReceiveDescriptors(SafeSocketHandle handle, Span<byte> data, Span<int> descriptors, out int received, SystemCallTrace? trace)
    {
        // Room for as many as the kernel passes at once (SCM_MAX_FD is 253), so that none is cut off: those not wanted are closed here.
        Span<byte> control = stackalloc byte[ControlSpace(253 * sizeof(int))];
        control.Clear();
        int count;
        int controlLength;
        fixed (byte* dataPointer = data, controlPointer = control)
        {
            Libc.IoVector vector = new() { Base = dataPointer, Length = data.Length };
            Libc.MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = controlPointer, ControlLength = control.Length };
            count = Result((int)Libc.ReceiveMessage(handle, &message, LibcNumbers.MSG_DONTWAIT | LibcNumbers.MSG_CMSG_CLOEXEC));
            controlLength = count < 0 ? 0 : (int)message.ControlLength; // macOS has the flags in the upper half
        }

        received = Take(control[..controlLength], descriptors);
        trace?.Invoke(Record("recvmsg", $"{Fd(handle)}, {{msg_iov=[{CallText.Data(data[..Math.Max(count, 0)])}], msg_control=[{{SCM_RIGHTS, [{string.Join(", ", descriptors[..received].ToArray())}]}}]}}, MSG_DONTWAIT|MSG_CMSG_CLOEXEC", count));
        return count;
    }

    private static int Take(ReadOnlySpan<byte> control, Span<int> descriptors)
    {
        int taken = 0;
        while (control.Length >= s_controlHeader)
        {
            int length = MemoryMarshal.Read<int>(control);
            if (length < s_controlHeader || length > control.Length)
            {
                break;
            }

            bool rights = MemoryMarshal.Read<int>(control[(s_controlHeader - 8)..]) == LibcNumbers.SOL_SOCKET
                && MemoryMarshal.Read<int>(control[(s_controlHeader - 4)..]) == LibcNumbers.SCM_RIGHTS;
            foreach (int descriptor in rights ? MemoryMarshal.Cast<byte, int>(control[s_controlHeader..length]) : [])
            {
                if (taken < descriptors.Length)
                {
                    LibcNumbers.Fcntl(descriptor, LibcNumbers.F_SETFD, LibcNumbers.FD_CLOEXEC);
                    descriptors[taken++] = descriptor;
                }
                else
                {
                    Libc.Close(descriptor);
                }
            }

            control = control[Math.Min(control.Length, Align(length))..];
        }

        return taken;
    }

    private static int ControlSpace(int payload) => Align(s_controlHeader + payload);

    private static int Align(int length) => (length + s_controlAlignment - 1) / s_controlAlignment * s_controlAlignment;
}
