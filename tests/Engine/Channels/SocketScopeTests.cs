using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class SocketScopeTests
{
    [Fact]
    public void Its_end_closes_what_was_opened_in_it_and_in_threads_that_it_started_and_nothing_else()
    {
        SocketChannel before = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketChannel? inside = null, below = null, closed = null;
        SocketListener? listener = null;
        SocketScope? scope = null;
        Thread thread = new(() =>
        {
            scope = SocketScope.Begin();
            inside = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            closed = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            closed.Dispose();
            listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 1, BindOptions.Default, Within.Ten);
            Thread child = new(() => below = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            child.Start();
            child.Join();
        });
        thread.Start();
        thread.Join();
        using SocketChannel outside = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (before)
        {
            Assert.Equal(3, scope!.Close());
            Assert.Equal((false, false, false), (inside!.IsOpen, below!.IsOpen, listener!.Channel.IsOpen));
            Assert.Equal((true, true), (before.IsOpen, outside.IsOpen));
            Assert.Equal(0, scope.Close());
        }
    }
}
