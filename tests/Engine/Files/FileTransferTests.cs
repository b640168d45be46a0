using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketTools;
using SocketTools.Calls;
using SocketTools.Tests.Channels;
using Xunit;

namespace SocketTools.Tests.Files;

public sealed class FileTransferTests : IDisposable
{
    private static readonly byte[] s_bytes = ReceiveTests.Pattern(3 * 1024 * 1024 + 1);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _calls = [];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Transport.Tcp, false)]
    [InlineData(Transport.Tcp, true)]
    [InlineData(Transport.Unix, false)]
    [InlineData(Transport.Unix, true)]
    public void A_file_comes_as_it_went_with_the_same_hash_on_both_sides(Transport transport, bool hash)
    {
        using ChannelPair pair = new(transport);
        SocketFileTransfer? sent = null;
        using Waiter sender = Waiter.Start(stop =>
        {
            sent = Send(pair.Client, s_bytes, hash, Within.Ten with { Stop = stop });
            pair.Client.Shutdown(SocketShutdown.Send);
        });

        SocketFileTransfer received = Receive(pair.Server, new(Sha256: hash), Within.Ten);

        sender.Finish();
        Assert.Equal(s_bytes, File.ReadAllBytes(_directory.File("b")));
        Assert.Equal((s_bytes.Length, s_bytes.Length), (sent!.Length, received.Length));
        string? expected = hash ? Convert.ToHexString(SHA256.HashData(s_bytes)).ToLowerInvariant() : null;
        Assert.Equal((expected, expected), (sent.Sha256, received.Sha256));
        Assert.Equal((s_bytes.Length, s_bytes.Length), (pair.Client.BytesSent, pair.Server.BytesReceived));
    }

    [Fact]
    public void Two_files_cross_on_one_connection_and_it_blocks_again_afterwards()
    {
        using ChannelPair pair = new();
        using Waiter out1 = Waiter.Start(stop => Send(pair.Client, s_bytes, false, Within.Ten with { Stop = stop }, "1"));
        using Waiter out2 = Waiter.Start(stop => Send(pair.Server, s_bytes, false, Within.Ten with { Stop = stop }, "2"));
        using Waiter in1 = Waiter.Start(stop => Receive(pair.Server, new(s_bytes.Length), Within.Ten with { Stop = stop }, "3"));
        using Waiter in2 = Waiter.Start(stop => Receive(pair.Client, new(s_bytes.Length), Within.Ten with { Stop = stop }, "4"));

        foreach (Waiter waiter in (Waiter[])[out1, out2, in1, in2])
        {
            waiter.Finish();
        }

        Assert.Equal(s_bytes, File.ReadAllBytes(_directory.File("3")));
        Assert.Equal(s_bytes, File.ReadAllBytes(_directory.File("4")));

        // The sockets of .NET's calls are always non-blocking.
        Assert.Equal(CallsInUse.AreLibc, SystemCalls.Current.IsBlocking(pair.Client.Handle));
        Assert.Equal(CallsInUse.AreLibc, SystemCalls.Current.IsBlocking(pair.Server.Handle));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_owner_wants_of_O_NONBLOCK_meanwhile_holds_afterwards(bool nonBlocking)
    {
        CallsInUse.SkipUnlessLibc("the sockets of .NET's calls are always non-blocking");
        using ChannelPair pair = new();
        pair.Server.NonBlocking = !nonBlocking;
        using Waiter reader = Waiter.Start(stop => Receive(pair.Server, new(), Within.Ten with { Stop = stop }));

        pair.Server.NonBlocking = nonBlocking;
        Assert.False(SystemCalls.Current.IsBlocking(pair.Server.Handle));

        pair.Client.Send("x"u8, Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);
        reader.Finish();
        Assert.Equal(!nonBlocking, SystemCalls.Current.IsBlocking(pair.Server.Handle));
    }

    [Fact]
    public void The_token_ends_a_receive_and_a_send_in_time_and_no_file_is_left() => Promptly.Ends(() =>
    {
        using ChannelPair pair = new();
        using Waiter reader = Waiter.Start(stop => Receive(pair.Server, new(), SocketWait.Forever with { Stop = stop }));
        pair.Client.Send("abc"u8, Within.Ten);
        TimeSpan time = reader.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(reader.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));

        using Waiter sender = Waiter.Start(stop => Send(pair.Client, new byte[32 << 20], false, SocketWait.Forever with { Stop = stop }));
        TimeSpan other = sender.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(sender.Error);
        File.Delete(_directory.File("a"));
        return time > other ? time : other;
    });

    [Fact]
    public void The_hash_is_of_what_went_out_also_when_the_file_changes()
    {
        using ChannelPair pair = new(Transport.Unix);
        SocketFileTransfer? sent = null;
        byte[] many = new byte[16 << 20];
        using Waiter sender = Waiter.Start(stop => sent = Send(pair.Client, many, true, Within.Ten with { Stop = stop }));
        byte[] first = pair.Server.ReceiveExactly(1, Within.Ten); // From here on the file is there whole, and under way.
        using (FileStream changed = File.OpenWrite(_directory.File("a")))
        {
            changed.Position = many.Length - 5;
            changed.Write("other"u8);
        }

        byte[] received = [.. first, .. pair.Server.ReceiveExactly(many.Length - 1, Within.Ten)];

        sender.Finish();
        Assert.Equal("other"u8, received[^5..]);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(received)).ToLowerInvariant(), sent!.Sha256);
    }

    [Fact]
    public void Progress_comes_on_the_thread_of_the_transfer_and_grows()
    {
        using ChannelPair pair = new();
        List<(long Done, long? Total)> seen = [];
        bool elsewhere = false;
        using Waiter reader = Waiter.Start(stop =>
        {
            int thread = Environment.CurrentManagedThreadId;
            FileReceiveOptions options = new()
            {
                Progress = (done, total) =>
                {
                    elsewhere |= Environment.CurrentManagedThreadId != thread;
                    seen.Add((done, total));
                },
            };
            Receive(pair.Server, options, Within.Ten with { Stop = stop });
        });
        Within.TenSeconds(
            () =>
            {
                pair.Client.Send([0], Within.Ten);
                return seen.Count >= 2;
            },
            "progress is told twice");

        pair.Client.Shutdown(SocketShutdown.Send);
        reader.Finish();
        Assert.False(elsewhere);
        Assert.All(seen, static s => Assert.Null(s.Total));
        Assert.Equal(seen.Select(static s => s.Done).Order(), seen.Select(static s => s.Done));
        Assert.InRange(seen[0].Done, 1, seen[1].Done - 1);
    }

    [Fact]
    public void Where_the_system_has_no_sendfile_the_file_is_read_and_sent()
    {
        using ChannelPair pair = new();
        Send(pair.Client, "abc"u8.ToArray(), false, Within.Ten with { Trace = c => _calls.Add(c.Name) });

        Assert.Equal("abc"u8, pair.Server.ReceiveExactly(3, Within.Ten));
        Assert.Contains(CallsInUse.AreLibc ? "sendfile" : "send", _calls);
        Assert.DoesNotContain(CallsInUse.AreLibc ? "send" : "sendfile", _calls);
    }

    [Fact]
    public void A_file_that_is_not_complete_is_gone_when_it_is_disposed_of()
    {
        using (IncomingFile file = IncomingFile.Create(_directory.File("a"), IncomingFileMode.New))
        {
            file.Write("abc"u8.ToArray());
            Assert.StartsWith(".receiving-", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(_directory.Path))));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void An_append_that_is_stopped_leaves_the_old_file_as_it_was()
    {
        File.WriteAllText(_directory.File("a"), "old");
        using (IncomingFile file = IncomingFile.Create(_directory.File("a"), IncomingFileMode.Append))
        {
            file.Write("abc"u8.ToArray());
            Assert.ThrowsAny<OperationCanceledException>(() => file.Complete(Within.Ten with { Stop = new(canceled: true) }));
        }

        Assert.Equal("old", File.ReadAllText(_directory.File("a")));
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(4, null)]
    [InlineData(0, 4L)]
    [InlineData(3, 1L)]
    [InlineData(1, long.MaxValue)]
    public void A_part_that_the_file_does_not_have_is_EINVAL(long offset, long? count)
    {
        File.WriteAllText(_directory.File("a"), "abc");
        SocketCallException error = Fails.With(Errno.EINVAL, () => OutgoingFile.Open(_directory.File("a"), offset, count));
        Assert.IsType<SocketFileException>(error);
    }

    [Theory]
    [InlineData(typeof(FileNotFoundException), Errno.ENOENT)]
    [InlineData(typeof(DirectoryNotFoundException), Errno.ENOENT)]
    [InlineData(typeof(PathTooLongException), Errno.ENAMETOOLONG)]
    [InlineData(typeof(UnauthorizedAccessException), Errno.EACCES)]
    [InlineData(typeof(ArgumentOutOfRangeException), Errno.EFBIG)]
    [InlineData(typeof(IOException), Errno.EIO)]
    [InlineData(typeof(InvalidOperationException), Errno.None)]
    public void The_errno_is_found_behind_what_dotnet_throws(Type exception, Errno errno) =>
        Assert.Equal(errno, FileCalls.ToErrno((Exception)Activator.CreateInstance(exception)!));

    private SocketFileTransfer Send(SocketChannel channel, byte[] bytes, bool hash, SocketWait wait, string name = "a")
    {
        File.WriteAllBytes(_directory.File(name), bytes);
        using OutgoingFile file = OutgoingFile.Open(_directory.File(name), 0, null);
        return channel.SendFile(file, hash, null, wait);
    }

    private SocketFileTransfer Receive(SocketChannel channel, FileReceiveOptions options, SocketWait wait, string name = "b")
    {
        using IncomingFile file = IncomingFile.Create(_directory.File(name), IncomingFileMode.New);
        return channel.ReceiveFile(file, options, wait);
    }
}
