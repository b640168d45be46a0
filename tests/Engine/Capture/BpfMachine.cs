using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SocketTools.Capture;

namespace SocketTools.Tests;

/// <summary>The classic BPF machine (McCanne and Jacobson 1993; linux/filter.h), with all that a compiler of filters may make use of.</summary>
internal static class BpfMachine
{
    /// <summary>Runs a program on a packet. Returns how many bytes of it to keep; 0 drops it.</summary>
    /// <param name="program">The program, which need not be a good one: what the kernel would not take is an exception.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="ancillary">What the kernel tells beside the bytes, by its offset; null where there is no kernel.</param>
    public static uint Run(IReadOnlyList<BpfInstruction> program, ReadOnlySpan<byte> packet, Func<uint, uint>? ancillary = null)
    {
        uint a = 0, x = 0;
        uint[] memory = new uint[16];
        for (int pc = 0; ; pc++)
        {
            BpfInstruction i = program[pc];
            int cls = i.Code & 7;
            switch (cls)
            {
                case 0 when (i.Code & 0xE0) is 0x20 or 0x40: // LD ABS, IND
                    long at = i.K + ((i.Code & 0xE0) == 0x40 ? (long)x : 0);
                    if ((i.Code & 0xE0) == 0x20 && i.K >= BpfInstruction.Ancillary)
                    {
                        a = (ancillary ?? throw new InvalidOperationException("There is no kernel."))(i.K);
                        break;
                    }

                    int size = (i.Code & 0x18) switch { 0 => 4, 8 => 2, _ => 1 };
                    if (at + size > packet.Length)
                    {
                        return 0;
                    }

                    ReadOnlySpan<byte> here = packet[(int)at..];
                    a = size switch { 4 => BinaryPrimitives.ReadUInt32BigEndian(here), 2 => BinaryPrimitives.ReadUInt16BigEndian(here), _ => here[0] };
                    break;
                case 0: // LD IMM, LEN, MEM
                    a = (i.Code & 0xE0) switch { 0x00 => i.K, 0x80 => (uint)packet.Length, _ => memory[i.K] };
                    break;
                case 1: // LDX
                    if ((i.Code & 0xE0) == 0xA0)
                    {
                        if (i.K >= packet.Length)
                        {
                            return 0;
                        }

                        x = 4u * (packet[(int)i.K] & 15u);
                    }
                    else
                    {
                        x = (i.Code & 0xE0) switch { 0x00 => i.K, 0x80 => (uint)packet.Length, _ => memory[i.K] };
                    }

                    break;
                case 2:
                    memory[i.K] = a;
                    break;
                case 3:
                    memory[i.K] = x;
                    break;
                case 4: // ALU
                    uint by = (i.Code & 8) != 0 ? x : i.K;
                    a = (i.Code & 0xF0) switch
                    {
                        0x00 => a + by,
                        0x10 => a - by,
                        0x20 => a * by,
                        0x30 => a / by,
                        0x40 => a | by,
                        0x50 => a & by,
                        0x60 => a << (int)by,
                        0x70 => a >> (int)by,
                        0x80 => (uint)-(int)a,
                        _ => throw new InvalidOperationException($"Operation {i.Code:X2}"),
                    };
                    break;
                case 5: // JMP
                    uint with = (i.Code & 8) != 0 ? x : i.K;
                    pc += (i.Code & 0xF0) switch
                    {
                        0x00 => (int)i.K,
                        0x10 => a == with ? i.JumpTrue : i.JumpFalse,
                        0x20 => a > with ? i.JumpTrue : i.JumpFalse,
                        0x30 => a >= with ? i.JumpTrue : i.JumpFalse,
                        0x40 => (a & with) != 0 ? i.JumpTrue : i.JumpFalse,
                        _ => throw new InvalidOperationException($"Jump {i.Code:X2}"),
                    };
                    break;
                case 6:
                    return (i.Code & 0x18) == 0x10 ? a : i.K;
                default: // MISC
                    if ((i.Code & 0xF8) == 0)
                    {
                        x = a;
                    }
                    else
                    {
                        a = x;
                    }

                    break;
            }
        }
    }
}
