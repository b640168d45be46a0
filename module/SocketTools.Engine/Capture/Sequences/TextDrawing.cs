using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SocketTools.Capture;

/// <summary>A diagram as lines for a console of 80 columns.</summary>
internal sealed class TextDrawing
{
    private const int Width = 79;
    private const int TimeWidth = 8;
    private const int StateWidth = 12;
    private const int Area = Width - TimeWidth - (2 * StateWidth) - 5;
    private const char Lane = '│';
    private const char Line = '─';

    // What an arrow needs besides its label: "── ", a space, one of the line and its head.
    private const int Arrow = 6;

    private readonly StringBuilder _text = new();
    private readonly (string Unit, double Ticks, string Format) _times;

    private TextDrawing(SocketSequence sequence) => _times = SequenceWords.Times(sequence);

    public static string Draw(SocketSequence sequence)
    {
        TextDrawing drawing = new(sequence);
        drawing.All(sequence);
        return drawing._text.ToString().TrimEnd('\n');
    }

    private void All(SocketSequence sequence)
    {
        SequenceRows rows = new(sequence);
        Paragraph(SequenceWords.Title(sequence));
        Paragraph(sequence.Summary + ".");
        if (sequence.Recording is { } recording)
        {
            Paragraph($"{recording}");
        }

        _text.Append('\n');
        Put($"{_times.Unit,TimeWidth} {"client",StateWidth + 3}{new string(' ', Area - 4)}server");
        Row("", sequence.Protocol == "TCP" ? sequence.ClientBegin ?? "?" : "", new string(' ', Area), sequence.Protocol == "TCP" ? sequence.ServerBegin ?? "?" : "");
        foreach (SequenceRow row in rows.Rows)
        {
            switch (row)
            {
                case HeadingRow heading:
                    Row("", "", Centre($" {heading.Text} ", '·'), "");
                    break;
                case FoldRow fold:
                    Inside($"… {fold.Text}", fold.Client, fold.Server);
                    break;
                case StepRow step:
                    Step(step);
                    break;
            }
        }

        string[] remarks = [.. SequenceWords.Remarks(sequence, rows.Folded)];
        _text.Append(remarks.Length > 0 ? "\n" : "");
        foreach (string remark in remarks)
        {
            Paragraph(remark);
        }
    }

    private void Step(StepRow row)
    {
        SocketSequenceStep step = row.Step;
        (string label, string[] below) = Split(step);
        Row(Time(step.Time), row.Client ?? "", Pointed(label, step), row.Server ?? "");
        foreach (string line in below)
        {
            Row("", "", $"   {line}", "");
        }

        if (step.Note.Length > 0)
        {
            Inside(step.Note, null, null);
        }
    }

    // As much of the label as fits on the arrow; the rest goes below it.
    private static (string Label, string[] Below) Split(SocketSequenceStep step)
    {
        const int Room = Area - Arrow;
        const int Enough = 12; // columns, for a payload to be worth its place
        string head = step.Head;
        int cut = head.Length <= Room ? head.Length : head.LastIndexOf(' ', Room);
        string label = head[..cut];
        string[] below = [.. Wrap(head[cut..].TrimStart(), Area - 4)];
        if (!step.HasPayload)
        {
            return (label, below);
        }

        byte[] payload = step.Packet.Payload;
        string last = below.Length > 0 ? below[^1] : label;
        int left = (below.Length > 0 ? Area - 4 : Room) - last.Length - 1;
        string quoted = left > 2 ? $"{last} {PayloadText.Quote(payload, left)}" : "";
        if (left < Enough && (left <= 2 || quoted != $"{last} {PayloadText.Quote(payload, Area)}"))
        {
            return (label, [.. below, PayloadText.Quote(payload, Area - 4)]);
        }

        return below.Length > 0 ? (label, [.. below[..^1], quoted]) : (quoted, below);
    }

    private static string Pointed(string label, SocketSequenceStep step)
    {
        bool client = step.From == SocketSequenceSide.Client;
        bool lost = (step.Events & SocketSequenceEvents.Unanswered) != 0;
        int missing = lost ? Math.Min(6, Area - Arrow - PayloadText.Width(label)) : 0;
        string line = new(Line, Area - missing - 5 - PayloadText.Width(label));
        return client
            ? $"{Line}{Line} {label} {line}{(lost ? 'X' : '>')}{new string(' ', missing)}"
            : $"{new string(' ', missing)}{(lost ? 'X' : '<')}{Line}{Line} {label} {line}";
    }

    private void Inside(string note, string? client, string? server)
    {
        foreach (string line in Wrap(note, Area - 4))
        {
            Row("", client ?? "", $"   {line}", server ?? "");
            client = server = null;
        }
    }

    private void Row(string time, string client, string middle, string server) =>
        Put($"{time,TimeWidth} {client,StateWidth} {Lane}{middle}{new string(' ', Math.Max(0, Area - PayloadText.Width(middle)))}{Lane} {server}");

    private void Put(string line) => _text.Append(line.TrimEnd()).Append('\n');

    private void Paragraph(string text)
    {
        foreach (string line in Wrap(text, Width))
        {
            Put(line);
        }
    }

    private string Time(TimeSpan time) => (time.Ticks / _times.Ticks).ToString(_times.Format, CultureInfo.InvariantCulture);

    private static string Centre(string text, char with)
    {
        int left = Math.Max(0, (Area - text.Length) / 2);
        return new string(with, left) + text + new string(with, Math.Max(0, Area - text.Length - left));
    }

    /// <summary>Lines of words; a word that is too long by itself is cut.</summary>
    internal static IEnumerable<string> Wrap(string text, int width)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' ').SelectMany(word => word.Chunk(width).Select(static part => new string(part))))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
