using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace SocketTools.Calls;

/// <summary>
/// The socket calls of the system. Each returns what the kernel would: a number from 0, or the negative of an <see cref="Errno"/>.
/// Nothing here waits but <see cref="Poll"/>, and that ends by its token; so every wait above can be stopped. <see cref="Resolve"/> waits too, on a thread of its own.
/// </summary>
internal abstract class SystemCalls
{
    /// <summary>
    /// The calls of this platform: libc's on Linux and macOS, because .NET loses some errno; .NET's on Windows.
    /// <c>SOCKETTOOLS_SYSTEM_CALLS=managed</c> chooses .NET's anywhere.
    /// </summary>
    public static SystemCalls Current { get; } = Choose();

    public abstract int Socket(AddressFamily family, SocketType type, ProtocolType protocol, out SafeSocketHandle? handle, SystemCallTrace? trace);

    /// <summary>socket(2) by the numbers of the system, and close(2) at once: whether there are such sockets. 0, or the negative errno.</summary>
    public abstract int TrySocket(int family, int type, int protocol, SystemCallTrace? trace);

    /// <summary>bind(2). A Unix socket file is made with mode 0600.</summary>
    public abstract int Bind(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace);

    /// <summary>listen(2). From here on accept on this socket never waits.</summary>
    public abstract int Listen(SafeSocketHandle handle, int backlog, SystemCallTrace? trace);

    /// <summary>accept(2), without waiting. The new socket is in blocking mode and closed on exec.</summary>
    public abstract int Accept(SafeSocketHandle listener, out SafeSocketHandle? handle, out EndPoint? peer, SystemCallTrace? trace);

