using System;
using System.Globalization;
using System.IO;
using System.Diagnostics;
using System.Linq;
using System.Text.RegularExpressions;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Ipc;

[Collection(nameof(Alone))]
public sealed class IpcMeterLeakTests
{
    [Fact]
    public void EveryDescriptorIsClosedAlsoAfterFailures()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are counted in /proc");
        Measure(); // What the runtime opens once.
        OpenDescriptors before = OpenDescriptors.Now();
        Measure();
        before.AreBack();
    }

    [Fact]
    public void AMechanismThatCannotBeMadeWholeLeavesNoDescriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is that of Linux");
        string[] line = ChildProcess.CommandLine(ChildProcess.MakesPairs, "");
        ProcessStartInfo start = new("sh", ["-c", "ulimit -n 256; exec \"$@\"", "sh", .. line]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        string said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.Equal("failed 20 or more, left 0\n", Regex.Replace(said, @"(?<=^failed )([2-9]\d|\d{3,})(?=,)", "20 or more"));
    }

    private static void Measure()
    {
        using (IpcMeter meter = new(new IpcMeasuringOptions { Count = 5, Repeats = 1 }, static n => ChildProcess.CommandLine(ChildProcess.Measured, n.ToString(CultureInfo.InvariantCulture))))
        {
            foreach (IpcMechanism mechanism in Enum.GetValues<IpcMechanism>())
            {
                _ = meter.Measure(mechanism, 16, Within.Ten);
            }

            Fails.With(Errno.EMSGSIZE, () => meter.Measure(IpcMechanism.MessageQueue, 17_000_000, Within.Ten));
        }

        using IpcMeter failing = new(new IpcMeasuringOptions(), static _ => ["/bin/false"]);
        Fails.With(Errno.EPIPE, () => failing.Measure(IpcMechanism.Pipe, 8, Within.Ten));
        using IpcMeter absent = new(new IpcMeasuringOptions(), static _ => ["/nonexistent"]);
        Fails.With(Errno.ENOENT, () => absent.Measure(IpcMechanism.Pipe, 8, Within.Ten));
    }
}
