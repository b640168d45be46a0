using System;
using System.Collections.Generic;
using System.Linq;
using SocketTools;
using Xunit;
using static SocketTools.Tests.Inspection.Probing;

namespace SocketTools.Tests.Inspection;

/// <summary>A stop, an end from outside, and too few descriptors.</summary>
[Collection(nameof(Alone))]
public sealed class PortProberBoundsTests
{
    [Fact]
    public void It_is_stopped_at_once_and_leaves_nothing_open()
    {
        using BlackHole hole = new();
        Run(0.01, Attempt(hole.Endpoint.ToString()));
        OpenDescriptors before = OpenDescriptors.Now();
        using Waiter waiter = Waiter.Start(stop =>
        {
            using PortProber prober = new(256, SocketWait.Forever with { Stop = stop });
            _ = prober.Run([.. Enumerable.Range(0, 20).Select(_ => Attempt(hole.Endpoint.ToString()))]).ToList();
        });

        TimeSpan took = waiter.Stop();

        Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
        Assert.InRange(took.TotalMilliseconds, 0, 1000);
        before.AreBack();
    }

    [Fact]
    public void A_pipeline_that_takes_one_result_leaves_nothing_open()
    {
        using BlackHole hole = new();
        using SocketListener listener = Listener("tcp://127.0.0.1:0");
        Run(0.01, Attempt(hole.Endpoint.ToString()));
        OpenDescriptors before = OpenDescriptors.Now();
        using (PortProber prober = new(256, SocketWait.Forever))
        {
            PortAttempt[] attempts = [Attempt(listener.Endpoint!.ToString()), .. Enumerable.Range(0, 20).Select(_ => Attempt(hole.Endpoint.ToString()))];
            Assert.Equal(SocketPortStatus.Open, prober.Run(attempts).First().Status);
        }

        before.AreBack();
    }

    [Fact]
    public void A_probe_that_gets_no_descriptor_waits_for_one_of_the_others()
    {
        CallsInUse.SkipUnlessLibc(".NET keeps descriptors of its own");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux's");
        using BlackHole hole = new();
        Run(0.01, Attempt(hole.Endpoint.ToString()));

        List<SocketPortProbe> probes;
        using PortProber prober = new(256, SocketWait.Seconds(0.1));
        using (FewDescriptors.Left(4))
        {
            probes = [.. prober.Run([.. Enumerable.Range(0, 12).Select(_ => Attempt(hole.Endpoint.ToString()))])];
        }

        Assert.Equal(12, probes.Count);
        Assert.All(probes, static p => Assert.Equal(SocketPortStatus.Filtered, p.Status));
    }

    [Fact]
    public void Not_even_one_descriptor_is_an_error()
    {
        CallsInUse.SkipUnlessLibc(".NET keeps descriptors of its own");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux's");
        using PortProber prober = new(256, Within.Ten);
        Run(Attempt("tcp://127.0.0.1:1"));
        using (FewDescriptors.Left(0))
        {
            Fails.With(Errno.EMFILE, () => prober.Run([Attempt("tcp://127.0.0.1:1")]).ToList());
        }
    }
}