    /// <summary>connect(2), without waiting: EINPROGRESS when it goes on in the background. Between this and <see cref="SetBlocking"/> the socket is non-blocking.</summary>
    public abstract int BeginConnect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace);

    /// <summary>The result of a connect that went on in the background: 0, or the negative errno.</summary>
    public abstract int FinishConnect(SafeSocketHandle handle, SystemCallTrace? trace);

    /// <summary>
    /// socket(2), unless there is a socket already, and a connect(2) that does not wait: 0, EINPROGRESS, or the negative errno of the one that
    /// failed. The handle is null where there is no socket to be had.
    /// </summary>
    public abstract int StartProbe(SocketType type, ProtocolType protocol, EndPoint address, ref SafeSocketHandle? handle, SystemCallTrace? trace);

    /// <summary>How a connect of <see cref="StartProbe"/> stands, without waiting: 0, EINPROGRESS, or the negative errno.</summary>
    /// <remarks>See <see cref="ConnectsAgain"/>.</remarks>
    public abstract int LookAtConnect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace);

    /// <summary>Whether a TCP socket of which <see cref="LookAtConnect"/> said ECONNREFUSED may connect to another address.</summary>
    public virtual bool ConnectsAgain => false;

    /// <summary>
    /// Takes a socket whose connect failed in the background back to the start: Linux would answer its next connect with ECONNABORTED,
    /// whatever the address (connect(2), AF_UNSPEC).
    /// </summary>
    public abstract void Unconnect(SafeSocketHandle handle, SystemCallTrace? trace);

    /// <summary>Sets or clears O_NONBLOCK (fcntl(2)).</summary>
    public abstract void SetBlocking(SafeSocketHandle handle, bool blocking, SystemCallTrace? trace = null);

    /// <summary>Whether O_NONBLOCK is not set, by whoever.</summary>
    public virtual bool IsBlocking(SafeSocketHandle handle) => false;

    /// <summary>
    /// connect(2) that waits in the kernel up to a number of milliseconds, for Unix domain sockets: a full backlog there is EAGAIN,
    /// and no poll tells when there is room (unix(7)).
    /// </summary>
    public abstract int ConnectFor(SafeSocketHandle handle, EndPoint address, int milliseconds, SystemCallTrace? trace);

    /// <summary>recv(2) without waiting.</summary>
    public abstract int Receive(SafeSocketHandle handle, Span<byte> buffer, MessageFlags flags, SystemCallTrace? trace);

    /// <summary>send(2) without waiting.</summary>
    public abstract int Send(SafeSocketHandle handle, ReadOnlySpan<byte> data, MessageFlags flags, SystemCallTrace? trace);

    /// <summary>sendto(2) of one datagram; never a part of one.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="data">The datagram; it may be empty.</param>
    /// <param name="to">Where to.</param>
    /// <param name="source">The address to send from (IP_PKTINFO), or null for the kernel's choice.</param>
    /// <param name="blocking">Waits in the kernel; see <see cref="SendWaiting"/>.</param>
    /// <param name="trace">Sees the call.</param>
    public abstract int SendTo(SafeSocketHandle handle, ReadOnlySpan<byte> data, EndPoint to, IPAddress? source, bool blocking, SystemCallTrace? trace);

    /// <summary>
    /// sendto(2) that waits in the kernel up to a number of milliseconds, for Unix domain sockets: poll says of a socket without a peer that it can
    /// be written, also when the receiver's queue is full (unix(7)).
    /// </summary>
    public abstract int SendWaiting(SafeSocketHandle handle, ReadOnlySpan<byte> data, EndPoint to, int milliseconds, bool nonBlocking, SystemCallTrace? trace);

    /// <summary>Sends some datagrams of a batch, by one call where the system has it (sendmmsg(2)), without waiting. Returns how many went, at least one, or the error of the first.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="batch">The datagrams: their bytes and <see cref="DatagramArrival.Count"/>.</param>
    /// <param name="start">The first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Where to; null for the peer of a connected socket.</param>
    /// <param name="trace">Sees the call.</param>
    public abstract int SendDatagrams(SafeSocketHandle handle, DatagramBatch batch, int start, int count, EndPoint? to, SystemCallTrace? trace);

    /// <summary>Sends datagrams of a batch that was received back to where each came from, as <see cref="SendDatagrams"/> does.</summary>
    public abstract int AnswerDatagrams(SafeSocketHandle handle, DatagramBatch batch, int start, int count);

    /// <summary>recvmsg(2) of one datagram, or recvmmsg(2) of as many as are there. Returns how many.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="batch">Takes them.</param>
    /// <param name="maximum">The most to take.</param>
    /// <param name="peek">Leaves them where they are.</param>
    /// <param name="blocking">Waits in the kernel for the first one, unless the socket is non-blocking. For a thread that <see cref="Shutdown"/> ends.</param>
    /// <param name="trace">Sees the call.</param>
    public abstract int ReceiveDatagrams(SafeSocketHandle handle, DatagramBatch batch, int maximum, bool peek, bool blocking, SystemCallTrace? trace);

    /// <summary>Says whether the system shall tell of each datagram its time and what was dropped before it, and where it was sent to; null leaves that as it is.</summary>
    public abstract void SetDatagramDetails(SafeSocketHandle handle, AddressFamily family, bool time, bool? destination, SystemCallTrace? trace);

    /// <summary>Joins or leaves a multicast group (RFC 3678).</summary>
    public abstract int SetMembership(SafeSocketHandle handle, GroupMembership membership, bool join, SystemCallTrace? trace);

    /// <summary>
    /// sendfile(2) from a position of a file; 0 at the end of the file. It waits unless the socket is non-blocking, for it has no flag. ENOSYS where
    /// there is no such call, EINVAL for a file or a socket that it does not take: those are read and sent.
    /// </summary>
    public virtual int SendFile(SafeSocketHandle handle, SafeFileHandle file, long offset, int count, SystemCallTrace? trace) => -(int)Errno.ENOSYS;

    /// <summary>
    /// A pipe that takes bytes from a socket, which must be non-blocking, to a file inside of the kernel (splice(2)); null where there is no such call,
    /// or no descriptor left.
    /// </summary>
    public virtual SplicePipe? OpenPipe() => null;

    public abstract int Shutdown(SafeSocketHandle handle, SocketShutdown how, SystemCallTrace? trace);

    /// <summary>close(2). The caller makes sure that nobody is in a call on the handle.</summary>
    public abstract int Close(SafeSocketHandle handle, SystemCallTrace? trace);

    public abstract int SetReuseAddress(SafeSocketHandle handle, bool on, SystemCallTrace? trace);

    public abstract int SetIPv6Only(SafeSocketHandle handle, bool on, SystemCallTrace? trace);

    /// <summary>SO_LINGER with a time of zero: the next close sends RST (socket(7)).</summary>
    public abstract int SetLingerZero(SafeSocketHandle handle, SystemCallTrace? trace);

    /// <summary>getsockopt(2) of an option of the table: its bytes in the target; returns how many.</summary>
    public abstract int GetOption(SafeSocketHandle handle, SocketOptionKey option, Span<byte> value, SystemCallTrace? trace);

    /// <summary>setsockopt(2).</summary>
    public abstract int SetOption(SafeSocketHandle handle, SocketOptionKey option, ReadOnlySpan<byte> value, SystemCallTrace? trace);

    /// <summary>Whether the next byte to receive is the one at the urgent mark (SIOCATMARK, sockatmark(3)): 1 or 0.</summary>
    public abstract int AtMark(SafeSocketHandle handle, SystemCallTrace? trace);

    /// <summary>socketpair(2).</summary>
    public abstract int SocketPair(SocketType type, out SafeSocketHandle? first, out SafeSocketHandle? second, SystemCallTrace? trace);

    /// <summary>sendmsg(2) of bytes and of descriptors (SCM_RIGHTS, unix(7)), without waiting.</summary>
    public abstract int SendDescriptors(SafeSocketHandle handle, ReadOnlySpan<byte> data, ReadOnlySpan<int> descriptors, SystemCallTrace? trace);

    /// <summary>recvmsg(2) of bytes and of descriptors, without waiting. The descriptors are the caller's, closed on exec.</summary>
    public abstract int ReceiveDescriptors(SafeSocketHandle handle, Span<byte> data, Span<int> descriptors, out int received, SystemCallTrace? trace);

    /// <summary>Family, type, protocol and whether it listens, of a descriptor that somebody else opened.</summary>
    public abstract int Describe(SafeSocketHandle handle, out AddressFamily family, out SocketType type, out ProtocolType protocol, out bool listening);

    /// <summary>getsockname(2), or null.</summary>
    public abstract EndPoint? LocalEndPoint(SafeSocketHandle handle);

    /// <summary>getpeername(2), or null.</summary>
    public abstract EndPoint? RemoteEndPoint(SafeSocketHandle handle);

    /// <summary>getaddrinfo(3) of a name in ASCII. The one call that waits where nobody can end it, so it is for a thread that may be left behind.</summary>
    /// <param name="name">A host name.</param>
    /// <param name="family">InterNetwork or InterNetworkV6; Unspecified for both.</param>
    /// <param name="type">So that each address comes once.</param>
    /// <param name="canonicalName">Asks for AI_CANONNAME.</param>
    public abstract HostLookup Resolve(string name, AddressFamily family, SocketType type, bool canonicalName);

    /// <summary>The .NET socket around a handle. It shares the handle and shows its state as it is now.</summary>
    public abstract Socket Wrap(SafeSocketHandle handle);

    /// <summary>Tells of a socket that somebody else made, before its handle is used here.</summary>
    public abstract void Adopt(Socket socket);

    /// <summary>
    /// poll(2): waits until a target is ready, the time is over, or a token fires; returns how many targets are ready.
    /// It returns 0 for both time and tokens; the caller looks at which fired.
    /// </summary>
    public abstract int Poll(Span<PollTarget> targets, int milliseconds, CancellationToken stop, CancellationToken closed, SystemCallTrace? trace);

    private static SystemCalls Choose() =>
        OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("SOCKETTOOLS_SYSTEM_CALLS") == "managed"
            ? new ManagedSystemCalls()
            : new LibcSystemCalls();
}
