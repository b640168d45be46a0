namespace SocketTools.Native;

/// <summary>The numbers of fcntl.h, mman.h and ipc.h for what is no socket. macOS where they differ; the rest is Linux's.</summary>
internal static class IpcNumbers
{
    private static readonly bool s_mac = System.OperatingSystem.IsMacOS();

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public static readonly int O_CREAT = s_mac ? 0x200 : 0x40;
    public static readonly int O_EXCL = s_mac ? 0x800 : 0x80;
    public const uint OwnerOnly = 0x180; // 0600

    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;

    public const int IPC_PRIVATE = 0;
    public const int IPC_CREAT = 0x200;
    public const int IPC_EXCL = 0x400;
    public const int IPC_NOWAIT = 0x800;
    public const int IPC_RMID = 0;
    public const int IPC_STAT = 2;
}
