using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;
using SocketTools.Native;

namespace SocketTools.Sessions;

/// <summary>
/// The keyboard, on Unix: descriptor 0 in canonical mode, so that the system gives whole lines and Ctrl+D is the end. It is read only when there is
/// something, so nothing that is typed later is taken from whoever reads it next.
/// </summary>
internal sealed unsafe class TerminalInput : SessionInput
{
    private readonly byte[] _block = new byte[4096]; // the most that a terminal gives for a line (termios(3))
    private readonly char[] _characters = new char[4097];
    private readonly Decoder _decoder;
    private readonly StringBuilder _begun = new();
    private readonly TerminalMode _mode;

    public TerminalInput(Encoding encoding)
    {
        _decoder = encoding.GetDecoder();
        _mode = TerminalMode.TakeLines();
    }

    public override SafeSocketHandle Handle { get; } = new(0, ownsHandle: false);

    public override bool IsTerminal => true;

    public override bool Read(List<string> lines)
    {
        nint count;
        fixed (byte* pointer = _block)
        {
            count = Libc.Read(0, pointer, _block.Length);
        }

        if (count < 0 && LibcNumbers.LastErrno() is Errno.EINTR or Errno.EWOULDBLOCK)
        {
            return true;
        }

        if (count <= 0)
        {
            // Ctrl+D behind some text hands the text over; the second one is the end.
            if (_begun.Length > 0)
            {
                lines.Add(Take());
            }

            return false;
        }

        int characters = _decoder.GetChars(_block.AsSpan(0, (int)count), _characters, flush: false);
        foreach (char c in _characters.AsSpan(0, characters))
        {
            if (c == '\n')
            {
                lines.Add(Take());
            }
            else
            {
                _begun.Append(c);
            }
        }

        return true;
    }

    public override void Dispose()
    {
        _mode.Dispose();
        Handle.Dispose();
    }

    private string Take()
    {
        string line = _begun.ToString();
        _begun.Clear();
        return line;
    }
}
