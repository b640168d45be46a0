using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Calls;
using SocketTools.Native;
using Xunit;

namespace SocketTools.Tests.Addresses;

/// <summary>getaddrinfo(3) as the headers of this system have it.</summary>
public sealed class GetAddressInfoTests
{
    private const string Program = """
        #define _GNU_SOURCE
        #include <netdb.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <netinet/in.h>
        int main(void) {
        #ifdef EAI_NODATA
            printf("EAI_NODATA %d\n", EAI_NODATA);
        #endif
        #ifdef EAI_ADDRFAMILY
            printf("EAI_ADDRFAMILY %d\n", EAI_ADDRFAMILY);
        #endif
            printf("EAI_NONAME %d\nEAI_AGAIN %d\nEAI_FAIL %d\nEAI_SERVICE %d\nEAI_FAMILY %d\nEAI_MEMORY %d\n", EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_SERVICE, EAI_FAMILY, EAI_MEMORY);
            printf("AI_CANONNAME %d\naddr %zu\ncanonname %zu\nnext %zu\n", AI_CANONNAME, offsetof(struct addrinfo, ai_addr), offsetof(struct addrinfo, ai_canonname), offsetof(struct addrinfo, ai_next));
            printf("sin_addr %zu\nsin6_addr %zu\nsin6_scope_id %zu\n", offsetof(struct sockaddr_in, sin_addr), offsetof(struct sockaddr_in6, sin6_addr), offsetof(struct sockaddr_in6, sin6_scope_id));
            return 0;
        }
        """;

    [Fact]
    public void The_numbers_and_the_struct_are_those_of_netdb_h()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows calls .NET");
        Assert.SkipUnless(CCompiler.Exists, "no C compiler");
        Dictionary<string, int> c = CCompiler.Run(Program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' ')).ToDictionary(static w => w[0], static w => int.Parse(w[1]));

        Dictionary<string, Errno> expected = new()
        {
            ["EAI_NONAME"] = Errno.EAI_NONAME, ["EAI_AGAIN"] = Errno.EAI_AGAIN, ["EAI_FAIL"] = Errno.EAI_FAIL, ["EAI_NODATA"] = Errno.EAI_NODATA, ["EAI_ADDRFAMILY"] = Errno.EAI_NODATA,
            ["EAI_SERVICE"] = Errno.EAI_SERVICE, ["EAI_FAMILY"] = Errno.EAFNOSUPPORT, ["EAI_MEMORY"] = Errno.ENOMEM,
        };
        Assert.All(c.Where(static e => e.Key.StartsWith("EAI_", StringComparison.Ordinal)), e => Assert.Equal((e.Key, expected[e.Key]), (e.Key, LibcNumbers.ResolverErrno(e.Value))));
        Assert.Equal(LibcNumbers.AI_CANONNAME, c["AI_CANONNAME"]);
        Assert.Equal(
            (Math.Min(c["addr"], c["canonname"]), Math.Max(c["addr"], c["canonname"]), c["next"], c["addr"] > c["canonname"]),
            (Offset(nameof(Libc.AddressInfo.AddressOrName)), Offset(nameof(Libc.AddressInfo.NameOrAddress)), Offset(nameof(Libc.AddressInfo.Next)), OperatingSystem.IsMacOS()));
        Assert.Equal((4, 8, 24), (c["sin_addr"], c["sin6_addr"], c["sin6_scope_id"]));
    }

    [Fact]
    public void A_name_that_is_none_has_no_addresses()
    {
        HostLookup none = SystemCalls.Current.Resolve("no..such", AddressFamily.Unspecified, SocketType.Stream, canonicalName: true);

        Assert.Equal((Errno.EAI_NONAME, 0, null), (none.Errno, none.Addresses.Length, none.CanonicalName));
        Assert.NotEqual(Errno.None, SystemCalls.Current.Resolve(new string('a', 70_000), AddressFamily.Unspecified, SocketType.Stream, canonicalName: false).Errno);
    }

    [Fact]
    public void A_name_has_each_address_once()
    {
        HostLookup found = SystemCalls.Current.Resolve("localhost", AddressFamily.Unspecified, SocketType.Dgram, canonicalName: true);

        Assert.Equal(Errno.None, found.Errno);
        Assert.NotEmpty(found.Addresses);
        Assert.Equal(found.Addresses.Distinct(), found.Addresses);
        Assert.NotNull(found.CanonicalName);
    }

    private static int Offset(string field) => (int)Marshal.OffsetOf<Libc.AddressInfo>(field);
}
