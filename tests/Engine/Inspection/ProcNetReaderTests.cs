using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
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
    public void The_address_of_a_line_of_IPv6_is_read()
    {
        const string Line = "   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4321 1 0000000000000000 100 0 0 10 0";
        SocketConnection row = ProcNetReader.Internet([Line], "tcp", new SocketOwners()).Single();
        Assert.Equal(("::1", 22, "::", 0, "LISTEN", 1000U, 4321UL), ($"{row.LocalAddress}", row.LocalPort, $"{row.RemoteAddress}", row.RemotePort, row.State, row.UserId!.Value, row.Inode));
        Assert.Null(row.SendQueue);
        Assert.Null(row.TimerExpires);
    }

    [Fact]
    public void A_line_of_UDP_has_what_was_dropped_and_no_timer()
    {
        const string Line = "  123: 0100007F:0035 00000000:0000 07 00000000:00000200 00:00000000 00000000   101        0 999 2 0000000000000000 17";
        SocketConnection row = ProcNetReader.Internet([Line], "udp", new SocketOwners()).Single();
        Assert.Equal(("127.0.0.1", 53, "UNCONN", 512L, 0L, 17L), ($"{row.LocalAddress}", row.LocalPort, row.State, row.ReceiveQueue, row.SendQueue, row.Dropped));
        Assert.Equal(SocketConnectionTimer.None, row.Timer);
    }

    [Fact]
    public void A_kernel_without_IPv6_has_no_lines_and_so_no_rows()
    {
        Assert.Empty(ProcNetReader.Internet([], "tcp", new SocketOwners()));
        Assert.Empty(ProcNetReader.Internet(["  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"], "tcp", new SocketOwners()));
        Assert.Empty(ProcNetReader.Unix([], new SocketOwners()));
    }

    [Fact]
    public void Random_lines_never_throw()
    {
        // Each case puts random words in the place of some words of a good line, so that every field is reached.
        string[] good = ["   0: 0100007F:1F90 0200007F:C350 06 00000005:00000003 03:00000E10 00000002  1000        0 12345 1 0 100", Row + "20464 /run/x"];
        Check.One(Fixed.Seed(3000), Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), ArbMap.Default.ArbFor<uint>(), (words, choice) =>
        {
            foreach (string line in good)
            {
                string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                for (int i = 0; i < words.Length; i++)
                {
                    parts[(choice + (uint)i) % (uint)parts.Length] = (choice >> i) % 3 == 0 ? $"{choice:X}:{words[i]}" : words[i] ?? $"{choice:X}";
                }

                string[] lines = [line, string.Join(' ', parts), .. words.Where(static w => w is not null), line];
                Assert.InRange(ProcNetReader.Internet(lines, "tcp", new SocketOwners()).Count(), 0, lines.Length);
                Assert.InRange(ProcNetReader.Internet(lines, "udp", new SocketOwners()).Count(), 0, lines.Length);
                Assert.InRange(ProcNetReader.Unix(lines, new SocketOwners()).Count(), 0, lines.Length);
            }
        }));
    }

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
