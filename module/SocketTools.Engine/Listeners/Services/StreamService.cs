using System;
using System.Globalization;
using System.Text;

namespace SocketTools;

/// <summary>What a built-in service does with a connection. It keeps no state of its own but the connection's; the loop calls it on one thread.</summary>
internal abstract class StreamService
{
    public static StreamService Create(BuiltInService service) => service switch
    {
        BuiltInService.Echo => new EchoService(),
        BuiltInService.Discard => new DiscardService(),
        BuiltInService.Daytime => new DaytimeService(),
        BuiltInService.Chargen => new ChargenService(),
        _ => new IncrementService(),
    };

    /// <summary>Lines of characters that a chargen service sends (RFC 864).</summary>
    public static ReadOnlySpan<byte> Pattern => ChargenService.Bytes;

    /// <summary>What a daytime service says. RFC 867 leaves the form open; this is the popular one that it shows.</summary>
    public static string DaytimeLine(DateTime now) => now.ToString("dddd, MMMM d, yyyy HH:mm:ss'-UTC'\r\n", CultureInfo.InvariantCulture);

    /// <summary>A client has come.</summary>
    public virtual void Opened(ServiceConnection connection)
    {
    }

    /// <summary>Bytes have come. They are the service's to change, until it returns.</summary>
    public virtual void Received(ServiceConnection connection, Span<byte> data)
    {
    }

    /// <summary>Everything that was sent has gone out.</summary>
    public virtual void Drained(ServiceConnection connection)
    {
    }

    private sealed class EchoService : StreamService
    {
        public override void Received(ServiceConnection connection, Span<byte> data) => connection.Send(data);
    }

    private sealed class DiscardService : StreamService;

    private sealed class IncrementService : StreamService
    {
        public override void Received(ServiceConnection connection, Span<byte> data)
        {
            foreach (ref byte value in data)
            {
                value++;
            }

            connection.Send(data);
        }
    }

    private sealed class DaytimeService : StreamService
    {
        public override void Opened(ServiceConnection connection)
        {
            connection.Send(Encoding.ASCII.GetBytes(DaytimeLine(DateTime.UtcNow)));
            connection.CloseWhenSent();
        }
    }

    private sealed class ChargenService : StreamService
    {
        private const int LineLength = 72;
        private const int Characters = 95; // The printable ones of ASCII.

        // Each line begins one character further than the one before; after 95 lines it is the first again.
        private static readonly byte[] s_pattern = MakePattern();

        public static ReadOnlySpan<byte> Bytes => s_pattern;

        public override void Opened(ServiceConnection connection) => Drained(connection);

        public override void Drained(ServiceConnection connection)
        {
            while (connection.IsDrained)
            {
                connection.Send(s_pattern);
            }
        }

        private static byte[] MakePattern()
        {
            byte[] pattern = new byte[Characters * (LineLength + 2)];
            int next = 0;
            for (int line = 0; line < Characters; line++)
            {
                for (int column = 0; column < LineLength; column++)
                {
                    pattern[next++] = (byte)(' ' + ((line + column) % Characters));
                }

                pattern[next++] = (byte)'\r';
                pattern[next++] = (byte)'\n';
            }

            return pattern;
        }
    }
}
