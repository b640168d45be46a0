using System;
using System.IO;
using System.Threading;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class SharedMemoryTests
{
    public SharedMemoryTests() => IpcTest.SkipUnlessLinux();

    [Fact]
    public void Two_who_open_it_have_the_same_memory()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 4096);
        using IpcSharedMemory other = IpcSharedMemory.Open(memory.Name, null, IpcAccess.ReadWrite);
        Assert.Equal((4096, true, false), (other.Size, memory.IsOwner, other.IsOwner));
        Assert.Equal(new byte[4096], memory.ReadBytes(0, 4096));

        memory.Write(8, 0x0123456789ABCDEF);
        Assert.Equal(BitConverter.GetBytes(0x0123456789ABCDEF), other.ReadBytes(8, 8));
        other.WriteBytes(4093, "abc"u8);
        Assert.Equal("abc"u8, memory.ReadBytes(4093, 3));
        Assert.Equal((byte)'c', memory.ReadByte(4095));
    }

    [Fact]
    public void Values_of_every_type_at_any_offset()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 100);
        using IpcSharedMemory reader = IpcSharedMemory.Open(memory.Name, null, IpcAccess.Read);
        foreach (long at in (ReadOnlySpan<long>)[0, 8, 3, 91, 92])
        {
            memory.WriteInt64(at, long.MinValue + at);
            Assert.Equal(long.MinValue + at, memory.ReadInt64(at));
            Assert.Equal(long.MinValue + at, reader.ReadInt64(at));
            memory.WriteInt32(at, int.MaxValue);
            Assert.Equal(int.MaxValue, memory.ReadInt32(at));
            Assert.Equal(int.MaxValue, reader.ReadInt32(at));
            memory.WriteInt16(at, -2);
            Assert.Equal(-2, memory.ReadInt16(at));
            memory.WriteByte(at, 200);
            Assert.Equal(200, memory.ReadByte(at));
            memory.WriteDouble(at, Math.PI);
            Assert.Equal(Math.PI, memory.ReadDouble(at));
            memory.WriteSingle(at, 1.5f);
            Assert.Equal(1.5f, reader.ReadSingle(at));
            memory.Write(at, Half.Epsilon);
            Assert.Equal(Half.Epsilon, memory.Read<Half>(at));
        }
    }

    [Fact]
    public void Numbers_change_in_one_step()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 16);
        Assert.Equal(5, memory.AddInt32(4, 5));
        Assert.Equal(-1, memory.AddInt64(8, -1));
        Assert.Equal(5, memory.CompareExchangeInt32(4, 9, 5));
        Assert.Equal(9, memory.CompareExchangeInt32(4, 1, 5));
        Assert.Equal(-1, memory.CompareExchangeInt64(8, 7, -1));
        Assert.Equal((9, 7L), (memory.ReadInt32(4), memory.ReadInt64(8)));
        Fails.With(Errno.EINVAL, () => memory.AddInt32(2, 1));
        Fails.With(Errno.EINVAL, () => memory.AddInt64(4, 1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(101, 0)]
    [InlineData(100, 1)]
    [InlineData(97, 4)]
    [InlineData(long.MaxValue, 8)]
    [InlineData(long.MinValue, 8)]
    public void What_is_not_all_in_the_memory_is_not_touched(long offset, int count)
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 100);
        Fails.With(Errno.EINVAL, () => memory.ReadBytes(offset, count));
        Fails.With(Errno.EINVAL, () => memory.WriteBytes(offset, new byte[count]));
        Fails.With(Errno.EINVAL, () => memory.ReadInt32(offset));
        Fails.With(Errno.EINVAL, () => memory.WriteInt32(offset, 1));
        Fails.With(Errno.EINVAL, () => memory.AddInt64(offset, 1));
        Assert.Equal(100, new FileInfo($"/dev/shm{memory.Name}").Length);
    }

    [Fact]
    public void A_number_of_bytes_that_is_none()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 100);
        Fails.With(Errno.EINVAL, () => memory.ReadBytes(0, -1));
        Fails.With(Errno.EINVAL, () => memory.ReadBytes(50, int.MinValue));
    }

    [Fact]
    public void Memory_that_another_process_cut_is_an_error_and_no_SIGBUS()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 65536);
        using IpcSharedMemory reader = IpcSharedMemory.Open(memory.Name, null, IpcAccess.Read);
        IpcTest.Run("truncate", "-s", "4096", $"/dev/shm{memory.Name}");

        Assert.Equal(0, memory.ReadInt32(4092));
        Fails.With(Errno.EFAULT, () => memory.ReadInt32(4096));
        Fails.With(Errno.EFAULT, () => memory.WriteInt32(60000, 1));
        Fails.With(Errno.EFAULT, () => memory.AddInt64(4096, 1));
        Fails.With(Errno.EFAULT, () => memory.CompareExchangeInt32(4096, 1, 0));
        Fails.With(Errno.EFAULT, () => memory.ReadBytes(4000, 1000));
        Fails.With(Errno.EFAULT, () => memory.WriteBytes(4000, new byte[1000]));
        Fails.With(Errno.EFAULT, () => reader.ReadInt64(8192));
        Assert.Equal(4096, new FileInfo($"/dev/shm{memory.Name}").Length);
    }

    [Fact]
    public void More_than_there_is_is_an_error_at_once_and_leaves_nothing()
    {
        string name = IpcTest.Name();
        long there = new DriveInfo("/dev/shm").TotalSize;
        Fails.With(Errno.ENOSPC, () => IpcSharedMemory.Create(name, there + 4096));
        Fails.With(Errno.ENOSPC, () => IpcRingChannel.Create(name, long.MaxValue));
        Assert.False(File.Exists($"/dev/shm{name}"));
    }

    [Fact]
    public void Memory_that_is_smaller_than_needed_is_not_opened()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 100);
        Fails.With(Errno.EINVAL, () => IpcSharedMemory.Open(memory.Name, 101, IpcAccess.ReadWrite));
        using IpcSharedMemory part = IpcSharedMemory.Open(memory.Name, 60, IpcAccess.ReadWrite);
        Assert.Equal(60, part.Size);
        IpcTest.Run("truncate", "-s", "0", $"/dev/shm{memory.Name}");
        Fails.With(Errno.EINVAL, () => IpcSharedMemory.Open(memory.Name, null, IpcAccess.Read));
    }

    [Fact]
    public void Memory_with_holes_is_read_and_written()
    {
        string name = IpcTest.Name();
        IpcTest.Run("truncate", "-s", "1M", $"/dev/shm{name}");
        try
        {
            using IpcSharedMemory reader = IpcSharedMemory.Open(name, null, IpcAccess.Read);
            Assert.Equal(0, reader.ReadInt64(500_000));
            using IpcSharedMemory writer = IpcSharedMemory.Open(name, null, IpcAccess.ReadWrite);
            writer.WriteInt64(500_000, 7);
            Assert.Equal(7, reader.ReadInt64(500_000));
        }
        finally
        {
            File.Delete($"/dev/shm{name}");
        }
    }

    [Fact]
    public void It_is_for_its_owner_only_and_its_name_goes_with_its_object()
    {
        string name = IpcTest.Name();
        using IpcSharedMemory memory = IpcSharedMemory.Create(name, 4096);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"/dev/shm{name}"));
        }

        Fails.With(Errno.EEXIST, () => IpcSharedMemory.Create(name, 4096));
        using IpcSharedMemory other = IpcSharedMemory.Open(name, null, IpcAccess.ReadWrite);
        memory.Close();
        Assert.False(File.Exists($"/dev/shm{name}"));
        other.WriteInt32(0, 1); // Who has it open keeps it.
        Fails.With(Errno.EBADF, () => memory.Close());
        Fails.With(Errno.EBADF, () => memory.ReadInt32(0));
        Fails.With(Errno.EBADF, () => memory.ReadBytes(0, 1));
        Fails.With(Errno.EBADF, () => memory.WriteBytes(0, "a"u8));
        Fails.With(Errno.ENOENT, () => IpcSharedMemory.Open(name, null, IpcAccess.Read));
        Fails.With(Errno.EINVAL, () => IpcSharedMemory.Create("name", 1));
        Fails.With(Errno.EINVAL, () => IpcSharedMemory.Open("/a/b", null, IpcAccess.Read));
    }

    [Fact]
    public void Other_memory_that_took_its_name_stays()
    {
        string name = IpcTest.Name();
        IpcSharedMemory memory = IpcSharedMemory.Create(name, 4096);
        File.Move($"/dev/shm{name}", $"/dev/shm{name}.away");
        try
        {
            using IpcSharedMemory another = IpcSharedMemory.Create(name, 4096);
            memory.Close();
            Assert.True(File.Exists($"/dev/shm{name}"));
        }
        finally
        {
            File.Delete($"/dev/shm{name}.away");
        }
    }

    [Fact]
    public void What_was_opened_to_read_is_not_written_to()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 4096);
        using IpcSharedMemory reader = IpcSharedMemory.Open(memory.Name, null, IpcAccess.Read);
        Fails.With(Errno.EBADF, () => reader.WriteInt32(0, 1));
        Fails.With(Errno.EBADF, () => reader.WriteBytes(0, "a"u8));
        Fails.With(Errno.EBADF, () => reader.AddInt32(0, 1));
        Fails.With(Errno.EBADF, () => reader.CompareExchangeInt64(0, 1, 0));
        Assert.Equal(0, memory.ReadInt32(0));
    }

    [Fact]
    public void Closing_while_others_read_ends_nothing_but_their_reading()
    {
        for (int i = 0; i < 20; i++)
        {
            IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 1 << 20);
            long reads = 0;
            Exception? error = null;
            Thread reader = new(() => error = Record.Exception(() => ReadForEver(memory, ref reads)));
            reader.Start();
            Within.TenSeconds(() => Volatile.Read(ref reads) > 10, "reading");
            memory.Close();
            Assert.True(reader.Join(10_000));
            Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(error).Errno);
        }
    }

    private static void ReadForEver(IpcSharedMemory memory, ref long reads)
    {
        while (true)
        {
            memory.ReadBytes(0, 1 << 20);
            memory.ReadInt64(0);
            Volatile.Write(ref reads, reads + 1);
        }
    }
}
