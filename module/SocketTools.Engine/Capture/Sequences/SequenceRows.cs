using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Capture;

/// <summary>A line of a drawing.</summary>
internal abstract record SequenceRow;

/// <summary>A part of the connection's life begins.</summary>
internal sealed record HeadingRow(string Text, SocketSequencePhase Phase) : SequenceRow;

/// <summary>An arrow, with the states that it changed; null where it changed none.</summary>
internal sealed record StepRow(SocketSequenceStep Step, string? Client, string? Server) : SequenceRow;

/// <summary>Steps that are not drawn one by one, with the states that they changed.</summary>
internal sealed record FoldRow(IReadOnlyList<SocketSequenceStep> Steps, string? Client, string? Server, string Text) : SequenceRow;

/// <summary>Which steps are drawn, and what stands between them: the same for each form of a drawing.</summary>
internal sealed class SequenceRows
{
    private const SocketSequenceEvents Ordinary = SocketSequenceEvents.None;

    private readonly SocketSequence _sequence;
    private readonly List<SequenceRow> _rows = [];
    private readonly bool[] _drawn;

    public SequenceRows(SocketSequence sequence)
    {
        _sequence = sequence;
        _drawn = [.. Enumerable.Repeat(true, sequence.Steps.Count)];
        Fold();
        Lay();
    }

    public IReadOnlyList<SequenceRow> Rows => _rows;

    public int Folded => _drawn.Count(static d => !d);

    private int Drawn => _drawn.Length - Folded;

    // First the ordinary data, then all data, then whatever is in the middle; each only as long as there is too much.
    private void Fold()
    {
        FoldRuns(static s => IsData(s) && s.Events == Ordinary && s.Note.Length == 0);
        FoldRuns(IsData);
        if (Drawn <= _sequence.MaximumSteps)
        {
            return;
        }

        int[] drawn = [.. Enumerable.Range(0, _drawn.Length).Where(i => _drawn[i])];
        int head = (_sequence.MaximumSteps + 1) / 2;
        int tail = _sequence.MaximumSteps - head;
        for (int i = drawn[head - 1] + 1; i < (tail == 0 ? _drawn.Length : drawn[^tail]); i++)
        {
            _drawn[i] = false;
        }
    }

    private static bool IsData(SocketSequenceStep step) => step.Phase is SocketSequencePhase.Data or SocketSequencePhase.HalfClose;

    // Of each run the first two and the last one stay.
    private void FoldRuns(System.Func<SocketSequenceStep, bool> foldable)
    {
        if (Drawn <= _sequence.MaximumSteps)
        {
            return;
        }

        for (int from = 0; from < _drawn.Length;)
        {
            int to = from;
            while (to < _drawn.Length && foldable(_sequence.Steps[to]))
            {
                to++;
            }

            for (int i = from + 2; to - from > 4 && i < to - 1; i++)
            {
                _drawn[i] = false;
            }

            from = to + 1;
        }
    }

    private void Lay()
    {
        string? client = _sequence.ClientBegin;
        string? server = _sequence.ServerBegin;
        SocketSequencePhase? phase = null;
        bool closing = false;
        IReadOnlyList<SocketSequenceStep> steps = _sequence.Steps;
        for (int i = 0; i < steps.Count;)
        {
            int to = i;
            while (to < steps.Count && !_drawn[to])
            {
                to++;
            }

            SocketSequenceStep step = steps[to > i ? to - 1 : i];
            if (step.Phase != phase && _sequence.Protocol == "TCP")
            {
                phase = step.Phase;
                _rows.Add(new HeadingRow(SequenceWords.Heading(_sequence, step.Phase, closing), step.Phase));
                closing |= phase == SocketSequencePhase.Close;
            }

            string? clientChange = step.ClientState == client ? null : client = step.ClientState;
            string? serverChange = step.ServerState == server ? null : server = step.ServerState;
            _rows.Add(to > i
                ? new FoldRow(steps.Skip(i).Take(to - i).ToArray(), clientChange, serverChange, Describe(steps, i, to))
                : new StepRow(step, clientChange, serverChange));
            i = to > i ? to : i + 1;
        }
    }

    private string Describe(IReadOnlyList<SocketSequenceStep> steps, int from, int to)
    {
        long toServer = 0;
        long toClient = 0;
        int again = 0;
        for (int i = from; i < to; i++)
        {
            toServer += steps[i].From == SocketSequenceSide.Client ? steps[i].Length : 0;
            toClient += steps[i].From == SocketSequenceSide.Server ? steps[i].Length : 0;
            again += (steps[i].Events & SocketSequenceEvents.Retransmission) != 0 ? 1 : 0;
        }

        List<string> parts = [$"{SequenceWords.Count(to - from, _sequence.Protocol == "TCP" ? "segment" : "datagram")} not drawn"];
        Say(toServer, $"{SequenceWords.Count(toServer, "byte")} to the server");
        Say(toClient, $"{SequenceWords.Count(toClient, "byte")} to the client");
        Say(again, SequenceWords.Count(again, "retransmission"));
        return string.Join(", ", parts);

        void Say(long count, string text)
        {
            if (count > 0)
            {
                parts.Add(text);
            }
        }
    }
}
