using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using SocketTools.Inspection;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class DiagReaderTests
{
    [Fact]
    public void A_block_that_ends_in_the_middle_of_a_message_is_truncated()
    {
        byte[] whole = Message(20, [2, 1, .. new byte[70]]);
        Assert.Equal(DiagReader.Outcome.More, Read(whole, out int found));
        Assert.Equal(1, found);
        for (int length = 1; length < whole.Length; length++)
        {
            Assert.Equal(DiagReader.Outcome.Truncated, Read(whole[..length], out found));
            Assert.Equal(0, found);
        }

        Assert.Equal(DiagReader.Outcome.Truncated, Read([.. whole, 0], out found));
        Assert.Equal(1, found);
    }

    [Fact]
    public void Messages_of_other_types_and_families_are_passed_over()
    {
        Assert.Equal(DiagReader.Outcome.More, Read([.. Message(1, []), .. Message(2, new byte[4]), .. Message(20, [16, .. new byte[71]])], out int found));
        Assert.Equal(0, found);
        Assert.Equal(DiagReader.Outcome.Done, Read(Message(3, new byte[4]), out _));
        Assert.Equal(DiagReader.Outcome.Failed, Read(Message(3, BitConverter.GetBytes(-2)), out _));
    }

    [Fact]
    public void An_interrupted_dump_is_seen_in_any_message()
    {
        byte[] marked = Message(3, new byte[4]);
        Assert.False(DiagReader.WasInterrupted([.. Message(1, []), .. marked]));
        marked[6] = 0x10;
        Assert.True(DiagReader.WasInterrupted([.. Message(1, []), .. marked]));
    }

    [Fact]
    public void Random_bytes_never_throw() => Check.One(Fixed.Seed(3000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static bytes =>
    {
        Read(bytes, out _);
        Read(Message(20, [1, .. bytes]), out _);
        Read(Message(20, [10, .. new byte[71], .. bytes]), out _);
        DiagReader.WasInterrupted(bytes);
    }));

    private static DiagReader.Outcome Read(byte[] data, out int found)
    {
        List<SocketConnection> all = [];
        DiagReader.Outcome outcome = DiagReader.Read(data, "tcp", new SocketOwners(), (c, _) => all.Add(c), out _);
        found = all.Count;
        return outcome;
    }

    private static byte[] Message(ushort type, byte[] body) =>
        [.. BitConverter.GetBytes(16 + body.Length), .. BitConverter.GetBytes(type), .. new byte[10], .. body, .. new byte[(4 - (body.Length % 4)) % 4]];
}
