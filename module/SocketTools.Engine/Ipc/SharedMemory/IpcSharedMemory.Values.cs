using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

public sealed unsafe partial class IpcSharedMemory
{
    /// <summary>Copies bytes out of the memory.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EINVAL: not all of them are in the memory. EFAULT: another process has cut it shorter. EBADF: it is closed.</exception>
    public byte[] ReadBytes(long offset, int count, SystemCallTrace? trace = null)
    {
        using Use use = Enter("pread", offset, count);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        fixed (byte* pointer = bytes)
        {
            if (_file is null)
            {
                new ReadOnlySpan<byte>(_address + offset, count).CopyTo(bytes);
                return bytes;
            }

            for (int done = 0; done < count;)
            {
                int result = Result(Libc.ReadAt(Descriptor, pointer + done, count - done, offset + done));
                trace?.Invoke(new("pread", $"{Descriptor}, {Calls.CallText.Data(bytes.AsSpan(done, Math.Max(result, 0)))}, {count - done}, {offset + done}", Math.Max(result, -1), result < 0 ? (Errno)(-result) : Errno.None));
                done += result > 0 ? result : result == -(int)Errno.EINTR ? 0 : throw (result == 0 ? Cut("pread", offset + done) : new SocketCallException("pread", (Errno)(-result), Name));
            }
        }

        return bytes;
    }

    /// <summary>Copies bytes into the memory.</summary>
    /// <exception cref="SocketCallException">EINVAL: not all of them fit. EFAULT: another process has cut it shorter. EBADF: it is closed, or was opened to read.</exception>
    public void WriteBytes(long offset, ReadOnlySpan<byte> data, SystemCallTrace? trace = null)
    {
        CheckWrite("pwrite");
        using Use use = Enter("pwrite", offset, data.Length);
        fixed (byte* pointer = data)
        {
            if (_file is null)
            {
                data.CopyTo(new Span<byte>(_address + offset, data.Length));
                return;
            }

            for (int done = 0; done < data.Length;)
            {
                int result = Result(Libc.WriteAt(Descriptor, pointer + done, data.Length - done, offset + done));
                trace?.Invoke(new("pwrite", $"{Descriptor}, {Calls.CallText.Data(data[done..])}, {data.Length - done}, {offset + done}", Math.Max(result, -1), result < 0 ? (Errno)(-result) : Errno.None));
                done += result >= 0 ? result : result == -(int)Errno.EINTR ? 0 : throw new SocketCallException("pwrite", (Errno)(-result), Name);
            }
        }
    }

    /// <inheritdoc cref="WriteBytes(long, ReadOnlySpan{byte}, SystemCallTrace?)"/>
    public void WriteBytes(long offset, byte[] data) => WriteBytes(offset, data.AsSpan());

    /// <summary>A value as the processor has it, in its byte order. One of up to 8 bytes at a multiple of its size is read whole, never half old and half new.</summary>
    /// <exception cref="SocketCallException">As of <see cref="ReadBytes"/>.</exception>
    public T Read<T>(long offset)
        where T : unmanaged
    {
        // Memory that was opened to read may have pages that are not there yet, and cannot be made to be there.
        if (!CanWrite && _file is not null)
        {
            return Unsafe.ReadUnaligned<T>(ref ReadBytes(offset, sizeof(T))[0]);
        }

        using Use use = Enter("mmap", offset, sizeof(T));
        byte* at = _address + offset;
        long whole = 0;
        switch (offset % sizeof(T) == 0 ? sizeof(T) : 0)
        {
            case 8:
                whole = Volatile.Read(ref *(long*)at);
                return *(T*)&whole;
            case 4:
                *(int*)&whole = Volatile.Read(ref *(int*)at);
                return *(T*)&whole;
            case 2:
                *(short*)&whole = Volatile.Read(ref *(short*)at);
                return *(T*)&whole;
            default:
                return Unsafe.ReadUnaligned<T>(at);
        }
    }

    /// <summary>Writes a value as the processor has it, in its byte order; whole, as <see cref="Read"/> says.</summary>
    /// <exception cref="SocketCallException">As of <see cref="WriteBytes(long, ReadOnlySpan{byte}, SystemCallTrace?)"/>.</exception>
    public void Write<T>(long offset, T value)
        where T : unmanaged
    {
        CheckWrite("mmap");
        using Use use = Enter("mmap", offset, sizeof(T));
        byte* at = _address + offset;
        switch (offset % sizeof(T) == 0 ? sizeof(T) : 0)
        {
            case 8:
                Volatile.Write(ref *(long*)at, *(long*)&value);
                break;
            case 4:
                Volatile.Write(ref *(int*)at, *(int*)&value);
                break;
            case 2:
                Volatile.Write(ref *(short*)at, *(short*)&value);
                break;
            default:
                Unsafe.WriteUnaligned(at, value);
                break;
        }
    }

