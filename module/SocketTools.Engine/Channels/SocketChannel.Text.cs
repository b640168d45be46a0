using System;
using System.Text;

namespace SocketTools;

public sealed partial class SocketChannel
{
    /// <summary>The limit of a line or record when none is given: 1 MiB.</summary>
    public const int DefaultMaximumLength = 1024 * 1024;

    /// <summary>What is there, up to 64 KiB, as whole characters. The beginning of a character stays in the channel until the rest comes.</summary>
    /// <returns>The text; null at the end of the stream.</returns>
    /// <exception cref="SocketCallException">EILSEQ: the stream ended in the middle of a character. And those of <see cref="Receive"/>.</exception>
    public string? ReceiveText(Encoding encoding, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        using Turn turn = Enter(_receiveGate, "recv", wait);
        bool more = _buffer.Count > 0 || Fill(DefaultReceiveSize, DefaultReceiveSize, wait);
        while (true)
        {
            if (_buffer.Count == 0)
            {
                return null;
            }

            int whole = TextFraming.WholeCharacters(_buffer.Span, encoding);
            if (whole > 0)
            {
                return TakeText(whole, whole, encoding);
            }

            if (!more)
            {
                throw HalfCharacter(_buffer.Count, encoding);
            }

            more = Fill(DefaultReceiveSize, DefaultReceiveSize, wait);
        }
    }

    /// <summary>One record, without its delimiter. What stands behind the last delimiter when the stream ends is a record too.</summary>
    /// <param name="delimiter">Not empty. A line feed with <paramref name="line"/>.</param>
    /// <param name="line">Takes a carriage return before the delimiter away too.</param>
    /// <param name="encoding">Of the text and of the delimiter.</param>
    /// <param name="maximumLength">Bytes of a record, its delimiter not counted.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <returns>The text; null at the end of the stream.</returns>
    /// <exception cref="SocketCallException">EMSGSIZE: no delimiter within the limit. ETIMEDOUT. EILSEQ. What arrived stays in the channel.</exception>
    public string? ReceiveRecord(string delimiter, bool line, Encoding encoding, int maximumLength, SocketWait wait)
    {
        ArgumentException.ThrowIfNullOrEmpty(delimiter);
        ArgumentNullException.ThrowIfNull(encoding);
        byte[] end = encoding.GetBytes(delimiter);
        byte[] carriageReturn = line ? encoding.GetBytes("\r") : [];
        int unit = TextFraming.UnitOf(encoding);
        int searched = 0;
        using Turn turn = Enter(_receiveGate, "recv", wait);
        while (true)
        {
            int found = TextFraming.Find(_buffer.Span, end, unit, searched);
            searched = _buffer.Count;
            if (found >= 0)
            {
                bool returned = line && _buffer.Span[..found].EndsWith(carriageReturn);
                int length = found - (returned ? carriageReturn.Length : 0);
                return length <= maximumLength ? TakeText(length, found + end.Length, encoding) : throw TooLong(maximumLength);
            }

            if (_buffer.Count >= (long)maximumLength + end.Length + carriageReturn.Length)
            {
                throw TooLong(maximumLength);
            }

            if (!Fill(FillSize, DefaultReceiveSize, wait))
            {
                return TakeRest(encoding, maximumLength);
            }
        }
    }

    /// <summary>Everything until the end of the stream.</summary>
    /// <param name="maximumLength">Bytes.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <returns>The bytes; null where there were none.</returns>
    /// <exception cref="SocketCallException">EMSGSIZE: there is more than the limit. ETIMEDOUT. What arrived stays in the channel.</exception>
    public byte[]? ReceiveAll(int maximumLength, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        FillAll(maximumLength, wait);
        byte[] all = _buffer.Span.ToArray();
        _buffer.Skip(all.Length);
        return all.Length == 0 ? null : all;
    }

    /// <summary>Everything until the end of the stream, as text.</summary>
    /// <exception cref="SocketCallException">EILSEQ, and those of <see cref="ReceiveAll"/>.</exception>
    public string? ReceiveAllText(Encoding encoding, int maximumLength, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        using Turn turn = Enter(_receiveGate, "recv", wait);
        FillAll(maximumLength, wait);
        return TakeRest(encoding, maximumLength);
    }

    private const int FillSize = 4096;

    private void FillAll(int maximumLength, SocketWait wait)
    {
        do
        {
            if (_buffer.Count > maximumLength)
            {
                throw TooLong(maximumLength);
            }
        }
        while (Fill(DefaultReceiveSize, DefaultReceiveSize, wait));
    }

    private string? TakeRest(Encoding encoding, int maximumLength)
    {
        int count = _buffer.Count;
        if (count == 0)
        {
            return null;
        }

        if (count > maximumLength)
        {
            throw TooLong(maximumLength);
        }

        int whole = TextFraming.WholeCharacters(_buffer.Span, encoding);
        return whole == count ? TakeText(count, count, encoding) : throw HalfCharacter(count - whole, encoding);
    }

    private string TakeText(int length, int taken, Encoding encoding)
    {
        string text = encoding.GetString(_buffer.Span[..length]);
        _buffer.Skip(taken);
        return text;
    }

    private SocketCallException TooLong(int maximumLength) =>
        new("recv", Errno.EMSGSIZE, ToTarget(), $"More than {maximumLength} bytes came without an end")
        {
            Advice = "Raise -MaximumLength. What arrived is still in the channel: Receive-SocketByte returns it.",
            BytesTransferred = _buffer.Count,
        };

    private SocketCallException HalfCharacter(int bytes, Encoding encoding) =>
        new("recv", Errno.EILSEQ, ToTarget(), $"The stream ended in the middle of a character: {bytes} bytes are no {encoding.WebName}")
        {
            BytesTransferred = bytes,
        };
}
