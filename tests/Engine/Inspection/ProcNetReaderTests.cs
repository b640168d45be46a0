using System;
using System.Linq;
using SocketTools;
using SocketTools.Inspection;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class ProcNetReaderTests
{
    private const string Header = "Num       RefCount Protocol Flags    Type St Inode Path";
    private const string Row = "0000000000000000: 00000002 00000000 00010000 0001 01 ";

    [Fact]
    public void A_path_may_hold_spaces_and_line_feeds()
    {
        string[] lines = [Header, Row + "20464 /run/a b", Row + "20465 /run/two", "lines", Row + "20466"];
        SocketConnection[] rows = [.. ProcNetReader.Unix(lines, new SocketOwners())];
        Assert.Equal(["/run/a b", "/run/two\nlines", null], rows.Select(static r => r.Path));
        Assert.Equal([20464UL, 20465UL, 20466UL], rows.Select(static r => r.Inode));
    }

    [Fact]
    public void A_connection_that_waits_to_be_accepted_is_established() =>
        Assert.Equal("ESTABLISHED", ProcNetReader.Unix(["0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/x"], new SocketOwners()).Single().State);

    [Fact]
    public void A_line_cut_anywhere_never_throws()
    {
        const string Tcp = "   0: 0100007F:1F90 0200007F:C350 06 00000005:00000003 03:00000E10 00000002  1000        0 12345 1 0 100";
        SocketConnection row = ProcNetReader.Internet([Tcp], "tcp", new SocketOwners()).Single();
        Assert.Equal(("127.0.0.1", 8080, "127.0.0.2", 50000, "TIME_WAIT", 3L, 5L, 36.0, 2), ($"{row.LocalAddress}", row.LocalPort, $"{row.RemoteAddress}", row.RemotePort, row.State, row.ReceiveQueue, row.SendQueue, row.TimerExpires!.Value.TotalSeconds, row.Retransmits));
        for (int i = 0; i < Tcp.Length; i++)
        {
            Assert.InRange(ProcNetReader.Internet([Tcp[..i]], "tcp", new SocketOwners()).Count(), 0, 1);
            Assert.InRange(ProcNetReader.Unix([(Row + "20464 /run/x")[..Math.Min(i, 65)]], new SocketOwners()).Count(), 0, 1);
        }
    }
}
