using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>What the tests of pipes, queues and memory share.</summary>
internal static class IpcTest
{
    /// <summary>A name that nothing else has.</summary>
    public static string Name() => $"/st-{Guid.NewGuid():N}";

    public static SocketWait Forever(CancellationToken stop) => SocketWait.Forever with { Stop = stop };

    public static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "for Linux only");

    /// <summary>The flags of an open file, from /proc.</summary>
    public static int Flags(int descriptor) => Convert.ToInt32(
        File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}")).First(static l => l.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim(), 8);

    /// <summary>Runs a command, and gives what it wrote.</summary>
    public static string Run(string command, params string[] arguments)
    {
        using Process process = Start(command, arguments);
        return Output(process);
    }

    public static Process Start(string command, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;

    /// <summary>Waits for its end.</summary>
    public static string Output(Process process)
    {
        System.Threading.Tasks.Task<string> output = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(10_000), "The program did not end.");
        Assert.True(output.Wait(10_000), "The program's output did not end.");
        Assert.Equal(0, process.ExitCode);
        return output.Result;
    }
}
