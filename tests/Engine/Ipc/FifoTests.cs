using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class FifoTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FifoPath => _directory.File("f");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_a_FIFO_for_its_owner_only_and_goes_with_its_object()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no FIFOs there");
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        Assert.StartsWith("prw-------", IpcTest.Run("ls", "-l", FifoPath), StringComparison.Ordinal);
        fifo.Close();
        Assert.False(File.Exists(FifoPath));
        Fails.With(Errno.EBADF, () => fifo.Close());
    }

    [Fact]
    public void Another_file_that_took_its_path_stays()
    {
        IpcTest.SkipUnlessLinux();
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        File.Move(FifoPath, _directory.File("away")); // So that the inode is not used again.
        File.WriteAllText(FifoPath, "another");
        fifo.Close();
        Assert.True(File.Exists(FifoPath));
    }

    [Fact]
    public void Another_FIFO_that_took_its_path_stays_though_it_has_its_inode()
    {
        IpcTest.SkipUnlessLinux();
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        string born = Status("%w");
        Assert.SkipWhen(born.StartsWith('-'), "this file system does not keep when a file was born");

        // Its clock may be a coarse one, so the other one is made until it was born later.
        Within.TenSeconds(
            () =>
            {
                File.Delete(FifoPath);
                IpcTest.Run("mkfifo", FifoPath);
                return Status("%w") != born;
            },
            "another one is born");
        fifo.Close();
        Assert.True(File.Exists(FifoPath));
        File.Delete(FifoPath);

        string Status(string format) => IpcTest.Run("stat", "-c", format, FifoPath);
    }

    [Fact]
    public void What_is_there_is_never_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no FIFOs there");
        File.WriteAllText(FifoPath, "kept");
        Fails.With(Errno.EEXIST, () => IpcFifo.Create(FifoPath));
        Assert.Equal("kept", File.ReadAllText(FifoPath));
    }

    [Fact]
    public void Paths_that_cannot_be()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no FIFOs there");
        Fails.With(Errno.ENOENT, () => IpcFifo.Create(_directory.File("no/f")));
        Fails.With(Errno.ENAMETOOLONG, () => IpcFifo.Create(_directory.File(new string('x', 300))));
        File.WriteAllText(_directory.File("file"), "");
        Fails.With(Errno.ENOTDIR, () => IpcFifo.Create(_directory.File("file/f")));
    }

    [Theory]
    [InlineData(IpcAccess.Read)]
    [InlineData(IpcAccess.Write)]
    public void With_nobody_at_the_other_end_the_time_ends_it(IpcAccess access)
    {
        IpcTest.SkipUnlessLinux();
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        Fails.With(Errno.EWOULDBLOCK, () => IpcFifo.Connect(FifoPath, access, SocketWait.Never));
        long started = Stopwatch.GetTimestamp();
        Fails.With(Errno.ETIMEDOUT, () => IpcFifo.Connect(FifoPath, access, SocketWait.Seconds(0.1)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.09, 5);
    }

    [Fact]
    public void Two_sides_find_each_other_whoever_comes_first()
    {
        IpcTest.SkipUnlessLinux();
        foreach (IpcAccess first in (ReadOnlySpan<IpcAccess>)[IpcAccess.Read, IpcAccess.Write])
        {
            using IpcFifo fifo = IpcFifo.Create(FifoPath);
            IpcPipeEnd? one = null;
            using Waiter waiter = Waiter.Start(stop => one = IpcFifo.Connect(FifoPath, first, IpcTest.Forever(stop)));
            using IpcPipeEnd two = IpcFifo.Connect(FifoPath, first == IpcAccess.Read ? IpcAccess.Write : IpcAccess.Read, Within.Ten);
            waiter.Finish();
            using (one)
            {
                (one!.CanWrite ? one : two).Send("abc"u8, Within.Ten);
                Assert.Equal("abc"u8, (one.CanRead ? one : two).ReceiveExactly(3, Within.Ten));
            }
        }
    }

    [Fact]
    public void A_writer_that_came_and_went_is_the_end_of_the_stream_and_not_nobody()
    {
        IpcTest.SkipUnlessLinux();
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        IpcPipeEnd? reader = null;
        using Waiter waiter = Waiter.Start(stop => reader = IpcFifo.Connect(FifoPath, IpcAccess.Read, IpcTest.Forever(stop)));
        IpcTest.Run("sh", "-c", $": > {FifoPath}");
        waiter.Finish();
        using (reader)
        {
            Assert.Null(reader!.Receive(1, Within.Ten));
            Assert.True(reader.EndOfStream);
        }
    }

    [Fact]
    public void Both_ends_at_once_need_nobody_and_never_end()
    {
        IpcTest.SkipUnlessLinux();
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        using IpcPipeEnd both = IpcFifo.Connect(FifoPath, IpcAccess.ReadWrite, SocketWait.Never);
        IpcTest.Run("sh", "-c", $"echo one > {FifoPath}");
        IpcTest.Run("sh", "-c", $"echo two > {FifoPath}");
        Assert.Equal("one\ntwo\n"u8, both.ReceiveExactly(8, Within.Ten));
        Fails.With(Errno.EWOULDBLOCK, () => both.Receive(1, SocketWait.Never));
    }

    [Fact]
    public void What_is_no_FIFO_is_not_opened()
    {
        IpcTest.SkipUnlessLinux();
        File.WriteAllText(FifoPath, "file");
        Fails.With(Errno.EINVAL, () => IpcFifo.Connect(FifoPath, IpcAccess.Write, Within.Ten));
        Fails.With(Errno.EINVAL, () => IpcFifo.Connect(_directory.Path, IpcAccess.Read, Within.Ten));
        Fails.With(Errno.EINVAL, () => IpcFifo.Connect("/dev/null", IpcAccess.Read, Within.Ten));
        Fails.With(Errno.ENOENT, () => IpcFifo.Connect(_directory.File("none"), IpcAccess.Read, Within.Ten));
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory.File("socket")));
        Fails.With(Errno.EINVAL, () => IpcFifo.Connect(_directory.File("socket"), IpcAccess.Write, Within.Ten));
    }

    [Fact]
    public void Cat_writes_to_it_what_is_received()
    {
        IpcTest.SkipUnlessLinux();
        string numbers = string.Concat(Enumerable.Range(1, 50000).Select(static n => $"{n}\n"));
        File.WriteAllText(_directory.File("numbers"), numbers);
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        using Process cat = IpcTest.Start("sh", "-c", $"cat {_directory.File("numbers")} > {FifoPath}");
        using IpcPipeEnd reader = IpcFifo.Connect(FifoPath, IpcAccess.Read, Within.Ten);
        Assert.Equal(numbers, Encoding.ASCII.GetString(reader.ReceiveAll(1 << 20, Within.Ten)!));
        IpcTest.Output(cat);
    }

    [Fact]
    public void Dd_reads_from_it_what_is_sent()
    {
        IpcTest.SkipUnlessLinux();
        byte[] sent = new byte[300_000];
        Random.Shared.NextBytes(sent);
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        using Process dd = IpcTest.Start("dd", $"if={FifoPath}", $"of={_directory.File("copy")}", "status=none");
        using (IpcPipeEnd writer = IpcFifo.Connect(FifoPath, IpcAccess.Write, Within.Ten))
        {
            writer.Send(sent, Within.Ten);
        }

        IpcTest.Output(dd);
        Assert.Equal(sent, File.ReadAllBytes(_directory.File("copy")));
    }

    [Fact]
    public void A_reader_that_ends_is_a_broken_pipe()
    {
        IpcTest.SkipUnlessLinux();
        using IpcFifo fifo = IpcFifo.Create(FifoPath);
        using Process dd = IpcTest.Start("dd", $"if={FifoPath}", "of=/dev/null", "bs=1", "count=2", "status=none");
        using IpcPipeEnd writer = IpcFifo.Connect(FifoPath, IpcAccess.Write, Within.Ten);
        writer.Send("ab"u8, Within.Ten);
        IpcTest.Output(dd);
        Fails.With(Errno.EPIPE, () => writer.Send("c"u8, Within.Ten));
    }
}
