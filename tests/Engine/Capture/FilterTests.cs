using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests;

public class FilterTests
{
    private const uint Kept = 262144;

    public static TheoryData<string> Expressions =>
        [.. new[] { "port 80", "tcp", "udp and port 53", "icmp6", "arp", "(tcp or udp)", "ip6 host ::1", "((ip src host 127.0.0.1 and tcp src port 80) or (ip dst host 127.0.0.1 and tcp dst port 80))", "" }];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void A_filter_says_what_it_is_in_the_words_of_tcpdump(string expression) => Assert.Contains(Some(), f => f.ToString() == expression);

    [Fact]
    public void The_kernel_takes_the_program() => Assert.All(Some(), static filter =>
    {
        BpfInstruction[] program = FilterCompiler.Compile(filter, cooked: false, loopback: 1, Kept);
        Assert.True(program.Length <= BpfAssembler.MaximumLength);
        for (int i = 0; i < program.Length; i++)
        {
            // As the kernel checks it (bpf_check_classic): no jump out of the program, and a return at its end.
            if ((program[i].Code & 7) == 5)
            {
                Assert.True(i + 1 + Math.Max(program[i].JumpTrue, Math.Max(program[i].JumpFalse, program[i].Code == BpfInstruction.Jump ? (int)program[i].K : 0)) < program.Length);
            }
        }

        Assert.Equal(BpfInstruction.Return, program[^1].Code);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_packets_match_as_with_tcpdump(bool cooked)
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("some.pcap");
        RandomPackets random = new(8);
        byte[][] frames = [.. Enumerable.Range(0, 3000).Select(_ => random.Next())];
        RandomPackets.Write(file, cooked ? 113 : 1, frames.Take(1).Select(f => cooked ? RandomPackets.Cook(f) : f));
        List<SocketCaptureFilter> filters = [.. Some(), .. Enumerable.Range(0, 40).Select(_ => Random(random)), new() { Ports = [442, 443, 444, 79, 80, 1] }];
        int matched = 0;
        foreach (SocketCaptureFilter filter in filters)
        {
            BpfInstruction[] ours = FilterCompiler.CompileAlone(filter, cooked, Kept)!;
            BpfInstruction[] theirs = Tcpdump(file, filter.ToString());
            foreach (byte[] frame in frames)
            {
                bool expected = BpfMachine.Run(theirs, cooked ? RandomPackets.Cook(frame) : frame) != 0;
                ReadOnlySpan<byte> seen = cooked ? frame.AsSpan(14) : frame;
                bool match = BpfMachine.Run(ours, seen, _ => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12))) != 0;
                Assert.True(expected == match, $"{filter}: tcpdump {expected}, here {match}, of {Convert.ToHexString(frame)}");
                matched += match ? 1 : 0;
            }
        }

