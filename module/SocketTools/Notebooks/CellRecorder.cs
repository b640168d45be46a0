using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using SocketTools.Formatting;

namespace SocketTools.Notebooks;

/// <summary>
/// Takes what a cell writes and shows, in its order and up to a limit. From any thread. What a cell that was given up writes later goes nowhere.
/// </summary>
/// <param name="maximumLength">Characters of text, and characters of all displays together.</param>
internal sealed partial class CellRecorder(int maximumLength)
{
    private readonly object _lock = new();
    private readonly List<NotebookOutput> _outputs = [];
    private readonly List<string> _notes = [];
    private StringBuilder _text = new();
    private Part _part;
    private long _textLength;
    private long _displayLength;
    private long _textDropped;
    private int _displaysDropped;
    private long _rowsDropped;
    private bool _over;

    // What text that comes belongs to: nothing in particular, an error, or objects that have a better form.
    private readonly record struct Part(object? Error = null, RichRows? Rows = null);

    /// <summary>Text as a console gets it. Escape sequences of terminals are taken out.</summary>
    public void Write(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        lock (_lock)
        {
            if (_over)
            {
                return;
            }

            int room = (int)Math.Max(0, maximumLength - _textLength);
            _textDropped += Math.Max(0, text.Length - room);
            if (room > 0)
            {
                string kept = Clean(text.Length > room ? text[..room] : text);
                _textLength += kept.Length;
                _text.Append(kept);
            }
        }
    }

    /// <summary>Text from here on is that of an error, up to <see cref="EndPart"/>.</summary>
    public void BeginError(object error) => Begin(new Part(Error: error));

    /// <summary>Text from here on is that of an object which a page shows as a row of a table, or as a picture.</summary>
    public void BeginRich(object value)
    {
        RichFormat form = SocketRichOutput.Form(value.GetType())!;
        lock (_lock)
        {
            if (_over)
            {
                return;
            }

            // Rows of one table, as long as nothing else was written between; a picture is one by itself.
            bool same = form.MimeType == RichRows.Table && _part.Rows is { } rows && rows.Form == form;
            if (!same && form.MimeType == RichRows.Table && _outputs is [.., RichEntry last] && last.Rows.Form == form && IsBlank(_text))
            {
                _outputs.RemoveAt(_outputs.Count - 1);
                _text = last.Text.Append(_text);
                _part = new Part(Rows: last.Rows);
                same = true;
            }

            // Behind the first that finds no room nothing is looked at any more: there may be millions of them.
            if (_rowsDropped > 0)
            {
                _rowsDropped++;
                return;
            }

            if (!same)
            {
                Flush(new Part(Rows: new RichRows(form)));
            }

            int taken = _part.Rows!.Add(value, maximumLength - _displayLength);
            if (taken > maximumLength - _displayLength)
            {
                _rowsDropped++;
            }
            else
            {
                _displayLength += taken;
            }
        }
    }

    /// <summary>Text from here on is nothing in particular.</summary>
    public void EndPart() => Begin(default);

    /// <summary>Something shown by Out-Display, or in the cell's place.</summary>
    public void Display(SocketNotebookDisplay display)
    {
        lock (_lock)
        {
            if (_over)
            {
                return;
            }

            long length = display.Data.Sum(static d => (long)d.Value.Length);
            if (_displayLength + length > maximumLength)
            {
                _displaysDropped++;
                return;
            }

            _displayLength += length;
            Flush(default);
            _outputs.Add(new NotebookDisplayed(new SocketNotebookDisplay([.. display.Data.Select(static d => new KeyValuePair<string, string>(d.Key, WithoutHalves(d.Value)))])));
        }
    }

    /// <summary>A sentence about the cell that its author should read; each is told once.</summary>
    public void Note(string sentence)
    {
        lock (_lock)
        {
            if (!_over && !_notes.Contains(sentence))
            {
                _notes.Add(sentence);
            }
        }
    }

    /// <summary>Takes nothing from now on.</summary>
    public (IReadOnlyList<NotebookOutput> Outputs, string? Notes) Finish()
    {
        lock (_lock)
        {
            if (!_over)
            {
                Flush(default);
                NoteWhatWasDropped();
                _over = true;
            }

            NotebookOutput[] outputs = [.. _outputs.Select(static o => o is RichEntry rich ? rich.ToOutput() : o)];
            return (outputs, _notes.Count == 0 ? null : string.Join(' ', _notes));
        }
    }

    private void Begin(Part part)
    {
        lock (_lock)
        {
            Flush(part);
        }
    }

    private void Flush(Part next)
    {
        if (_part.Rows is { } rows)
        {
            _outputs.Add(new RichEntry(_text, rows));
            _text = new StringBuilder(); // The next row may go on with this one.
        }
        else if (_text.Length > 0)
        {
            string text = _text.ToString();
            _outputs.Add(_part.Error is { } error ? new NotebookErrorText(text, error) : new NotebookText(text));
            _text.Clear();
        }

        _part = next;
    }

    private static bool IsBlank(StringBuilder text)
    {
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            if (!chunk.Span.IsWhiteSpace())
            {
                return false;
            }
        }

        return true;
    }

    private void NoteWhatWasDropped()
    {
        if (_textDropped > 0)
        {
            string dropped = string.Create(CultureInfo.InvariantCulture, $"{_textDropped:N0} more characters were left out.");
            _outputs.Add(new NotebookText($"\n[{dropped}]\n"));
            _notes.Add(dropped);
        }

        if (_rowsDropped > 0)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_rowsDropped:N0} objects were left out of tables: together they are longer than {maximumLength:N0} characters."));
        }

        if (_displaysDropped > 0)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_displaysDropped:N0} displays were left out: together they are longer than {maximumLength:N0} characters."));
        }
    }

    private static string Clean(string text) =>
        WithoutHalves(text.Contains('\x1B', StringComparison.Ordinal) ? EscapeSequence().Replace(text, "") : text).Replace("\r\n", "\n", StringComparison.Ordinal);

    // Half of a surrogate pair can be written in no file; the limit may have cut one through.
    private static string WithoutHalves(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }

    // CSI and OSC sequences of ECMA-48, and the short ones.
    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?|[@-Z\\^_])", RegexOptions.CultureInvariant)]
    private static partial Regex EscapeSequence();

    private sealed record RichEntry(StringBuilder Text, RichRows Rows) : NotebookOutput
    {
        public NotebookOutput ToOutput() => Rows.IsEmpty ? new NotebookText(Text.ToString()) : new NotebookRichText(Text.ToString(), Rows.ToDisplay(Text.ToString()));
    }
}
