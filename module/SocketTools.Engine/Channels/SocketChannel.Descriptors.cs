using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    /// <summary>The most descriptors that go in one message: SCM_MAX_FD of Linux.</summary>
    public const int MaximumDescriptors = 253;

    /// <summary>Two connected Unix sockets without names (socketpair(2)).</summary>
    /// <exception cref="SocketCallException">EOPNOTSUPP where the system has none, EMFILE.</exception>
    public static (SocketChannel First, SocketChannel Second) CreatePair(SocketType type, SystemCallTrace? trace = null)
    {
        int result = SystemCalls.Current.SocketPair(type, out SafeSocketHandle? first, out SafeSocketHandle? second, trace);
        if (first is null || second is null)
        {
            throw new SocketCallException("socketpair", (Errno)(-result), $"AF_UNIX {SocketNames.Of(type)}");
        }

        SocketChannel one = new(first, AddressFamily.Unix, type, ProtocolType.Unspecified);
        SocketChannel two = new(second, AddressFamily.Unix, type, ProtocolType.Unspecified);
        one.SetConnected(null, null);
        two.SetConnected(null, null);
        one.PairNumber = two.PairNumber = System.Threading.Interlocked.Increment(ref s_pairs);
        return (one, two);
    }

    /// <summary>Takes over an open descriptor that is a socket: one that was inherited or received.</summary>
    /// <exception cref="SocketCallException">ENOTSOCK: it is none. EBADF: it is not open. It stays open then.</exception>
    public static SocketChannel FromDescriptor(int descriptor)
    {
        SafeSocketHandle handle = new(descriptor, ownsHandle: true);
        try
        {
            int result = SystemCalls.Current.Describe(handle, out AddressFamily family, out SocketType type, out ProtocolType protocol, out bool listening);
            if (result < 0)
            {
                throw new SocketCallException("getsockopt", (Errno)(-result), descriptor, $"Descriptor {descriptor}: {ErrnoTable.Get((Errno)(-result)).Meaning}");
            }

            SocketChannel channel = new(handle, family, type, protocol) { _listening = listening, IsShared = true };
            channel._bound = channel._calls.LocalEndPoint(handle) is { } local && !IsUnnamed(local);
            channel._remote = Shown(channel._calls.RemoteEndPoint(handle));
            channel._connected = !listening && channel._remote is not null;
            channel.Endpoint = SocketEndpoint.From(channel._remote, type) ?? SocketEndpoint.From(channel.LocalEndPoint, type);
            if (listening)
            {
                channel._calls.SetBlocking(handle, false);
            }

            return channel;
        }
        catch
        {
            handle.SetHandleAsInvalid();
            throw;
        }
    }

    /// <summary>Passes open descriptors to the process at the other end (SCM_RIGHTS, unix(7)). They stay open here.</summary>
    /// <param name="data">At least one byte; the descriptors travel with it.</param>
    /// <param name="descriptors">1 to 253 open descriptors.</param>
    /// <param name="wait">How long to wait for room.</param>
    /// <exception cref="SocketCallException">EBADF: one of them is not open. EOPNOTSUPP: not a Unix socket. EPIPE, ETIMEDOUT.</exception>
    public void SendDescriptors(ReadOnlySpan<byte> data, ReadOnlySpan<int> descriptors, SocketWait wait)
    {
        CheckUnix("sendmsg");
        using Turn turn = Enter(_sendGate, "sendmsg", wait);
        while (true)
        {
            int count = _calls.SendDescriptors(_handle, data, descriptors, wait.Trace);
            if (count >= 0)
            {
                LogTransfer(TransferCall.SendMessage, data.Length, count, null, data);
                System.Threading.Interlocked.Add(ref _bytesSent, count);
                SendAll(data[count..], MessageFlags.None, wait); // The descriptors went with the first part.
                return;
            }

            if (count != -(int)Errno.EWOULDBLOCK)
            {
                LogTransfer(TransferCall.SendMessage, data.Length, count, null);
                Check("sendmsg", count);
            }

            WaitUntil(PollEvents.Write, "sendmsg", wait);
        }
    }

    /// <summary>Receives one message and the descriptors in it. They are the caller's to close; those beyond the maximum are closed here.</summary>
    /// <param name="maximum">The most to take.</param>
    /// <param name="data">The bytes that they came with; empty at the end of the stream.</param>
    /// <param name="wait">How long to wait.</param>
    /// <exception cref="SocketCallException">EOPNOTSUPP: not a Unix socket. ETIMEDOUT. EINVAL: bytes that came before are still in the buffer.
    /// ENODATA: bytes came without a descriptor; they stay in the buffer.</exception>
    public IReadOnlyList<int> ReceiveDescriptors(int maximum, out byte[] data, SocketWait wait)
    {
        CheckUnix("recvmsg");
        using Turn turn = Enter(_receiveGate, "recvmsg", wait);
        if (_buffer.Count > 0)
        {
            throw new SocketCallException("recvmsg", Errno.EINVAL, ToTarget(), $"{_buffer.Count} bytes that came before are still to be received") { Advice = "Receive them first." };
        }

        byte[] bytes = new byte[DefaultReceiveSize];
        int[] descriptors = new int[maximum];
        while (true)
        {
            int count = _calls.ReceiveDescriptors(_handle, bytes, descriptors, out int received, wait.Trace);
            if (count >= 0)
            {
                LogTransfer(TransferCall.ReceiveMessage, bytes.Length, count, null, bytes);
                CountReceived(count);
                if (received == 0 && count > 0)
                {
                    _buffer.Append(bytes.AsSpan(0, count));
                    throw new SocketCallException("recvmsg", Errno.ENODATA, ToTarget(), $"No descriptor came with these {count} bytes, which stay in the channel") { Advice = "Receive them with Receive-SocketByte." };
                }

                data = bytes.AsSpan(0, count).ToArray();
                return descriptors.AsSpan(0, received).ToArray();
            }

            if (count != -(int)Errno.EWOULDBLOCK)
            {
                LogTransfer(TransferCall.ReceiveMessage, bytes.Length, count, null);
                Check("recvmsg", count);
            }

            WaitUntil(PollEvents.Read, "recvmsg", wait);
        }
    }

    private static bool IsUnnamed(System.Net.EndPoint address) => address switch
    {
        System.Net.IPEndPoint ip => ip.Port == 0,
        _ => string.IsNullOrEmpty(address.ToString()),
    };

    private void CheckUnix(string operation)
    {
        CheckOpen(operation);
        if (AddressFamily != AddressFamily.Unix)
        {
            throw new SocketCallException(operation, Errno.EOPNOTSUPP, ToTarget(), $"A {Protocol} socket passes no descriptors")
            {
                Advice = "Only Unix domain sockets do.",
            };
        }
    }
}
