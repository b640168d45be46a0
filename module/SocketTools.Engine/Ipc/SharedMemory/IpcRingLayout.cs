using System;
using System.Globalization;
using System.Threading;

namespace SocketTools;

/// <summary>
/// Where what is in the memory of a ring. What one side writes often has a line of the cache of its own (128 bytes, because processors fetch two lines of 64 together),
/// and so has what is seldom written, so that reading it costs nothing.
/// </summary>
internal static unsafe class IpcRingLayout
{
    /// <summary>SOCKRING, read as a little-endian number. On a machine of the other byte order it is another number, and the memory is refused.</summary>
    public const ulong Magic = 0x474E_4952_4B43_4F53;

    public const uint Version = 1;

    // The first line never changes once the magic is there.
    public const int MagicAt = 0;
    public const int VersionAt = 8;
    public const int HeaderAt = 12;
    public const int CapacityAt = 16;

    /// <summary>How many bytes were ever written: of the writer.</summary>
    public const int HeadAt = 128;

    /// <summary>How many were ever read: of the reader.</summary>
    public const int TailAt = 256;

    // A line for each side: whether it is there, which process it is, and the word on which it sleeps.
    public const int ReaderAt = 384;
    public const int WriterAt = 512;
    public const int StateOffset = 0;
    public const int ProcessOffset = 4;
    public const int SleepOffset = 8;

    /// <summary>Where the bytes begin.</summary>
    public const int HeaderLength = 1024;

    /// <summary>The least memory that holds a ring.</summary>
    public const int LeastLength = HeaderLength + 1;

    /// <summary>Makes an empty ring of all of the memory. Nobody else may use it yet: the magic, by which others know it, is written last.</summary>
    public static void Initialize(byte* memory, long length)
    {
        Volatile.Write(ref *(ulong*)(memory + MagicAt), 0);
        new Span<byte>(memory, HeaderLength).Clear();
        *(uint*)(memory + VersionAt) = Version;
        *(uint*)(memory + HeaderAt) = HeaderLength;
        *(ulong*)(memory + CapacityAt) = (ulong)(length - HeaderLength);
        Volatile.Write(ref *(ulong*)(memory + MagicAt), Magic);
    }

    /// <summary>Why the memory is not a whole ring, or null. Nothing in it is believed before.</summary>
    public static string? FindFault(byte* memory, long length)
    {
        if (length < LeastLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It has {length} bytes; a ring needs {LeastLength} at least");
        }

        if (Volatile.Read(ref *(ulong*)(memory + MagicAt)) != Magic)
        {
            return "It does not begin with the mark of a ring";
        }

        if (*(uint*)(memory + VersionAt) is not Version and var version)
        {
            return $"It is a ring of version {version}; this is version {Version}";
        }

        ulong capacity = *(ulong*)(memory + CapacityAt);
        if (*(uint*)(memory + HeaderAt) != HeaderLength || capacity == 0 || capacity > (ulong)(length - HeaderLength))
        {
            return string.Create(CultureInfo.InvariantCulture, $"It says that it has room for {capacity} bytes, and is {length} bytes long");
        }

        // A ring in use moves on: both positions count only when the reader did not move while the other was read.
        ulong tail, head;
        int looks = 0;
        do
        {
            tail = Volatile.Read(ref *(ulong*)(memory + TailAt));
            head = Volatile.Read(ref *(ulong*)(memory + HeadAt));
        }
        while (tail != Volatile.Read(ref *(ulong*)(memory + TailAt)) && ++looks < 100);
        return looks < 100 ? FindFault(head, tail, capacity) : null;
    }

    /// <summary>The same of the two positions alone.</summary>
    public static string? FindFault(ulong head, ulong tail, ulong capacity) => head - tail <= capacity
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"Its positions cannot be: {head} bytes written, {tail} read, room for {capacity}");
}