        Assert.InRange(matched, 3000, (3000 * filters.Count) - 3000); // Neither all nor none.
    }

    [Fact]
    public void Many_ports_make_jumps_that_are_too_far_for_a_byte()
    {
        SocketCaptureFilter filter = new() { Ports = [.. Enumerable.Range(0, 350).Select(static n => 1000 + (2 * n))], Protocols = [CaptureProtocol.Tcp, CaptureProtocol.Udp] };
        BpfInstruction[] program = FilterCompiler.CompileAlone(filter, cooked: false, Kept)!;
        Assert.Contains(program, static i => i.Code == BpfInstruction.Jump);
        foreach (int port in new[] { 998, 999, 1000, 1001, 1002, 1300, 1301, 1697, 1698, 1699, 1700 })
        {
            byte[] from = Segment(port, 5);
            byte[] to = Segment(5, port);
            Assert.Equal(port is >= 1000 and < 1700 && port % 2 == 0, BpfMachine.Run(program, from) == Kept);
            Assert.Equal(port is >= 1000 and < 1700 && port % 2 == 0, BpfMachine.Run(program, to) == Kept);
        }
    }

    [Fact]
    public void Ports_that_follow_each_other_take_no_more_than_two()
    {
        SocketCaptureFilter filter = new() { Ports = [.. Enumerable.Range(1000, 60000).Reverse(), 7] };
        BpfInstruction[] program = FilterCompiler.CompileAlone(filter, cooked: false, Kept)!;
        Assert.InRange(program.Length, 10, 60);
        foreach (int port in new[] { 6, 7, 8, 999, 1000, 1001, 60998, 60999, 61000 })
        {
            Assert.Equal(port is 7 or (>= 1000 and < 61000), BpfMachine.Run(program, Segment(port, 5)) == Kept);
            Assert.Equal(port is 7 or (>= 1000 and < 61000), BpfMachine.Run(program, Segment(5, port)) == Kept);
        }
    }

    [Fact]
    public void A_filter_that_is_too_long_for_the_kernel_is_EINVAL()
    {
        SocketCaptureFilter filter = new() { Ports = [.. Enumerable.Range(0, 1100).Select(static n => 1000 + (2 * n))] };
        SocketCallException thrown = Assert.Throws<SocketCallException>(() => FilterCompiler.Compile(filter, cooked: false, 0, Kept));
        Assert.Equal(Errno.EINVAL, thrown.Errno);
    }

    [Fact]
    public void The_copy_that_the_loopback_makes_when_it_sends_is_dropped_and_that_of_another_interface_kept()
    {
        BpfInstruction[] program = FilterCompiler.Compile(SocketCaptureFilter.None, cooked: false, loopback: 1, Kept);
        Assert.Equal(0u, Run(packetType: 4, @interface: 1));
        Assert.Equal(Kept, Run(packetType: 0, @interface: 1));
        Assert.Equal(Kept, Run(packetType: 4, @interface: 2));

        uint Run(uint packetType, uint @interface) => BpfMachine.Run(program, Segment(1, 2), k =>
            k == BpfInstruction.AncillaryPacketType ? packetType : k == BpfInstruction.AncillaryInterface ? @interface : 0);
    }

    [Fact]
    public void The_frames_with_which_a_capture_looks_at_the_queues_are_never_in_one()
    {
        byte[] fence = new byte[60];
        BinaryPrimitives.WriteUInt16BigEndian(fence.AsSpan(12), FilterCompiler.FenceEtherType);
        byte[] other = [.. fence];
        BinaryPrimitives.WriteUInt32BigEndian(fence.AsSpan(14), FilterCompiler.FenceMagic);
        BpfInstruction[] program = FilterCompiler.Compile(SocketCaptureFilter.None, cooked: false, 0, Kept);
        Assert.Equal(0u, BpfMachine.Run(program, fence));
        Assert.Equal(Kept, BpfMachine.Run(program, other));
    }

    [Fact]
    public void As_many_bytes_are_kept_as_asked_for() =>
        Assert.Equal(60u, BpfMachine.Run(FilterCompiler.Compile(new() { Ports = [80] }, cooked: false, 0, 60), Segment(80, 5)));

    private static IEnumerable<SocketCaptureFilter> Some()
    {
        yield return SocketCaptureFilter.None;
        yield return new() { Ports = [80] };
        yield return new() { Ports = [80, 443, 53] };
        yield return new() { Ports = [53], Protocols = [CaptureProtocol.Udp] };
        yield return new() { Protocols = [CaptureProtocol.Tcp, CaptureProtocol.Udp] };
        foreach (CaptureProtocol protocol in Enum.GetValues<CaptureProtocol>())
        {
            yield return new() { Protocols = [protocol] };
        }

        yield return new() { Endpoints = [new(IPAddress.Loopback, 80, CaptureProtocol.Tcp)] };
        yield return new() { Endpoints = [new(IPAddress.IPv6Loopback, 0, CaptureProtocol.Tcp)] };
        yield return new() { Endpoints = [new(IPAddress.IPv6Loopback, 53, CaptureProtocol.Udp), new(IPAddress.Loopback, 0, CaptureProtocol.Tcp)] };
        yield return new() { Endpoints = [new(null, 53, CaptureProtocol.Udp)], Protocols = [CaptureProtocol.IPv6] };
        yield return new() { Protocols = [CaptureProtocol.Arp], Ports = [80] };
    }

    private static SocketCaptureFilter Random(RandomPackets random)
    {
        CaptureProtocol[] protocols = Enum.GetValues<CaptureProtocol>();
        return new()
        {
            Ports = [.. Enumerable.Range(0, random.Number(3)).Select(_ => random.Pick(RandomPackets.Ports)).Distinct()],
            Protocols = [.. Enumerable.Range(0, random.Number(4)).Select(_ => random.Pick(protocols)).Distinct()],
            Endpoints = [.. Enumerable.Range(0, random.Number(3)).Select(_ => new CaptureEndpoint(
                random.Pick([null, .. RandomPackets.Addresses4, .. RandomPackets.Addresses6]), random.Pick([80, .. RandomPackets.Ports]), random.Pick([CaptureProtocol.Tcp, CaptureProtocol.Udp])))],
        };
    }

    private static byte[] Segment(int from, int to)
    {
        byte[] frame = new byte[54];
        frame[12] = 8;
        frame[14] = 0x45;
        frame[23] = 6;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), (ushort)from);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), (ushort)to);
        return frame;
    }

    // The program that tcpdump makes of the words. It takes the link from a file, and so captures nothing.
    private static BpfInstruction[] Tcpdump(string file, string expression)
    {
        ProcessStartInfo start = new("tcpdump", ["-r", file, "-ddd", expression]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("tcpdump is not installed");
            throw;
        }

        using (process)
        {
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();

            // It refuses what can never match ("expression rejects all packets").
            if (process.ExitCode != 0 && error.Contains("rejects all packets", StringComparison.Ordinal))
            {
                return [new BpfInstruction(BpfInstruction.Return, 0, 0, 0)];
            }

            Assert.True(process.ExitCode == 0, $"{expression}: {error}");
            return [.. lines.Skip(1).Select(static line =>
            {
                uint[] fields = [.. line.Split(' ').Select(static f => uint.Parse(f, CultureInfo.InvariantCulture))];
                return new BpfInstruction((ushort)fields[0], (byte)fields[1], (byte)fields[2], fields[3]);
            })];
        }
    }
}
