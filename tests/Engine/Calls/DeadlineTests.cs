using System;
using System.Threading;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Calls;

public sealed class DeadlineTests
{
    [Fact]
    public void For_ever_has_no_end()
    {
        Deadline deadline = Deadline.After(Timeout.InfiniteTimeSpan);

        Assert.Equal((-1, 250, false), (deadline.Remaining, deadline.RemainingAtMost(250), deadline.Passed));
    }

    [Fact]
    public void Zero_has_passed()
    {
        Deadline deadline = Deadline.After(TimeSpan.Zero);

        Assert.Equal((0, 0, true), (deadline.Remaining, deadline.RemainingAtMost(250), deadline.Passed));
    }

    [Fact]
    public void A_time_is_what_is_left_and_never_less_than_a_millisecond_before_its_end()
    {
        Deadline deadline = Deadline.After(TimeSpan.FromSeconds(100));
        Assert.InRange(deadline.Remaining, 99_000, 100_000);
        Assert.Equal(250, deadline.RemainingAtMost(250));
        Assert.Equal(int.MaxValue, Deadline.After(TimeSpan.FromDays(10_000)).Remaining);

        Deadline tiny = Deadline.After(TimeSpan.FromTicks(1));
        Assert.InRange(tiny.Remaining, 0, 1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-0.001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(3_000_000)]
    public void Seconds_that_no_clock_can_count_are_for_ever(double seconds) =>
        Assert.Equal(Timeout.InfiniteTimeSpan, SocketWait.FromSeconds(seconds));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.05, 50)]
    [InlineData(30, 30_000)]
    [InlineData(2_147_483, 2_147_483_000)]
    public void Seconds_are_a_time(double seconds, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), SocketWait.FromSeconds(seconds));
}
