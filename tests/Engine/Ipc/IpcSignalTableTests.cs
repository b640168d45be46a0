using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class IpcSignalTableTests
{
    [Theory]
    [InlineData("USR1", "SIGUSR1")]
    [InlineData("sigusr1", "SIGUSR1")]
    [InlineData(" Term ", "SIGTERM")]
    [InlineData("CLD", "SIGCHLD")]
    [InlineData("9", "SIGKILL")]
    public void NamesAreWrittenInSeveralWays(string text, string name) => Assert.Equal(name, IpcSignalTable.Name(IpcSignalTable.Parse(text)));

    [Theory]
    [InlineData("RTMIN", 34)]
    [InlineData("SIGRTMIN+0", 34)]
    [InlineData("rtmin+3", 37)]
    [InlineData("RTMAX", 64)]
    [InlineData("RTMAX-1", 63)]
    [InlineData("RTMIN+30", 64)]
    [InlineData("RTMAX-30", 34)]
    public void RealTimeSignalsHaveNames(string text, int number)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "real-time signals are of Linux here");
        Assert.Equal(number, IpcSignalTable.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("NOPE")]
    [InlineData("SIG")]
    [InlineData("-1")]
    [InlineData("65")]
    [InlineData("99999999999")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMIN-1")]
    [InlineData("RTMAX+1")]
    [InlineData("RTMIN+")]
    [InlineData("RTMINx")]
    [InlineData("SIGSIGUSR1")]
    public void WhatIsNoSignalIsEinval(string text) => Assert.Equal(text, Fails.With(Errno.EINVAL, () => IpcSignalTable.Parse(text)).Target);

    [Fact]
    public void EveryNameReadsBackToItsNumber() => Assert.All(IpcSignalTable.All, static s =>
    {
        Assert.Equal(s.Number, IpcSignalTable.Parse(s.Name));
        Assert.Equal(s.Number, IpcSignalTable.Parse(s.Name[3..]));
        Assert.Equal(s.Name, IpcSignalTable.Name(s.Number));
    });

    [Fact]
    public void NumbersAreThoseOfTheShell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no kill");
        foreach (IpcSignalInfo signal in IpcSignalTable.All.Where(static s => s.Number < 32))
        {
            using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -l {signal.Number}")]) { RedirectStandardOutput = true })!;
            string name = shell.StandardOutput.ReadToEnd().Trim();
            shell.WaitForExit();
            Assert.Equal(signal.Number, IpcSignalTable.Parse(name));
        }
    }
}
