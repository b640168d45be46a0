using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Capture;

/// <summary>What is true or false of a packet. Made by the factories, which leave out what is always true or never.</summary>
internal abstract record BpfCondition
{
    public static readonly BpfCondition Always = new Constant(true);
    public static readonly BpfCondition Never = new Constant(false);

    public static BpfCondition All(params IEnumerable<BpfCondition> parts)
    {
        BpfCondition[] kept = [.. parts.Where(static p => p != Always)];
        return kept.Contains(Never) ? Never : kept.Length switch { 0 => Always, 1 => kept[0], _ => new And(kept) };
    }

    public static BpfCondition Any(params IEnumerable<BpfCondition> parts)
    {
        BpfCondition[] kept = [.. parts.Where(static p => p != Never).Distinct()];
        return kept.Contains(Always) ? Always : kept.Length switch { 0 => Never, 1 => kept[0], _ => new Or(kept) };
    }

    public static BpfCondition Not(BpfCondition part) => part == Always ? Never : part == Never ? Always : new Negation(part);

    public static BpfCondition Equal(BpfLoad load, uint value) => new Comparison(load, BpfInstruction.JumpEqual, value);

    public static BpfCondition Within(BpfLoad load, uint from, uint to) => from == to
        ? Equal(load, from)
        : All(new Comparison(load, BpfInstruction.JumpGreaterOrEqual, from), Not(new Comparison(load, BpfInstruction.JumpGreaterOrEqual, to + 1)));

    public static BpfCondition HasBits(BpfLoad load, uint bits) => new Comparison(load, BpfInstruction.JumpBits, bits);

    /// <summary>True for every packet, or for none.</summary>
    public sealed record Constant(bool Value) : BpfCondition;

    /// <summary>Whether what is loaded is a number, or has any of some bits.</summary>
    public sealed record Comparison(BpfLoad Load, ushort Jump, uint Value) : BpfCondition;

    /// <summary>All of several, in their order.</summary>
    public sealed record And(IReadOnlyList<BpfCondition> Parts) : BpfCondition;

    /// <summary>Any of several.</summary>
    public sealed record Or(IReadOnlyList<BpfCondition> Parts) : BpfCondition;

    /// <summary>The contrary.</summary>
    public sealed record Negation(BpfCondition Part) : BpfCondition;
}

/// <summary>A load into the accumulator.</summary>
/// <param name="Code">One of the loads of <see cref="BpfInstruction"/>.</param>
/// <param name="Offset">Where from; behind the header of IPv4 for <see cref="BpfInstruction.LoadHalfAtX"/>.</param>
internal readonly record struct BpfLoad(ushort Code, uint Offset);
