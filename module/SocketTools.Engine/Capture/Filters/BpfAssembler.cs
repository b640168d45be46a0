using System;
using System.Collections.Generic;

namespace SocketTools.Capture;

/// <summary>Makes a program for the kernel of a condition. All jumps go forward, as the kernel demands.</summary>
internal sealed class BpfAssembler
{
    /// <summary>The most instructions that the kernel takes (BPF_MAXINSNS).</summary>
    public const int MaximumLength = 4096;

    private const byte FarthestJump = byte.MaxValue;

    private readonly List<Line> _lines = [];
    private readonly uint _networkOffset;
    private State _state = new(null, false);

    private BpfAssembler(uint networkOffset) => _networkOffset = networkOffset;

    /// <summary>The program, or null where it would be longer than the kernel takes.</summary>
    /// <param name="condition">What a packet must be.</param>
    /// <param name="networkOffset">Where the header of IP starts.</param>
    /// <param name="length">How many bytes of a packet are kept.</param>
    public static BpfInstruction[]? Assemble(BpfCondition condition, uint networkOffset, uint length)
    {
        BpfAssembler assembler = new(networkOffset);
        Label taken = NewLabel();
        Label dropped = NewLabel();
        assembler.Emit(condition, taken, dropped);
        assembler.Place(taken);
        assembler._lines.Add(new Line(BpfInstruction.Return, length, null, null));
        assembler.Place(dropped);
        assembler._lines.Add(new Line(BpfInstruction.Return, 0, null, null));
        return assembler.Resolve();
    }

    private void Emit(BpfCondition condition, Label whenTrue, Label whenFalse)
    {
        switch (condition)
        {
            case BpfCondition.Constant constant:
                JumpTo(constant.Value ? whenTrue : whenFalse);
                break;
            case BpfCondition.Negation negation:
                Emit(negation.Part, whenFalse, whenTrue);
                break;
            case BpfCondition.And { Parts: var parts }:
                for (int i = 0; i < parts.Count - 1; i++)
                {
                    Label next = NewLabel();
                    Emit(parts[i], next, whenFalse);
                    Place(next);
                }

                Emit(parts[^1], whenTrue, whenFalse);
                break;
            case BpfCondition.Or { Parts: var parts }:
                for (int i = 0; i < parts.Count - 1; i++)
                {
                    Label next = NewLabel();
                    Emit(parts[i], whenTrue, next);
                    Place(next);
                }

                Emit(parts[^1], whenTrue, whenFalse);
                break;
            case BpfCondition.Comparison comparison:
                Load(comparison.Load);
                _lines.Add(new Line(comparison.Jump, comparison.Value, whenTrue, whenFalse));
                whenTrue.Reached(_state);
                whenFalse.Reached(_state);
                break;
        }
    }

    // What is in the registers already is not loaded again.
    private void Load(BpfLoad load)
    {
        if (load.Code == BpfInstruction.LoadHalfAtX && !_state.HasHeaderLength)
        {
            _lines.Add(new Line(BpfInstruction.LoadHeaderLength, _networkOffset, null, null));
            _state = _state with { HasHeaderLength = true };
        }

        if (_state.Loaded != load)
        {
            _lines.Add(new Line(load.Code, load.Offset, null, null));
            _state = _state with { Loaded = load };
        }
    }

    private void JumpTo(Label label)
    {
        _lines.Add(new Line(BpfInstruction.Jump, 0, label, label));
        label.Reached(_state);
    }

    private static Label NewLabel() => new();

    // Everything that jumps here comes before, so what is known of the registers here is what all of them knew.
    private void Place(Label label)
    {
        label.Line = _lines.Count;
        _state = label.State ?? new State(null, false);
    }

    private BpfInstruction[]? Resolve()
    {
        // A side of a comparison that must go farther than a byte can say goes by a plain jump behind it, which moves what follows: so until nothing moves any more.
        bool[] trueIsFar = new bool[_lines.Count];
        bool[] falseIsFar = new bool[_lines.Count];
        int[] position = new int[_lines.Count + 1];
        bool moved = true;
        while (moved)
        {
            moved = false;
            for (int i = 0; i < _lines.Count; i++)
            {
                position[i + 1] = position[i] + 1 + (trueIsFar[i] ? 1 : 0) + (falseIsFar[i] ? 1 : 0);
            }

            for (int i = 0; i < _lines.Count; i++)
            {
                if (_lines[i] is { WhenTrue: { } whenTrue, WhenFalse: { } whenFalse, Code: not BpfInstruction.Jump })
                {
                    moved |= !trueIsFar[i] && (trueIsFar[i] = position[whenTrue.Line] - position[i] - 1 > FarthestJump);
                    moved |= !falseIsFar[i] && (falseIsFar[i] = position[whenFalse.Line] - position[i] - 1 > FarthestJump);
                }
            }
        }

        if (position[^1] > MaximumLength)
        {
            return null;
        }

        List<BpfInstruction> program = new(position[^1]);
        for (int i = 0; i < _lines.Count; i++)
        {
            Line line = _lines[i];
            if (line.WhenTrue is null || line.WhenFalse is null)
            {
                program.Add(new BpfInstruction(line.Code, 0, 0, line.K));
                continue;
            }

            int whenTrue = position[line.WhenTrue.Line] - position[i] - 1;
            int whenFalse = position[line.WhenFalse.Line] - position[i] - 1;
            if (line.Code == BpfInstruction.Jump)
            {
                program.Add(new BpfInstruction(line.Code, 0, 0, (uint)whenTrue));
                continue;
            }

            // The jump of the true side comes first, where both have one.
            int behind = trueIsFar[i] ? 1 : 0;
            program.Add(new BpfInstruction(line.Code, (byte)(trueIsFar[i] ? 0 : whenTrue), (byte)(falseIsFar[i] ? behind : whenFalse), line.K));
            if (trueIsFar[i])
            {
                program.Add(new BpfInstruction(BpfInstruction.Jump, 0, 0, (uint)(whenTrue - 1)));
            }

            if (falseIsFar[i])
            {
                program.Add(new BpfInstruction(BpfInstruction.Jump, 0, 0, (uint)(whenFalse - 1 - behind)));
            }
        }

        return [.. program];
    }

    private sealed record Line(ushort Code, uint K, Label? WhenTrue, Label? WhenFalse);

    // What is in the accumulator, and whether the index register has the length of the header of IPv4.
    private sealed record State(BpfLoad? Loaded, bool HasHeaderLength);

    private sealed class Label
    {
        public int Line { get; set; }

        public State? State { get; private set; }

        public void Reached(State state) =>
            State = State is null ? state : new State(State.Loaded == state.Loaded ? state.Loaded : null, State.HasHeaderLength && state.HasHeaderLength);
    }
}
