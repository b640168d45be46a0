using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using SocketTools.Formatting;

namespace SocketTools.Notebooks;

/// <summary>One page of HTML with all that it needs inside; what it cannot have, it says. HTML, SVG and markdown of the notebook are its author's, as its code is, and go in as they are.</summary>
internal sealed partial class NotebookHtml(string title, Func<string, string?> script, Action<string>? warn)
{
    private const string MarkdownMime = "text/markdown";
    private const string MermaidMime = "text/vnd.mermaid";

    private readonly StringBuilder _html = new();
    private readonly PagePictures _pictures = new();
    private bool _hasMarkdown;
    private bool _hasMermaid;

    public string Write(NotebookDocument document, IEnumerable<SocketNotebookCell> run)
    {
        Dictionary<int, SocketNotebookCell> results = run.ToDictionary(static c => c.Number);
        _html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        _html.Append("<title>").Append(HtmlText.Escape(title)).Append("</title>\n<style>\n").Append(Style).Append("</style>\n</head>\n<body>\n<main>\n");
        for (int i = 0; i < document.Cells.Count; i++)
        {
            Cell(results.GetValueOrDefault(i + 1) ?? new SocketNotebookCell(document.Cells[i], null, i + 1));
        }

        _html.Append("</main>\n");
        Markdown();
        Mermaid();
        return _html.Append("</body>\n</html>\n").ToString();
    }

    private void Cell(SocketNotebookCell cell)
    {
        bool prose = cell.Kernel is NotebookKernels.Markdown;
        _html.Append(CultureInfo.InvariantCulture, $"<section class=\"cell {(prose ? "prose" : "code")} {Lower(cell.Status)}\" id=\"cell-{cell.Number}\">\n");
        if (!prose || cell.Displays.Count == 0)
        {
            Source(cell);
        }

        List<SocketNotebookError> errors = [.. cell.Errors.Where(e => e.Message != cell.Reason)];
        foreach (NotebookOutput output in cell.Outputs)
        {
            switch (output)
            {
                case NotebookErrorText shown:
                    errors.RemoveAll(e => ReferenceEquals(e.ErrorRecord, shown.Record));
                    Text("err", shown.Text);
                    break;
                case NotebookRichText rich: Display(rich.Display, cell); break;
                case NotebookText text: Text("out", text.Text); break;
                case NotebookDisplayed displayed: Display(displayed.Display, cell); break;
            }
        }

        // What the cell left and did not show.
        foreach (SocketNotebookError error in errors)
        {
            Text("err", error.Traceback.Count > 0 ? string.Join('\n', error.Traceback) : error.Message);
        }

        Footer(cell);
        _html.Append("</section>\n");
    }

