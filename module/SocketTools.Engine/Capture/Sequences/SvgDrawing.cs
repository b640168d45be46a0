using System;
using System.Globalization;
using System.Linq;
using System.Text;
using SocketTools.Formatting;

namespace SocketTools.Capture;

/// <summary>A diagram as svg: one element that needs no file, font or script beside it.</summary>
internal sealed class SvgDrawing
{
    private const int Width = 880;
    private const int Left = 220;
    private const int Right = 660;
    private const int TimeEnd = 76;
    private const double CharacterWidth = 7.23; // of the font "mono"
    private const int NoteColumns = 66;

    private readonly StringBuilder _under = new();
    private readonly StringBuilder _over = new();
    private readonly (string Unit, double Ticks, string Format) _times;
    private readonly (string? State, double From)[] _life = new (string?, double)[2];
    private double _y = 20;
    private (SocketSequencePhase Phase, double From)? _band;

    private SvgDrawing(SocketSequence sequence) => _times = SequenceWords.Times(sequence);

    public static string Draw(SocketSequence sequence) => new SvgDrawing(sequence).All(sequence);

    private string All(SocketSequence sequence)
    {
        SequenceRows rows = new(sequence);
        Head(sequence);
        foreach (SequenceRow row in rows.Rows)
        {
            switch (row)
            {
                case HeadingRow heading:
                    Heading(heading);
                    break;
                case FoldRow fold:
                    Fold(fold);
                    break;
                case StepRow step:
                    Step(step);
                    break;
            }
        }

        _y += 10;
        EndBand();
        EndLife(0, null);
        EndLife(1, null);
        _y += 6;
        foreach (string remark in SequenceWords.Remarks(sequence, rows.Folded))
        {
            Paragraph("soft", remark, 118, 20);
        }

        return Document(sequence, _y + 18);
    }

