using System;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>What statx(2) says of a file, for telling one from another that has taken its name. Linux.</summary>
internal readonly record struct IpcFileStatus(uint Mode, ulong Inode, ulong Device, long Size)
{
    private const int AT_FDCWD = -100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const int S_IFMT = 0xF000;
    private const int S_IFIFO = 0x1000;
    private const int S_IFSOCK = 0xC000;
    private const int S_IFREG = 0x8000;
    private const uint STATX_BASIC_STATS_AND_BTIME = 0xFFF;

    public bool IsFifo => (Mode & S_IFMT) == S_IFIFO;

    public bool IsSocket => (Mode & S_IFMT) == S_IFSOCK;

    public bool IsFile => (Mode & S_IFMT) == S_IFREG;

    public uint UserId { get; private init; }

    public uint GroupId { get; private init; }

    public DateTimeOffset ModifiedAt { get; private init; }

    // Seconds and nanoseconds; 0 where the file system does not keep it.
    private (long, uint) BornAt { get; init; }

    /// <summary>Whether it is the same file, whatever its size. A number of an inode comes again, at times at once; the time of birth does not.</summary>
    public bool Is(IpcFileStatus other) => Inode == other.Inode && Device == other.Device && BornAt == other.BornAt;

    /// <summary>The status of an open file; null where the system does not say.</summary>
    public static IpcFileStatus? Of(System.Runtime.InteropServices.SafeHandle file)
    {
        bool added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Read((int)file.DangerousGetHandle(), "", AT_EMPTY_PATH);
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>The same by the number, for a file that the caller keeps open.</summary>
    public static IpcFileStatus? Of(int descriptor) => Read(descriptor, "", AT_EMPTY_PATH);

    /// <summary>The status of what a path leads to; null where there is nothing, or the system does not say.</summary>
    public static IpcFileStatus? Of(string path) => Read(AT_FDCWD, path, 0);

    private static unsafe IpcFileStatus? Read(int directory, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // struct statx: owner and group at 20 and 24, the mode at 28, the inode at 32, the size at 40, the time of birth at 80, that of the last change at 112, the device at 136.
        byte* status = stackalloc byte[256];
        return Libc.Statx(directory, path, flags, STATX_BASIC_STATS_AND_BTIME, status) < 0 ? null
            : new(*(ushort*)(status + 28), *(ulong*)(status + 32), *(ulong*)(status + 136), *(long*)(status + 40))
            {
                UserId = *(uint*)(status + 20),
                GroupId = *(uint*)(status + 24),
                BornAt = (*(long*)(status + 80), *(uint*)(status + 88)),
                ModifiedAt = DateTimeOffset.FromUnixTimeSeconds(*(long*)(status + 112)).ToLocalTime(),
            };
    }
}
