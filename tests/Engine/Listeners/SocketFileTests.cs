using System;
using System.IO;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

public sealed class SocketFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void The_file_goes_when_the_listener_stops()
    {
        SocketListener listener = Start();
        Assert.True(File.Exists(_directory.File()));

        listener.Stop();

        Assert.False(File.Exists(_directory.File()));
    }

    [Theory]
    [InlineData(SocketType.Stream, "unix")]
    [InlineData(SocketType.Seqpacket, "unixpacket")]
    public void A_stale_file_is_replaced(SocketType type, string scheme)
    {
        UnixSocketFile.LeaveStale(_directory.File(), type);
        Assert.True(File.Exists(_directory.File()));

        using SocketListener listener = ListenerTests.Start($"{scheme}:{_directory.File()}");
        using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
    }

    [Fact]
    public void A_live_file_is_EADDRINUSE_and_its_listener_goes_on()
    {
        using SocketListener listener = Start();

        SocketCallException error = Assert.Throws<SocketCallException>(() => Start());

        Assert.Equal((Errno.EADDRINUSE, "bind", _directory.Endpoint()), (error.Errno, error.Operation, error.Target));
        while (true)
        {
            // The look that found it live may stand in the queue before this client.
            using SocketChannel client = SocketConnector.Connect(_directory.Endpoint(), "/", Within.Ten);
            client.Send("x"u8, Within.Ten);
            using SocketChannel server = listener.Accept(Within.Ten);
            if (server.Receive(1, Within.Ten) is not null)
            {
                break;
            }
        }
    }

    [Fact]
    public void A_live_file_of_another_type_is_EADDRINUSE_too()
    {
        using SocketListener listener = ListenerTests.Start($"unixpacket:{_directory.File()}");

        Fails.With(Errno.EADDRINUSE, () => Start());
    }

    [Fact]
    public void With_force_a_live_file_is_replaced_and_the_former_owner_leaves_the_new_one_alone()
    {
        // Many times, because the two files may be made within one tick of the clock of the file system.
        for (int i = 0; i < 50; i++)
        {
            SocketListener former = Start();
            using SocketListener latter = Start(new BindOptions(Force: true));

            former.Stop();

            Assert.True(File.Exists(_directory.File()));
            using SocketChannel client = SocketConnector.Connect(_directory.Endpoint(), "/", Within.Ten);
            using SocketChannel server = latter.Accept(Within.Ten);
            latter.Stop();
            Assert.False(File.Exists(_directory.File()));
        }
    }

    [Fact]
    public void A_file_that_somebody_else_put_there_since_is_left_alone()
    {
        SocketListener listener = Start();
        File.Delete(_directory.File());
        File.WriteAllText(_directory.File(), "mine");
        File.SetLastWriteTimeUtc(_directory.File(), DateTime.UtcNow.AddSeconds(-5));

        listener.Stop();

        Assert.Equal("mine", File.ReadAllText(_directory.File()));
    }

    [Fact]
    public void A_file_that_is_gone_already_is_no_error()
    {
        SocketListener listener = Start();
        File.Delete(_directory.File());

        listener.Stop();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_regular_file_is_never_removed(bool force)
    {
        File.WriteAllText(_directory.File(), "mine");

        SocketCallException error = Assert.Throws<SocketCallException>(() => Start(new BindOptions(Force: force)));

        Assert.Equal((Errno.EADDRINUSE, "bind"), (error.Errno, error.Operation));
        Assert.Equal("mine", File.ReadAllText(_directory.File()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_directory_and_a_dangling_link_are_never_removed(bool force)
    {
        Directory.CreateDirectory(_directory.File());
        Fails.With(Errno.EADDRINUSE, () => Start(new BindOptions(Force: force)));
        Assert.True(Directory.Exists(_directory.File()));
        Directory.Delete(_directory.File());

        File.CreateSymbolicLink(_directory.File(), _directory.File("nowhere"));
        Fails.With(Errno.EADDRINUSE, () => Start(new BindOptions(Force: force)));
        Assert.Equal(_directory.File("nowhere"), new FileInfo(_directory.File()).LinkTarget);
    }

    [Fact]
    public void A_missing_directory_is_ENOENT()
    {
        SocketEndpoint endpoint = _directory.Endpoint("no/s");

        SocketCallException error = Assert.Throws<SocketCallException>(() => ListenerTests.Start(endpoint.ToString()));

        Assert.Equal((Errno.ENOENT, "bind", endpoint), (error.Errno, error.Operation, error.Target));
        Assert.Contains(_directory.File("no"), error.Message);
    }

    [Fact]
    public void A_file_in_the_place_of_a_directory_is_ENOTDIR()
    {
        Assert.SkipUnless(CallsInUse.AreLibc, "libc calls only: .NET has no name for ENOTDIR");
        File.WriteAllText(_directory.File("f"), "");

        Fails.With(Errno.ENOTDIR, () => ListenerTests.Start(_directory.Endpoint("f/s").ToString()));
    }

    [Fact]
    public void An_abstract_name_is_no_file_and_is_free_again_after_close()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");
        SocketEndpoint endpoint = ChannelPair.AbstractName();
        SocketListener first = ListenerTests.Start(endpoint.ToString());
        Assert.Equal(endpoint, first.Endpoint);
        Fails.With(Errno.EADDRINUSE, () => ListenerTests.Start(endpoint.ToString()));
        first.Stop();

        using SocketListener second = ListenerTests.Start(endpoint.ToString());
    }

    public void Dispose() => _directory.Dispose();

    private SocketListener Start(BindOptions? options = null) => ListenerTests.Start(_directory.Endpoint().ToString(), options);
}
