using System;
using System.IO;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>Damaged files end in the one error of a bad file, or are read; and they cost no more memory than they have bytes.</summary>
public sealed class CaptureFuzzTests
{
    private const int Cases = 100_000;

    [Fact]
    public void Nothing_but_a_bad_file_comes_of_damage()
    {
        Random random = new(9734);
        byte[][] sound = [Pcap(false), Pcap(true), new CaptureBytes(false).PcapNg().Bytes, new CaptureBytes(true).PcapNg().Bytes];
        (int errors, long packets, long most) = (0, 0, 0);
        for (int i = 0; i < Cases; i++)
        {
            byte[] file = Damage(random, sound[random.Next(sound.Length)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using CaptureFileReader reader = CaptureFileReader.Open(new MemoryStream(file), "file");
                while (reader.Read() is not null)
                {
                }

                packets += reader.Count;
            }
            catch (SocketFileException e) when (e.Errno == Errno.EBADMSG)
            {
                errors++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Case {i}: {Convert.ToHexString(file)}: {e}");
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(errors, Cases / 4, Cases - (Cases / 20));
        Assert.True(packets > Cases / 10, $"Only {packets} packets were read.");
        Assert.InRange(most, 0, 4 << 20);
    }

    private static byte[] Pcap(bool big)
    {
        CaptureBytes make = new(big);
        byte[] packet = make.PcapPacket(1, 2, Frames.All["tcp"].Bytes);
        return [.. make.PcapHeader(CaptureBytes.Microseconds), .. packet, .. packet];
    }

    private static byte[] Damage(Random random, byte[] sound)
    {
        byte[] file = [.. sound];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            // Numbers are at multiples of four, and the most telling bytes at their ends.
            int at = random.Next(2) == 0 ? random.Next(file.Length) : (4 * random.Next(file.Length / 4)) + (random.Next(2) * 3);
            file[at] = random.Next(4) switch { 0 => 0, 1 => 0xFF, 2 => (byte)(file[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(256) };
        }

        return random.Next(4) == 0 ? file[..random.Next(file.Length)] : file;
    }
}
