using System;
using System.Linq;
using SocketTools;
using SocketTools.Addresses;
using Xunit;

namespace SocketTools.Tests.Addresses;

public sealed class AddressFuzzTests
{
    private const int Cases = 60_000;

    [Theory]
    [InlineData(SocketPlatform.Linux)]
    [InlineData(SocketPlatform.MacOS)]
    [InlineData(SocketPlatform.Windows)]
    public void Any_bytes_give_a_structure_or_the_documented_errors(SocketPlatform platform)
    {
        Random random = new(9734);
        int read = 0;
        int again = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = Some(random, platform);
            try
            {
                SocketAddressStructure address = AddressReader.Read(bytes, platform);
                Assert.Equal(bytes, address.Bytes);
                Assert.Equal(bytes.Length, address.Fields.Sum(static f => f.Length));
                Assert.Equal(bytes.Length, address.Generic.Sum(static f => f.Length));
                _ = $"{address} {address.Endpoint} {address.Address} {address.Port}";
                if (address.Endpoint is { } endpoint)
                {
                    Assert.Equal(endpoint, SocketEndpoint.Parse(endpoint.ToString()));
                }

                read++;
                again += WritesAgain(address) ? 1 : 0;
            }
            catch (SocketCallException e)
            {
                if (e.Errno is not (Errno.EINVAL or Errno.EAFNOSUPPORT) || e.Message.Length > 400 || e.Message.Any(char.IsControl))
                {
                    Assert.Fail($"{Convert.ToHexString(bytes)}: {e}");
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{Convert.ToHexString(bytes)} gave {e}");
            }
        }

        // Both ends of the reader were reached often, and the way back.
        Assert.InRange(read, Cases / 20, Cases - (Cases / 20));
        Assert.InRange(again, Cases / 50, Cases);
    }

    // What is read is written again to the same bytes, unless there are others that say the same: an empty sin_zero, flow label and length byte,
    // and one NUL behind a path.
    private static bool WritesAgain(SocketAddressStructure address)
    {
        if (address.ToEndPoint() is not { } endPoint)
        {
            return false;
        }

        byte[] bytes = address.Bytes;
        byte[] written;
        try
        {
            written = AddressWriter.Write(endPoint, address.Platform, address).Bytes;
        }
        catch (SocketCallException e) when (e.Errno == Errno.ENAMETOOLONG)
        {
            Assert.True(bytes.Length == (address.Platform == SocketPlatform.MacOS ? 106 : 110) && bytes[^1] != 0, "only a path without its NUL is too long");
            return false;
        }

        if (address.Platform == SocketPlatform.MacOS)
        {
            bytes[0] = written[0];
        }

        switch (address.Name)
        {
            case "sockaddr_in":
                bytes.AsSpan(8).Clear();
                break;
            case "sockaddr_in6":
                bytes.AsSpan(4, 4).Clear();
                break;
            case "sockaddr_un" when bytes[2] != 0:
                bytes = [.. bytes.AsSpan(0, 2), .. bytes.AsSpan(2).TrimEnd((byte)0), 0];
                break;
        }

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(written));
        return true;
    }

    private static byte[] Some(Random random, SocketPlatform platform)
    {
        int[] lengths = [0, 1, 2, 3, 8, 12, 15, 16, 17, 18, 20, 27, 28, 29, 40, 106, 108, 110, 111, 128];
        byte[] bytes = new byte[random.Next(4) == 0 ? random.Next(130) : lengths[random.Next(lengths.Length)]];
        random.NextBytes(bytes);
        if (bytes.Length >= 2 && random.Next(8) > 0)
        {
            byte[] families = [1, 1, 1, 2, 10, 16, 17, 23, 30, 40];
            byte family = families[random.Next(families.Length)];
            (bytes[0], bytes[1]) = platform == SocketPlatform.MacOS ? ((byte)(random.Next(2) == 0 ? 0 : bytes.Length), family) : (family, (byte)0);
        }

        // Paths: text, a NUL at the end or in the middle, an abstract name.
        if (bytes.Length > 4 && random.Next(2) == 0)
        {
            for (int i = 2; i < bytes.Length; i++)
            {
                bytes[i] = (byte)random.Next('!', 0x7F);
            }

            bytes[^1] = (byte)(random.Next(3) > 0 ? 0 : bytes[^1]);
            bytes[2] = (byte)(random.Next(4) == 0 ? 0 : bytes[2]);
            bytes[random.Next(2, bytes.Length)] = (byte)(random.Next(4) == 0 ? 0 : 'x');
        }

        return bytes;
    }
}
