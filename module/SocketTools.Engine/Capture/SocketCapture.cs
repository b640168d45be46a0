using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Capture;

namespace SocketTools;

/// <summary>A capture that goes on in the background: the kernel writes packets to a ring in memory, and a thread takes them from there.</summary>
/// <remarks>
/// It keeps two descriptors and the ring until it is stopped or disposed of. Linux only (packet(7)). Any thread may look at it, take packets from it while it runs,
/// and stop it; the first one that stops it gets those that nobody took.
/// </remarks>
[Formatting.TypeFormatterSource]
public sealed partial class SocketCapture : IDisposable
{
    private static readonly ConcurrentDictionary<SocketCapture, byte> s_running = new();

    private readonly SocketCaptureOptions _options;
    private readonly object _lock = new();
    private readonly PacketSocket _fenceSocket;
    private readonly LoopbackFence? _fence;
    private readonly PacketSocket _socket;
    private readonly PacketRing _ring;
    private readonly FrameStore _store;
    private readonly WakeDescriptor _wake;
    private readonly Thread _thread;
    private readonly bool _cooked;
    private long _dropped;
    private long _packets;
    private long _discarded;
    private volatile bool _stopped;
    private volatile SocketCallException? _error;

    private SocketCapture(SocketCaptureOptions options, SystemCallTrace? trace)
    {
        _options = options;
        bool all = options.Interface is SocketCaptureOptions.AnyInterface or "*";
        _store = new FrameStore(options.MaximumPackets, options.MaximumBytes);
        _fenceSocket = PacketSocket.Open(options.Interface, cooked: false, trace);
        PacketSocket? socket = null;
        PacketRing? ring = null;
        WakeDescriptor? wake = null;
        try
        {
            int index = all ? 0 : _fenceSocket.FindInterface(options.Interface, trace);
            ushort hardware = all ? (ushort)0 : _fenceSocket.HardwareType(options.Interface);
            int loopback = hardware == PacketNumbers.ARPHRD_LOOPBACK ? index : FindLoopback(_fenceSocket);
            _cooked = hardware is not (PacketNumbers.ARPHRD_ETHER or PacketNumbers.ARPHRD_LOOPBACK);
            int length = Math.Max(1, options.SnapLength - (_cooked ? CookedHeaderSize : 0));
            BpfInstruction[] program = FilterCompiler.Compile(options.Filter, _cooked, all || index == loopback ? loopback : 0, (uint)length);

            // Everything before bind: so not one packet comes in that the filter has not seen.
            _socket = socket = PacketSocket.Open(options.Interface, _cooked, trace);
            if (!all && index == loopback)
            {
                socket.TryIgnoreOutgoing(trace);
            }

            socket.Attach(program, trace);
            _ring = ring = PacketRing.Map(socket, options.Interface, options.BufferSize, trace);
            _wake = wake = WakeDescriptor.Rent();
            _fence = LoopbackFence.TryOpen(_fenceSocket, loopback, trace);
            _thread = new Thread(ReadToEnd) { IsBackground = true, Name = $"SocketTools capture {options.Interface}" };
            Started = DateTimeOffset.Now;
            socket.Bind(index, PacketNumbers.ETH_P_ALL, trace);
            s_running[this] = 0;
            _thread.Start();
        }
        catch
        {
            s_running.TryRemove(this, out _);
            wake?.Return();
            ring?.Unmap(trace);
            socket?.Close(trace);
            _fenceSocket.Close(trace);
            throw;
        }
    }

    /// <summary>Raised once, when it has ended.</summary>
    internal event Action? Ended;

    /// <summary>Those that are not stopped, the oldest first. A copy.</summary>
    public static IReadOnlyList<SocketCapture> Running => s_running.Keys.OrderBy(static c => c.Started).ToArray();

    /// <summary>The interface, or <c>any</c>.</summary>
    public string Interface => _options.Interface;

    /// <summary>Which packets it takes.</summary>
    public SocketCaptureFilter Filter => _options.Filter;

    /// <summary>Where it stands.</summary>
    public SocketCaptureState State => _stopped ? SocketCaptureState.Stopped : _error is null ? SocketCaptureState.Running : SocketCaptureState.Failed;

