using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;

namespace SocketTools.Capture;

/// <summary>A diagram as the source of a sequenceDiagram of Mermaid.</summary>
internal sealed class MermaidDrawing
{
    private const int NoteWidth = 48;

    private readonly StringBuilder _text = new();
    private bool _inPart;

    public static string Draw(SocketSequence sequence)
    {
        MermaidDrawing drawing = new();
        drawing.All(sequence);
        return drawing._text.ToString().TrimEnd('\n');
    }

    private void All(SocketSequence sequence)
    {
        SequenceRows rows = new(sequence);
        Line("sequenceDiagram", 0);
        Line($"accTitle: {Escape(SequenceWords.Title(sequence))}");
        Line($"accDescr: {Escape(sequence.Summary)}");
        Line($"participant C as Client<br/>{Address(sequence.Client)}");
        Line($"participant S as Server<br/>{Address(sequence.Server)}");
        if (sequence.Recording is { } recording)
        {
            Over($"{recording}");
        }

        if (sequence.Protocol == "TCP")
        {
            States(sequence.ClientBegin ?? "state not known", sequence.ServerBegin ?? "state not known");
        }

        foreach (SequenceRow row in rows.Rows)
        {
            switch (row)
            {
                case HeadingRow heading:
                    End();
                    Line($"rect {Colour(heading.Phase)}");
                    _inPart = true;
                    Over(heading.Text);
                    break;
                case FoldRow fold:
                    Over(fold.Text);
                    States(fold.Client, fold.Server);
                    break;
                case StepRow step:
                    Step(step);
                    break;
            }
        }

        End();
        foreach (string remark in SequenceWords.Remarks(sequence, rows.Folded))
        {
            Over(remark);
        }
    }

    private void Step(StepRow row)
    {
        SocketSequenceStep step = row.Step;
        (char from, char to) = step.From == SocketSequenceSide.Client ? ('C', 'S') : ('S', 'C');
        string arrow = (step.Events & SocketSequenceEvents.Unanswered) != 0 ? "-x" : "->>";
        string note = step.Note.Length > 0 ? $"<br/>{Wrapped(step.Note)}" : "";
        Line($"{from}{arrow}{to}: {Escape(step.Label)}{note}");
        States(row.Client, row.Server);
    }

    private void States(string? client, string? server)
    {
        if (client is not null)
        {
            Line($"Note left of C: {client}");
        }

        if (server is not null)
        {
            Line($"Note right of S: {server}");
        }
    }

    private void Over(string text) => Line($"Note over C,S: {Wrapped(text)}");

    private void End()
    {
        if (_inPart)
        {
            Line("end");
        }

        _inPart = false;
    }

    private void Line(string text, int indent = 4) => _text.Append(' ', indent).Append(text).Append('\n');

    private static string Wrapped(string text) => string.Join("<br/>", TextDrawing.Wrap(text, NoteWidth).Select(Escape));

    private static string Address(IPEndPoint address) => Escape($"{address}");

    // Half transparent, so that they suit the light and the dark theme.
    private static string Colour(SocketSequencePhase phase) => phase switch
    {
        SocketSequencePhase.Handshake => "rgba(56, 132, 255, 0.12)",
        SocketSequencePhase.Data => "rgba(46, 160, 67, 0.12)",
        SocketSequencePhase.Reset => "rgba(218, 54, 51, 0.14)",
        _ => "rgba(219, 138, 16, 0.14)",
    };

    /// <summary>
    /// Text that Mermaid shows as it is. Its lexer ends a message at a semicolon or a number sign, looks for directives, entities and formulas anywhere, and the page
    /// that shows it may take text for HTML; so only what has no meaning in any of them stays, and all else becomes an entity by its number.
    /// </summary>
    internal static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool plain = rune.Value is ' ' or '.' or ',' or '=' or '+' or '-' or ':' or '/' or '(' or ')' or '_' || (rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) : rune.IsBmp && Rune.IsLetterOrDigit(rune));
            escaped.Append(plain ? rune.ToString() : $"#{rune.Value};");
        }

        return escaped.ToString();
    }
}
