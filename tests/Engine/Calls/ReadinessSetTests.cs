using System;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Calls;

/// <summary>The set of this platform, and the one for systems without epoll.</summary>
public sealed class ReadinessSetTests
{
    public static TheoryData<string> Kinds => [nameof(ReadinessSet), nameof(PollReadinessSet)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_tells_who_is_ready_and_what_for(string kind)
    {
        using ChannelPair pair = new();
        using ReadinessSet set = Make(kind);
        Readiness[] ready = new Readiness[4];
        set.Add(pair.Server.Handle, 7, PollEvents.Read);
        Assert.Equal(0, set.Wait(ready, 0));

        pair.Client.Send("x"u8, Within.Ten);

        Assert.Equal(1, set.Wait(ready, 10_000));
        Assert.Equal(new Readiness(7, PollEvents.Read), ready[0]);

        set.Change(pair.Server.Handle, 7, PollEvents.Write);
        Assert.Equal(1, set.Wait(ready, 10_000));
        Assert.Equal(PollEvents.Write, ready[0].Events & PollEvents.Write);

        set.Remove(pair.Server.Handle, 7);
        Assert.Equal(0, set.Wait(ready, 0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Once_tells_once_until_it_is_asked_again(string kind)
    {
        using ChannelPair pair = new();
        using ReadinessSet set = Make(kind);
        Readiness[] ready = new Readiness[4];
        set.Add(pair.Server.Handle, 1, PollEvents.Read, once: true);
        pair.Client.Send("x"u8, Within.Ten);

        Assert.Equal(1, set.Wait(ready, 10_000));
        Assert.Equal(0, set.Wait(ready, 0));

        set.Change(pair.Server.Handle, 1, PollEvents.Read, once: true);
        Assert.Equal(1, set.Wait(ready, 10_000));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Wake_and_change_end_a_wait(string kind)
    {
        using ChannelPair pair = new();
        using ReadinessSet set = Make(kind);
        set.Add(pair.Server.Handle, 1, PollEvents.Read);

        using Waiter woken = Waiter.Start(_ => set.Wait(new Readiness[4], 10_000));
        Assert.InRange(woken.EndBy(set.Wake), TimeSpan.Zero, TimeSpan.FromSeconds(5));

        using Waiter changed = Waiter.Start(_ =>
        {
            while (set.Wait(new Readiness[4], 10_000) is var count && count < 1)
            {
            }
        });
        Assert.InRange(changed.EndBy(() => set.Change(pair.Server.Handle, 1, PollEvents.Write)), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_wake_before_a_wait_ends_the_wait(string kind)
    {
        using ChannelPair pair = new();
        using ReadinessSet set = Make(kind);
        set.Add(pair.Server.Handle, 1, PollEvents.Read);
        set.Wake();
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();

        set.Wait(new Readiness[4], 5000);

        Assert.InRange(clock.ElapsedMilliseconds, 0, 2500);
    }

    private static ReadinessSet Make(string kind) => kind == nameof(PollReadinessSet) ? new PollReadinessSet() : ReadinessSet.Create();
}
