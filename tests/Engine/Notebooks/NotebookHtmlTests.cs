using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Notebooks;

public sealed partial class NotebookHtmlTests
{
    private const string Nasty = "<script>alert(\"x\")</script>&</pre>";

    [Fact]
    public void Sources_text_errors_and_titles_are_escaped()
    {
        string html = Page([new(new NotebookCell("pwsh", Nasty), null, 1)
        {
            Status = SocketNotebookCellStatus.Failed,
            Reason = Nasty + "1",
            Outputs = [new NotebookText(Nasty), new NotebookDisplayed(new("text/x-other", Nasty)), new NotebookDisplayed(new("text/vnd.mermaid", Nasty)), new NotebookDisplayed(new("image/png", Nasty))],
            Errors = [new("id", Nasty, [Nasty])],
        }], title: Nasty);
        Assert.DoesNotContain("<script>alert", html);
        Assert.DoesNotContain("</pre></pre>", html);
    }

    [Fact]
    public void Html_and_svg_that_a_cell_displays_go_in_as_they_are() =>
        Assert.Contains("<b>raw</b></div>", Page([Ran("pwsh", new NotebookDisplayed(new("text/html", "<b>raw</b>")), new NotebookDisplayed(new("image/svg+xml", "<svg id=\"s\"></svg>")))]));

    [Fact]
    public void The_best_form_that_a_page_can_show_is_shown() =>
        Assert.Contains("<svg/>", Page([Ran("pwsh", new NotebookDisplayed(new([new("application/vnd.vegalite.v5+json", "{}"), new("image/svg+xml", "<svg/>"), new("text/plain", "t")])))]));

    [Fact]
    public void Mermaid_is_put_in_once_and_only_where_there_is_a_diagram()
    {
        int asked = 0;
        string Script(string name)
        {
            asked++;
            return $"/*{name}*/";
        }

        Assert.DoesNotContain("/*mermaid*/", Page([Ran("pwsh", new NotebookText("class=\"mermaid\""))], Script));
        Assert.Equal(0, asked);
        string two = Page([Ran("mermaid", new NotebookDisplayed(new("text/vnd.mermaid", "a --> b"))), Ran("markdown", new NotebookDisplayed(new("text/html", "<pre><code class=\"language-mermaid\">c --&gt; d\n</code></pre>")))], Script);
        Assert.Equal(1, asked);
        Assert.Contains("<pre class=\"mermaid\">a --&gt; b</pre>", two);
        Assert.Contains("<pre class=\"mermaid\">c --&gt; d\n</pre>", two);
    }

    [Fact]
    public void Without_its_script_a_diagram_is_its_text() => Assert.Contains("a --&gt; b", Page([Ran("mermaid", new NotebookDisplayed(new("text/vnd.mermaid", "a --> b")))], static _ => null));

    [Fact]
    public void Markdown_that_is_not_HTML_yet_comes_with_the_script_that_makes_it_so()
    {
        string html = Page([Ran("markdown", new NotebookDisplayed(new("text/markdown", "# <T>\n```mermaid\na --> b\n```")))]);
        Assert.Contains("<pre class=\"markdown\"># &lt;T&gt;\n```mermaid\na --&gt; b\n```</pre>", html);
        Assert.InRange(html.IndexOf("/*marked*/", StringComparison.Ordinal), 0, html.IndexOf("/*mermaid*/", StringComparison.Ordinal));
        Assert.DoesNotContain("/*marked*/", Page([Ran("markdown", new NotebookDisplayed(new("text/html", "<h1>T</h1>")))]));
        Assert.DoesNotContain("<script>", Page([Ran("markdown", new NotebookDisplayed(new("text/markdown", "# T")))], static _ => null));
    }

    [Fact]
    public void A_page_refers_to_nothing_outside_of_it()
    {
        string html = Page([Ran("pwsh", new NotebookText("x")), Ran("markdown", new NotebookDisplayed(new("text/html", "<p>y</p>")))]);
        Assert.DoesNotMatch(Outside(), html);
    }

    [Fact]
    public void Cells_that_were_not_run_are_there_and_say_so()
    {
        string html = Page([new(new NotebookCell("csharp", "x"), null, 1) { Reason = "It is for the kernel csharp." }]);
        Assert.Contains("not run: It is for the kernel csharp.", html);
        Assert.Contains("class=\"cell code notrun\"", html);
    }

    private static SocketNotebookCell Ran(string kernel, params NotebookOutput[] outputs) => new(new NotebookCell(kernel, "source"), null, 1) { Status = SocketNotebookCellStatus.Ok, Outputs = outputs };

    private static string Page(IReadOnlyList<SocketNotebookCell> cells, Func<string, string?>? script = null, string title = "t")
    {
        SocketNotebookCell[] numbered = [.. cells.Select(static (c, i) => new SocketNotebookCell(c.Cell, null, i + 1) { Status = c.Status, Reason = c.Reason, Outputs = c.Outputs, Errors = c.Errors })];
        return new NotebookDocument(NotebookFormat.Dib, [.. numbered.Select(static c => c.Cell)]).ToHtml(numbered, title, script ?? (static name => $"/*{name}*/"));
    }

    [GeneratedRegex("(?:src|href)\\s*=|url\\(|@import|https?://")]
    private static partial Regex Outside();
}
