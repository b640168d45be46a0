using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class EndpointFuzzTests
{
    private const int Cases = 50_000;
    private const int LongestMessage = 300;

    private static readonly string[] s_pieces =
    [
        "tcp", "tcp4", "tcp6", "udp", "udp6", "tls", "unix", "unixgram", "unixpacket", "http", ":", "://", "//", "/", "./", "../", "~", "@", "*",
        "[", "]", "[::1]", "[fe80::1%lo]", "[fe80::1%1]", "%", "::", "::ffff:1.2.3.4", "localhost", "127.0.0.1", "256.1.1.1", "0x7f.1", "a.b", "xn--a",
        ":0", ":80", ":65535", ":65536", ":-1", ":+1", ":http", ":www", ":nosuch", ":99999999999999999999", "0", "1", "-", ".", "..", " ", "\t", "\n", "\0",
        "\u001b[31m", "\u009b", "\u202e", "\ufffd", "\u0661", "\ud83d", "\ude00", "\ud83d\ude00", "\u00e9", "e\u0301", "\uff0f", "\uff1a", "#", "?", "\\", "\"",
    ];

    [Fact]
    public void Mutated_endpoints_give_an_endpoint_or_the_documented_error()
    {
        Random random = new(9734);
        Tally tally = new();
        for (int i = 0; i < Cases; i++)
        {
            tally.Add(Mutated(random));
        }

        // Both ends of the parser were reached often.
        Assert.InRange(tally.Parsed, Cases / 50, Cases);
        Assert.InRange(tally.Refused, Cases / 50, Cases);
    }

    [Fact]
    public void Random_text_gives_an_endpoint_or_the_documented_error()
    {
        Random random = new(9735);
        Tally tally = new();
        for (int i = 0; i < Cases; i++)
        {
            tally.Add(RandomText(random));
        }

        Assert.Equal(Cases, tally.Parsed + tally.Refused);
    }

    [Fact]
    public void Any_host_and_port_of_the_grammar_parse_back_to_themselves()
    {
        Gen<string> label = Gen.Elements("a", "b-c", "x1", "localhost", "127", "0", "xn--bcher-kva").NonEmptyListOf().Select(l => string.Join('.', l.Take(9)));
        Gen<string> host = Gen.OneOf(label, Gen.Elements("", "*", "[::1]", "[fe80::1%1]", "[1:2:3:4:5:6:7:8]"));
        Gen<string> port = Gen.OneOf(Gen.Choose(0, 65535).Select(p => $"{p}"), Gen.Elements("http", "ssh", "www"));
        Gen<string> text = Gen.Elements("tcp://", "tls://", "").SelectMany(scheme => host.SelectMany(h => port.Select(p => $"{scheme}{h}:{p}")));

        Check.One(Fixed.Seed(500), Prop.ForAll(text.ToArbitrary(), static t =>
        {
            SocketEndpoint endpoint = SocketEndpoint.Parse(t);
            return endpoint.Equals(SocketEndpoint.Parse(endpoint.ToString())) && endpoint.ToString().EndsWith(t, StringComparison.Ordinal);
        }));
    }

    private static string Mutated(Random random)
    {
        StringBuilder text = new();
        for (int n = random.Next(1, 6); n > 0; n--)
        {
            text.Append(s_pieces[random.Next(s_pieces.Length)]);
        }

        for (int n = random.Next(0, 4); n > 0 && text.Length > 0; n--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(6))
            {
                case 0: text.Remove(at, 1); break;
                case 1: text.Insert(at, s_pieces[random.Next(s_pieces.Length)]); break;
                case 2: text[at] = (char)random.Next(128); break;
                case 3: text[at] = (char)random.Next(char.MaxValue + 1); break;
                case 4: text.Insert(at, text[at].ToString(), random.Next(1, 300)); break;
                default: text[at] = char.IsUpper(text[at]) ? char.ToLowerInvariant(text[at]) : char.ToUpperInvariant(text[at]); break;
            }
        }

        return text.ToString();
    }

    private static string RandomText(Random random)
    {
        int length = random.Next(100) == 0 ? random.Next(100_000) : random.Next(40);
        int kind = random.Next(4);
        return string.Create(length, (random, kind), static (span, source) =>
        {
            foreach (ref char c in span)
            {
                c = source.kind switch
                {
                    0 => (char)source.random.Next(0x20, 0x7F),
                    1 => (char)source.random.Next(0, 0xA0),
                    2 => (char)source.random.Next(0xD800, 0xE000),
                    _ => (char)source.random.Next(char.MaxValue + 1),
                };
            }
        });
    }

    private sealed class Tally
    {
        public int Parsed { get; private set; }

        public int Refused { get; private set; }

        public void Add(string text)
        {
            try
            {
                SocketEndpoint endpoint = SocketEndpoint.Parse(text);
                SocketEndpoint again = SocketEndpoint.Parse(endpoint.ToString());
                if (!endpoint.Equals(again) || endpoint.Host != again.Host || endpoint.Service != again.Service)
                {
                    Assert.Fail($"'{Escaped(text)}' became '{Escaped(endpoint.ToString())}', which is another one.");
                }

                Parsed++;
            }
            catch (SocketEndpointFormatException e)
            {
                if (e.Errno is not (Errno.EINVAL or Errno.EAI_SERVICE) || e.Message.Length > LongestMessage || e.Message.Any(char.IsControl))
                {
                    Assert.Fail($"'{Escaped(text)}': {e.ErrnoName}, {e.Message.Length} characters: {Escaped(e.Message)}");
                }

                Refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"'{Escaped(text)}' gave {e}");
            }
        }

        private static string Escaped(string text) =>
            string.Concat(text.Take(400).Select(static c => c is >= ' ' and < (char)0x7F ? c.ToString() : $"\\u{(int)c:x4}"));
    }
}
