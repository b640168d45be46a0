using System;
using System.Linq;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>A ring in shared memory as a channel.</summary>
public sealed class RingChannelTests
{
    public RingChannelTests() => IpcTest.SkipUnlessLinux();

    [Fact]
    public void A_ring_is_a_channel()
    {
        string name = IpcTest.Name();
        using IpcRingChannel writer = IpcRingChannel.Create(name, 5000);
        using IpcRingChannel reader = IpcRingChannel.Open(name);
        Fails.With(Errno.EWOULDBLOCK, () => reader.Receive(1, SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => reader.Receive(1, Within.Short));
        byte[] sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);
        byte[]? got = null;
        using Waiter waiter = Waiter.Start(stop => got = reader.ReceiveAll(2_000_000, IpcTest.Forever(stop)));
        writer.Send(sent, Within.Ten);
        writer.Close();
        waiter.Finish();
        Assert.Equal(sent, got);
        Assert.Equal((1_000_000, 1_000_000, true), (writer.BytesSent, reader.BytesReceived, reader.EndOfStream));
    }

    [Fact]
    public void A_ring_that_is_full_says_how_much_went()
    {
        using IpcRingChannel ring = IpcRingChannel.Create(IpcTest.Name(), 5000);
        Assert.Equal(5000, Fails.With(Errno.EWOULDBLOCK, () => ring.Send(new byte[6000], SocketWait.Never)).BytesTransferred);
        Assert.Equal(0, Fails.With(Errno.ETIMEDOUT, () => ring.Send(new byte[10], Within.Short)).BytesTransferred);
        Assert.Equal((5000, 5000, 5000), (ring.BytesSent, ring.Available, ring.Capacity));
    }

    [Fact]
    public void A_stop_in_the_middle_of_sending_counts_what_went_into_the_ring()
    {
        using IpcRingChannel ring = IpcRingChannel.Create(IpcTest.Name(), 4);
        using Waiter waiter = Waiter.Start(stop => ring.Send(new byte[10], IpcTest.Forever(stop)));
        waiter.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
        Assert.Equal((4, 4), (ring.BytesSent, ring.Available));
    }

    [Fact]
    public void A_ring_without_a_reader_any_more_is_a_broken_pipe()
    {
        string name = IpcTest.Name();
        using IpcRingChannel writer = IpcRingChannel.Create(name, 5000);
        IpcRingChannel reader = IpcRingChannel.Open(name);
        writer.Send("abc"u8, Within.Ten);
        reader.Receive(1, Within.Ten);
        reader.Close();
        Fails.With(Errno.EPIPE, () => writer.Send("abc"u8, Within.Ten));
        Assert.Equal(IpcChannelState.Ended, writer.State);
    }

    [Fact]
    public void Memory_that_is_no_ring_is_not_taken_for_one()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 65536);
        int open = OpenIpc.All.Count(o => o is IpcSharedMemory { Name: var name } && name == memory.Name);
        Fails.With(Errno.EBADMSG, () => IpcRingChannel.Open(memory.Name));
        Assert.Equal(open, OpenIpc.All.Count(o => o is IpcSharedMemory { Name: var name } && name == memory.Name));
    }

    [Fact]
    public void A_ring_whose_memory_was_cut_is_an_error_and_no_SIGBUS()
    {
        using IpcRingChannel ring = IpcRingChannel.Create(IpcTest.Name(), 65536);
        ring.Send("abc"u8, Within.Ten);
        IpcTest.Run("truncate", "-s", "0", $"/dev/shm{ring.Name}");
        Fails.With(Errno.EFAULT, () => ring.Receive(9, Within.Ten));
        Fails.With(Errno.EFAULT, () => ring.Send("abc"u8, Within.Ten));
    }

    [Fact]
    public void A_ring_whose_memory_is_cut_during_a_wait_is_an_error_and_no_SIGBUS()
    {
        using IpcRingChannel ring = IpcRingChannel.Create(IpcTest.Name(), 65536);
        using Waiter reader = Waiter.Start(stop => ring.Receive(9, IpcTest.Forever(stop)));
        reader.EndBy(() => IpcTest.Run("truncate", "-s", "0", $"/dev/shm{ring.Name}"));
        Assert.Equal(Errno.EFAULT, Assert.IsType<SocketCallException>(reader.Error).Errno);
    }
}
