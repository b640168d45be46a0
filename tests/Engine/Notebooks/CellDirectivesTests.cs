using System.Linq;
using SocketTools;
using SocketTools.Notebooks;
using Xunit;

namespace SocketTools.Tests.Notebooks;

public sealed class CellDirectivesTests
{
    [Fact]
    public void Without_a_directive_a_cell_is_one_part() => Assert.Equal([("pwsh", "a\nb", null)], Split("a\nb"));

    [Fact]
    public void A_selector_gives_what_follows_to_another_kernel_also_with_arguments() =>
        Assert.Equal([("pwsh", "a", null), ("mermaid", "graph TD", null), ("pwsh", "b", null)], Split("a\n#!mermaid --x\ngraph TD\n#!powershell \nb"));

    [Fact]
    public void Value_set_and_share_are_actions_with_options()
    {
        CellPart[] parts = Parts("#!value --name \"a b\" --mime-type text/x\nthe text\n\n#!set --name x --value @value:y --byref\n#!share y --from value --as z\n#!pwsh\n$x", "pwsh");
        Assert.Equal([("value", "the text", "#!value"), ("value", "", "#!set"), ("value", "", "#!share"), ("pwsh", "$x", null)], parts.Select(static p => (p.Kernel, p.Text, p.Action)));
        Assert.Equal(("a b", "text/x"), (parts[0].Options["name"], parts[0].Options["mime-type"]));
        Assert.Equal(("x", "@value:y"), (parts[1].Options["name"], parts[1].Options["value"]));
        Assert.Equal(("y", "value", "z"), (parts[2].Options["name"], parts[2].Options["from"], parts[2].Options["as"]));
    }

    [Theory]
    [InlineData("#!nosuch", "Unknown directive")]
    [InlineData("a\n#!/usr/bin/env pwsh", "Unknown directive")]
    [InlineData("@'\n#!lsmagic\n'@", "Unknown directive")]
    [InlineData("#!PWSH\nx", "Unknown directive")]
    [InlineData("#!value\ntext", "--name")]
    [InlineData("#!value --mime-type x", "--name")]
    [InlineData("#!value --name", "--name needs a value")]
    [InlineData("#!value --name a --from-url http://x", "--from-url")]
    [InlineData("#!set --name a", "--value")]
    [InlineData("#!share a", "--from")]
    [InlineData("#!set a", "'a' is no option")]
    public void What_nobody_knows_is_told(string source, string why)
    {
        NotebookFormatException e = Assert.Throws<NotebookFormatException>(() => Parts(source, "pwsh"));
        Assert.Contains(why, e.Message);
    }

    [Theory]
    [InlineData("#! not one")]
    [InlineData("#!")]
    [InlineData(" #!nosuch")]
    [InlineData("x #!nosuch")]
    public void What_does_not_begin_so_is_text(string source) => Assert.Equal([("pwsh", source, null)], Split(source));

    private static (string, string, string?)[] Split(string source) => [.. Parts(source, "pwsh").Select(static p => (p.Kernel, p.Text, p.Action))];

    private static CellPart[] Parts(string source, string kernel) => [.. CellDirectives.Split(new NotebookCell(kernel, source), new NotebookKernels())];
}
