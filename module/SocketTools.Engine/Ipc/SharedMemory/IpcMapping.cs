using Microsoft.Win32.SafeHandles;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>Pages of a file in the memory of this process (mmap(2)). They stay while somebody holds a reference.</summary>
internal sealed class IpcMapping : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nint _length;

    private IpcMapping(nint address, nint length)
        : base(ownsHandle: true)
    {
        SetHandle(address);
        _length = length;
    }

    public unsafe byte* Address => (byte*)handle;

    /// <summary>Maps a file from its beginning, shared with the others who do. The file is as long as that.</summary>
    /// <exception cref="SocketCallException">ENOMEM, EACCES.</exception>
    public static IpcMapping Map(IpcDescriptor file, long length, bool write, object? target, SystemCallTrace? trace)
    {
        int protection = IpcNumbers.PROT_READ | (write ? IpcNumbers.PROT_WRITE : 0);
        nint address = Libc.Map(0, (nint)length, protection, IpcNumbers.MAP_SHARED, file, 0);
        Errno errno = address == -1 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("mmap", $"NULL, {length}, PROT_READ{(write ? "|PROT_WRITE" : "")}, MAP_SHARED, {file.Number}, 0", address, errno));
        return errno == Errno.None ? new IpcMapping(address, (nint)length) : throw new SocketCallException("mmap", errno, target);
    }

    protected override bool ReleaseHandle() => Libc.Unmap(handle, _length) == 0;
}
