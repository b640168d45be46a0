using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>The line of a packet is that of tcpdump, word for word.</summary>
[Collection(nameof(RealTraffic))]
public sealed partial class TcpdumpTests
{
    private readonly RealTraffic _traffic;

    public TcpdumpTests(RealTraffic traffic) => _traffic = traffic;

    [Fact]
    public void Every_line_is_the_one_that_tcpdump_prints()
    {
        int compared = 0;
        foreach (string file in _traffic.Files)
        {
            // Of "cooked" captures it prints interface and direction first.
            string[] theirs = [.. CaptureProgram.Lines("tcpdump", "-n", "-S", "-t", "-r", file).Select(static l => Cooked().Replace(l, ""))];
            Assert.Equal(theirs, CaptureProgram.Read(file).Select(static p => p.Summary));
            compared += theirs.Length;
        }

        Assert.True(compared > 150, $"Only {compared} packets were compared.");
    }

    [GeneratedRegex("^[\\w?@]+ +(In|Out|B|M|P) +(?=IP|ARP)")]
    private static partial Regex Cooked();
}
