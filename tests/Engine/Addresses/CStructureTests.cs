using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using SocketTools;
using SocketTools.Addresses;
using Xunit;

namespace SocketTools.Tests.Addresses;

/// <summary>Layouts and byte order against what a C program on this system says.</summary>
public sealed class CStructureTests
{
    [Fact]
    public void Every_member_is_where_the_C_compiler_has_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && CCompiler.Exists, "the headers are those of Linux, and a compiler is wanted");
        AddressLayout[] layouts = [.. new[] { 2, 10, 1, 17, 16, 40 }.Select(static f => AddressLayout.Find(SocketPlatform.Linux, f)!)];
        StringBuilder program = new("""
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/socket.h>
            #include <netinet/in.h>
            #include <sys/un.h>
            #include <linux/if_packet.h>
            #include <linux/netlink.h>
            #include <linux/vm_sockets.h>
            #define M(s, m) printf(#s "." #m " %zu %zu\n", offsetof(struct s, m), sizeof(((struct s *)0)->m));
            int main(void) {

            """);
        List<string> expected = [];
        foreach (AddressLayout layout in layouts)
        {
            program.Append(CultureInfo.InvariantCulture, $"printf(\"{layout.Name} %zu %d\\n\", sizeof(struct {layout.Name}), {layout.FamilyName});\n");
            expected.Add($"{layout.Name} {layout.Size} {layout.Family}");
            foreach (AddressMember member in layout.Members)
            {
                program.Append(CultureInfo.InvariantCulture, $"M({layout.Name}, {member.Name})\n");
                expected.Add($"{layout.Name}.{member.Name} {member.Offset} {member.Length}");
            }
        }

        program.Append("return 0; }\n");

        Assert.Equal(expected, Lines(CCompiler.Run(program.ToString())));
        Assert.Equal(34, expected.Count);
    }

    [Fact]
    public void Every_structure_holds_the_bytes_that_a_C_program_writes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && CCompiler.Exists, "the headers are those of Linux, and a compiler is wanted");
        const string Program = """
            #include <arpa/inet.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/socket.h>
            #include <sys/un.h>
            #include <stddef.h>
            static void show(void *from, size_t count) {
                for (size_t i = 0; i < count; i++) printf("%02X", ((unsigned char *)from)[i]);
                printf("\n");
            }
            int main(void) {
                struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(8080) };
                inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
                show(&v4, sizeof v4);
                struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(443), .sin6_scope_id = 3 };
                inet_pton(AF_INET6, "fe80::1:2", &v6.sin6_addr);
                show(&v6, sizeof v6);
                struct sockaddr_un path = { .sun_family = AF_UNIX };
                strcpy(path.sun_path, "/run/x.sock");
                show(&path, offsetof(struct sockaddr_un, sun_path) + strlen(path.sun_path) + 1);
                struct sockaddr_un name = { .sun_family = AF_UNIX };
                memcpy(name.sun_path, "\0name", 5);
                show(&name, offsetof(struct sockaddr_un, sun_path) + 5);
                return 0;
            }
            """;
        string[] texts = ["tcp://192.0.2.1:8080", "tcp6://[fe80::1:2%3]:443", "unix:/run/x.sock", "unix:@name"];
        IEnumerable<string> ours = texts.Select(static t => SocketEndpoint.Parse(t)).Select(static e =>
            Convert.ToHexString(AddressWriter.Write(e.IsUnix ? UnixPath.ToAddress(e, "/", "bind") : EndpointResolver.ToConnect(e, Within.Ten)[0], SocketPlatform.Linux, e).Bytes));

        Assert.Equal(Lines(CCompiler.Run(Program)), ours);
    }

    [Fact]
    public void Numbers_are_what_htons_htonl_and_htobe64_make_of_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && CCompiler.Exists, "endian.h is glibc's, and a compiler is wanted");
        ulong[] numbers = [0, 1, 80, 255, 256, 8080, 0x1234, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x12345678, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x123456789ABCDEF0, ulong.MaxValue];
        StringBuilder program = new("#include <arpa/inet.h>\n#include <endian.h>\n#include <stdint.h>\n#include <stdio.h>\nint main(void) {\n");
        List<string> ours = [];
        foreach (ulong number in numbers)
        {
            program.Append(CultureInfo.InvariantCulture, $"{{ uint64_t n = {number}u{"ll"}; printf(\"%u %u %llu %u %u %llu\\n\", htons((uint16_t)n), htonl((uint32_t)n), (unsigned long long)htobe64(n), ntohs((uint16_t)n), ntohl((uint32_t)n), (unsigned long long)be64toh(n)); }}\n");
            object[] wide = [(ushort)number, (uint)number, number];
            IEnumerable<string> to = wide.Select(static n => string.Create(CultureInfo.InvariantCulture, $"{SocketByteOrderValue.FromHost(n).Network}"));
            IEnumerable<string> from = wide.Select(static n => string.Create(CultureInfo.InvariantCulture, $"{SocketByteOrderValue.FromNetwork(n).Value}"));
            ours.Add(string.Join(' ', to.Concat(from)));
        }

        program.Append("return 0; }\n");

        Assert.Equal(Lines(CCompiler.Run(program.ToString())), ours);
    }

    private static string[] Lines(string output) => output.TrimEnd().Split('\n');
}
