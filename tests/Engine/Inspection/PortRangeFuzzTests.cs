using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class PortRangeFuzzTests
{
    private static readonly Gen<string> s_pieces = Gen.Elements(
        "0", "1", "80", "65535", "65536", "99999999999999999999", "-", ",", "--", ",,", " ", "\t", "http", "www", "iscsi-target", "no-such", "+1", "-1", "0x50", "1.5", "\u0661", "\0", "\u001b[31m",
        "\ud83d", "8000-8010", "10-5", "\u2013", "*");

    [Fact]
    public void Any_text_gives_ranges_of_ports_or_the_documented_error() =>
        Check.One(Fixed.Seed(20_000), Prop.ForAll(s_pieces.NonEmptyListOf().Select(static l => string.Concat(l.Take(7))).ToArbitrary(), static text =>
        {
            try
            {
                return PortRange.Parse(text, "tcp") is { Count: > 0 } ranges && ranges.All(static r => r.First >= 1 && r.First <= r.Last && r.Last <= 65535);
            }
            catch (SocketCallException e)
            {
                return e.Errno is Errno.EINVAL or Errno.EAI_SERVICE && e.Message.Length < 300 && !e.Message.Any(char.IsControl);
            }
        }));

    [Fact]
    public void Any_ranges_that_are_written_are_read_back()
    {
        Gen<(int First, int Last)> range = Gen.Choose(1, 65535).SelectMany(static a => Gen.Choose(a, 65535).Select(b => (a, b)));
        Check.One(Fixed.Seed(500), Prop.ForAll(range.NonEmptyListOf().ToArbitrary(), static ranges =>
            PortRange.Parse(string.Join(", ", ranges.Select(static r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}")), "udp").SequenceEqual(ranges)));
    }
}
