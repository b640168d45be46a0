using System;
using System.Collections.Generic;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>Every wait ends by its token, and what waited goes on to be used.</summary>
[Collection(nameof(Alone))]
public sealed class IpcStopTests
{
    public static TheoryData<string, bool> Waits
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string kind in (ReadOnlySpan<string>)["pipe", "inherited", "fifo", "posix", "systemv", "ring"])
            {
                data.Add(kind, true);
                data.Add(kind, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void The_token_ends_it_in_time(string kind, bool receives)
    {
        IpcTest.SkipUnlessLinux();
        Promptly.Ends(() =>
        {
            List<IDisposable> opened = [];
            try
            {
                (IpcChannel reader, IpcChannel writer) = Open(kind, opened);
                using Waiter waiter = Waiter.Start(stop =>
                {
                    if (receives)
                    {
                        reader.Receive(1, IpcTest.Forever(stop));
                        return;
                    }

                    while (true)
                    {
                        writer.Send(new byte[1000], IpcTest.Forever(stop));
                    }
                });

                TimeSpan time = waiter.Stop();

                Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
                if (receives)
                {
                    writer.Send("x"u8, Within.Ten);
                }

                Assert.NotNull(reader.Receive(9000, Within.Ten));
                return time;
            }
            finally
            {
                opened.ForEach(static o => o.Dispose());
            }
        });
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("fifo")]
    [InlineData("posix")]
    [InlineData("systemv")]
    [InlineData("ring")]
    public void Closing_ends_it_with_EBADF(string kind)
    {
        IpcTest.SkipUnlessLinux();
        Promptly.Ends(() =>
        {
            List<IDisposable> opened = [];
            try
            {
                (IpcChannel reader, _) = Open(kind, opened);
                using Waiter waiter = Waiter.Start(stop => reader.Receive(1, IpcTest.Forever(stop)));
                TimeSpan time = waiter.EndBy(() => reader.Close());
                Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(waiter.Error).Errno);
                return time;
            }
            finally
            {
                opened.ForEach(static o => o.Dispose());
            }
        });
    }

    [Theory]
    [InlineData(IpcAccess.Read)]
    [InlineData(IpcAccess.Write)]
    public void The_token_ends_the_opening_of_a_FIFO(IpcAccess access)
    {
        IpcTest.SkipUnlessLinux();
        Promptly.Ends(() =>
        {
            using TemporaryDirectory directory = new();
            using IpcFifo fifo = IpcFifo.Create(directory.File());
            using Waiter waiter = Waiter.Start(stop => IpcFifo.Connect(fifo.Path, access, IpcTest.Forever(stop)));
            TimeSpan time = waiter.Stop();
            Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
            return time;
        });
    }

    [Fact]
    public void Waiting_for_a_queue_of_System_V_takes_next_to_no_processor()
    {
        IpcTest.SkipUnlessLinux();
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(0);
        long before = ThreadTime.Now;
        Fails.With(Errno.ETIMEDOUT, () => queue.Receive(1, SocketWait.Seconds(0.5)));
        Assert.InRange(ThreadTime.Now - before, 0, 100_000_000); // nanoseconds; a loop that spins takes 500 million
    }

    private static (IpcChannel Reader, IpcChannel Writer) Open(string kind, List<IDisposable> opened)
    {
        switch (kind)
        {
            case "pipe" or "inherited":
                IpcPipe pipe = Keep(IpcPipe.Create(kind == "pipe" ? IpcPipeEnds.None : IpcPipeEnds.Reader | IpcPipeEnds.Writer));
                return (pipe.Reader, pipe.Writer);
            case "fifo":
                TemporaryDirectory directory = new();
                IpcFifo fifo = IpcFifo.Create(directory.File());
                IpcPipeEnd both = Keep(IpcFifo.Connect(fifo.Path, IpcAccess.ReadWrite, Within.Ten));
                opened.AddRange([fifo, directory]);
                return (both, both);
            case "posix":
                IpcPosixQueue queue = Keep(IpcPosixQueue.Create(IpcTest.Name(), 2, 1000, IpcAccess.ReadWrite));
                return (queue, queue);
            case "systemv":
                IpcSystemVQueue systemV = Keep(IpcSystemVQueue.Create(0));
                return (systemV, systemV);
            default:
                IpcRingChannel ring = Keep(IpcRingChannel.Create(IpcTest.Name(), 4000));
                return (ring, ring);
        }

        T Keep<T>(T made)
            where T : IDisposable
        {
            opened.Add(made);
            return made;
        }
    }
}
