using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>
/// Signals that this process sends itself, or gets from a child. Each test has a signal of its own, because signals are the whole process's, and
/// registers it before it is sent: it would end the process otherwise.
/// </summary>
[Collection(nameof(Alone))]
public sealed class IpcSignalTests
{
    public IpcSignalTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "real-time signals and /proc are of Linux");

    [Fact]
    public void ASignalOfAnotherProcessTellsWhoSentIt()
    {
        int signal = IpcSignalTable.Parse("RTMIN+1");
        using IpcSignalRegistration registration = Catch(signal);
        int child = Kill(signal);
        IpcSignal came = IpcSignals.Wait([signal], Within.Ten);
        Assert.Equal(signal, came.Number);
        Assert.Equal("SIGRTMIN+1", came.Name);
        Assert.Null(came.Value);
        Within.TenSeconds(() => registration.Count == 1, "the registration has counted it");
        if (CallsInUse.AreLibc)
        {
            Assert.Equal(child, came.SenderProcessId);
            Assert.Equal(IpcSignalSource.Kill, came.Source);
            Assert.NotNull(came.SenderUserId);
            Assert.Equal(Environment.UserName, came.SenderUser);
        }
        else
        {
            Assert.Null(came.SenderProcessId);
            Assert.Equal(IpcSignalSource.Unknown, came.Source);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void AValueComesWithIt(int value)
    {
        CallsInUse.SkipUnlessLibc(".NET does not pass the value on");
        int signal = IpcSignalTable.Parse("RTMIN+2");
        using IpcSignalRegistration registration = Catch(signal);
        IpcSignalSender.Send(Environment.ProcessId, signal, value);
        IpcSignal came = IpcSignals.Wait([signal], Within.Ten);
        Assert.Equal(value, came.Value);
        Assert.Equal(IpcSignalSource.Queue, came.Source);
        Assert.Equal(Environment.ProcessId, came.SenderProcessId);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"SIGRTMIN+2 from {Environment.ProcessId} with {value}"), came.ToString());
    }

    [Fact]
    public void EveryRealTimeSignalArrives()
    {
        CallsInUse.SkipUnlessLibc(".NET does not pass the value on");
        const int Count = 3000;
        int signal = IpcSignalTable.Parse("RTMIN+3");
        using IpcSignalRegistration registration = Catch(signal);
        for (int i = 0; i < Count; i++)
        {
            IpcSignalSender.Send(Environment.ProcessId, signal, i);
        }

        // Threads that take them at the same moment may change their order.
        int[] values = [.. Enumerable.Range(0, Count).Select(_ => IpcSignals.Wait([signal], Within.Ten).Value!.Value).Order()];
        Assert.Equal(Enumerable.Range(0, Count), values);
    }

    [Fact]
    public void HandlersGetEachWithTheRegistrationAsSender()
    {
        int signal = IpcSignalTable.Parse("RTMIN+4");
        using BlockingCollection<(object?, IpcSignal)> seen = [];
        using IpcSignalRegistration registration = new(signal);
        registration.Received += static (_, _) => throw new InvalidOperationException("A handler that throws ends nothing.");
        registration.Open();
        registration.Open();
        IpcSignalSender.Send(Environment.ProcessId, signal);
        Within.TenSeconds(() => registration.Count == 1, "the first came");
        EventHandler<IpcSignal> handler = (sender, e) => seen.Add((sender, e));
        using IpcSignalRegistration second = new(signal);
        second.Received += handler;
        second.Open();
        IpcSignalSender.Send(Environment.ProcessId, signal);
        Assert.True(seen.TryTake(out (object? Sender, IpcSignal Signal) taken, TimeSpan.FromSeconds(10)));
        Assert.Same(second, taken.Sender);
        Assert.Equal(signal, taken.Signal.Number);

        // With its last handler it ends; the first one still catches.
        second.Received -= handler;
        IpcSignalSender.Send(Environment.ProcessId, signal);
        Within.TenSeconds(() => registration.Count == 3, "the third came");
        Assert.Equal(1, second.Count);
    }

    [Fact]
    public void WithoutARegistrationAWaitCatchesItForItself()
    {
        int signal = IpcSignalTable.Parse("RTMIN+5");
        Assert.False(IsCaught(signal));
        IpcSignal? came = null;
        using Waiter waiter = Waiter.Start(stop => came = IpcSignals.Wait([IpcSignalTable.Parse("RTMIN+6"), signal], new SocketWait(TimeSpan.FromSeconds(10), stop)));
        Within.TenSeconds(() => IsCaught(signal), "the wait has registered it");
        IpcSignalSender.Send(Environment.ProcessId, signal);
        waiter.Finish();
        Assert.Equal(signal, came!.Number);
        Assert.False(IsCaught(signal));
    }

    [Fact]
    public void ItDoesAgainWhatItDidBefore()
    {
        int signal = IpcSignalTable.Parse("RTMIN+7");
        int others = 0;
        using PosixSignalRegistration other = PosixSignalRegistration.Create((PosixSignal)signal, context =>
        {
            context.Cancel = true;
            Interlocked.Increment(ref others);
        });
        using (IpcSignalRegistration registration = Catch(signal))
        {
            IpcSignalSender.Send(Environment.ProcessId, signal);
            IpcSignals.Wait([signal], Within.Ten);
        }

        // .NET calls all of its handlers, where the registration is one of them. A signal that it has not handed on when its last handler goes ends the process.
        int first = CallsInUse.AreLibc ? 0 : 1;
        Within.TenSeconds(() => Volatile.Read(ref others) == first, ".NET's handlers are through with the first one");
        IpcSignalSender.Send(Environment.ProcessId, signal);
        Within.TenSeconds(() => Volatile.Read(ref others) == first + 1, ".NET's handler has it back");
    }

    [Fact]
    public void AHandlerOfDotNetThatComesLaterDoesNotTakeItAway()
    {
        int signal = IpcSignalTable.Parse("RTMIN+8");
        using IpcSignalRegistration registration = Catch(signal);
        using PosixSignalRegistration other = PosixSignalRegistration.Create((PosixSignal)signal, static context => context.Cancel = true);
        IpcSignalSender.Send(Environment.ProcessId, signal);
        IpcSignal came = IpcSignals.Wait([signal], Within.Ten);
        Assert.Equal(CallsInUse.AreLibc ? Environment.ProcessId : null, came.SenderProcessId);
    }

    [Fact]
    public void ChildrenAreNoticedWhileSigchldIsCaught()
    {
        int signal = IpcSignalTable.Parse("CHLD");
        using IpcSignalRegistration registration = Catch(signal);
        using Process child = Process.Start("sh", ["-c", "exit 7"]);
        Assert.True(child.WaitForExit(10_000), ".NET notices the end of its child.");
        Assert.Equal(7, child.ExitCode);
        IpcSignal came = IpcSignals.Wait([signal], Within.Ten);
        if (CallsInUse.AreLibc)
        {
            Assert.Equal(child.Id, came.SenderProcessId);
            Assert.Equal(7, came.Value);
            Assert.Equal(IpcSignalSource.Kernel, came.Source);
        }
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    [InlineData("SEGV")]
    [InlineData("RTMIN")]
    [InlineData("0")]
    public void SomeCannotBeCaught(string name)
    {
        int signal = IpcSignalTable.Parse(name);
        Fails.With(Errno.EINVAL, () => Catch(signal));
        Fails.With(Errno.EINVAL, () => IpcSignals.Wait([IpcSignalTable.Parse("RTMIN+9"), signal], Within.Short));
        Assert.False(IsCaught(IpcSignalTable.Parse("RTMIN+9")));
    }

    [Fact]
    public void AWaitEndsByTimeOrAtOnce()
    {
        int signal = IpcSignalTable.Parse("RTMIN+10");
        SocketCallException late = Fails.With(Errno.ETIMEDOUT, () => IpcSignals.Wait([signal], Within.Short));
        Assert.Equal("SIGRTMIN+10", late.Target);
        Fails.With(Errno.EWOULDBLOCK, () => IpcSignals.Wait([signal], SocketWait.Never));
    }

    [Fact]
    public void AStopEndsAWait() => Promptly.Ends(static () =>
    {
        using Waiter waiter = Waiter.Start(static stop => IpcSignals.Wait([IpcSignalTable.Parse("RTMIN+11")], new SocketWait(TimeSpan.FromSeconds(10), stop)));
        TimeSpan time = waiter.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
        Assert.False(IsCaught(IpcSignalTable.Parse("RTMIN+11")));
        return time;
    });

    [Fact]
    public void SendingToNobodyIsEsrch()
    {
        using Process gone = Process.Start("true");
        gone.WaitForExit();
        SocketCallException error = Fails.With(Errno.ESRCH, () => IpcSignalSender.Send(gone.Id, IpcSignalTable.Parse("TERM")));
        Assert.Equal(gone.Id.ToString(CultureInfo.InvariantCulture), error.Target);
        Fails.With(Errno.ESRCH, () => IpcSignalSender.Send(gone.Id, IpcSignalTable.Parse("USR1"), 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void SendingToAGroupIsRefused(int process) => Fails.With(Errno.EINVAL, () => IpcSignalSender.Send(process, 0));

    [Fact]
    public void Signal0OnlyAsks() => IpcSignalSender.Send(Environment.ProcessId, 0);

    [Fact]
    public void ManyRegistrationsBeginAndEndWhileSignalsCome()
    {
        int signal = IpcSignalTable.Parse("RTMIN+12");
        using IpcSignalRegistration always = new(signal);
        always.Open();
        for (int i = 0; i < 300; i++)
        {
            using IpcSignalRegistration registration = Catch(signal);
            IpcSignalSender.Send(Environment.ProcessId, signal);
            Assert.Equal(signal, IpcSignals.Wait([signal], Within.Ten).Number);
        }

        Within.TenSeconds(() => always.Count == 300, "all have come");
        Fails.With(Errno.EWOULDBLOCK, () => IpcSignals.Wait([signal], SocketWait.Never));
    }

    private static IpcSignalRegistration Catch(int signal)
    {
        IpcSignalRegistration registration = new(signal, keeps: true);
        registration.Open();
        return registration;
    }

    // The kill of a shell is the shell itself, so its number is known.
    private static int Kill(int signal)
    {
        using Process shell = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {Environment.ProcessId}")]);
        shell.WaitForExit();
        return shell.Id;
    }

    // A bit for each signal, the first in the lowest (proc_pid_status(5)).
    private static bool IsCaught(int signal)
    {
        string line = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("SigCgt:", StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }
}
