using System.Runtime.InteropServices;

namespace SocketTools.Capture;

/// <summary>One instruction of the classic BPF machine, as the kernel takes it (struct sock_filter, linux/filter.h).</summary>
/// <param name="Code">Class, size, mode or operation.</param>
/// <param name="JumpTrue">How many instructions to skip when a comparison holds.</param>
/// <param name="JumpFalse">How many when not.</param>
/// <param name="K">Operand.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint K)
{
    public const ushort LoadWord = 0x20;      // BPF_LD | BPF_W | BPF_ABS
    public const ushort LoadHalf = 0x28;      // BPF_LD | BPF_H | BPF_ABS
    public const ushort LoadByte = 0x30;      // BPF_LD | BPF_B | BPF_ABS
    public const ushort LoadHalfAtX = 0x48;   // BPF_LD | BPF_H | BPF_IND
    public const ushort LoadHeaderLength = 0xB1; // BPF_LDX | BPF_B | BPF_MSH: four times the low half of a byte
    public const ushort Jump = 0x05;          // BPF_JMP | BPF_JA
    public const ushort JumpEqual = 0x15;     // BPF_JMP | BPF_JEQ | BPF_K
    public const ushort JumpGreaterOrEqual = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    public const ushort JumpBits = 0x45;      // BPF_JMP | BPF_JSET | BPF_K
    public const ushort Return = 0x06;        // BPF_RET | BPF_K

    /// <summary>What the kernel tells of a packet beside its bytes is loaded from here on (SKF_AD_OFF).</summary>
    public const uint Ancillary = 0xFFFFF000;

    public const uint AncillaryProtocol = Ancillary + 0;
    public const uint AncillaryPacketType = Ancillary + 4;
    public const uint AncillaryInterface = Ancillary + 8;
}
