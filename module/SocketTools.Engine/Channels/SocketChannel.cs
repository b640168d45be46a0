using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// An open socket with its receive buffer and counters. One thread may receive while another sends; further ones wait their turn.
/// </summary>
/// <remarks>
/// A channel owns its descriptor and closes it. One made around a <see cref="Socket"/> of somebody else uses that socket,
/// and closes it only when asked to. Every method that waits takes a <see cref="SocketWait"/> and throws
/// <see cref="SocketCallException"/> for errors of the system, <see cref="OperationCanceledException"/> when it is stopped.
/// </remarks>
[Formatting.TypeFormatterSource]
public sealed partial class SocketChannel : IDisposable
{
    private static readonly ConditionalWeakTable<Socket, SocketChannel> s_adopted = [];

    private readonly SystemCalls _calls = SystemCalls.Current;
    private readonly SafeSocketHandle _handle;
    private readonly Socket? _foreign;
    private Socket? _socket;
    private ChannelStream? _stream;
    private EndPoint? _local;
    private EndPoint? _remote;
    private SocketFile? _file;
    private volatile bool _bound;
    private volatile bool _listening;
    private volatile bool _connecting;
    private volatile bool _connected;
    private volatile bool _sendClosed;
    private volatile bool _receiveClosed;

    /// <summary>Takes over a descriptor: from here on the channel closes it.</summary>
    internal SocketChannel(SafeSocketHandle handle, AddressFamily family, SocketType type, ProtocolType protocol)
    {
        _handle = handle;
        AddressFamily = family;
        SocketType = type;
        ProtocolType = protocol;
        Descriptor = (int)handle.DangerousGetHandle();
        OpenSockets.Add(this);
    }

    private SocketChannel(Socket socket)
    {
        _foreign = _socket = socket;
        IsShared = true;
        _handle = socket.SafeHandle;
        _calls.Adopt(socket);
        AddressFamily = socket.AddressFamily;
        SocketType = socket.SocketType;
        ProtocolType = socket.ProtocolType;
        Descriptor = (int)_handle.DangerousGetHandle();
        _bound = socket.IsBound;
        _connected = socket.Connected;
        Endpoint = SocketEndpoint.From(RemoteEndPoint ?? LocalEndPoint, SocketType);
    }

    /// <summary>The descriptor's number; it stays as it was after the channel is closed.</summary>
    public int Descriptor { get; }

    /// <summary>The domain, as socket(2) took it.</summary>
    public AddressFamily AddressFamily { get; }

    /// <summary>The type, as socket(2) took it.</summary>
    public SocketType SocketType { get; }

    /// <summary>The protocol, as socket(2) took it; Unspecified (0) is the default of domain and type.</summary>
    public ProtocolType ProtocolType { get; }

    /// <summary>tcp, udp, unix, unixgram, unixpacket, or the names given to socket(2).</summary>
    public string Protocol => NameProtocol(AddressFamily, SocketType);

    /// <summary>What it was connected to, or bound to; for an accepted channel its peer, or the listener where the peer has no name. Null before.</summary>
    public SocketEndpoint? Endpoint { get; internal set; }

    /// <summary>Bytes handed to the kernel.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes taken from the kernel, those still in the buffer included.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Bytes that arrived and were not yet returned.</summary>
    public int Buffered => _buffer.Count;

    /// <summary>Whether something that arrived was not yet returned.</summary>
    internal bool HasBuffered => _buffer.Count > 0 || HasReturned;

    /// <summary>
    /// Whether a wait for something to receive is over before it begins. What a receive has just found to be too little does not count, or a loop of waiting and receiving
    /// lines would run without a pause for as long as a peer leaves a line half sent.
    /// </summary>
    internal bool HasUnexamined => _buffer.HasUnexamined || HasReturned;

    /// <summary>True when the peer's stream has ended and everything that came before has been returned.</summary>
    public bool EndOfStream => _endSeen && _buffer.Count == 0;

    /// <summary>Bytes that a line or record may have when the receiver does not say: 1 MiB, or the listener's limit for the connections it accepted.</summary>
    public int MaximumLength { get; internal set; } = DefaultMaximumLength;

    /// <summary>Where the channel stands.</summary>
    public SocketChannelState State
    {
        get
        {
            LookWhetherConnected();
            return this switch
            {
                { _closed: not 0 } => SocketChannelState.Closed,
                { _listening: true } => SocketChannelState.Listening,
                { _connected: true, _sendClosed: true } when _receiveClosed || _endSeen => SocketChannelState.Disconnected,
                { _connected: true, _sendClosed: true } => SocketChannelState.SendClosed,
                { _connected: true } when _receiveClosed || _endSeen => SocketChannelState.ReceiveClosed,
                { _connected: true } => SocketChannelState.Connected,
                { _connecting: true } => SocketChannelState.Connecting,
                { _bound: true } => SocketChannelState.Bound,
                _ => SocketChannelState.Unconnected,
            };
        }
    }

    /// <summary>This side's address (getsockname(2)); null before it has one. IPv4 in IPv6 is shown as IPv4.</summary>
    public EndPoint? LocalEndPoint
    {
        get
        {
            if (_local is null && IsOpen && (_bound || _connected || _foreign is not null))
            {
                _local = Shown(_calls.LocalEndPoint(_handle));
            }

            return _local;
        }
    }