    /// <summary>Adds to a number in one step, so that nobody's addition is lost. At its end it begins again at the other.</summary>
    /// <returns>The sum.</returns>
    /// <exception cref="SocketCallException">EINVAL: the offset is no multiple of 4. And those of <see cref="WriteBytes(long, ReadOnlySpan{byte}, SystemCallTrace?)"/>.</exception>
    public int AddInt32(long offset, int value)
    {
        using Use use = EnterWhole(offset, sizeof(int));
        return Interlocked.Add(ref *(int*)(_address + offset), value);
    }

    /// <inheritdoc cref="AddInt32"/>
    public long AddInt64(long offset, long value)
    {
        using Use use = EnterWhole(offset, sizeof(long));
        return Interlocked.Add(ref *(long*)(_address + offset), value);
    }

    /// <summary>Puts a number in the place of another, if that is what is there, in one step.</summary>
    /// <returns>What was there: the expected number where it was replaced.</returns>
    /// <exception cref="SocketCallException">As of <see cref="AddInt32"/>.</exception>
    public int CompareExchangeInt32(long offset, int value, int expected)
    {
        using Use use = EnterWhole(offset, sizeof(int));
        return Interlocked.CompareExchange(ref *(int*)(_address + offset), value, expected);
    }

    /// <inheritdoc cref="CompareExchangeInt32"/>
    public long CompareExchangeInt64(long offset, long value, long expected)
    {
        using Use use = EnterWhole(offset, sizeof(long));
        return Interlocked.CompareExchange(ref *(long*)(_address + offset), value, expected);
    }

#pragma warning disable CS1591 // Read<T> and Write<T> under names that PowerShell completes.
    public byte ReadByte(long offset) => Read<byte>(offset);

    public short ReadInt16(long offset) => Read<short>(offset);

    public int ReadInt32(long offset) => Read<int>(offset);

    public long ReadInt64(long offset) => Read<long>(offset);

    public float ReadSingle(long offset) => Read<float>(offset);

    public double ReadDouble(long offset) => Read<double>(offset);

    public void WriteByte(long offset, byte value) => Write(offset, value);

    public void WriteInt16(long offset, short value) => Write(offset, value);

    public void WriteInt32(long offset, int value) => Write(offset, value);

    public void WriteInt64(long offset, long value) => Write(offset, value);

    public void WriteSingle(long offset, float value) => Write(offset, value);

    public void WriteDouble(long offset, double value) => Write(offset, value);
#pragma warning restore CS1591

    /// <summary>Looks whether the memory is still as long as it was; EFAULT where it is not.</summary>
    internal void CheckLength(string operation)
    {
        using Use use = Enter(operation, Size, 0);
    }

    private SocketCallException Cut(string operation, long there) => new(operation, Errno.EFAULT, Name, $"Another process has cut the memory to {there} of {Size} bytes")
    {
        Advice = "Close it, and have it made anew. Whoever may write to it may cut it.",
    };

    private void CheckWrite(string operation)
    {
        if (!CanWrite)
        {
            throw new SocketCallException(operation, Errno.EBADF, Name, "The memory was opened to read") { Advice = "Open it with -Access ReadWrite." };
        }
    }

    private Use EnterWhole(long offset, int size)
    {
        CheckWrite("mmap");
        return offset % size == 0 ? Enter("mmap", offset, size)
            : throw new SocketCallException("mmap", Errno.EINVAL, Name, $"{offset} is no multiple of {size}") { Advice = $"Give an offset that is: only such a number changes in one step." };
    }

    // Holds the memory, so that a Close under way waits with giving it back.
    private Use Enter(string operation, long offset, int count)
    {
        if (offset < 0 || count < 0 || count > Size - offset)
        {
            throw new SocketCallException(operation, Errno.EINVAL, Name, $"{count} bytes at {offset} are not in a memory of {Size} bytes") { Advice = "Check offset and count." };
        }

        if (_closed != 0 || !Use.TryTake(_memory, _file, out Use use))
        {
            throw new SocketCallException(operation, Errno.EBADF, Name, "The memory is closed") { Advice = "Open it again." };
        }

        if (_file is not null && IpcFileStatus.Of(Descriptor) is { Size: var there } && there < offset + count)
        {
            use.Dispose();
            throw Cut(operation, there);
        }

        return use;
    }

    private static int Result(nint result) => result >= 0 ? (int)result : -(int)LibcNumbers.LastErrno();

    /// <summary>The memory and its file, which stay until this is disposed.</summary>
    private readonly struct Use : IDisposable
    {
        private readonly SafeHandle _memory;
        private readonly SafeHandle? _file;

        private Use(SafeHandle memory, SafeHandle? file) => (_memory, _file) = (memory, file);

        public static bool TryTake(SafeHandle memory, SafeHandle? file, out Use use)
        {
            bool held = false;
            try
            {
                memory.DangerousAddRef(ref held);
                bool also = false;
                file?.DangerousAddRef(ref also);
            }
            catch (ObjectDisposedException)
            {
                if (held)
                {
                    memory.DangerousRelease(); // It was closed in this moment.
                }

                use = default;
                return false;
            }

            use = new Use(memory, file);
            return true;
        }

        public void Dispose()
        {
            _memory.DangerousRelease();
            _file?.DangerousRelease();
        }
    }
}
