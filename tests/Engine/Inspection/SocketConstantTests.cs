using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using SocketTools;
using SocketTools.Inspection;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class SocketConstantTests
{
    [Fact]
    public void The_numbers_are_those_of_the_headers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && CCompiler.Exists, "the headers are those of Linux, and a compiler is wanted");
        List<(string Name, int Number)> all = [.. SocketConstantTable.Families.Concat(SocketConstantTable.Types).Where(static r => r.Linux >= 0).Select(static r => (r.Name, r.Linux))];
        all.AddRange(SocketConstantTable.Protocols.Where(static p => p.Name.StartsWith("IPPROTO_", StringComparison.Ordinal)).Select(static p => (p.Name, p.Number)));
        StringBuilder program = new("#include <stdio.h>\n#include <sys/socket.h>\n#include <netinet/in.h>\nint main(void) {\n");
        foreach ((string name, int number) in all)
        {
            // Headers older than the table lack the newest names.
            string older = name is "AF_MCTP" or "IPPROTO_MPTCP" or "AF_SMC" or "AF_XDP" ? $"\n#ifndef {name}\n#define {name} {number}\n#endif\n" : "";
            program.Append(CultureInfo.InvariantCulture, $"{older}printf(\"{name} %d\\n\", {name});\n");
        }

        string[] lines = CCompiler.Run(program.Append("return 0; }\n").ToString()).TrimEnd().Split('\n');

        Assert.Equal(all.Select(static c => $"{c.Name} {c.Number}"), lines);
    }

    [Fact]
    public void What_every_system_has_is_supported()
    {
        SocketConstant family = Assert.Single(SocketConstants.Families(static n => n == "AF_INET"));
        Assert.True(family.Supported);
        Assert.Equal(2, family.Number);
        Assert.Contains("SOCK_STREAM", family.Works);
        Assert.Contains("SOCK_DGRAM", family.Works);
        Assert.Equal("", family.Reason);
        Assert.Contains("AF_INET", Assert.Single(SocketConstants.Types(static n => n == "SOCK_STREAM")).Works);
        Assert.Equal(["AF_INET SOCK_STREAM"], Assert.Single(SocketConstants.Protocols(static n => n == "IPPROTO_TCP")).Works);
    }

    [Fact]
    public void What_no_header_of_this_platform_has_is_without_a_number()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "AF_XNS is one of the BSDs");
        SocketConstant family = Assert.Single(SocketConstants.Families(static n => n == "AF_XNS"));
        Assert.Null(family.Number);
        Assert.False(family.Supported);
        Assert.Empty(family.Works);
    }

    [Fact]
    public void What_there_is_not_says_why()
    {
        SocketConstant none = Assert.Single(SocketConstants.Families(static n => n == "AF_UNSPEC"));
        Assert.False(none.Supported);
        Assert.NotEqual("", none.Reason);
    }

    [Fact]
    public void Raw_sockets_are_asked_for_with_a_protocol()
    {
        CallsInUse.SkipUnlessLibc(".NET reports no raw sockets by number");
        List<string> calls = [];
        Assert.Single(SocketConstants.Types(static n => n == "SOCK_RAW", c => calls.Add(c.ToString())));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are those of Linux");
        Assert.Contains(calls, static c => c.StartsWith("socket(2, 3|SOCK_CLOEXEC, 1)", StringComparison.Ordinal));
        Assert.Contains(calls, static c => c.StartsWith("socket(10, 3|SOCK_CLOEXEC, 58)", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_what_is_wanted_is_tried()
    {
        List<string> calls = [];
        Assert.Empty(SocketConstants.Families(static _ => false, c => calls.Add(c.ToString())));
        Assert.Empty(calls);
    }
}
