using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class QueueTests
{
    public QueueTests() => IpcTest.SkipUnlessLinux();

    [Fact]
    public void The_highest_priority_comes_first_and_among_equals_the_oldest()
    {
        using IpcPosixQueue queue = IpcPosixQueue.Create(IpcTest.Name(), 4, 2048, IpcAccess.ReadWrite);
        queue.SendMessage("low"u8, null, Within.Ten);
        queue.SendMessage("high one"u8, 32767, Within.Ten);
        queue.SendMessage("high two"u8, 32767, Within.Ten);
        queue.SendMessage("middle"u8, 5, Within.Ten);

        Assert.Equal(4, queue.Messages);
        Assert.Equal(
            [("high one", 32767), ("high two", 32767), ("middle", 5), ("low", 0)],
            Enumerable.Range(0, 4).Select(_ => queue.ReceiveMessage(9999, 0, Within.Ten)).Select(static m => (m.Text, m.Priority!.Value)));
        Assert.Equal(0, queue.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_stay_whole_and_may_be_empty(bool systemV)
    {
        using IpcMessageQueue queue = Make(systemV);
        queue.Send("abc"u8, Within.Ten);
        queue.Send([], Within.Ten);
        queue.Send("de"u8, Within.Ten);
        Assert.Equal("abc"u8, queue.Receive(9999, Within.Ten)!);
        Assert.Empty(queue.Receive(9999, Within.Ten)!);
        Assert.False(queue.EndOfStream);
        byte[] memory = new byte[9];
        Assert.Equal(2, queue.Receive(memory, Within.Ten));
        Assert.Equal("de"u8, memory.AsSpan(0, 2));
        Assert.Equal((5, 5), (queue.BytesSent, queue.BytesReceived));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_that_does_not_fit_what_was_asked_for_is_the_next_one(bool systemV)
    {
        using IpcMessageQueue queue = Make(systemV);
        queue.Send("abc"u8, Within.Ten);
        Fails.With(Errno.EMSGSIZE, () => queue.Receive(2, Within.Ten));
        Fails.With(Errno.EMSGSIZE, () => queue.ReceiveExactly(2, Within.Ten));
        Assert.Equal(3, Fails.With(Errno.ENODATA, () => queue.ReceiveExactly(4, Within.Ten)).BytesTransferred);
        Assert.Equal("abc"u8, queue.ReceiveExactly(3, Within.Ten));
        Fails.With(Errno.EWOULDBLOCK, () => queue.Receive(9, SocketWait.Never));
        Fails.With(Errno.EOPNOTSUPP, () => queue.ReceiveAll(9, Within.Ten));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_of_the_greatest_length_goes_and_one_byte_more_does_not(bool systemV)
    {
        using IpcMessageQueue queue = Make(systemV);
        byte[] largest = new byte[queue.MessageSize];
        Random.Shared.NextBytes(largest);
        queue.Send(largest, Within.Ten);
        Assert.Equal(largest, queue.Receive(int.MaxValue, Within.Ten)!);
        Fails.With(Errno.EMSGSIZE, () => queue.Send(new byte[queue.MessageSize + 1], Within.Ten));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_full_queue_is_waited_for_as_long_as_it_was_said(bool systemV)
    {
        using IpcMessageQueue queue = Make(systemV);
        int sent = 0;
        SocketCallException? full = null;
        while (full is null)
        {
            try
            {
                queue.Send(new byte[1000], SocketWait.Never);
                sent++;
            }
            catch (SocketCallException e)
            {
                full = e;
            }
        }

        Assert.Equal(Errno.EWOULDBLOCK, full.Errno);
        Assert.Equal(queue.MaximumMessages ?? (int)(queue.MaximumBytes! / 1000), sent);
        Fails.With(Errno.ETIMEDOUT, () => queue.Send(new byte[1000], Within.Short));
        using Waiter waiter = Waiter.Start(stop => queue.Send(new byte[1000], IpcTest.Forever(stop)));
        queue.Receive(1000, Within.Ten);
        waiter.Finish();
        Assert.Equal(sent, queue.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_queue_is_waited_for_as_long_as_it_was_said(bool systemV)
    {
        using IpcMessageQueue queue = Make(systemV);
        Fails.With(Errno.EWOULDBLOCK, () => queue.Receive(1, SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => queue.Receive(1, Within.Short));
        byte[]? got = null;
        using Waiter waiter = Waiter.Start(stop => got = queue.Receive(9, IpcTest.Forever(stop)));
        queue.Send("abc"u8, Within.Ten);
        waiter.Finish();
        Assert.Equal("abc"u8, got!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_call_of_the_system_sends_and_one_receives(bool systemV)
    {
        using IpcMessageQueue queue = Make(systemV);
        List<SystemCallRecord> calls = [];
        SocketWait wait = Within.Ten with { Trace = calls.Add };
        queue.Send("abc"u8, wait);
        queue.Receive(9, wait);
        Assert.Equal(systemV ? ["msgsnd", "msgrcv"] : ["mq_send", "mq_receive"], calls.Select(static c => c.Name));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a/b")]
    [InlineData("//a")]
    [InlineData("/a\0b")]
    [InlineData("/.")]
    [InlineData("/..")]
    public void Names_that_are_none(string name)
    {
        Fails.With(Errno.EINVAL, () => IpcPosixQueue.Create(name, 4, 2048, IpcAccess.ReadWrite));
        Fails.With(Errno.EINVAL, () => IpcPosixQueue.Open(name, IpcAccess.ReadWrite));
    }

    [Fact]
    public void The_longest_name_is_taken_and_one_byte_more_is_not()
    {
        string longest = IpcTest.Name().PadRight(256, 'x');
        IpcPosixQueue.Create(longest, 4, 2048, IpcAccess.ReadWrite).Dispose();
        Fails.With(Errno.ENAMETOOLONG, () => IpcPosixQueue.Create(longest + "x", 4, 2048, IpcAccess.ReadWrite));
    }

    [Fact]
    public void A_name_that_is_there_is_opened_and_not_made_again()
    {
        string name = IpcTest.Name();
        using IpcPosixQueue queue = IpcPosixQueue.Create(name, 3, 100, IpcAccess.ReadWrite);
        Fails.With(Errno.EEXIST, () => IpcPosixQueue.Create(name, 3, 100, IpcAccess.ReadWrite));
        using (IpcPosixQueue other = IpcPosixQueue.Open(name, IpcAccess.ReadWrite))
        {
            Assert.Equal((3, 100, false), (other.MaximumMessages, other.MessageSize, other.IsOwner));
            other.Send("abc"u8, Within.Ten);
        }

        Assert.Equal("abc"u8, queue.Receive(9, Within.Ten)!); // Closing what was opened removes nothing.
        queue.Close();
        Fails.With(Errno.ENOENT, () => IpcPosixQueue.Open(name, IpcAccess.ReadWrite));
        Fails.With(Errno.EBADF, () => queue.Send("a"u8, Within.Ten));
        Assert.Null(queue.Messages);
    }

    [Fact]
    public void Another_queue_that_took_its_name_stays()
    {
        string name = IpcTest.Name();
        IpcPosixQueue queue = IpcPosixQueue.Create(name, 4, 2048, IpcAccess.ReadWrite);
        Assert.Equal(0, IpcNative.UnlinkQueue(name));
        using IpcPosixQueue another = IpcPosixQueue.Create(name, 4, 2048, IpcAccess.ReadWrite);
        queue.Close();
        IpcPosixQueue.Open(name, IpcAccess.Read).Dispose();
    }

    [Fact]
    public void It_is_open_for_what_it_was_opened_for()
    {
        using IpcPosixQueue queue = IpcPosixQueue.Create(IpcTest.Name(), 4, 2048, IpcAccess.ReadWrite);
        using IpcPosixQueue reader = IpcPosixQueue.Open(queue.Name!, IpcAccess.Read);
        using IpcPosixQueue writer = IpcPosixQueue.Open(queue.Name!, IpcAccess.Write);
        Fails.With(Errno.EBADF, () => reader.Send("a"u8, Within.Ten));
        Fails.With(Errno.EBADF, () => writer.Receive(1, Within.Ten));
        writer.Send("a"u8, Within.Ten);
        Assert.Equal("a"u8, reader.Receive(1, Within.Ten)!);
    }

    [Fact]
    public void Limits_above_those_of_the_system_name_the_file_that_has_them()
    {
        SocketCallException messages = Fails.With(Errno.EINVAL, () => IpcPosixQueue.Create(IpcTest.Name(), 1_000_000, 10, IpcAccess.ReadWrite));
        Assert.Contains("/proc/sys/fs/mqueue/msg_max", messages.Advice, StringComparison.Ordinal);
        SocketCallException size = Fails.With(Errno.EINVAL, () => IpcPosixQueue.Create(IpcTest.Name(), 1, 100_000_000, IpcAccess.ReadWrite));
        Assert.Contains("/proc/sys/fs/mqueue/msgsize_max", size.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(32768)]
    [InlineData(long.MaxValue)]
    public void A_priority_that_cannot_be(long priority)
    {
        using IpcPosixQueue queue = IpcPosixQueue.Create(IpcTest.Name(), 4, 2048, IpcAccess.ReadWrite);
        Fails.With(Errno.EINVAL, () => queue.SendMessage("a"u8, priority, Within.Ten));
        Assert.Equal(0, queue.Messages);
    }

    [Fact]
    public void Types_choose_of_a_queue_of_System_V()
    {
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(0);
        foreach (long type in (ReadOnlySpan<long>)[5, 2, 7, 2])
        {
            queue.SendMessage([(byte)type], type, Within.Ten);
        }

        Assert.Equal(7, queue.ReceiveMessage(9, 7, Within.Ten).MessageType);
        Assert.Equal(2, queue.ReceiveMessage(9, -4, Within.Ten).MessageType); // the lowest type up to 4
        Fails.With(Errno.EWOULDBLOCK, () => queue.ReceiveMessage(9, 6, SocketWait.Never));
        Assert.Equal(5, queue.ReceiveMessage(9, 0, Within.Ten).MessageType);
        Assert.Equal(2, queue.ReceiveMessage(9, 0, Within.Ten).MessageType);
        Fails.With(Errno.EINVAL, () => queue.SendMessage("a"u8, 0, Within.Ten));
        Fails.With(Errno.EINVAL, () => queue.SendMessage("a"u8, -1, Within.Ten));
    }

    [Fact]
    public void A_message_that_was_kept_is_given_to_who_asks_for_its_type()
    {
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(0);
        queue.SendMessage("abc"u8, 2, Within.Ten);
        queue.SendMessage("d"u8, 3, Within.Ten);
        Fails.With(Errno.EMSGSIZE, () => queue.ReceiveMessage(1, 2, Within.Ten));
        Assert.Equal("d", queue.ReceiveMessage(9, 3, Within.Ten).Text);
        Assert.Equal("abc", queue.ReceiveMessage(9, -2, Within.Ten).Text);
    }

    [Fact]
    public void Several_messages_that_were_too_long_are_kept_in_their_order()
    {
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(0);
        foreach ((string text, long type) in ((string, long)[])[("two", 2), ("three", 3), ("also two", 2)])
        {
            queue.SendMessage(Encoding.UTF8.GetBytes(text), type, Within.Ten);
        }

        Fails.With(Errno.EMSGSIZE, () => queue.ReceiveMessage(1, 2, Within.Ten));
        Fails.With(Errno.EMSGSIZE, () => queue.ReceiveMessage(1, 3, Within.Ten));
        Fails.With(Errno.EMSGSIZE, () => queue.ReceiveMessage(1, 3, Within.Ten)); // the same one again
        Assert.Equal("two", queue.ReceiveMessage(9, -3, Within.Ten).Text);
        Assert.Equal("three", queue.ReceiveMessage(9, 0, Within.Ten).Text);
        Assert.Equal("also two", queue.ReceiveMessage(9, 0, Within.Ten).Text);
        Fails.With(Errno.EWOULDBLOCK, () => queue.ReceiveMessage(9, 0, SocketWait.Never));
    }

    [Fact]
    public void A_key_leads_to_a_queue_of_System_V_and_ipcs_shows_it()
    {
        int key = Random.Shared.Next(1, int.MaxValue);
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(key);
        Assert.Matches($@"(?m)^0x{key:x8}\s+{queue.Identifier}\s+\S+\s+600\s+0\s+0", IpcTest.Run("ipcs", "-q"));
        Fails.With(Errno.EEXIST, () => IpcSystemVQueue.Create(key));
        using IpcSystemVQueue byKey = IpcSystemVQueue.Open(key);
        using IpcSystemVQueue byIdentifier = IpcSystemVQueue.FromIdentifier(queue.Identifier);
        Assert.Equal((key, key, false), (byKey.Key, byIdentifier.Key, byKey.IsOwner));
        byKey.Close();
        byIdentifier.Send("abc"u8, Within.Ten);
        Assert.Equal("abc"u8, queue.Receive(9, Within.Ten)!);
        queue.Close();
        Fails.With(Errno.ENOENT, () => IpcSystemVQueue.Open(key));
        Fails.With(Errno.EINVAL, () => IpcSystemVQueue.FromIdentifier(queue.Identifier));
        Fails.With(Errno.EINVAL, () => IpcSystemVQueue.Open(0));
        Fails.With(Errno.EIDRM, () => byIdentifier.Send("abc"u8, Within.Ten));
    }

    [Fact]
    public void A_queue_of_System_V_that_is_removed_ends_a_wait()
    {
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(0);
        using Waiter waiter = Waiter.Start(stop => queue.Receive(1, IpcTest.Forever(stop)));
        waiter.EndBy(() => IpcTest.Run("ipcrm", "-q", $"{queue.Identifier}"));
        Assert.Equal(Errno.EIDRM, Assert.IsType<SocketCallException>(waiter.Error).Errno);
        Fails.With(Errno.EIDRM, () => queue.Receive(1, SocketWait.Never));
        Assert.Null(queue.Messages);
    }

    private static IpcMessageQueue Make(bool systemV) => systemV ? IpcSystemVQueue.Create(0) : IpcPosixQueue.Create(IpcTest.Name(), 4, 2048, IpcAccess.ReadWrite);
}
