using System.Runtime.InteropServices;

namespace SocketTools.Native;

// What capturing needs, of Linux (packet(7)).
internal static unsafe partial class Libc
{
    // struct sockaddr_ll
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkAddress
    {
        public ushort Family;
        public ushort Protocol; // in network byte order
        public int Interface;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public fixed byte Address[8];
    }

    // struct tpacket_req3
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketRingRequest
    {
        public uint BlockSize;
        public uint BlockCount;
        public uint FrameSize;
        public uint FrameCount;
        public uint RetireMilliseconds;
        public uint PrivateSize;
        public uint Features;
    }

    // The head of struct tpacket_block_desc
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketBlock
    {
        public uint Version;
        public uint PrivateOffset;
        public uint Status;
        public uint Packets;
        public uint FirstOffset;
        public uint Length;
    }

    // struct tpacket3_hdr; the address of the link follows at 48.
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketFrame
    {
        public uint NextOffset;
        public uint Seconds;
        public uint Nanoseconds;
        public uint Captured;
        public uint Length;
        public uint Status;
        public ushort LinkOffset;
        public ushort NetworkOffset;
        public uint Hash;
        public uint VlanTag;
        public ushort VlanProtocol;
        public ushort Padding;
        public ulong Reserved;
        public LinkAddress Address;
    }

    // struct tpacket_stats_v3
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketStatistics
    {
        public uint Packets;
        public uint Dropped;
        public uint Frozen;
    }

    // struct sock_fprog
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        public ushort Length;
        public void* Instructions;
    }

    // struct ifreq
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    public struct InterfaceRequest
    {
        public const int NameSize = 16;

        [FieldOffset(0)]
        public fixed byte Name[NameSize];

        [FieldOffset(16)]
        public int Index;

        [FieldOffset(16)]
        public ushort HardwareType;
    }

    [LibraryImport(Name, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint MapMemory(nint address, nint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Name, EntryPoint = "munmap", SetLastError = true)]
    public static partial int UnmapMemory(nint address, nint length);

    [LibraryImport(Name, EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetProcessors(int thread, nint size, ulong* mask);

    [LibraryImport(Name, EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetProcessors(int thread, nint size, ulong* mask);
}
