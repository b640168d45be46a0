using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SocketTools.Benchmarks;

/// <summary>
/// Messages through the engine against a copy of the same bytes between streams: one connection, a thread that writes, a thread that reads.
/// The copy moves the frames as they stand in memory. The engine has to make them from messages, and to find the messages in them again.
/// </summary>
internal static class Messages
{
    private const int CopyBlock = 64 * 1024;

    private static readonly SocketWait s_wait = SocketWait.Seconds(60);

    /// <summary>Reads the name of a way from each line of the standard input, does it, and prints the nanoseconds for each message.</summary>
    public static void Serve(int count, int size)
    {
        MessageFraming framing = MessageFraming.Of(SocketMessagePrefix.UInt32);
        byte[] payload = new byte[(long)count * size];
        new Random(9734).NextBytes(payload);
        ReadOnlyMemory<byte>[] messages = new ReadOnlyMemory<byte>[count];
        byte[] frames = new byte[(long)count * (size + framing.Overhead)];
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            messages[i] = payload.AsMemory(i * size, size);
            end += framing.Write(messages[i].Span, frames.AsSpan(end));
        }

        Console.WriteLine("ready");
        while (Console.ReadLine() is { } way)
        {
            (Socket writer, Socket reader) = Connect(way.EndsWith("unix", StringComparison.Ordinal));
            using (writer)
            using (reader)
            {
                Stopwatch watch = Stopwatch.StartNew();
                Thread sender = new(() =>
                {
                    if (way.StartsWith("copy", StringComparison.Ordinal))
                    {
                        Copy(frames, writer);
                    }
                    else
                    {
                        SocketChannel.From(writer).SendMessages(messages, framing, size, s_wait);
                    }

                    writer.Shutdown(SocketShutdown.Send);
                });
                sender.Start();
                long got = way.Split(' ')[0] switch
                {
                    "copy" => Drain(reader) / (size + framing.Overhead),
                    "spans" => ReadSpans(SocketChannel.From(reader), framing, size),
                    "arrays" => ReadArrays(SocketChannel.From(reader), framing, size),
                    _ => throw new ArgumentException($"There is no way '{way}'."),
                };
                sender.Join();
                TimeSpan time = watch.Elapsed;
                if (got != count)
                {
                    throw new IOException($"{got} of {count} messages came.");
                }

                Console.WriteLine((time.TotalNanoseconds / count).ToString("0.000", CultureInfo.InvariantCulture));
            }
        }
    }

    private static (Socket Writer, Socket Reader) Connect(bool unix)
    {
        AddressFamily family = unix ? AddressFamily.Unix : AddressFamily.InterNetwork;
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(family, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(unix ? new UnixDomainSocketEndPoint(path) : new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket writer = new(family, SocketType.Stream, ProtocolType.Unspecified);
        writer.Connect(listener.LocalEndPoint!);
        return (writer, listener.Accept());
    }

    private static void Copy(byte[] frames, Socket socket)
    {
        using SourceStream source = new(frames);
        using NetworkStream target = new(socket);
        source.CopyTo(target, CopyBlock);
    }

    private static long Drain(Socket socket)
    {
        using NetworkStream source = new(socket);
        using CountingStream target = new();
        source.CopyTo(target, CopyBlock);
        return target.Count;
    }

    private static long ReadSpans(SocketChannel channel, MessageFraming framing, int size)
    {
        long wrong = 0;
        long count = channel.ReceiveMessages(
            framing,
            size,
            message =>
            {
                wrong += message.Length - size;
                return true;
            },
            s_wait);
        return count - wrong;
    }

    private static long ReadArrays(SocketChannel channel, MessageFraming framing, int size)
    {
        long count = 0;
        while (channel.ReceiveMessage(framing, size, s_wait) is { } message)
        {
            count += message.Length == size ? 1 : 0;
        }

        return count;
    }

    /// <summary>A stream over an array that is read block by block, as a file is; a MemoryStream would be one single write.</summary>
    private sealed class SourceStream(byte[] bytes) : OneWayStream
    {
        private int _position;

        public override bool CanRead => true;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, bytes.Length - _position);
            bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }

    /// <summary>Keeps nothing but the number of bytes.</summary>
    private sealed class CountingStream : OneWayStream
    {
        public long Count { get; private set; }

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => Count += count;
    }

    /// <summary>What a stream that is only read, or only written, lacks.</summary>
    private abstract class OneWayStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
