using System.Linq;
using System.Net.Sockets;
using Xunit;

namespace SocketTools.Tests;

public class RecordingServiceTests
{
    [Theory]
    [InlineData("tcp://:0")]
    [InlineData("udp://:0")]
    public void A_service_is_recorded_and_its_file_ends_with_it(string endpoint)
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("s.pcapng");
        SocketListener listener = SocketListener.Start(SocketEndpoint.Parse(endpoint), "/", 5, BindOptions.Default, Within.Ten);
        using (SocketRecording recording = SocketRecording.Open(file))
        {
            listener.RecordTo(recording);
        }

        listener.Serve(BuiltInService.Increment);
        for (int i = 0; i < 2; i++)
        {
            using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
            client.Send("ABC"u8, Within.Ten);
            Assert.Equal("BCD"u8.ToArray(), Receive(client));
        }

        SocketFileException busy = Assert.Throws<SocketFileException>(() => SocketRecording.Open(file));
        Assert.Equal((Errno.EBUSY, file), (busy.Errno, busy.Target));
        listener.Dispose();
        Within.TenSeconds(() => RecordedPair.Read(file).Count(static p => p.Text == "BCD") == 2, "both answers are in the file");
        Assert.Equal(2, RecordedPair.Read(file).Count(static p => p.Text == "ABC"));
        SocketRecording.Open(file).Dispose(); // Nothing holds it any more; and a capture is replaced.
        Assert.Empty(RecordedPair.Read(file));
    }

    private static byte[] Receive(SocketChannel channel) => channel.SocketType == SocketType.Dgram ? channel.Receive(3, Within.Ten)! : channel.ReceiveExactly(3, Within.Ten);
}
