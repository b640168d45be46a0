using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using SocketTools.Capture;

namespace SocketTools;

/// <summary>
/// A capture file that channels write themselves, from what they sent and received: nothing is captured, so no privilege is needed, and the headers are made up.
/// The file says so. It can be read while it grows, and after a crash.
/// </summary>
/// <remarks>
/// Whoever opened it holds it until <see cref="Dispose"/>, and each channel that records to it until it is closed; then the file is closed. Safe from any thread.
/// When the file cannot be written any more (ENOSPC) the recording ends, <see cref="Error"/> says why, and the channels go on.
/// </remarks>
public sealed class SocketRecording : IDisposable
{
    /// <summary>What the file says of itself, and what its packets have for an interface.</summary>
    internal const string Synthetic = "synthetic";

    private const string Comment =
        "Recorded by SocketTools from the calls of a channel, not captured from a network. The payloads and their times are real. The headers are synthetic: "
        + "handshake, sequence numbers, acknowledgements and FIN stand for what the calls did, and a Unix domain socket has addresses of the loopback with ports that are made up.";

    // Two that write to one file would write over each other.
    private static readonly ConcurrentDictionary<string, byte> s_open = new();

    private readonly CaptureFileWriter _writer;
    private readonly object _lock = new();
    private readonly Dictionary<string, int> _ports = [];
    private int _holders = 1;
    private int _disposed;
    private int _madeUp;
    private long _last;

    private SocketRecording(CaptureFileWriter writer) => _writer = writer;

    /// <summary>The full path.</summary>
    public string Path => _writer.Path;

    /// <summary>Packets written.</summary>
    public long Packets => _writer.Count;

    /// <summary>What ended the recording before its channels were closed, or null.</summary>
    public SocketCallException? Error { get; private set; }

    /// <summary>Begins a file. One that is a capture already is replaced.</summary>
    /// <param name="path">The full path. The format is pcapng, whatever the name.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketFileException">EEXIST: a file is there that is no capture. EBUSY: something records to it already. ENOENT, EACCES, EISDIR, EROFS, ENOSPC.</exception>
    public static SocketRecording Open(string path, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!s_open.TryAdd(path, 0))
        {
            throw new SocketFileException("open", Errno.EBUSY, path, "Another channel or listener records to that file") { Advice = "Choose another path, or close what records to it." };
        }

        try
        {
            bool replace = IsCapture(path);
            CaptureFileWriter writer = CaptureFileWriter.Record(path, CaptureFormat.PcapNg, replace, trace, Comment);
            try
            {
                writer.Flush(); // So that it is a capture, if an empty one, from the first moment on.
            }
            catch
            {
                writer.Dispose();
                throw;
            }

            return new SocketRecording(writer);
        }
        catch (SocketFileException e) when (e.Errno == Errno.EEXIST)
        {
            s_open.TryRemove(path, out _);
            throw new SocketFileException("open", Errno.EEXIST, path, "A file is there that is no capture, and it is left alone", e) { Advice = "Choose another path, or remove the file." };
        }
        catch
        {
            s_open.TryRemove(path, out _);
            throw;
        }
    }

    /// <summary>Lets go of it. The channels that record to it go on with that.</summary>
    public void Dispose()
    {
        if (System.Threading.Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <summary>Connects and records from the first SYN on, also one that nobody answered.</summary>
    internal SocketChannel Connect(Func<SocketChannel> connect)
    {
        long startedAt = Now();
        try
        {
            SocketChannel channel = connect();
            channel.RecordTo(this, accepted: false, startedAt);
            return channel;
        }
        catch (SocketConnectException e)
        {
            foreach (ConnectAttempt attempt in e.Attempts)
            {
                ChannelRecorder.Failed(this, attempt, startedAt);
            }

            throw;
        }
    }

    /// <summary>Keeps the file open until <see cref="Release"/>.</summary>
    internal void Hold()
    {
        lock (_lock)
        {
            _holders++;
        }
    }

    internal void Release()
    {
        lock (_lock)
        {
            if (--_holders == 0)
            {
                Try(_writer.Dispose);
                s_open.TryRemove(Path, out _);
            }
        }
    }

    /// <summary>Writes packets, all at once: nothing of others comes between, and then they are in the file.</summary>
    /// <param name="write">Calls <see cref="Write"/>.</param>
    internal void WriteTogether(Action write)
    {
        lock (_lock)
        {
            if (Error is null && _holders > 0)
            {
                Try(() =>
                {
                    write();
                    _writer.Flush();
                });
            }
        }
    }

    /// <summary>Writes a packet that begins with the header of IP. Inside of <see cref="WriteTogether"/>.</summary>
    internal void Write(byte[] packet, bool outgoing, long nanoseconds)
    {
        _last = Math.Max(_last, nanoseconds); // The clock may be set back; a file goes on.
        _writer.Write(SocketPacket.Decode(_writer.Count + 1, _last, LinkType.Raw, packet, packet.Length, Synthetic, outgoing ? PacketDirection.Outgoing : PacketDirection.Incoming));
    }

    /// <summary>The address that stands for a name of a Unix domain socket: the same for the same name, another each time for none.</summary>
    internal IPEndPoint MakeUp(string? name)
    {
        const int First = 50000; // Beyond the ports of services, as one of which a reader would take what is behind them.
        const int Count = 15000;
        lock (_lock)
        {
            if (string.IsNullOrEmpty(name) || !_ports.TryGetValue(name, out int port))
            {
                port = First + (_madeUp++ % Count);
                if (!string.IsNullOrEmpty(name))
                {
                    _ports[name] = port;
                }
            }

            return new IPEndPoint(IPAddress.Loopback, port);
        }
    }

    /// <summary>This moment.</summary>
    internal static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (SocketCallException e)
        {
            Error ??= e;
        }
    }

    // What is there may be replaced when it is a capture, or nothing yet.
    private static bool IsCapture(string path)
    {
        if (FileCalls.KindOf(path) != FileKind.Regular)
        {
            return false;
        }

        return FileCalls.Run("open", path, () =>
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> magic = stackalloc byte[4];
            int count = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
            return count == 0 || (count == 4 && BitConverter.ToUInt32(magic) is 0x0A0D0D0A or 0xA1B2C3D4 or 0xD4C3B2A1 or 0xA1B23C4D or 0x4D3CB2A1);
        });
    }
}
