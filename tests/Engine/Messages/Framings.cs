using System;
using System.Collections.Generic;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Messages;

/// <summary>Every framing by a name, for theories.</summary>
internal static class Framings
{
    public static TheoryData<string> Names =>
    [
        "Byte", "UInt16", "UInt16 little", "UInt32", "UInt32 little", "Varint", "Line", "Line utf-16", "Delimiter ;", "Delimiter aa", "Delimiter abab", "Delimiter ; utf-16",
    ];

    public static MessageFraming Get(string name) => name.Split(' ') switch
    {
        ["Line", string encoding] => MessageFraming.Lines(Encodings.Get(encoding)),
        ["Delimiter", string text, string encoding] => MessageFraming.Delimited(text, Encodings.Get(encoding)),
        ["Delimiter", string text] => MessageFraming.Delimited(Encoding.ASCII.GetBytes(text)),
        [string prefix, "little"] => MessageFraming.Of(Enum.Parse<SocketMessagePrefix>(prefix), littleEndian: true),
        [string prefix] => MessageFraming.Of(Enum.Parse<SocketMessagePrefix>(prefix)),
        _ => throw new ArgumentException(name),
    };

    public static byte[] Frame(MessageFraming framing, ReadOnlySpan<byte> message)
    {
        byte[] target = new byte[message.Length + framing.Overhead];
        return target[..framing.Write(message, target)];
    }

    /// <summary>All the messages of some bytes, and what the framing says of the rest.</summary>
    public static (List<byte[]> Messages, MessageStatus End) ReadAll(MessageFraming framing, ReadOnlySpan<byte> data, int maximumLength)
    {
        List<byte[]> messages = [];
        MessageStatus status;
        while ((status = framing.Read(data, maximumLength, 0, out MessageFrame frame)) == MessageStatus.Complete)
        {
            messages.Add(data.Slice(frame.Start, frame.Length).ToArray());
            data = data[(int)frame.Size..];
        }

        return (messages, status);
    }
}
