using System;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Capture;

/// <summary>
/// The memory that the kernel writes packets to and this process reads them from (TPACKET_V3, packet(7)): blocks, each of which belongs to the kernel until it is
/// full or was open for long enough, and then to the reader until he gives it back. For one thread.
/// </summary>
internal sealed unsafe class PacketRing
{
    /// <summary>
    /// Bytes of a block. A packet must be in one, so it is larger than any that is not cut. Not larger still: a block that is not full is handed over after its
    /// time, so that their number, and not only their size, bounds how long the reader may be held up.
    /// </summary>
    public const int BlockSize = 128 * 1024;

    /// <summary>How long a block stays open that does not become full. So long does the last packet of a capture wait at most.</summary>
    public const int RetireMilliseconds = 10;

    private const int PROT_READ_WRITE = 3;
    private const int MAP_SHARED = 1;

    private readonly byte* _start;
    private readonly int _blocks;
    private int _current;

    private PacketRing(byte* start, int blocks)
    {
        _start = start;
        _blocks = blocks;
    }

    /// <summary>Whether the kernel has nothing for the reader, neither handed over nor about to be.</summary>
    public bool IsEmpty => Volatile.Read(ref Current->Status) == 0 && Volatile.Read(ref Current->Packets) == 0;

    private Libc.PacketBlock* Current => (Libc.PacketBlock*)(_start + ((long)_current * BlockSize));

    /// <summary>Makes the ring of a socket.</summary>
    /// <exception cref="SocketCallException">ENOMEM.</exception>
    public static PacketRing Map(PacketSocket socket, object target, int size, SystemCallTrace? trace)
    {
        int blocks = Math.Max(2, (int)(((long)size + BlockSize - 1) / BlockSize));
        socket.MakeRing(BlockSize, (uint)blocks, RetireMilliseconds, trace);
        nint length = (nint)blocks * BlockSize;
        nint start = Libc.MapMemory(0, length, PROT_READ_WRITE, MAP_SHARED, socket.Descriptor, 0);
        Errno errno = start == -1 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("mmap", $"NULL, {length}, PROT_READ|PROT_WRITE, MAP_SHARED, {socket.Descriptor}, 0", start, errno));
        return errno == Errno.None ? new PacketRing((byte*)start, blocks) : throw new SocketCallException("mmap", errno, target);
    }

    /// <summary>The block that is the reader's now, or null.</summary>
    public Libc.PacketBlock* Take() => (Volatile.Read(ref Current->Status) & PacketNumbers.TP_STATUS_USER) != 0 ? Current : null;

    /// <summary>Gives it back, and goes on to the next.</summary>
    public void GiveBack()
    {
        // The kernel sets the count to zero itself, but only when it opens the block; until then it would seem that packets were in it.
        Volatile.Write(ref Current->Packets, 0);
        Volatile.Write(ref Current->Status, 0);
        _current = (_current + 1) % _blocks;
    }

    /// <summary>Gives the memory back.</summary>
    public void Unmap(SystemCallTrace? trace)
    {
        nint length = (nint)_blocks * BlockSize;
        int result = Libc.UnmapMemory((nint)_start, length);
        trace?.Invoke(new("munmap", $"0x{(nint)_start:x}, {length}", result, Errno.None));
    }
}
