using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SocketTools;
using SocketTools.Notebooks;
using Xunit;

namespace SocketTools.Tests.Notebooks;

public sealed class PagePicturesTests : IDisposable
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private readonly string _folder = Directory.CreateTempSubdirectory("sockettools-test").FullName;

    public PagePicturesTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "pictures"));
        File.WriteAllBytes(Path.Combine(_folder, "pictures", "a b.png"), Convert.FromBase64String(Png));
        File.WriteAllText(Path.Combine(_folder, "c.SVG"), "<svg/>");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("<p><img src=\"pictures/a%20b.png\" alt=\"x\" /></p>", "<p><img src=\"data:image/png;base64,{0}\" alt=\"x\" /></p>")]
    [InlineData("<IMG alt='&lt;' SRC='./pictures/a b.png?v=1'>", "<IMG alt='&lt;' SRC=\"data:image/png;base64,{0}\">")]
    [InlineData("<img src=c.SVG><img src=c.SVG>", "<img src=\"data:image/svg+xml;base64,PHN2Zy8+\"><img src=\"data:image/svg+xml;base64,PHN2Zy8+\">")]
    public void AFileBesideTheNotebookIsInThePage(string html, string expected)
    {
        string page = Page("markdown", "text/html", html, out IReadOnlyList<string> warnings);
        Assert.Contains(string.Format(null, expected, Png), page, StringComparison.Ordinal);
        Assert.Empty(warnings);
    }

    [Fact]
    public void AnAbsolutePathAndAFileUriToo()
    {
        string path = Path.Combine(_folder, "c.SVG");
        string page = Page("html", "text/html", $"<img src='{path}'><img src='{new Uri(path)}'>", out IReadOnlyList<string> warnings);
        Assert.Equal(2, page.Split("data:image/svg+xml").Length - 1);
        Assert.Empty(warnings);
    }

    [Fact]
    public void MarkdownThatBecomesHtmlInTheBrowserHasThemToo()
    {
        string page = Page("markdown", "text/markdown", "![x](pictures/a%20b.png \"t\") ![y](<pictures/a b.png>) [z](c.SVG)", out _);
        Assert.Contains($"![x](data:image/png;base64,{Png} &quot;t&quot;) ![y](data:image/png;base64,{Png}) [z](c.SVG)", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<img src='none.png'>", "none.png", "ENOENT")]
    [InlineData("<img src='pictures'>", "pictures", "no kind of picture")]
    [InlineData("<img src='https://example.org/a.png'>", "https://example.org/a.png", "on a network")]
    [InlineData("<img src='//example.org/a.png'>", "//example.org/a.png", "on a network")]
    [InlineData("<script src='c.js'></script>", "c.js", "no picture")]
    [InlineData("<link rel=stylesheet href=c.css>", "c.css", "no picture")]
    [InlineData("<img src='attachment:none.png'>", "attachment:none.png", "no such attachment")]
    public void WhatStaysOutsideIsLeftAndSaid(string html, string name, string why)
    {
        string page = Page("html", "text/html", html, out IReadOnlyList<string> warnings);
        Assert.Contains(html, page, StringComparison.Ordinal);
        string said = Assert.Single(warnings);
        Assert.Matches($"^Cell 1: The page needs {name}, which is not in it: .*{why}.*\\.$", said);
        Assert.Contains($"<p class=\"status\">The page needs {name}", page, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<img src='data:image/png;base64,AA=='>")]
    [InlineData("<a href='c.svg'>x</a>")]
    [InlineData("<img src=''><img>")]
    [InlineData("<pre>&lt;img src='none.png'&gt;</pre>")]
    public void WhatNeedsNothingIsLeft(string html)
    {
        Assert.Contains(html, Page("html", "text/html", html, out IReadOnlyList<string> warnings), StringComparison.Ordinal);
        Assert.Empty(warnings);
    }

    [Fact]
    public void ALongOneIsLeftAndSaid()
    {
        using (FileStream file = File.Create(Path.Combine(_folder, "long.png")))
        {
            file.SetLength(PagePictures.MaximumLength + 1);
        }

        _ = Page("html", "text/html", "<img src='long.png'>", out IReadOnlyList<string> warnings);
        Assert.Contains("EFBIG", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAttachmentOfTheCellIsInThePage()
    {
        NotebookDocument document = NotebookDocument.Parse(
            $$$"""{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"markdown","metadata":{},"attachments":{"a.png":{"image/png":"{{{Png}}}"}},"source":"![x](attachment:a.png)"}]}""",
            NotebookFormat.Ipynb);
        string page = document.ToHtml([Ran(document.Cells[0], "text/html", "<img src=\"attachment:a.png\">")], "t", static _ => null);
        Assert.Contains($"<img src=\"data:image/png;base64,{Png}\">", page, StringComparison.Ordinal);
    }

    private string Page(string kernel, string mimeType, string content, out IReadOnlyList<string> warnings)
    {
        List<string> said = [];
        SocketNotebookCell cell = Ran(new NotebookCell(kernel, "source"), mimeType, content);
        warnings = said;
        return new NotebookDocument(NotebookFormat.Dib, [cell.Cell]).ToHtml([cell], "t", static _ => null, said.Add);
    }

    private SocketNotebookCell Ran(NotebookCell cell, string mimeType, string content) => new(cell, Path.Combine(_folder, "n.dib"), 1)
    {
        Status = SocketNotebookCellStatus.Ok,
        Outputs = [new NotebookDisplayed(new(mimeType, content))],
    };
}