    private string Document(SocketSequence sequence, double height)
    {
        StringBuilder all = new();
        string tall = SvgText.Number(height);
        all.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{SvgStyle.Root}\" role=\"img\" width=\"{Width}\" height=\"{tall}\" viewBox=\"0 0 {Width} {tall}\">\n");
        string recording = sequence.Recording is { } from ? $" {from}" : "";
        all.Append(CultureInfo.InvariantCulture, $"<title>{SvgText.Escape(SequenceWords.Title(sequence))}</title>\n<desc>{SvgText.Escape($"{sequence.Summary}.{recording}")}</desc>\n<style>\n{SvgStyle.Sheet}\n</style>\n");
        all.Append(CultureInfo.InvariantCulture, $"<rect class=\"back\" x=\"0.5\" y=\"0.5\" width=\"{Width - 1}\" height=\"{SvgText.Number(height - 1)}\" rx=\"8\"/>\n");
        return all.Append(_under).Append(_over).Append("</svg>").ToString();
    }

    private void Head(SocketSequence sequence)
    {
        _y -= 8;
        Paragraph("title", SequenceWords.Title(sequence), 78, 22);
        Paragraph("soft", sequence.Summary, 118, 18);
        _y += 3;
        if (sequence.Recording is { } recording)
        {
            string[] lines = [.. TextDrawing.Wrap($"{recording}", 115)];
            _under.Append(CultureInfo.InvariantCulture, $"<rect class=\"record\" x=\"20.5\" y=\"{SvgText.Number(_y + 10.5)}\" width=\"{Width - 41}\" height=\"{(lines.Length * 18) + 8}\" rx=\"6\"/>\n");
            _y += 10;
            foreach (string line in lines)
            {
                Text(32, _y += 18, "", line);
            }

            _y += 8;
        }

        _y += 14;
        Party(Left, "Client", $"{sequence.Client}");
        Party(Right, "Server", $"{sequence.Server}");
        _y += 44;
        _life[0] = (sequence.ClientBegin, _y);
        _life[1] = (sequence.ServerBegin, _y);
        _y += 14;
        Text(TimeEnd, _y + 12, "time mono", _times.Unit, "end");
        if (sequence.Protocol == "TCP")
        {
            Chip(0, sequence.ClientBegin ?? "?", _y + 8);
            Chip(1, sequence.ServerBegin ?? "?", _y + 8);
            _y += 18;
        }
    }

    private void Paragraph(string style, string text, int columns, int height)
    {
        foreach (string line in TextDrawing.Wrap(text, columns))
        {
            Text(24, _y += height, style, line);
        }
    }

    private void Party(int centre, string role, string address)
    {
        double width = Math.Max(150, (address.Length * CharacterWidth) + 24);
        _over.Append(CultureInfo.InvariantCulture, $"<rect class=\"box\" x=\"{SvgText.Number(centre - (width / 2))}\" y=\"{SvgText.Number(_y)}\" width=\"{SvgText.Number(width)}\" height=\"44\" rx=\"6\"/>\n");
        Text(centre, _y + 18, "role", role, "middle");
        Text(centre, _y + 35, "mono", address, "middle");
    }

    private void Heading(HeadingRow row)
    {
        EndBand();
        _y += 10;
        _band = (row.Phase, _y);
        Text(Left + 14, _y + 16, "part", row.Text);
        _y += 20;
    }

    private void Step(StepRow row)
    {
        SocketSequenceStep step = row.Step;
        bool client = step.From == SocketSequenceSide.Client;
        bool lost = (step.Events & SocketSequenceEvents.Unanswered) != 0;
        bool bad = lost || (step.Packet.Tcp?.Flags & TcpFlags.RST) > 0 || step.Packet.Icmp is not null;
        double line = _y + 24;
        Text((Left + Right) / 2, _y + 17, "mono", Label(step), "middle");
        int from = client ? Left + 5 : Right - 5;
        int to = client ? Right - 5 : Left + 5;
        to = lost ? from + ((to - from) * 9 / 10) : to;
        int tip = client ? 9 : -9;
        _over.Append(CultureInfo.InvariantCulture, $"<path class=\"arrow{(bad ? " bad" : "")}\" d=\"M{from} {SvgText.Number(line)}H{(lost ? to : to - tip)}\"/>\n");
        _over.Append(lost
            ? string.Create(CultureInfo.InvariantCulture, $"<path class=\"arrow bad\" d=\"M{to - 5} {SvgText.Number(line - 5)}l10 10m0 -10l-10 10\"/>\n")
            : string.Create(CultureInfo.InvariantCulture, $"<path class=\"{(bad ? "badhead" : "head")}\" d=\"M{to} {SvgText.Number(line)}l{-tip} -4.5v9z\"/>\n"));
        Text(TimeEnd, line + 4, "time mono", Time(step.Time), "end");
        Change(0, row.Client, line);
        Change(1, row.Server, line);
        _y += 30;
        foreach (string note in TextDrawing.Wrap(step.Note, NoteColumns))
        {
            Text((Left + Right) / 2, _y += 12, "note", note, "middle");
            _y += 2;
        }

        _y += 4;
    }

    private void Fold(FoldRow row)
    {
        _over.Append(CultureInfo.InvariantCulture, $"<path class=\"fold\" d=\"M{Left + 14} {SvgText.Number(_y + 10)}H{Right - 14}M{Left + 14} {SvgText.Number(_y + 30)}H{Right - 14}\"/>\n");
        Text((Left + Right) / 2, _y + 24, "note", row.Text, "middle");
        Change(0, row.Client, _y + 20);
        Change(1, row.Server, _y + 20);
        _y += 38;
    }

    private static string Label(SocketSequenceStep step)
    {
        const int Columns = (int)((Right - Left - 24) / CharacterWidth);
        string head = step.Head;
        head = head.Length > Columns ? head[..(Columns - 1)] + "…" : head;
        int left = Columns - head.Length - 1;
        return step.HasPayload && left > 6 ? $"{head} {PayloadText.Quote(step.Packet.Payload, Math.Min(left, StepLabels.PayloadColumns))}" : head;
    }

    private void Change(int side, string? state, double y)
    {
        if (state is not null)
        {
            EndLife(side, state, y);
            Chip(side, state, y);
        }
    }

    // The line of a side's life has the colour of its state.
    private void EndLife(int side, string? next, double? at = null)
    {
        double to = at ?? _y;
        int x = side == 0 ? Left : Right;
        _under.Append(CultureInfo.InvariantCulture, $"<path class=\"life {SvgStyle.Class(_life[side].State)}\" d=\"M{x} {SvgText.Number(_life[side].From)}V{SvgText.Number(to)}\"/>\n");
        _life[side] = (next, to);
    }

    private void Chip(int side, string state, double y)
    {
        double width = (state.Length * 6.63) + 14;
        double x = side == 0 ? Left - 14 - width : Right + 14;
        _over.Append(CultureInfo.InvariantCulture, $"<rect class=\"fill-{SvgStyle.Class(state)}\" x=\"{SvgText.Number(x)}\" y=\"{SvgText.Number(y - 9)}\" width=\"{SvgText.Number(width)}\" height=\"18\" rx=\"9\"/>\n");
        Text(x + (width / 2), y + 4, "mono state", state, "middle");
    }

    private void EndBand()
    {
        if (_band is { } band)
        {
            _under.Insert(0, string.Create(CultureInfo.InvariantCulture, $"<rect class=\"{SvgStyle.Band(band.Phase)}\" x=\"{Left}\" y=\"{SvgText.Number(band.From)}\" width=\"{Right - Left}\" height=\"{SvgText.Number(_y - band.From + 4)}\" rx=\"4\"/>\n"));
        }

        _band = null;
    }

    private void Text(double x, double y, string style, string text, string? anchor = null)
    {
        _over.Append(CultureInfo.InvariantCulture, $"<text x=\"{SvgText.Number(x)}\" y=\"{SvgText.Number(y)}\"");
        _over.Append(style.Length > 0 ? $" class=\"{style}\"" : "").Append(anchor is null ? "" : $" text-anchor=\"{anchor}\"");
        _over.Append(" xml:space=\"preserve\">").Append(SvgText.Escape(text)).Append("</text>\n");
    }

    private string Time(TimeSpan time) => (time.Ticks / _times.Ticks).ToString(_times.Format, CultureInfo.InvariantCulture);
}