    private void Text(string name, string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            _html.Append(CultureInfo.InvariantCulture, $"<pre class=\"{name}\">").Append(HtmlText.Escape(text.Trim('\n'))).Append("</pre>\n");
        }
    }

    // A diagram or a page stands for its text; who wants that has it behind a line to open.
    private void Source(SocketNotebookCell cell)
    {
        bool folded = cell.Kernel is NotebookKernels.Mermaid or NotebookKernels.Html && cell.Displays.Count > 0;
        string code = $"<pre class=\"src\"><code class=\"language-{HtmlText.Escape(cell.Kernel)}\">{cell.Highlighted ?? HtmlText.Escape(cell.Source)}</code></pre>\n";
        string name = cell.Kernel == NotebookKernels.PowerShell ? "" : $"<p class=\"kernel\">{HtmlText.Escape(cell.Kernel)}</p>\n";
        _html.Append(folded ? $"<details><summary class=\"kernel\">{HtmlText.Escape(cell.Kernel)}</summary>{code}</details>\n" : name + code);
    }

    private void Display(SocketNotebookDisplay display, SocketNotebookCell cell)
    {
        (string mimeType, string content) = Best(display);
        _html.Append("<div class=\"display\">");
        switch (mimeType)
        {
            case "text/html":
                _html.Append(WithDiagrams(_pictures.InHtml(content, cell)));
                break;
            case MarkdownMime:
                _hasMarkdown = true;
                _hasMermaid |= content.Contains("```mermaid", StringComparison.Ordinal);
                _html.Append("<pre class=\"markdown\">").Append(HtmlText.Escape(_pictures.InMarkdown(content, cell))).Append("</pre>");
                break;
            case "image/svg+xml":
                _html.Append(content);
                break;
            case MermaidMime:
                _hasMermaid = true;
                _html.Append("<pre class=\"mermaid\">").Append(HtmlText.Escape(content)).Append("</pre>");
                break;
            case "image/png" or "image/jpeg" or "image/gif":
                _html.Append(CultureInfo.InvariantCulture, $"<img alt=\"\" src=\"data:{mimeType};base64,{HtmlText.Escape(string.Concat(content.Where(static c => !char.IsWhiteSpace(c))))}\">");
                break;
            default:
                _html.Append("<pre class=\"out\">").Append(HtmlText.Escape(content)).Append("</pre>");
                break;
        }

        _html.Append("</div>\n");
    }

    // A fence of markdown that is called mermaid, as its converters write it.
    private string WithDiagrams(string html)
    {
        string with = MermaidFence().Replace(html, "<pre class=\"mermaid\">$1</pre>");
        _hasMermaid |= with.Contains("class=\"mermaid\"", StringComparison.Ordinal);
        return with;
    }

    // The best one that a page can show.
    private static (string MimeType, string Content) Best(SocketNotebookDisplay display)
    {
        foreach ((string mimeType, string content) in display.Data)
        {
            if (mimeType is "text/html" or "image/svg+xml" or MarkdownMime or MermaidMime or "image/png" or "image/jpeg" or "image/gif")
            {
                return (mimeType, content);
            }
        }

        return (display.MimeType, display.Content);
    }

    private void Footer(SocketNotebookCell cell)
    {
        string said = cell.Status switch
        {
            SocketNotebookCellStatus.Ok => "",
            SocketNotebookCellStatus.NotRun => "not run",
            SocketNotebookCellStatus.TimedOut => "stopped when its time was over",
            _ => "failed",
        };
        if (cell.Reason is not null)
        {
            said = said.Length == 0 ? cell.Reason : $"{said}: {cell.Reason}";
        }

        if (said.Length > 0)
        {
            Status(said);
        }

        foreach (string sentence in _pictures.TakeMissing())
        {
            Status(sentence);
            warn?.Invoke($"Cell {cell.Number}: {sentence}");
        }
    }

    private void Status(string sentence) => _html.Append("<p class=\"status\">").Append(HtmlText.Escape(sentence)).Append("</p>\n");

    // Markdown that nobody made HTML of becomes it in the browser; without scripts it is read as it was written.
    private void Markdown()
    {
        if (!_hasMarkdown || script("marked") is not { } marked)
        {
            return;
        }

        _html.Append("<script>").Append(marked).Append("</script>\n<script>\n").Append("""
            for (const source of document.querySelectorAll('pre.markdown')) {
              const shown = document.createElement('div');
              shown.innerHTML = marked.parse(source.textContent);
              for (const fence of shown.querySelectorAll('pre > code.language-mermaid')) {
                const diagram = document.createElement('pre');
                diagram.className = 'mermaid';
                diagram.textContent = fence.textContent;
                fence.parentNode.replaceWith(diagram);
              }
              source.replaceWith(shown);
            }

            """).Append("</script>\n");
    }

    private void Mermaid()
    {
        if (!_hasMermaid || script("mermaid") is not { } mermaid)
        {
            return;
        }

        _html.Append("<script>").Append(mermaid).Append("</script>\n<script>\n");
        _html.Append("mermaid.initialize({ startOnLoad: true, securityLevel: 'strict', theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'default' });\n</script>\n");
    }

    private static string Lower(SocketNotebookCellStatus status) => status switch
    {
        SocketNotebookCellStatus.Ok => "ok",
        SocketNotebookCellStatus.Failed => "failed",
        SocketNotebookCellStatus.TimedOut => "timedout",
        _ => "notrun",
    };

    [GeneratedRegex("<pre><code class=\"language-mermaid\">([^<]*)</code></pre>", RegexOptions.CultureInvariant)]
    private static partial Regex MermaidFence();
}
