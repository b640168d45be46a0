using System;
using System.Globalization;
using System.Text;

namespace SocketTools;

/// <summary>What a built-in service answers to a datagram. One thread calls it.</summary>
internal abstract class DatagramService
{
    public static DatagramService Create(BuiltInService service) => service switch
    {
        BuiltInService.Echo => new EchoService(),
        BuiltInService.Discard => new DiscardService(),
        BuiltInService.Daytime => new DaytimeService(),
        BuiltInService.Chargen => new ChargenService(),
        _ => new IncrementService(),
    };

    /// <summary>Puts the answer in the place of the datagram.</summary>
    /// <param name="room">The datagram, and all the room behind it.</param>
    /// <param name="length">Bytes of the datagram.</param>
    /// <returns>Bytes of the answer; -1 for none.</returns>
    public abstract int Answer(Span<byte> room, int length);

    private sealed class EchoService : DatagramService
    {
        public override int Answer(Span<byte> room, int length) => length;
    }

    private sealed class DiscardService : DatagramService
    {
        public override int Answer(Span<byte> room, int length) => -1;
    }

    private sealed class IncrementService : DatagramService
    {
        public override int Answer(Span<byte> room, int length)
        {
            foreach (ref byte value in room[..length])
            {
                value++;
            }

            return length;
        }
    }

    private sealed class DaytimeService : DatagramService
    {
        public override int Answer(Span<byte> room, int length) => Encoding.ASCII.GetBytes(StreamService.DaytimeLine(DateTime.UtcNow), room);
    }

    private sealed class ChargenService : DatagramService
    {
        // RFC 864 wants a random number of characters from 0 to 512, whatever the datagram says.
        private const int Most = 512;

        public override int Answer(Span<byte> room, int length)
        {
            int count = Random.Shared.Next(Most + 1);
            StreamService.Pattern[..count].CopyTo(room);
            return count;
        }
    }
}
