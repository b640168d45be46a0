using System;
using System.Linq;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Notebooks;

public sealed class NotebookFuzzTests
{
    private const int Cases = 10_000;
    private const int LongestMessage = 400;

    private static readonly string[] s_dib =
    [
        "#!pwsh", "#!powershell", "#!markdown", "#!md", "#!mermaid", "#!value", "#!csharp", "#!c#", "#!meta", "#!meta ", "#!PWSH", "#!", "#!x", "#!mine", " #!pwsh", "#!pwsh ", "#!value --name a",
        "\n", "\n", "\n", "\n", "\r\n", "\r", "\r\r\n", "\n\n", " ", "\t", "text", "$x = 1", "@'", "'@", "{}", "{", "}", "[]", "\"", "\f", "\u2028", "\uFEFF", "\0", "\ud83d", "\ude00", "ä",
        """{"kernelInfo":{"defaultKernelName":"pwsh","items":[{"name":"mine","aliases":["m"]},{"name":"pwsh"}]}}""", """{"kernelInfo":{"items":[{"name":"meta"},{"name":""},{"name":"a\nb"}]}}""",
    ];

    private static readonly string[] s_json =
    [
        "{", "}", "[", "]", ":", ",", "\"", "\"nbformat\":4", "\"nbformat\":3", "\"nbformat_minor\":5", "\"cells\":[", "\"metadata\":{}", "\"cell_type\":\"code\"", "\"cell_type\":\"markdown\"", "\"cell_type\":\"raw\"",
        "\"source\":\"x\"", "\"source\":[\"a\\n\",\"#!pwsh\"]", "\"source\":1", "\"outputs\":[]", "\"execution_count\":null", "\"id\":\"a\"", "null", "true", "1e999", "-0", "\\u0000", "\\ud800", "\\n", "\ud83d", "\u0001", " ",
        "\"polyglot_notebook\":{\"kernelName\":\"html\"}", "\"dotnet_interactive\":{\"language\":7}", "\"kernelspec\":{\"name\":\".net-pwsh\"}", "\"tags\":[\"parameters\",1]", "[[[[[[[[", "{\"a\":{\"a\":", "\uFEFF",
    ];

    private const string Valid = """
        {"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"name":".net-pwsh","display_name":"x"},"polyglot_notebook":{"kernelInfo":{"defaultKernelName":"pwsh","items":[{"name":"pwsh","aliases":["ps"]}]}}},
        "cells":[{"cell_type":"markdown","id":"a","metadata":{"tags":["x"]},"source":["# a\n","b"]},{"cell_type":"code","id":"b","execution_count":1,"metadata":{"polyglot_notebook":{"kernelName":"pwsh"}},
        "outputs":[{"output_type":"stream","name":"stdout","text":"x"}],"source":"1\n2"},{"cell_type":"raw","id":"c","metadata":{},"source":""}]}
        """;

    [Fact]
    public void Any_dib_is_read_or_refused_and_what_is_read_comes_back_the_same()
    {
        Random random = new(9734);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            string text = Pieces(random, s_dib, 24);
            if (Parse(text, NotebookFormat.Dib) is not { } notebook)
            {
                refused++;
                continue;
            }

            read++;
            string written;
            try
            {
                written = notebook.ToDib();
            }
            catch (NotebookFormatException e) when (e.Message.Contains("begin a cell", StringComparison.Ordinal))
            {
                continue; // A line that is a selector only because of metadata behind it.
            }

            NotebookDocument again = NotebookDocument.Parse(written, NotebookFormat.Dib);
            Assert.True(notebook.Cells.SequenceEqual(again.Cells), $"{Escaped(text)} came back as {Escaped(written)}");
            Assert.Equal(written, again.ToDib());
            CheckIpynb(notebook, text);
        }

        Assert.InRange(read, Cases / 4, Cases);
        Assert.InRange(refused, Cases / 50, Cases);
    }

    [Fact]
    public void Any_ipynb_is_read_or_refused_and_what_is_read_can_be_written()
    {
        Random random = new(9735);
        int read = 0;
        for (int i = 0; i < Cases; i++)
        {
            string text = random.Next(3) == 0 ? Pieces(random, s_json, 20) : Mutated(random, Valid);
            if (Parse(text, NotebookFormat.Ipynb) is { } notebook)
            {
                read++;
                CheckIpynb(notebook, text);
            }
        }

        Assert.InRange(read, Cases / 20, Cases);
    }

    [Fact]
    public void A_deep_or_long_ipynb_is_refused_and_ends_nothing()
    {
        Assert.Null(Parse(new string('[', 100_000), NotebookFormat.Ipynb));
        Assert.Null(Parse("{\"nbformat\":4,\"metadata\":" + string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), NotebookFormat.Ipynb));
        Assert.NotNull(Parse("#!pwsh\n" + new string('#', 1_000_000), NotebookFormat.Dib));
    }

    private static void CheckIpynb(NotebookDocument notebook, string from)
    {
        NotebookDocument again = NotebookDocument.Parse(notebook.ToIpynb(), NotebookFormat.Ipynb);
        // Half of a surrogate pair is no Unicode and cannot be written.
        bool same = notebook.Cells.Select(static c => (c.Kernel, Whole(c.Source))).SequenceEqual(again.Cells.Select(static c => (c.Kernel, Whole(c.Source))));
        Assert.True(same, Escaped(from));
    }

    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static NotebookDocument? Parse(string text, NotebookFormat format)
    {
        try
        {
            return NotebookDocument.Parse(text, format);
        }
        catch (NotebookFormatException e)
        {
            Assert.Equal(Errno.EBADMSG, e.Errno);
            Assert.InRange(e.Message.Length, 1, LongestMessage);
            return null;
        }
        catch (Exception e)
        {
            Assert.Fail($"{Escaped(text)} gave {e}");
            return null;
        }
    }

    private static string Pieces(Random random, string[] pieces, int most)
    {
        StringBuilder text = new();
        for (int n = random.Next(1, most); n > 0; n--)
        {
            text.Append(pieces[random.Next(pieces.Length)]);
        }

        return text.ToString();
    }

    private static string Mutated(Random random, string valid)
    {
        StringBuilder text = new(valid);
        for (int n = random.Next(0, 3); n > 0; n--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)); break;
                case 1: text.Insert(at, s_json[random.Next(s_json.Length)]); break;
                case 2: text[at] = (char)random.Next(0x80); break;
                default: text.Length = Math.Max(1, at); break;
            }
        }

        return text.ToString();
    }

    private static string Escaped(string text) => string.Concat(text.Take(600).Select(static c => c is >= ' ' and < (char)0x7F ? c.ToString() : $"\\u{(int)c:x4}"));
}
