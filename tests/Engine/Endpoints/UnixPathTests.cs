using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class UnixPathTests
{
    [Fact]
    public void A_path_of_107_bytes_is_bound_and_connected()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "107 is the limit of Linux");
        using TemporaryDirectory directory = new();
        string path = directory.File(new string('a', 107 - directory.Path.Length - 1));
        Assert.Equal(107, path.Length);

        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse(path), "/", 1, BindOptions.Default, Within.Ten);
        using SocketChannel client = SocketConnector.Connect(SocketEndpoint.Parse(path), "/", Within.Ten);

        Assert.True(File.Exists(path));
        Assert.Equal($"unix:{path}", client.Endpoint!.ToString());
    }

    [Theory]
    [InlineData("bind")]
    [InlineData("connect")]
    public void A_path_of_108_bytes_is_ENAMETOOLONG_and_says_both_numbers(string operation)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "107 is the limit of Linux");
        SocketEndpoint endpoint = SocketEndpoint.Parse("/" + new string('a', 107));

        SocketCallException error = Assert.Throws<SocketCallException>(() => operation == "bind"
            ? (IDisposable)SocketListener.Start(endpoint, "/", 1, BindOptions.Default, Within.Ten)
            : SocketConnector.Connect(endpoint, "/", Within.Ten));

        Assert.Equal((Errno.ENAMETOOLONG, operation, endpoint), (error.Errno, error.Operation, error.Target));
        Assert.Contains("108", error.Message);
        Assert.Contains("107", error.Message);
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void An_abstract_name_has_107_bytes_at_most(int length, bool works)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");
        SocketEndpoint name = ChannelPair.AbstractName();
        SocketEndpoint endpoint = SocketEndpoint.Parse($"{name}-{new string('a', length - name.Path!.Length)}");
        Assert.Equal(length + 1, endpoint.Path!.Length);

        if (works)
        {
            using SocketListener listener = SocketListener.Start(endpoint, "/", 1, BindOptions.Default, Within.Ten);
            using SocketChannel client = SocketConnector.Connect(endpoint, "/", Within.Ten);
            Assert.Equal(endpoint, client.Endpoint);
        }
        else
        {
            Fails.With(Errno.ENAMETOOLONG, () => SocketConnector.Connect(endpoint, "/", Within.Ten));
        }
    }

    [Fact]
    public void Length_is_counted_in_bytes_of_UTF8()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "107 is the limit of Linux");
        SocketEndpoint endpoint = SocketEndpoint.Parse("/" + new string('\u20ac', 36));

        SocketCallException error = Assert.Throws<SocketCallException>(() => SocketConnector.Connect(endpoint, "/", Within.Ten));

        Assert.Equal(Errno.ENAMETOOLONG, error.Errno);
        Assert.Contains("109", error.Message);
    }

    [Fact]
    public void A_long_path_is_measured_as_written_when_it_is_not_shortened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "107 is the limit of Linux");
        SocketEndpoint endpoint = SocketEndpoint.Parse("/" + string.Concat(System.Linq.Enumerable.Repeat("./", 60)) + "a");

        Fails.With(Errno.ENAMETOOLONG, () => SocketConnector.Connect(endpoint, "/", Within.Ten));
    }

    [Theory]
    [InlineData("a.sock")]
    [InlineData("./a.sock")]
    [InlineData("sub/../a.sock")]
    public void A_relative_path_starts_from_the_directory_given_and_not_from_the_process(string path)
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory.File("sub"));
        SocketEndpoint endpoint = SocketEndpoint.Parse($"unix:{path}");

        using SocketListener listener = SocketListener.Start(endpoint, directory.Path, 1, BindOptions.Default, Within.Ten);
        using SocketChannel client = SocketConnector.Connect(endpoint, directory.Path, Within.Ten);
        using SocketChannel again = SocketConnector.Connect(listener.Endpoint!, "/nowhere", Within.Ten);

        Assert.True(File.Exists(directory.File("a.sock")));
        Assert.Equal($"unix:{path}", listener.Endpoint!.ToString());
        Assert.Equal(directory.Path, listener.Endpoint.Directory);
        Assert.Equal(endpoint, client.Endpoint);
        listener.Stop();
        Assert.False(File.Exists(directory.File("a.sock")));
    }

    [Fact]
    public void A_relative_path_is_in_sun_path_as_it_was_written()
    {
        CallsInUse.SkipUnlessLibc(".NET has no call that is made in another directory");
        using TemporaryDirectory directory = new();

        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("unix:a.sock"), directory.Path, 1, BindOptions.Default, Within.Ten);

        Assert.Equal("a.sock", listener.LocalEndPoint!.ToString());
    }

    [Fact]
    public void A_relative_path_may_be_short_in_a_directory_with_a_long_name()
    {
        CallsInUse.SkipUnlessLibc(".NET has no call that is made in another directory");
        using TemporaryDirectory directory = new();
        string deep = Directory.CreateDirectory(directory.File(new string('d', 120))).FullName;

        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("unix:a"), deep, 1, BindOptions.Default, Within.Ten);
        using SocketChannel client = SocketConnector.Connect(SocketEndpoint.Parse("unix:a"), deep, Within.Ten);

        Assert.True(File.Exists(Path.Combine(deep, "a")));
    }

    [Fact]
    public void A_relative_path_in_the_directory_of_the_process_is_taken_as_it_is()
    {
        EndPoint address = UnixPath.ToAddress(SocketEndpoint.Parse("unix:a.sock"), Environment.CurrentDirectory, "bind");

        Assert.Equal("a.sock", Assert.IsType<UnixDomainSocketEndPoint>(address).ToString());
    }

    [Fact]
    public void A_tilde_is_the_home_directory()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        EndPoint address = UnixPath.ToAddress(SocketEndpoint.Parse("~/a.sock"), "/elsewhere", "bind");

        Assert.Equal(Path.Combine(home, "a.sock"), address.ToString());
        Assert.Equal(home, UnixPath.FullPath(SocketEndpoint.Parse("~"), "/elsewhere"));
        Assert.Equal("/elsewhere/~a", UnixPath.FullPath(SocketEndpoint.Parse("unix:~a"), "/elsewhere"));
    }

    [Fact]
    public void A_path_with_any_other_characters_is_a_path()
    {
        using TemporaryDirectory directory = new();
        SocketEndpoint endpoint = SocketEndpoint.Parse($"unix:{directory.File("a b:\u00e9\u65e5\U0001F600%2f")}");

        using SocketListener listener = SocketListener.Start(endpoint, "/", 1, BindOptions.Default, Within.Ten);
        using SocketChannel client = SocketConnector.Connect(endpoint, "/", Within.Ten);

        Assert.Equal(endpoint.Path, client.RemoteEndPoint!.ToString());
        Assert.True(Encoding.UTF8.GetByteCount(endpoint.Path!) > endpoint.Path!.Length);
    }
}
