using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Errors;

public sealed class ErrnoTableTests
{
    // System.Management.Automation.ErrorCategory, which the engine does not see.
    private static readonly string[] s_categories =
    [
        "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument", "InvalidData", "InvalidOperation", "InvalidResult", "InvalidType",
        "MetadataError", "NotImplemented", "NotInstalled", "ObjectNotFound", "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError",
        "PermissionDenied", "ResourceBusy", "ResourceExists", "ResourceUnavailable", "ReadError", "WriteError", "FromStdErr", "SecurityError",
        "ProtocolError", "ConnectionError", "AuthenticationError", "LimitsExceeded", "QuotaExceeded", "NotEnabled",
    ];

    public static TheoryData<Errno> Numbers => [.. Enum.GetValues<Errno>().Where(static e => e != Errno.None).Distinct()];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_number_has_a_row_with_category_meaning_and_advice(Errno errno)
    {
        ErrnoTable.Row row = Assert.Single(ErrnoTable.Rows, r => r.Errno == errno);

        Assert.Contains(row.Category, s_categories);
        Assert.NotEmpty(row.Meaning);
        Assert.False(row.Meaning.EndsWith('.'), "A meaning is a phrase, as strerror gives it.");
        Assert.True(row.Advice.EndsWith('.'), "Advice is a sentence.");
        Assert.Same(row, ErrnoTable.Get(errno));
        Assert.Equal(Enum.GetName(errno), ErrnoTable.Name(errno));
    }

    [Fact]
    public void Names_and_numbers_are_unique()
    {
        Assert.Equal(Enum.GetNames<Errno>().Length, Enum.GetValues<Errno>().Distinct().Count());
        Assert.Equal(ErrnoTable.Rows.Count, ErrnoTable.Rows.Select(static r => r.Errno).Distinct().Count());
        int[] mac = [.. ErrnoTable.Rows.Select(static r => r.MacNumber).Where(static n => n != 0)];
        Assert.Equal(mac.Length, mac.Distinct().Count());
    }

    [Fact]
    public void EWOULDBLOCK_is_the_name_of_EAGAIN() => Assert.Equal("EWOULDBLOCK", ErrnoTable.Name((Errno)11));

    [Fact]
    public void A_number_without_a_row_is_named_by_itself()
    {
        Assert.Equal("E9999", ErrnoTable.Name((Errno)9999));
        Assert.Equal(("NotSpecified", "Error 9999"), (ErrnoTable.Get((Errno)9999).Category, ErrnoTable.Get((Errno)9999).Meaning));
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, Errno.ECONNREFUSED)]
    [InlineData(SocketError.ConnectionReset, Errno.ECONNRESET)]
    [InlineData(SocketError.Shutdown, Errno.EPIPE)]
    [InlineData(SocketError.OperationAborted, Errno.EBADF)]
    [InlineData(SocketError.WouldBlock, Errno.EWOULDBLOCK)]
    [InlineData(SocketError.HostNotFound, Errno.EAI_NONAME)]
    [InlineData(SocketError.SystemNotReady, Errno.EIO)]
    public void A_socket_error_of_NET_has_its_errno(SocketError error, Errno errno) => Assert.Equal(errno, ErrnoTable.FromSocketError(error));

    [Theory]
    [InlineData(35, Errno.EWOULDBLOCK)]
    [InlineData(61, Errno.ECONNREFUSED)]
    [InlineData(48, Errno.EADDRINUSE)]
    [InlineData(9, Errno.EBADF)]
    [InlineData(9999, (Errno)9999)]
    public void A_number_of_macOS_becomes_the_one_used_here(int number, Errno errno) => Assert.Equal(errno, ErrnoTable.FromMac(number));

    [Fact]
    public void Numbers_and_meanings_are_those_of_the_C_library()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are those of Linux");
        Assert.SkipUnless(CCompiler.Exists, "no cc on the path");
        IEnumerable<string> names = Enum.GetNames<Errno>().Where(static n => n != nameof(Errno.None));
        string program = "#define _GNU_SOURCE\n#include <errno.h>\n#include <netdb.h>\n#include <stdio.h>\n#include <string.h>\nint main(void) {\n#ifdef __GLIBC__\n"
            + string.Concat(names.Select(static n => n.StartsWith("EAI_", StringComparison.Ordinal)
                ? $"printf(\"{n}\\t%d\\t%s\\n\", {n}, gai_strerror({n}));\n"
                : $"printf(\"{n}\\t%d\\t%s\\n\", {n}, strerror({n}));\n"))
            + "#endif\nreturn 0; }\n";

        string[] expected = CCompiler.Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.SkipWhen(expected.Length == 0, "the C library is not glibc, whose words the table has");

        string[] actual = [.. names.Select(static n => Enum.Parse<Errno>(n)).Select(static e => $"{e}\t{(int)e}\t{ErrnoTable.Get(e).Meaning}")];
        Assert.Equal(expected, actual);
    }
}
