using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>Memory that is no ring, or no longer a whole one, and sides that die.</summary>
public sealed class IpcRingFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0, 0, "mark of a ring")]
    [InlineData(8, 2, "version 2")]
    [InlineData(12, 8, "room for")]
    [InlineData(16, 0, "room for 0 bytes")]
    [InlineData(16, 11, "room for 11 bytes")]
    [InlineData(128, 11, "11 bytes written, 0 read")]
    [InlineData(256, 1, "0 bytes written, 1 read")]
    public void ForeignOrTornMemoryIsOneClearError(int at, byte value, string says)
    {
        using RingMemory memory = Memory(10);
        memory.Create().Dispose();
        memory.Bytes[at] = value;
        SocketCallException error = Fails.With(Errno.EBADMSG, () => memory.Attach());
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal("the ring", error.Target);
    }

    [Fact]
    public void PositionsThatAreOverwrittenWhileItIsUsedAreAnErrorAndNeverReadBeyondTheMemory()
    {
        using RingMemory memory = Memory(10);
        using IpcRing ring = memory.Create();
        ring.Write([1], SocketWait.Never);
        MemoryMarshal.Write(memory.Bytes[128..], ulong.MaxValue);
        Fails.With(Errno.EBADMSG, () => ring.Read(new byte[100], Within.Short));
        Fails.With(Errno.EBADMSG, () => ring.Read(new byte[100], Within.Short));
        MemoryMarshal.Write(memory.Bytes[256..], ulong.MaxValue - 100);
        Fails.With(Errno.EBADMSG, () => ring.Write(new byte[100], Within.Short));
    }

    [Fact]
    public void RandomHeadersAreRefusedOrHarmless()
    {
        using RingMemory memory = Memory(50);
        Random random = new(9);
        for (int i = 0; i < 20000; i++)
        {
            memory.Create().Dispose();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                memory.Bytes[random.Next(3) switch { 0 => random.Next(24), 1 => 128 + random.Next(8), _ => 256 + random.Next(8) }] = (byte)random.Next(256);
            }

            try
            {
                using IpcRing ring = memory.Attach();
                ring.Write(new byte[random.Next(100)], SocketWait.Never);
                _ = ring.Read(new byte[random.Next(1, 100)], SocketWait.Never);
            }
            catch (SocketCallException e)
            {
                Assert.Contains(e.Errno, new[] { Errno.EBADMSG, Errno.EWOULDBLOCK });
            }
        }
    }

    [Fact]
    public void TooLittleMemoryIsEinvalOrEbadmsg()
    {
        using RingMemory memory = new(_directory.File("small"), 100);
        Fails.With(Errno.EINVAL, () => memory.Create());
        Fails.With(Errno.EBADMSG, () => memory.Attach());
    }

    [Fact]
    public void AWriterThatIsKilledIsTheEndOfTheStreamAndAReaderEpipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the second process has its part on Linux");
        string path = _directory.File("ring");
        using RingMemory memory = new(path, IpcRing.LengthFor(10));
        using IpcRing ring = memory.Create();
        using Process writer = ChildProcess.Start(ChildProcess.WriteToRing, path);
        byte[] got = new byte[10];
        Assert.Equal(3, ring.Read(got, Within.Ten));
        Assert.Equal(writer.Id, ring.WriterProcessId);
        using (Waiter waiter = Waiter.Start(_ => Assert.Equal(0, ring.Read(got, Within.Ten))))
        {
            Promptly.Ends(() => waiter.Error is null && !writer.HasExited ? waiter.EndBy(writer.Kill) : TimeSpan.Zero);
            waiter.Finish();
        }

        Assert.True(ring.EndOfStream);
        string second = _directory.File("second");
        using RingMemory other = new(second, IpcRing.LengthFor(10));
        using IpcRing full = other.Create();
        using Process reader = ChildProcess.Start(ChildProcess.ReadFromRing, second);
        full.Write([1], Within.Ten);
        Within.TenSeconds(() => full.ReaderProcessId == reader.Id && full.Available == 0, "the other process has read");
        using (Waiter waiter = Waiter.Start(_ => Fails.With(Errno.EPIPE, () => full.Write(new byte[20], Within.Ten))))
        {
            Promptly.Ends(() => waiter.Error is null && !reader.HasExited ? waiter.EndBy(reader.Kill) : TimeSpan.Zero);
            waiter.Finish();
        }
    }

    private RingMemory Memory(int capacity) => new(_directory.File("ring"), IpcRing.LengthFor(capacity));
}
