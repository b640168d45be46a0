using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Capture;
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
        OpenDescriptors before = OpenDescriptors.Now(static d => d.StartsWith("socket:", StringComparison.Ordinal));
        int mappings = Mappings();
        for (int i = 0; i < 5; i++)
        {
            Capturing.Start(receiver.Port()).Dispose();
            Capturing.Start(receiver.Port()).Packets();
            Assert.Throws<SocketCallException>(() => SocketCapture.Start(new() { Interface = "no-such-interface" }));
            Assert.Throws<SocketCallException>(() => SocketCapture.Start(new() { Filter = new() { Ports = [.. Enumerable.Range(0, 1200).Select(static n => 1 + (2 * n))] } }));
        }

        before.AreBack();
        Assert.Equal(mappings, Mappings());
        SocketCapture capture = Capturing.Start(receiver.Port());
        Assert.NotEmpty(before.New());
        Assert.True(Mappings() > mappings, "the count shows what there is");
        capture.Dispose();
        capture.Dispose();
        before.AreBack();
        Assert.Equal(mappings, Mappings());
        Assert.DoesNotContain(capture, SocketCapture.Running);
        Within.TenSeconds(static () => !Threads().Any(static t => t.StartsWith("SocketTools cap", StringComparison.Ordinal)), "its thread has ended");
    }

    // The thread of the capture looks whether it is to end, and then sleeps: a stop in between must wake it all the same.
    [Fact]
    public void A_stop_in_any_moment_of_the_start_ends_it()
    {
        Capturing.SkipUnlessPermitted();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(static i => new Thread(() =>
        {
            for (int round = 0; round < 15; round++)
            {
                SocketCapture capture = SocketCapture.Start(new() { BufferSize = 256 * 1024 });
                Thread.SpinWait(round * 600);
                capture.Dispose();
            }
        })
        {
            IsBackground = true,
        })];
        Array.ForEach(threads, static t => t.Start());
        Assert.All(threads, static t => Assert.True(t.Join(TimeSpan.FromSeconds(20)), "A stop did not end it."));
    }

    [Fact]
    public void The_look_at_the_queues_of_the_processors_ends_when_it_has_seen_them_and_not_by_its_time()
    {
        Capturing.SkipUnlessPermitted();
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            // On a thread of its own, which it leaves on some processor.
            Thread thread = new(() =>
            {
                PacketSocket socket = PacketSocket.Open("lo", cooked: false, null);
                LoopbackFence fence = LoopbackFence.TryOpen(socket, socket.FindInterface("lo", null), null)!;
                long start = System.Diagnostics.Stopwatch.GetTimestamp();
                fence.Pass(static () => true);
                TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
                fastest = took < fastest ? took : fastest;
                fence.Close(null);
            });
            thread.Start();
            thread.Join();
        }

        Assert.InRange(fastest, TimeSpan.FromMicroseconds(1), TimeSpan.FromMilliseconds(2500)); // It gives up after three seconds.
    }

    private static int Mappings() => File.ReadLines("/proc/self/maps").Count(static m => m.Contains("socket:", StringComparison.Ordinal));

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
