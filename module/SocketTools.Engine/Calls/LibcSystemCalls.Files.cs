using System;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    public override bool IsBlocking(SafeSocketHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            int flags = LibcNumbers.GetFlags((int)handle.DangerousGetHandle());
            return flags >= 0 && (flags & LibcNumbers.O_NONBLOCK) == 0;
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    public override int SendFile(SafeSocketHandle handle, SafeFileHandle file, long offset, int count, SystemCallTrace? trace)
    {
        int sent;
        do
        {
            sent = OperatingSystem.IsMacOS() ? SendFileOnMac(handle, file, offset, count) : SendFileOnLinux(handle, file, offset, count);
            trace?.Invoke(Record("sendfile", $"{Fd(handle)}, {file.DangerousGetHandle()}, [{offset}], {count}", sent));
        }
        while (sent == -(int)Errno.EINTR);

        return sent;
    }

    public override SplicePipe? OpenPipe() => OperatingSystem.IsLinux() ? SplicePipe.Open() : null;

    private static int SendFileOnLinux(SafeSocketHandle handle, SafeFileHandle file, long offset, int count) =>
        Result((int)Libc.SendFile(handle, file, &offset, count));

    private static int SendFileOnMac(SafeSocketHandle handle, SafeFileHandle file, long offset, int count)
    {
        long length = count;
        int result = Result(Libc.SendFileOnMac(file, handle, offset, &length, null, 0));

        // EAGAIN and EINTR may come with a part that went out.
        return result == 0 || length > 0 ? (int)length : result;
    }
}