    /// <summary>Packets that it has and nobody has taken, or had when it was stopped.</summary>
    public long Packets => _stopped ? Volatile.Read(ref _packets) : _store.Count;

    /// <summary>Packets that the kernel dropped, because the ring was full.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                CountDropped(null);
                return _dropped;
            }
        }
    }

    /// <summary>Packets that were taken and let go again, because newer ones needed the room.</summary>
    public long Discarded => _stopped ? Volatile.Read(ref _discarded) : _store.Discarded;

    /// <summary>When it was started.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>What ended it before it was stopped, or null.</summary>
    public SocketCallException? Error => _error;

    /// <summary>Starts a capture. Every packet that is sent when this has returned is in it.</summary>
    /// <exception cref="SocketCallException">EPERM: the process lacks CAP_NET_RAW. ENODEV, ENETDOWN, ENOMEM, EINVAL for a filter that is too long; EAFNOSUPPORT: not Linux.</exception>
    public static SocketCapture Start(SocketCaptureOptions options, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OperatingSystem.IsLinux() ? new SocketCapture(options, trace) : throw CaptureErrors.NotLinux(options.Interface);
    }

    /// <summary>Stops it. Every packet that was sent before this was called is in what it returns.</summary>
    /// <param name="settle">How long to wait until connections that began to close have closed: those that were seen closing. Zero does not wait.</param>
    /// <param name="wait">Who may stop the stop, which then lets the packets go, and who sees the calls. It takes some milliseconds; there is no time limit.</param>
    /// <returns>The packets, in the order in which the kernel had them. They are decoded as they are enumerated, once.</returns>
    /// <exception cref="SocketCallException">EBADF: it was stopped before, and the packets were handed out then.</exception>
    public IEnumerable<SocketPacket> Stop(TimeSpan settle, SocketWait wait)
    {
        if (!TryStop(settle, wait))
        {
            throw new SocketCallException("close", Errno.EBADF, this, "The capture was stopped before, and its packets were handed out then")
            {
                Advice = "Start another one; keep what Stop-SocketCapture writes in a variable.",
            };
        }

        return Decode();
    }

    /// <summary>Stops it, and lets its packets go.</summary>
    public void Dispose()
    {
        if (End(TimeSpan.Zero, drain: false, null))
        {
            _store.Clear(); // Somebody may keep this object for its counts.
        }
    }

    /// <summary>Interface and filter in a line.</summary>
    public override string ToString() => Filter.IsEmpty ? Interface : $"{Interface} {Filter}";

    // False where it was stopped before. A stop that is stopped lets the packets go.
    private bool TryStop(TimeSpan settle, SocketWait wait)
    {
        using CancellationTokenRegistration onStop = wait.Stop.UnsafeRegister(static state => ((SocketCapture)state!)._drain = false, this);
        bool ended = End(settle, drain: true, wait.Trace);
        if (ended && wait.Stop.IsCancellationRequested)
        {
            _store.Clear();
            wait.Stop.ThrowIfCancellationRequested();
        }

        return ended;
    }

    private bool End(TimeSpan settle, bool drain, SystemCallTrace? trace)
    {
        if (!s_running.TryRemove(this, out _))
        {
            return false;
        }

        _settle = settle;
        _drain &= drain;
        _ending = true;
        _wake.Signal();
        WakeWatchers(); // What they did not take is for who ends it.
        _thread.Join();
        lock (_lock)
        {
            CountDropped(trace);
            (_packets, _discarded) = (_store.Count, _store.Discarded);
            _stopped = true;
            _ring.Unmap(trace);
            _socket.Close(trace);
            _fenceSocket.Close(trace);
            _wake.Return();
        }

        Ended?.Invoke();
        return true;
    }

    // The kernel's count begins again each time it is asked for.
    private void CountDropped(SystemCallTrace? trace)
    {
        if (!_stopped)
        {
            _dropped += _socket.TakeStatistics(trace).Dropped;
        }
    }

    // In the namespace of this thread, which need not be the first one.
    private static int FindLoopback(PacketSocket socket)
    {
        try
        {
            return socket.FindInterface("lo", null);
        }
        catch (SocketCallException)
        {
            return 0;
        }
    }
}
