using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Notebooks;

public sealed class IpynbTests
{
    [Fact]
    public void Sources_are_lists_of_lines_or_one_text_and_lose_their_carriage_returns()
    {
        NotebookDocument notebook = Notebook(
            """{"cell_type":"code","metadata":{},"outputs":[],"execution_count":null,"source":["a\r\n","b\n","\n"]}""",
            """{"cell_type":"markdown","metadata":{},"source":"c\nd"}""",
            """{"cell_type":"raw","metadata":{},"source":[]}""");
        Assert.Equal([("pwsh", "a\nb"), ("markdown", "c\nd"), ("raw", "")], notebook.Cells.Select(static c => (c.Kernel, c.Source)));
    }

    [Theory]
    [InlineData("""{"polyglot_notebook":{"kernelName":"mermaid"}}""", "x", "mermaid")]
    [InlineData("""{"dotnet_interactive":{"language":"csharp"}}""", "x", "csharp")]
    [InlineData("""{"dotnet_interactive":{"language":"csharp"},"polyglot_notebook":{"kernelName":"html"}}""", "x", "html")]
    [InlineData("""{"polyglot_notebook":{"kernelName":"PowerShell"}}""", "x", "pwsh")]
    [InlineData("{}", "#!html\\nx", "html")]
    [InlineData("{}", "x", "pwsh")]
    [InlineData("""{"polyglot_notebook":7}""", "x", "pwsh")]
    [InlineData("""{"polyglot_notebook":{"kernelName":"a\nb"}}""", "x", "pwsh")]
    public void A_cell_is_for_the_kernel_of_its_metadata_or_its_first_line_or_the_notebook(string metadata, string source, string kernel) =>
        Assert.Equal(kernel, Notebook($$"""{"cell_type":"code","metadata":{{metadata}},"source":"{{source}}"}""").Cells[0].Kernel);

