using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Messages;

public sealed class MessageFuzzTests
{
    private const int Limit = 200;

    public static TheoryData<string> EveryFraming => Framings.Names;

    // Bytes that mean something in a framing come often.
    private static readonly Gen<byte> s_byte = Gen.OneOf(
        Gen.Elements<byte>(0, 1, 2, 3, 0x7F, 0x80, 0x81, 0xFF, (byte)'\n', (byte)'\r', (byte)';', (byte)'a', (byte)'b'),
        Gen.Choose(0, 255).Select(static b => (byte)b));

    private static readonly Gen<byte[]> s_bytes = s_byte.ArrayOf();

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void Messages_that_are_not_refused_come_back_as_they_were(string name)
    {
        MessageFraming framing = Framings.Get(name);
        int sent = 0;
        Check.One(Fixed.Seed(400), Prop.ForAll(s_bytes.ArrayOf().ToArbitrary(), messages =>
        {
            byte[][] good = [.. messages.Where(m => framing.Refuse(m, Limit) is null)];
            sent += good.Length;
            byte[] stream = [.. good.SelectMany(m => Framings.Frame(framing, m))];
            (List<byte[]> read, MessageStatus end) = Framings.ReadAll(framing, stream, Limit);
            return end == MessageStatus.NeedMore && Same(good, read);
        }));
        Assert.True(sent > 1000, $"Only {sent} messages were not refused.");
    }

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void A_message_that_is_refused_would_not_come_back(string name)
    {
        MessageFraming framing = Framings.Get(name);
        Check.One(Fixed.Seed(400), Prop.ForAll(s_bytes.ToArbitrary(), message =>
            framing.Refuse(message, int.MaxValue) is null || !Same([message], Framings.ReadAll(framing, Framings.Frame(framing, message), int.MaxValue).Messages)));
    }

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void Any_bytes_in_any_pieces_give_the_messages_of_the_whole(string name)
    {
        MessageFraming framing = Framings.Get(name);
        Gen<(byte[] Data, int[] Cuts)> cases = Streams(framing).SelectMany(static data => Gen.Choose(1, 9).ArrayOf().Select(cuts => (data, cuts)));
        int messages = 0;
        Check.One(Fixed.Seed(400), Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (List<byte[]> whole, MessageStatus end) = Framings.ReadAll(framing, c.Data, Limit);
            (List<byte[]> pieces, MessageStatus endOfPieces) = ReadInPieces(framing, c.Data, c.Cuts);
            messages += whole.Count;
            return end == endOfPieces && Same(whole, pieces);
        }));
        Assert.True(messages > 400, $"Only {messages} messages were found.");
    }

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void Random_bytes_give_one_of_the_four_answers_and_allocate_nothing(string name)
    {
        MessageFraming framing = Framings.Get(name);
        Random random = new(9734);
        byte[] data = new byte[64];
        HashSet<MessageStatus> seen = [];
        _ = framing.Read(data, Limit, 0, out _);
        for (int i = 0; i < 20_000; i++)
        {
            Span<byte> part = data.AsSpan(0, random.Next(data.Length));
            random.NextBytes(part);
            byte[] frame = Framings.Frame(framing, part[..(part.Length / 2)]);
            if (i % 2 == 0 && frame.Length <= part.Length)
            {
                frame.CopyTo(part);
            }

            int searched = i % 2 == 0 ? 0 : random.Next(part.Length + 1);
            int limit = random.Next(1, Limit);
            long before = GC.GetAllocatedBytesForCurrentThread();
            MessageStatus status = framing.Read(part, limit, searched, out MessageFrame found);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, allocated);
            Assert.True(Enum.IsDefined(status));
            seen.Add(status);
            if (status == MessageStatus.Complete)
            {
                Assert.InRange(found.Length, 0, limit);
                Assert.InRange(found.Size, found.Start + found.Length, part.Length);
            }
            else if (status == MessageStatus.NeedMore)
            {
                Assert.True(found.Size > part.Length, "More is needed than is there.");
            }
        }

        Assert.Contains(MessageStatus.Complete, seen);
        Assert.Contains(MessageStatus.NeedMore, seen);
    }

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void Gathered_frames_are_those_of_one_by_one_and_so_are_delivered_messages(string name)
    {
        MessageFraming framing = Framings.Get(name);
        Check.One(Fixed.Seed(300), Prop.ForAll(s_bytes.ArrayOf().ToArbitrary(), messages =>
        {
            ReadOnlyMemory<byte>[] memories = [.. messages.Select(static m => (ReadOnlyMemory<byte>)m)];
            byte[] block = new byte[300];
            int count = framing.Gather(memories, Limit, block, out int filled);
            byte[] expected = [.. messages.Take(count).SelectMany(m => Framings.Frame(framing, m))];
            bool full = count == messages.Length || framing.Refuse(messages[count], Limit) is not null || filled + messages[count].Length + framing.Overhead > block.Length;

            List<byte[]> delivered = [];
            int taken = 0;
            long delivers = 0;
            bool more = framing.Deliver(block.AsSpan(0, filled), Limit, m => { delivered.Add(m.ToArray()); return true; }, ref taken, ref delivers);
            return full && more && expected.AsSpan().SequenceEqual(block.AsSpan(0, filled)) && Same(messages.Take(count), delivered)
                && taken == filled && delivers == count;
        }));
    }

    // Frames, and between them bytes that are none.
    private static Gen<byte[]> Streams(MessageFraming framing)
    {
        Gen<byte[]> frames = s_bytes.Select(m => Framings.Frame(framing, m));
        return Gen.Frequency((4, frames), (1, s_bytes)).ArrayOf().Select(static parts => parts.SelectMany(static p => p).ToArray());
    }

    private static (List<byte[]> Messages, MessageStatus End) ReadInPieces(MessageFraming framing, byte[] data, int[] cuts)
    {
        List<byte[]> messages = [];
        int start = 0;
        int searched = 0;
        int there = 0;
        for (int i = 0; ; i++)
        {
            MessageStatus status;
            while ((status = framing.Read(data.AsSpan(start, there - start), Limit, searched, out MessageFrame frame)) == MessageStatus.Complete)
            {
                messages.Add(data.AsSpan(start + frame.Start, frame.Length).ToArray());
                start += (int)frame.Size;
                searched = 0;
            }

            if (status != MessageStatus.NeedMore || there == data.Length)
            {
                return (messages, status);
            }

            searched = there - start;
            there = cuts.Length == 0 ? data.Length : Math.Min(data.Length, there + cuts[i % cuts.Length]);
        }
    }

    private static bool Same(IEnumerable<byte[]> expected, IEnumerable<byte[]> actual) =>
        expected.Select(Convert.ToHexString).SequenceEqual(actual.Select(Convert.ToHexString));
}
