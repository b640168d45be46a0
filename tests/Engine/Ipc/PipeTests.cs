using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class PipeTests
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    [Fact]
    public void What_goes_into_one_end_comes_out_of_the_other()
    {
        using IpcPipe pipe = IpcPipe.Create();
        pipe.Writer.Send("abc"u8, Within.Ten);
        pipe.Writer.Send("de"u8, Within.Ten);

        Assert.Equal("ab"u8, pipe.Reader.Receive(2, Within.Ten)!);
        Assert.Equal("cde"u8, pipe.Reader.ReceiveExactly(3, Within.Ten));
        Assert.Equal((5, 5), (pipe.Writer.BytesSent, pipe.Reader.BytesReceived));
        Assert.Equal(IpcChannelState.Open, pipe.Reader.State);
    }

    [Fact]
    public void The_end_of_the_stream_comes_when_the_writer_is_gone()
    {
        using IpcPipe pipe = IpcPipe.Create();
        pipe.Writer.Send("abc"u8, Within.Ten);
        pipe.Writer.Close();

        SocketCallException error = Fails.With(Errno.ENODATA, () => pipe.Reader.ReceiveExactly(4, Within.Ten));
        Assert.Equal(3, error.BytesTransferred);
        Assert.False(pipe.Reader.EndOfStream);
        Assert.Equal("abc"u8, pipe.Reader.ReceiveAll(10, Within.Ten)!);
        Assert.Null(pipe.Reader.Receive(1, Within.Ten));
        Assert.True(pipe.Reader.EndOfStream);
        Assert.Equal(IpcChannelState.Ended, pipe.Reader.State);
    }

    [Fact]
    public void Without_a_reader_it_is_a_broken_pipe_and_this_process_lives_on()
    {
        using IpcPipe pipe = IpcPipe.Create();
        pipe.Reader.Close();

        Fails.With(Errno.EPIPE, () => pipe.Writer.Send("a"u8, Within.Ten));
        Assert.Equal(IpcChannelState.Ended, pipe.Writer.State);
    }

    [Fact]
    public void A_full_pipe_says_how_much_went()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create();

        SocketCallException now = Fails.With(Errno.EWOULDBLOCK, () => pipe.Writer.Send(new byte[100_000], SocketWait.Never));
        SocketCallException later = Fails.With(Errno.ETIMEDOUT, () => pipe.Writer.Send(new byte[10], Within.Short));

        Assert.Equal(65536, now.BytesTransferred);
        Assert.Equal(0, later.BytesTransferred);
        Assert.Equal(65536, pipe.Writer.BytesSent);
    }

    [Fact]
    public void An_empty_pipe_is_waited_for_as_long_as_it_was_said()
    {
        using IpcPipe pipe = IpcPipe.Create();
        Fails.With(Errno.EWOULDBLOCK, () => pipe.Reader.Receive(1, SocketWait.Never));
        long started = Stopwatch.GetTimestamp();
        Fails.With(Errno.ETIMEDOUT, () => pipe.Reader.Receive(1, SocketWait.Seconds(0.1)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.09, 5);
    }

    [Fact]
    public void What_came_before_a_time_limit_stays()
    {
        using IpcPipe pipe = IpcPipe.Create();
        pipe.Writer.Send("ab"u8, Within.Ten);

        Assert.Equal(2, Fails.With(Errno.ETIMEDOUT, () => pipe.Reader.ReceiveExactly(3, Within.Short)).BytesTransferred);
        pipe.Writer.Send("c"u8, Within.Ten);
        Assert.Equal("abc"u8, pipe.Reader.ReceiveExactly(3, Within.Ten));
    }

    [Fact]
    public void A_limit_on_everything_keeps_what_came()
    {
        using IpcPipe pipe = IpcPipe.Create();
        pipe.Writer.Send("abcd"u8, Within.Ten);
        pipe.Writer.Close();
        Fails.With(Errno.EMSGSIZE, () => pipe.Reader.ReceiveAll(3, Within.Ten));
        Assert.Equal("abcd"u8, pipe.Reader.ReceiveAll(4, Within.Ten)!);
    }

    [Fact]
    public void Each_end_goes_one_way()
    {
        using IpcPipe pipe = IpcPipe.Create();
        Fails.With(Errno.EBADF, () => pipe.Reader.Send("a"u8, Within.Ten));
        Fails.With(Errno.EBADF, () => pipe.Writer.Receive(1, Within.Ten));
    }

    [Fact]
    public void A_closed_end_is_EBADF_and_is_closed_once()
    {
        IpcPipe pipe = IpcPipe.Create();
        pipe.Close();
        Fails.With(Errno.EBADF, () => pipe.Close());
        Fails.With(Errno.EBADF, () => pipe.Reader.Close());
        Fails.With(Errno.EBADF, () => pipe.Reader.Receive(1, Within.Ten));
        Fails.With(Errno.EBADF, () => pipe.Writer.Send("a"u8, Within.Ten));
        pipe.Dispose();
        Assert.DoesNotContain(pipe.Reader, OpenIpc.All);
    }

    [Fact]
    public void Closing_ends_a_wait()
    {
        using IpcPipe pipe = IpcPipe.Create();
        using Waiter reader = Waiter.Start(stop => pipe.Reader.Receive(1, IpcTest.Forever(stop)));
        reader.EndBy(() => pipe.Reader.Close());
        Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(reader.Error).Errno);
    }

    [Fact]
    public void One_call_of_the_system_sends_and_one_receives()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create();
        List<SystemCallRecord> calls = [];
        SocketWait wait = Within.Ten with { Trace = calls.Add };
        pipe.Writer.Send("abc"u8, wait);
        pipe.Reader.Receive(9, wait);
        Assert.Equal(["write", "read"], calls.Select(static c => c.Name));
    }

    [Fact]
    public void An_end_for_a_child_is_blocking_and_inherited_and_the_other_is_neither()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create(IpcPipeEnds.Writer);
        Assert.Equal(0, IpcTest.Flags(pipe.Writer.Descriptor) & (NonBlocking | CloseOnExec));
        Assert.Equal(NonBlocking | CloseOnExec, IpcTest.Flags(pipe.Reader.Descriptor) & (NonBlocking | CloseOnExec));
        Assert.Equal($"/dev/fd/{pipe.Writer.Descriptor}", ((IpcPipeEnd)pipe.Writer).Path);
    }

    [Fact]
    public void Blocking_ends_keep_to_the_time_limit_too()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create(IpcPipeEnds.Reader | IpcPipeEnds.Writer);

        Fails.With(Errno.EWOULDBLOCK, () => pipe.Reader.Receive(1, SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => pipe.Reader.Receive(1, Within.Short));
        SocketCallException full = Fails.With(Errno.ETIMEDOUT, () => pipe.Writer.Send(new byte[100_001], Within.Short));

        Assert.Equal(65536, full.BytesTransferred);
        Assert.Equal(65536, pipe.Reader.ReceiveExactly(65536, Within.Ten).Length);
    }

    [Fact]
    public void Proc_leads_another_process_to_an_end_that_it_did_not_inherit()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create();
        pipe.Writer.Send("abc"u8, Within.Ten);
        pipe.Writer.Close();
        Assert.Equal("abc", IpcTest.Run("cat", ((IpcPipeEnd)pipe.Reader).Path!));
    }

    [Fact]
    public void Two_threads_read_what_there_is_once()
    {
        using IpcPipe pipe = IpcPipe.Create();
        long first = 0, second = 0;
        using Waiter one = Waiter.Start(stop => first = Drain(pipe.Reader, stop));
        using Waiter two = Waiter.Start(stop => second = Drain(pipe.Reader, stop));
        pipe.Writer.Send(new byte[1_000_000], Within.Ten);
        pipe.Writer.Close();
        one.Finish();
        two.Finish();
        Assert.Equal(1_000_000, first + second);
    }

    private static long Drain(IpcChannel reader, System.Threading.CancellationToken stop)
    {
        long total = 0;
        while (reader.Receive(1000, IpcTest.Forever(stop)) is { } block)
        {
            total += block.Length;
        }

        return total;
    }
}