    /// <summary>The peer's address (getpeername(2)); null before it is connected. IPv4 in IPv6 is shown as IPv4.</summary>
    public EndPoint? RemoteEndPoint
    {
        get
        {
            LookWhetherConnected();
            if (_remote is null && IsOpen && _connected)
            {
                _remote = Shown(_calls.RemoteEndPoint(_handle));
            }

            return _remote;
        }
    }

    /// <summary>getsockname(2) or getpeername(2) as the kernel has it: IPv4 in IPv6 stays so. Null where there is none.</summary>
    internal EndPoint? KernelAddress(bool remote) => remote ? _calls.RemoteEndPoint(_handle) : _calls.LocalEndPoint(_handle);

    /// <summary>
    /// The .NET socket inside. It shares the descriptor and belongs to the channel. Receiving on it passes by what the channel has in
    /// its buffer; <see cref="Stream"/> does not.
    /// </summary>
    public Socket Socket
    {
        get
        {
            CheckOpen("socket");
            return _socket ??= _calls.Wrap(_handle);
        }
    }

    /// <summary>A stream over the channel. It gives what is in the buffer first; closing it closes the channel.</summary>
    public System.IO.Stream Stream => _stream ??= new ChannelStream(this);

    internal bool IsOpen => _closed == 0;

    internal SafeSocketHandle Handle => _handle;

    internal bool IsListening => _listening;

    /// <summary>Whether it listens, by this channel's doing or by somebody's who has the <see cref="Socket"/>.</summary>
    internal bool Listens => _listening
        || (IsOpen && _socket is { } socket && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is int and not 0);

    internal bool IsBound => _bound;

    internal bool IsForeign => _foreign is not null;

    /// <summary>True when somebody else may have the same open socket: it was inherited, received, or is another object's.</summary>
    internal bool IsShared { get; private init; }

    /// <summary>Makes a socket without an address (socket(2)).</summary>
    /// <exception cref="SocketCallException">EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT, EMFILE, EPERM.</exception>
    public static SocketChannel Create(AddressFamily family, SocketType type, ProtocolType protocol, SystemCallTrace? trace = null)
    {
        int result = SystemCalls.Current.Socket(family, type, protocol, out SafeSocketHandle? handle, trace);
        return handle is null
            ? throw new SocketCallException("socket", (Errno)(-result), $"{SocketNames.Of(family)} {SocketNames.Of(type)} {SocketNames.Of(protocol)}")
            : new SocketChannel(handle, family, type, protocol);
    }

    /// <summary>The channel around somebody else's socket; the same one each time, so that its buffer lasts. The socket stays its owner's.</summary>
    /// <exception cref="SocketCallException">EBADF: the socket is closed.</exception>
    public static SocketChannel From(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        try
        {
            return s_adopted.GetValue(socket, static s => new SocketChannel(s));
        }
        catch (ObjectDisposedException e)
        {
            throw new SocketCallException("fcntl", Errno.EBADF, socket, null, e);
        }
    }

    /// <summary>Shuts down one direction or both (shutdown(2)); the descriptor stays open.</summary>
    /// <exception cref="SocketCallException">ENOTCONN, EBADF.</exception>
    public void Shutdown(SocketShutdown how, SystemCallTrace? trace = null)
    {
        CheckOpen("shutdown");
        Check("shutdown", _calls.Shutdown(_handle, how, trace));
        if (how != SocketShutdown.Receive)
        {
            _recorder?.Ended();
        }

        _sendClosed |= how is SocketShutdown.Send or SocketShutdown.Both;
        _receiveClosed |= how is SocketShutdown.Receive or SocketShutdown.Both;
    }

    /// <summary>Protocol, descriptor and endpoint in a line.</summary>
    public override string ToString() => $"{Endpoint?.ToString() ?? Protocol} [{Descriptor}]";

    /// <summary>What errors name: the endpoint, or for a socket without one the channel itself.</summary>
    internal object ToTarget() => (object?)Endpoint ?? this;

    internal static string NameProtocol(AddressFamily family, SocketType type) => (family, type) switch
    {
        (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6, SocketType.Stream) => "tcp",
        (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6, SocketType.Dgram) => "udp",
        (AddressFamily.Unix, SocketType.Stream) => "unix",
        (AddressFamily.Unix, SocketType.Dgram) => "unixgram",
        (AddressFamily.Unix, SocketType.Seqpacket) => "unixpacket",
        _ => $"{SocketNames.Of(family)} {SocketNames.Of(type)}",
    };

    // A dual-stack listener hands out ::ffff:127.0.0.1; a person means 127.0.0.1.
    internal static EndPoint? Shown(EndPoint? address) =>
        address is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : address;

    private int Check(string operation, int result) =>
        result >= 0 ? result : throw new SocketCallException(operation, (Errno)(-result), ToTarget());

    // A Socket object looks at the state of its descriptor once, when it is made; after bind, listen and connect it is made again.
    private void StateChanged()
    {
        if (_foreign is null && _socket is { } stale)
        {
#pragma warning disable CA1816 // Not a Dispose: the stale object's finaliser would close the descriptor under the channel.
            GC.SuppressFinalize(stale);
#pragma warning restore CA1816
            _socket = null;
        }
    }
}
