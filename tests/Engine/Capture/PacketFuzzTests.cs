using System;
using System.Collections;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>No bytes make the decoder throw, and nothing that a packet shows throws later.</summary>
public sealed class PacketFuzzTests
{
    private const int Cases = 100_000;

    // Everything that a table, a filter or a script may read, of every kind of layer.
    private static readonly ILookup<Type, PropertyInfo> s_properties = typeof(SocketPacket).Assembly.GetTypes()
        .Where(static t => t == typeof(SocketPacket) || typeof(PacketLayer).IsAssignableFrom(t))
        .SelectMany(static t => t.GetProperties().Select(p => (t, p)))
        .ToLookup(static pair => pair.t, static pair => pair.p);

    private static readonly LinkType[] s_links = [.. Enum.GetValues<LinkType>(), (LinkType)12, (LinkType)147];

    [Fact]
    public void Nothing_throws_whatever_the_bytes_are()
    {
        Random random = new(9734);
        (LinkType Link, byte[] Bytes)[] sound = [.. Frames.All.Values];
        int problems = 0;
        for (int i = 0; i < Cases; i++)
        {
            (LinkType link, byte[] bytes) = i % 4 == 0 ? (s_links[random.Next(s_links.Length)], Noise(random)) : Damaged(random, sound[random.Next(sound.Length)]);
            int length = random.Next(3) switch { 0 => bytes.Length, 1 => bytes.Length + random.Next(2000), _ => random.Next(-5, 100) };
            try
            {
                SocketPacket packet = SocketPacket.Decode(i, random.NextInt64(), link, bytes, length);
                problems += packet.Problems.Count == 0 ? 0 : 1;
                Check(packet, bytes, fields: i % 3 == 0);

                // By reflection it is slow.
                if (i % 20 == 0)
                {
                    ReadEverything(packet);
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Case {i}, {link}, {length}: {Convert.ToHexString(bytes)}: {e}");
            }
        }

        Assert.InRange(problems, Cases / 4, Cases - (Cases / 20));
    }

    // Layers are in one another, and none has bytes that are not there.
    private static void Check(SocketPacket packet, byte[] bytes, bool fields)
    {
        int start = 0;
        foreach (PacketLayer layer in packet.Layers)
        {
            Assert.True(layer.Offset >= start && layer.Length >= 0 && layer.HeaderLength >= 0 && layer.HeaderLength <= layer.Length, $"{layer.Name}");
            Assert.True(layer.Offset + layer.Length <= packet.Length, $"{layer.Name}");
            start = layer.Offset + layer.HeaderLength;
            foreach (PacketField field in fields ? layer.Fields : [])
            {
                Assert.True(field.Offset >= 0 && field.Offset + field.Length <= bytes.Length, $"{layer.Name}.{field.Name}");
            }
        }

        Assert.NotNull(packet.Summary);
        Assert.NotNull(packet.Info);
        Assert.True(packet.Payload.Length <= bytes.Length);
    }

    private static void ReadEverything(object thing)
    {
        foreach (PropertyInfo property in s_properties[thing.GetType()])
        {
            object? value = property.GetValue(thing);
            _ = $"{value}";
            if (value is SocketPacket inner)
            {
                ReadEverything(inner);
            }
            else if (value is IEnumerable many and not (string or byte[]))
            {
                foreach (object? item in many)
                {
                    _ = $"{item}";
                    if (item is PacketLayer)
                    {
                        ReadEverything(item);
                    }
                }
            }
        }
    }

    private static byte[] Noise(Random random)
    {
        byte[] bytes = new byte[random.Next(120)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static (LinkType Link, byte[] Bytes) Damaged(Random random, (LinkType Link, byte[] Bytes) sound)
    {
        byte[] bytes = [.. sound.Bytes];
        for (int i = random.Next(4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
        }

        return (sound.Link, random.Next(3) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes);
    }
}