    [Theory]
    [InlineData("""{"kernelspec":{"name":".net-pwsh"}}""", "pwsh")]
    [InlineData("""{"kernelspec":{"name":".net-csharp"}}""", "csharp")]
    [InlineData("""{"kernelspec":{"name":"python3","language":"python"}}""", "python")]
    [InlineData("""{"language_info":{"name":"PowerShell"}}""", "pwsh")]
    [InlineData("""{"kernelspec":{"name":".net-csharp"},"polyglot_notebook":{"kernelInfo":{"defaultKernelName":"pwsh","items":[]}}}""", "pwsh")]
    [InlineData("{}", "csharp")]
    public void The_kernel_of_a_notebook_is_that_of_its_metadata(string metadata, string kernel)
    {
        string text = $$"""{"nbformat":4,"nbformat_minor":2,"metadata":{{metadata}},"cells":[{"cell_type":"code","metadata":{},"source":"x"}]}""";
        Assert.Equal(kernel, NotebookDocument.Parse(text, NotebookFormat.Ipynb).Cells[0].Kernel);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "line 1")]
    [InlineData("{\n\"cells\" 1}", "line 2")]
    [InlineData("[]", "no nbformat")]
    [InlineData("{}", "no nbformat")]
    [InlineData("""{"nbformat":3,"worksheets":[]}""", "nbformat is 3")]
    [InlineData("""{"nbformat":5,"cells":[]}""", "nbformat is 5")]
    [InlineData("""{"nbformat":"4","cells":[]}""", "nbformat is \"4\"")]
    [InlineData("""{"nbformat":4}""", "no list of cells")]
    [InlineData("""{"nbformat":4,"cells":{}}""", "no list of cells")]
    [InlineData("""{"nbformat":4,"cells":[1]}""", "Cell 1")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code"}]}""", "Cell 1")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"heading","source":""}]}""", "'heading'")]
    [InlineData("""{"nbformat":4,"cells":[{"source":""}]}""", "(none)")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":5}]}""", "no text")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":["a",5]}]}""", "no text")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":"\ud800"}]}""", "no Unicode")]
    public void What_is_no_notebook_is_refused_and_told_why(string text, string why)
    {
        NotebookFormatException e = Assert.Throws<NotebookFormatException>(() => NotebookDocument.Parse(text, NotebookFormat.Ipynb, "x.ipynb"));
        Assert.Equal(Errno.EBADMSG, e.Errno);
        Assert.Contains(why, e.Message);
        Assert.StartsWith("read x.ipynb", e.Message);
    }

    [Fact]
    public void What_is_written_is_what_Jupyter_writes()
    {
        string text = NotebookDocument.Parse("#!markdown\n\n# T\n\n#!pwsh\n\n'a'\n'b'\n", NotebookFormat.Dib).ToIpynb();
        Assert.StartsWith("{\n \"cells\": [\n  {\n   \"cell_type\": \"markdown\",\n   \"id\": \"", text);
        Assert.EndsWith("\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n", text);
        Assert.DoesNotContain("\r", text);
        JsonElement root = JsonDocument.Parse(text).RootElement;
        JsonElement code = root.GetProperty("cells")[1];
        Assert.Equal("pwsh", code.GetProperty("metadata").GetProperty("dotnet_interactive").GetProperty("language").GetString());
        Assert.Equal("pwsh", code.GetProperty("metadata").GetProperty("polyglot_notebook").GetProperty("kernelName").GetString());
        Assert.Equal(["'a'\n", "'b'"], code.GetProperty("source").EnumerateArray().Select(static l => l.GetString()));
        Assert.Equal(JsonValueKind.Null, code.GetProperty("execution_count").ValueKind);
        JsonElement metadata = root.GetProperty("metadata");
        Assert.Equal(
            (".NET (PowerShell)", "PowerShell", ".net-pwsh"),
            (metadata.GetProperty("kernelspec").GetProperty("display_name").GetString(), metadata.GetProperty("kernelspec").GetProperty("language").GetString(), metadata.GetProperty("kernelspec").GetProperty("name").GetString()));
        Assert.Equal(
            ("text/x-pwsh", ".ps1"),
            (metadata.GetProperty("language_info").GetProperty("mimetype").GetString(), metadata.GetProperty("language_info").GetProperty("file_extension").GetString()));
        Assert.Equal("pwsh", metadata.GetProperty("polyglot_notebook").GetProperty("kernelInfo").GetProperty("defaultKernelName").GetString());
    }

    [Fact]
    public void Ids_are_unique_and_the_same_each_time()
    {
        NotebookDocument notebook = NotebookDocument.Parse("#!pwsh\n1\n#!pwsh\n1\n#!markdown\n1", NotebookFormat.Dib);
        string[] ids = Ids(notebook);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(ids, Ids(notebook));
    }

    [Fact]
    public void Ids_that_are_allowed_are_kept_and_others_replaced()
    {
        NotebookDocument notebook = Notebook(
            """{"cell_type":"raw","id":"a-1_B","metadata":{},"source":""}""", """{"cell_type":"raw","id":"a-1_B","metadata":{},"source":""}""", """{"cell_type":"raw","id":"ä","metadata":{},"source":""}""");
        string[] ids = Ids(notebook);
        Assert.Equal("a-1_B", ids[0]);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, static id => Assert.Matches("^[a-zA-Z0-9-_]+$", id));
    }

    [Fact]
    public void Metadata_attachments_and_outputs_of_other_kernels_are_kept()
    {
        NotebookDocument notebook = Notebook(
            """{"cell_type":"markdown","metadata":{"tags":["t"]},"attachments":{"a.png":{"image/png":"AA=="}},"source":"x"}""",
            """{"cell_type":"code","execution_count":7,"metadata":{"collapsed":true,"polyglot_notebook":{"kernelName":"csharp"}},"outputs":[{"name":"stdout","output_type":"stream","text":["kept\n"]}],"source":"x"}""",
            """{"cell_type":"code","execution_count":8,"metadata":{},"outputs":[{"name":"stdout","output_type":"stream","text":["old\n"]}],"source":"x"}""");
        JsonElement cells = JsonDocument.Parse(notebook.ToIpynb()).RootElement.GetProperty("cells");
        Assert.Equal("""{"a.png":{"image/png":"AA=="}}""", JsonSerializer.Serialize(cells[0].GetProperty("attachments")));
        Assert.Equal("t", cells[0].GetProperty("metadata").GetProperty("tags")[0].GetString());
        Assert.True(cells[1].GetProperty("metadata").GetProperty("collapsed").GetBoolean());
        Assert.Equal("kept\n", cells[1].GetProperty("outputs")[0].GetProperty("text")[0].GetString());
        Assert.Equal(0, cells[2].GetProperty("outputs").GetArrayLength());
    }

    [Fact]
    public void Text_errors_and_displays_become_outputs_in_their_order()
    {
        NotebookDocument notebook = NotebookDocument.Parse("#!pwsh\nx\n#!pwsh\ny", NotebookFormat.Dib);
        object record = new();
        SocketNotebookCell ran = new(notebook.Cells[0], null, 1)
        {
            Status = SocketNotebookCellStatus.Failed,
            Outputs =
            [
                new NotebookText("a\nb\n"), new NotebookDisplayed(new([new("application/json", """{"p":1}"""), new("text/plain", "p=1")])),
                new NotebookErrorText("shown\n", record), new NotebookErrorText("handled\n", new()),
            ],
            Errors = [new("E1", "first", ["t"], null, record), new("E2", "silent", ["u", "v"])],
        };
        JsonElement cell = JsonDocument.Parse(notebook.ToIpynb([ran])).RootElement.GetProperty("cells")[0];
        Assert.Equal(1, cell.GetProperty("execution_count").GetInt32());
        string[] outputs = [.. cell.GetProperty("outputs").EnumerateArray().Select(static o => JsonSerializer.Serialize(o))];
        Assert.Equal(
            [
                """{"name":"stdout","output_type":"stream","text":["a\n","b\n"]}""",
                """{"data":{"application/json":{"p":1},"text/plain":["p=1"]},"metadata":{},"output_type":"display_data"}""",
                """{"ename":"E1","evalue":"first","output_type":"error","traceback":["shown"]}""",
                """{"name":"stderr","output_type":"stream","text":["handled\n"]}""",
                """{"ename":"E2","evalue":"silent","output_type":"error","traceback":["u","v"]}""",
            ],
            outputs);
    }

    [Fact]
    public void Reading_what_was_written_gives_the_same_cells()
    {
        NotebookDocument notebook = NotebookDocument.Parse("#!markdown\n# a\n#!pwsh\n'\u2028 \f ä \u0001'\n#!mermaid\ngraph TD\n#!csharp\nx\n#!value\n#!value --name a\nb", NotebookFormat.Dib);
        NotebookDocument again = NotebookDocument.Parse(notebook.ToIpynb(), NotebookFormat.Ipynb);
        Assert.Equal(notebook.Cells.Select(static c => (c.Kernel, c.Source)), again.Cells.Select(static c => (c.Kernel, c.Source)));
        Assert.Equal(notebook.ToIpynb(), again.ToIpynb());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_the_error_of_its_call()
    {
        using TemporaryDirectory folder = new();
        Assert.Equal(Errno.ENOENT, Assert.Throws<SocketFileException>(() => NotebookDocument.Load(Path.Combine(folder.Path, "no.dib"))).Errno);
        string directory = Directory.CreateDirectory(Path.Combine(folder.Path, "d.dib")).FullName;
        Assert.Equal(Errno.EISDIR, Assert.Throws<SocketFileException>(() => NotebookDocument.Load(directory)).Errno);
        string other = Path.Combine(folder.Path, "x.txt");
        Assert.Equal(Errno.EBADMSG, Assert.Throws<NotebookFormatException>(() => NotebookDocument.Load(other)).Errno);
        string bytes = Path.Combine(folder.Path, "b.dib");
        File.WriteAllBytes(bytes, [(byte)'#', 0xFF]);
        Assert.Contains("0xff at 1", Assert.Throws<NotebookFormatException>(() => NotebookDocument.Load(bytes)).Message);
        string large = Path.Combine(folder.Path, "l.ipynb");
        using (FileStream file = File.Create(large))
        {
            file.SetLength(NotebookDocument.MaximumLength + 1L);
        }

        Assert.Equal(Errno.EFBIG, Assert.Throws<SocketFileException>(() => NotebookDocument.Load(large)).Errno);
    }

    private static string[] Ids(NotebookDocument notebook) =>
        [.. JsonDocument.Parse(notebook.ToIpynb()).RootElement.GetProperty("cells").EnumerateArray().Select(static c => c.GetProperty("id").GetString()!)];

    private static NotebookDocument Notebook(params IEnumerable<string> cells) => NotebookDocument.Parse(
        """{"nbformat":4,"nbformat_minor":4,"metadata":{"kernelspec":{"name":".net-pwsh"}},"cells":[""" + string.Join(',', cells) + "]}", NotebookFormat.Ipynb);
}
