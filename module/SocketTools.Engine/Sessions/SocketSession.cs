using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools.Sessions;

/// <summary>A conversation line by line: what the peer sends is shown as it comes, lines go out as they are there. For one thread.</summary>
/// <param name="channel">Connected. Not closed here.</param>
/// <param name="encoding">Of both directions.</param>
/// <param name="newLine">What ends a line that is sent; on a socket that keeps boundaries nothing does, each line is a message.</param>
/// <param name="show">Takes what the peer sends.</param>
/// <param name="wait">For each line to go out, and for the rest of the answer behind the end of the input.</param>
internal sealed class SocketSession(SocketChannel channel, Encoding encoding, string newLine, Action<string> show, SocketWait wait)
{
    /// <summary>The end of datagrams cannot be told; so long after the last one nothing more is expected.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private readonly Decoder _decoder = encoding.GetDecoder();
    private readonly List<string> _lines = [];

    /// <summary>True when the peer has ended.</summary>
    public bool Ended { get; private set; }

    /// <summary>Sends lines and shows what comes, until the peer ends or the input does.</summary>
    /// <param name="input">The lines.</param>
    /// <param name="finish">Whether the peer is then told of the end, and the rest of its answer shown.</param>
    public void Run(SessionInput input, bool finish)
    {
        bool more = true;
        while (!Ended && more)
        {
            WaitForEither(input, Timeout.InfiniteTimeSpan);
            Show();
            if (!Ended && (_inputReady || input.Signal.IsCancellationRequested))
            {
                more = input.Read(_lines);
                Send(_lines);
                _lines.Clear();
            }
        }

        if (finish && !Ended)
        {
            Finish(input.IsTerminal ? input : null);
        }
    }

    /// <summary>Sends lines. What the peer sends meanwhile is shown.</summary>
    public void Send(List<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        try
        {
            if (channel.KeepsBoundaries)
            {
                lines.ForEach(line => channel.SendDatagram(encoding.GetBytes(line), null, wait));
            }
            else
            {
                channel.SendReceiving(encoding.GetBytes(string.Join(newLine, lines) + newLine), Array.MaxLength, wait);
            }
        }
        finally
        {
            do
            {
                Show();
            }
            while (channel.HasBuffered && !Ended); // What came meanwhile is in the buffer, and is shown also when the send failed.
        }
    }

    /// <summary>Tells the peer that no more comes, and shows the rest of what it sends.</summary>
    /// <param name="terminal">Where a second end of input ends the session; or null.</param>
    public void Finish(SessionInput? terminal = null)
    {
        bool datagrams = channel.SocketType == SocketType.Dgram;
        if (datagrams && terminal is not null)
        {
            return; // Who was at the keyboard has seen what came.
        }

        if (!datagrams)
        {
            EndSending();
        }

        TimeSpan time = !datagrams || wait.Timeout == TimeSpan.Zero ? wait.Timeout : s_quiet;
        while (!Ended)
        {
            bool ready = WaitForEither(terminal, time);
            Show();
            if (_inputReady)
            {
                _lines.Clear();
                if (!terminal!.Read(_lines))
                {
                    return;
                }
            }
            else if (!ready)
            {
                Ended = datagrams ? true : throw new SocketCallException("recv", wait.TimeoutErrno, channel.ToTarget(), "The peer did not end after the end of the input");
            }
        }
    }

    /// <summary>Shows some of what is there, without waiting. Not all: a peer that never pauses must not keep the keyboard and Ctrl+C from being heard.</summary>
    public void Show()
    {
        wait.Stop.ThrowIfCancellationRequested();
        if (Ended)
        {
            return;
        }

        SocketWait now = wait with { Timeout = TimeSpan.Zero };
        try
        {
            if (channel.KeepsBoundaries && channel.Buffered == 0)
            {
                SocketDatagram? datagram = channel.ReceiveDatagram(DatagramSize, encoding, now);
                Ended = datagram is null;
                ShowMessage(datagram?.Text);
            }
            else
            {
                byte[]? bytes = channel.Receive(BlockSize, now);
                Ended = bytes is null;
                ShowText(bytes ?? []);
            }
        }
        catch (SocketCallException e) when (e.Errno == Errno.EWOULDBLOCK)
        {
        }
    }

    private const int BlockSize = 16 * 1024;
    private const int DatagramSize = 256 * 1024;

    private bool _inputReady;

    // Waits for the peer, for the input, for a stop; false when the time is over.
    private bool WaitForEither(SessionInput? input, TimeSpan time)
    {
        channel.CheckOpen("recv");
        PollTarget[] targets = input?.Handle is { } handle
            ? [new(channel.Handle, PollEvents.Read), new(handle, PollEvents.Read)]
            : [new(channel.Handle, PollEvents.Read)];
        using CancellationTokenSource signals = CancellationTokenSource.CreateLinkedTokenSource(channel.Closing, input?.Signal ?? default);
        int ready = channel.HasBuffered
            ? 1
            : SystemCalls.Current.Poll(targets, Deadline.After(time).Remaining, wait.Stop, signals.Token, null);
        wait.Stop.ThrowIfCancellationRequested();
        channel.CheckOpen("recv");
        _inputReady = targets.Length > 1 && targets[1].Ready != PollEvents.None;
        return ready > 0 || signals.IsCancellationRequested;
    }

    private void ShowText(ReadOnlySpan<byte> bytes)
    {
        // A character may be cut by the end of a block; the decoder keeps its beginning.
        char[] characters = new char[encoding.GetMaxCharCount(bytes.Length + 4)];
        int count = _decoder.GetChars(bytes, characters, flush: bytes.IsEmpty);
        if (count > 0)
        {
            show(new string(characters, 0, count));
        }
    }

    private void ShowMessage(string? text)
    {
        if (text is not null)
        {
            show(text.EndsWith('\n') ? text : text + Environment.NewLine);
        }
    }

    private void EndSending()
    {
        try
        {
            channel.Shutdown(SocketShutdown.Send, wait.Trace);
        }
        catch (SocketCallException e) when (e.Errno == Errno.ENOTCONN)
        {
            // The peer has gone; the receive says how.
        }
    }
}
