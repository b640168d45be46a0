using System.Collections.Generic;
using System.IO;
using System.Linq;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class ServiceTableTests
{
    [Theory]
    [InlineData("http")]
    [InlineData("HTTP")]
    [InlineData("www")]
    [InlineData("WorldWideWeb")]
    public void A_name_or_an_alias_in_any_case_finds_the_port(string name)
    {
        ServiceTable table = ServiceTable.From(["http\t80/tcp  www  worldwideweb # the web"]);

        Assert.Equal(80, table.Find(name, "tcp"));
        Assert.Null(table.Find(name, "udp"));
        Assert.Null(table.Find("the", "tcp"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# x 80/tcp")]
    [InlineData("x#80/tcp")]
    [InlineData("x")]
    [InlineData("x 80")]
    [InlineData("x tcp/80")]
    [InlineData("x 80/tcp/udp")]
    [InlineData("x 65536/tcp")]
    [InlineData("x -1/tcp")]
    [InlineData("x +1/tcp")]
    [InlineData("x 0x50/tcp")]
    [InlineData("x \u0668\u0660/tcp")]
    [InlineData("\0\u001b\ud83d 80 /tcp")]
    public void A_line_that_is_no_service_is_passed_over(string line)
    {
        ServiceTable table = ServiceTable.From([line, "after 1/tcp"]);

        Assert.Equal("after", Assert.Single(table.Entries).Name);
        Assert.Null(table.Find("x", "tcp"));
    }

    [Fact]
    public void The_first_line_of_a_name_wins_and_hidden_lines_are_not_listed()
    {
        ServiceTable table = ServiceTable.From(["a 1/tcp b", "a 2/tcp", "b 3/tcp", "c 4/tcp a", "a 5/udp"]);

        Assert.Equal([1, 1, 4, 5], [table.Find("a", "tcp"), table.Find("b", "tcp"), table.Find("c", "tcp"), table.Find("a", "udp")]);
        Assert.Equal([1, 4, 5], table.Entries.Select(static e => e.Port));
    }

    [Fact]
    public void An_entry_has_its_name_port_protocol_and_aliases()
    {
        ServiceEntry entry = Assert.Single(ServiceTable.From(["Name 0/TCP one two"]).Entries);

        Assert.Equal(("Name", 0, "tcp"), (entry.Name, entry.Port, entry.Protocol));
        Assert.Equal(["one", "two"], entry.Aliases);
    }

    [Fact]
    public void Every_built_in_line_is_a_service_and_no_name_stands_twice()
    {
        ServiceTable table = ServiceTable.From(WellKnownServices.Lines);
        List<(string, string)> names = [.. table.Entries.SelectMany(static e => e.Aliases.Prepend(e.Name!).Select(name => (name, e.Protocol!)))];

        Assert.Equal(WellKnownServices.Lines.Length, table.Entries.Count);
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal(80, table.Find("http", "tcp"));
        Assert.Equal(22, table.Find("ssh", "tcp"));
        Assert.Equal(53, table.Find("domain", "udp"));
    }

    [Fact]
    public void The_built_in_names_agree_with_the_file_of_the_system()
    {
        Assert.SkipUnless(File.Exists(ServiceTable.SystemFile), $"no {ServiceTable.SystemFile} on this system");
        ServiceTable file = ServiceTable.From(File.ReadAllLines(ServiceTable.SystemFile));
        var both = ServiceTable.From(WellKnownServices.Lines).Entries
            .Where(static e => e.Protocol == "tcp")
            .SelectMany(static e => e.Aliases.Prepend(e.Name!).Select(name => (Name: name, e.Port)))
            .Where(e => file.Find(e.Name, "tcp") is not null)
            .ToList();

        Assert.NotEmpty(both);
        Assert.All(both, e => Assert.Equal((e.Name, e.Port), (e.Name, file.Find(e.Name, "tcp"))));
    }

    [Fact]
    public void The_table_of_the_machine_knows_the_well_known_names()
    {
        Assert.NotNull(ServiceTable.System.Find("http", "tcp"));
        Assert.NotNull(ServiceTable.System.Find("telnet", "tcp"));
    }
}
