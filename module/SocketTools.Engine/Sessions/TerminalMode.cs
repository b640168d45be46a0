using System;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Sessions;

/// <summary>The mode of the terminal at descriptor 0 for the time that lines are read from it; disposing puts it back as it was (termios(3)).</summary>
internal sealed unsafe class TerminalMode : IDisposable
{
    private const int Size = 128; // more than struct termios has anywhere
    private const int ICRNL = 0x100;
    private const int TCSADRAIN = 1;

    private readonly byte[]? _before;

    private TerminalMode(byte[]? before) => _before = before;

    /// <summary>
    /// Whole lines, shown as they are typed, signals by keys. PowerShell leaves the terminal in the mode in which it reads single keys, or in
    /// that of the last program that ran.
    /// </summary>
    public static TerminalMode TakeLines()
    {
        byte[] before = new byte[Size];
        fixed (byte* pointer = before)
        {
            if (Libc.GetTerminal(0, pointer) < 0)
            {
                return new TerminalMode(null);
            }
        }

        byte[] lines = (byte[])before.Clone();
        if (OperatingSystem.IsMacOS())
        {
            // tcflag_t is a long there: c_iflag, c_oflag, c_cflag, c_lflag.
            MemoryMarshal.AsRef<ulong>(lines.AsSpan(0)) |= ICRNL;
            MemoryMarshal.AsRef<ulong>(lines.AsSpan(24)) |= 0x8 | 0x2 | 0x80 | 0x100 | 0x400; // ECHO, ECHOE, ISIG, ICANON, IEXTEN
        }
        else
        {
            MemoryMarshal.AsRef<uint>(lines.AsSpan(0)) |= ICRNL;
            MemoryMarshal.AsRef<uint>(lines.AsSpan(12)) |= 0x8 | 0x10 | 0x1 | 0x2 | 0x8000;
        }

        Apply(lines);
        return new TerminalMode(before);
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            Apply(_before);
        }
    }

    private static void Apply(byte[] termios)
    {
        fixed (byte* pointer = termios)
        {
            Libc.SetTerminal(0, TCSADRAIN, pointer);
        }
    }
}
