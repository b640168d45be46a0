using System;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>A message that came whole, and is not in the form that was asked for. It is no longer in the channel: the error has its bytes.</summary>
public sealed class SocketMessageFormatException : SocketCallException
{
    internal SocketMessageFormatException(byte[] message, string form, object? target, Exception? inner = null)
        : base("recv", Errno.EBADMSG, target, $"The message of {message.Length} bytes is no {form}: {CallText.Data(message)}", inner)
    {
        Byte = message;
        Advice = "The message was taken from the channel, so the next receive gives the next one. Its bytes are in the property Byte of this exception.";
    }

    /// <summary>The message as it came.</summary>
    public byte[] Byte { get; }
}
