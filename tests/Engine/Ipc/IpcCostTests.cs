using System;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>What a call costs beside the system call.</summary>
[Collection(nameof(Alone))]
public sealed class IpcCostTests
{
    [Theory]
    [InlineData("pipe")]
    [InlineData("posix")]
    [InlineData("systemv")]
    [InlineData("ring")]
    public void Nothing_is_allocated_that_is_not_returned(string kind)
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe? pipe = kind == "pipe" ? IpcPipe.Create() : null;
        using IpcChannel? other = kind switch
        {
            "posix" => IpcPosixQueue.Create(IpcTest.Name(), 2, 100, IpcAccess.ReadWrite),
            "systemv" => IpcSystemVQueue.Create(0),
            "ring" => IpcRingChannel.Create(IpcTest.Name(), 1000),
            _ => null,
        };
        IpcChannel reader = pipe?.Reader ?? other!;
        IpcChannel writer = pipe?.Writer ?? other!;
        byte[] bytes = new byte[50];
        Exchange(1); // What is made once is made now.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        writer.Send(bytes, Within.Ten);
        before = GC.GetAllocatedBytesForCurrentThread();
        byte[]? received = reader.Receive(100, Within.Ten);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(50, received!.Length);
        Assert.InRange(allocated, 50, 250); // the array, and for a stream one of the size that was asked for

        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                writer.Send(bytes, Within.Ten);
                reader.Receive(bytes.AsSpan(), Within.Ten);
            }
        }
    }
}
