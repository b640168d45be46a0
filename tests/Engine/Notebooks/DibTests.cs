using System.Linq;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Notebooks;

public sealed class DibTests
{
    private const string Canonical = """
        #!meta

        {"kernelInfo":{"defaultKernelName":"pwsh","items":[{"name":"pwsh"},{"name":"mine","aliases":["m"]}]}}

        #!markdown

        # Title

          indented

        #!powershell

        $a = 1


        $b = 2

        #!m

        for the kernel mine

        """;

    [Theory]
    [InlineData("#!pwsh", "pwsh")]
    [InlineData("#!powershell", "pwsh")]
    [InlineData("#!markdown", "markdown")]
    [InlineData("#!md", "markdown")]
    [InlineData("#!mermaid", "mermaid")]
    [InlineData("#!html", "html")]
    [InlineData("#!value", "value")]
    [InlineData("#!csharp", "csharp")]
    [InlineData("#!c#", "csharp")]
    [InlineData("#!cs", "csharp")]
    [InlineData("#!fsharp", "fsharp")]
    [InlineData("#!javascript", "javascript")]
    [InlineData("#!http", "http")]
    public void A_line_that_is_exactly_a_selector_begins_a_cell(string line, string kernel)
    {
        NotebookCell cell = Assert.Single(Dib($"{line}\ntext"));
        Assert.Equal((kernel, "text"), (cell.Kernel, cell.Source));
    }

    [Theory]
    [InlineData("#!pwsh --name x")]
    [InlineData("#!PWSH")]
    [InlineData("#!pwsh ")]
    [InlineData(" #!pwsh")]
    [InlineData("#!nosuch")]
    [InlineData("#!")]
    [InlineData("#! pwsh")]
    public void Any_other_line_is_content(string line)
    {
        NotebookCell cell = Assert.Single(Dib($"#!markdown\na\n{line}\nb"));
        Assert.Equal(("markdown", $"a\n{line}\nb"), (cell.Kernel, cell.Source));
    }

    [Fact]
    public void A_selector_in_a_here_string_splits_the_cell() =>
        Assert.Equal(["$t = @'", "'@"], Dib("#!pwsh\n$t = @'\n#!markdown\n'@").Select(static c => c.Source));

    [Fact]
    public void Empty_lines_around_a_cell_are_trimmed_and_empty_cells_dropped()
    {
        NotebookCell[] cells = Dib("#!pwsh\n\n\n a \n\nb\n\n\n#!markdown\n\n#!html\n \n#!mermaid\n");
        Assert.Equal([("pwsh", " a \n\nb"), ("html", " ")], cells.Select(static c => (c.Kernel, c.Source)));
    }

    [Fact]
    public void Text_before_the_first_selector_is_for_the_default_of_the_hosts_whatever_the_metadata_say()
    {
        NotebookCell[] cells = Dib("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"pwsh\",\"items\":[]}}\n#!unknown\nx\n#!pwsh\ny");
        Assert.Equal([("csharp", null, "#!unknown\nx"), ("pwsh", "pwsh", "y")], cells.Select(static c => (c.Kernel, c.Selector, c.Source)));
    }

    [Fact]
    public void Kernels_of_the_metadata_are_selectors_behind_it_and_so_are_their_aliases()
    {
        NotebookCell[] cells = Dib("#!meta\n{\"kernelInfo\":{\"items\":[{\"name\":\"mine\",\"aliases\":[\"M\"]},{\"name\":\"pwsh\",\"aliases\":[\"ps\"]}]}}\n#!mine\na\n#!M\nb\n#!ps\nc");
        Assert.Equal([("mine", "a"), ("mine", "b"), ("pwsh", "c")], cells.Select(static c => (c.Kernel, c.Source)));
    }

    [Theory]
    [InlineData("{", 1)]
    [InlineData("[]", 1)]
    [InlineData("", 1)]
    [InlineData("{\"kernelInfo\":{\"items\":[{\"name\":\"\\ud800\"}]}}", 1)]
    public void Metadata_that_are_no_object_are_refused_with_their_line(string json, int line)
    {
        NotebookFormatException e = Assert.Throws<NotebookFormatException>(() => Dib($"#!meta\n{json}\n#!pwsh\nx"));
        Assert.Equal(Errno.EBADMSG, e.Errno);
        Assert.Contains($"line {line}", e.Message);
    }

    [Theory]
    [InlineData("{\"kernelInfo\":1}")]
    [InlineData("{\"kernelInfo\":{\"items\":[1,{},{\"name\":1},{\"name\":\"a\",\"aliases\":7}]}}")]
    [InlineData("{\"other\":true}")]
    public void Metadata_of_another_form_are_kept_and_passed_over(string json) => Assert.Single(Dib($"#!meta\n{json}\n#!pwsh\nx"));

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_make_no_difference()
    {
        NotebookCell[] plain = Dib("#!pwsh\n\na\nb\n\n#!markdown\nc\n");
        Assert.Equal(plain, Dib("\uFEFF#!pwsh\r\n\r\na\r\nb\r\n\r\n#!markdown\r\nc\r\n"));
    }

    [Fact]
    public void A_file_as_the_hosts_write_it_comes_back_byte_by_byte() =>
        Assert.Equal(Canonical, NotebookDocument.Parse(Canonical, NotebookFormat.Dib).ToDib());

    [Fact]
    public void Text_without_a_selector_stays_before_the_metadata()
    {
        string written = NotebookDocument.Parse("x\n#!meta\n{}\n#!pwsh\ny", NotebookFormat.Dib).ToDib();
        Assert.Equal("x\n\n#!meta\n\n{}\n\n#!pwsh\n\ny\n", written);
    }

    [Fact]
    public void Nothing_is_an_empty_notebook_and_comes_back_as_nothing() =>
        Assert.Equal("", NotebookDocument.Parse("\n\n", NotebookFormat.Dib).ToDib());

    [Theory]
    [InlineData("#!markdown")]
    [InlineData("#!meta")]
    public void A_cell_of_a_Jupyter_notebook_with_such_a_line_cannot_be_written(string line)
    {
        NotebookDocument notebook = NotebookDocument.Parse(
            $$"""{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"markdown","metadata":{},"source":["a\n","{{line}}"]}]}""", NotebookFormat.Ipynb);
        NotebookFormatException e = Assert.Throws<NotebookFormatException>(notebook.ToDib);
        Assert.Contains("Cell 1", e.Message);
        Assert.Contains(line, e.Message);
    }

    [Fact]
    public void A_kernel_that_nobody_knows_is_named_in_the_metadata_that_are_written()
    {
        NotebookDocument notebook = NotebookDocument.Parse(
            """{"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"name":"python3","language":"python"}},"cells":[{"cell_type":"code","metadata":{},"source":"print()"}]}""",
            NotebookFormat.Ipynb);
        NotebookCell cell = Assert.Single(Dib(notebook.ToDib()));
        Assert.Equal(("python", "print()"), (cell.Kernel, cell.Source));
    }

    private static NotebookCell[] Dib(string text) => [.. NotebookDocument.Parse(text, NotebookFormat.Dib).Cells];
}
