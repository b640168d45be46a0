using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace SocketTools.Tests;

[Collection(nameof(Alone))]
public class CaptureLeakTests
{
    [Fact]
    public void Descriptors_mappings_and_the_thread_are_gone_however_it_ends()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        Capturing.Start(receiver.Port()).Dispose();
        (int Descriptors, int Mappings) before = Count();
        for (int i = 0; i < 5; i++)
        {
            Capturing.Start(receiver.Port()).Dispose();
            Capturing.Start(receiver.Port()).Packets();
            Assert.Throws<SocketCallException>(() => SocketCapture.Start(new() { Interface = "no-such-interface" }));
            Assert.Throws<SocketCallException>(() => SocketCapture.Start(new() { Filter = new() { Ports = [.. Enumerable.Range(0, 1200).Select(static n => 1 + (2 * n))] } }));
        }

        Assert.Equal(before, Count());
        SocketCapture capture = Capturing.Start(receiver.Port());
        (int Descriptors, int Mappings) during = Count();
        Assert.True(during.Descriptors > before.Descriptors && during.Mappings > before.Mappings, "the counts show what there is");
        capture.Dispose();
        capture.Dispose();
        Assert.Equal(before, Count());
        Assert.DoesNotContain(capture, SocketCapture.Running);
        Within.TenSeconds(static () => !Threads().Any(static t => t.StartsWith("SocketTools cap", StringComparison.Ordinal)), "its thread has ended");
    }

    private static (int Descriptors, int Mappings) Count() => (
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(static f => File.ResolveLinkTarget(f, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true),
        File.ReadLines("/proc/self/maps").Count(static m => m.Contains("socket:", StringComparison.Ordinal)));

    private static IEnumerable<string> Threads() => Directory.EnumerateDirectories("/proc/self/task").Select(static t =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(t, "comm"));
        }
        catch (IOException)
        {
            return "";
        }
    });
}
