using System.IO;
using System.Net;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Errors;

public sealed class SocketCallExceptionTests
{
    [Fact]
    public void The_message_has_operation_endpoint_reason_and_errno()
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse("tcp://localhost:80");

        SocketCallException error = new("connect", Errno.ECONNREFUSED, endpoint);

        Assert.Equal("connect tcp://localhost:80: Connection refused (ECONNREFUSED).", error.Message);
        Assert.Equal(("connect", Errno.ECONNREFUSED, "ECONNREFUSED"), (error.Operation, error.Errno, error.ErrnoName));
        Assert.Same(endpoint, error.Target);
        Assert.Equal(ErrnoTable.Get(Errno.ECONNREFUSED).Advice, error.Advice);
        Assert.IsAssignableFrom<IOException>(error);
    }

    [Fact]
    public void A_detail_stands_in_the_place_of_the_meaning()
    {
        SocketCallException error = new("recv", Errno.ENODATA, null, "The stream ended") { BytesTransferred = 3 };

        Assert.Equal("recv: The stream ended (ENODATA).", error.Message);
        Assert.Equal(3, error.BytesTransferred);
    }

    [Fact]
    public void One_attempt_reads_as_a_plain_failure()
    {
        SocketConnectException error = new(
            SocketEndpoint.Parse("tcp://localhost:80"), [new ConnectAttempt(new IPEndPoint(IPAddress.Loopback, 80), Errno.ECONNREFUSED)]);

        Assert.Equal("connect tcp://localhost:80: Connection refused (ECONNREFUSED).", error.Message);
    }

    [Theory]
    [InlineData(Errno.ENETUNREACH, Errno.ECONNREFUSED, Errno.ECONNREFUSED)]
    [InlineData(Errno.ECONNREFUSED, Errno.EADDRNOTAVAIL, Errno.ECONNREFUSED)]
    [InlineData(Errno.EAFNOSUPPORT, Errno.ETIMEDOUT, Errno.ETIMEDOUT)]
    [InlineData(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ENETUNREACH)]
    [InlineData(Errno.ECONNREFUSED, Errno.ETIMEDOUT, Errno.ECONNREFUSED)]
    public void Of_several_attempts_the_errno_is_the_most_telling_and_the_message_has_all(Errno first, Errno second, Errno telling)
    {
        SocketConnectException error = new(
            SocketEndpoint.Parse("tcp://localhost:80"),
            [new(new IPEndPoint(IPAddress.IPv6Loopback, 80), first), new(new IPEndPoint(IPAddress.Loopback, 80), second)]);

        Assert.Equal(telling, error.Errno);
        Assert.Contains($"[::1]:80: {ErrnoTable.Get(first).Meaning} ({first})", error.Message);
        Assert.Contains($"127.0.0.1:80: {ErrnoTable.Get(second).Meaning} ({second})", error.Message);
    }
}
