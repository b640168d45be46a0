using System;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Calls;

internal sealed partial class ManagedSystemCalls
{
    public override int SendTo(SafeSocketHandle handle, ReadOnlySpan<byte> data, EndPoint to, IPAddress? source, bool blocking, SystemCallTrace? trace)
    {
        byte[] bytes = data.ToArray();

        // .NET has no word for the source address.
        int result = Try(() => Wrap(handle).SendTo(bytes, Plain(to)));
        if (result == -(int)Errno.EADDRNOTAVAIL && to.AddressFamily == AddressFamily.Unix)
        {
            result = -(int)Errno.ENOENT; // .NET has no name of its own for ENOENT.
        }

        return Traced(trace, "sendto", trace is null ? "" : $"{Fd(handle)}, {CallText.Data(data)}, {data.Length}, 0, {CallText.Address(to)}", result);
    }

    public override int SendWaiting(SafeSocketHandle handle, ReadOnlySpan<byte> data, EndPoint to, int milliseconds, bool nonBlocking, SystemCallTrace? trace)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        while (true)
        {
            int result = SendTo(handle, data, to, null, blocking: false, trace);
            if (result != -(int)Errno.EWOULDBLOCK || deadline.Passed)
            {
                return result;
            }

            System.Threading.Thread.Sleep(deadline.RemainingAtMost(10)); // Nothing tells when there is room.
        }
    }

    public override int SendDatagrams(SafeSocketHandle handle, DatagramBatch batch, int start, int count, EndPoint? to, SystemCallTrace? trace)
    {
        int sent = 0;
        for (int i = start; i < start + count; i++)
        {
            int result = to is null ? Send(handle, batch.Payload(i), MessageFlags.None, trace) : SendTo(handle, batch.Payload(i), to, null, blocking: false, trace);
            if (result < 0)
            {
                return sent == 0 ? result : sent;
            }

            sent++;
        }

        return sent;
    }

    public override int AnswerDatagrams(SafeSocketHandle handle, DatagramBatch batch, int start, int count) =>
        SendTo(handle, batch.Payload(start), ToSend(Wrap(handle), batch.Arrivals[start].Remote!), null, blocking: false, null) is < 0 and var error ? error : 1;

    public override int ReceiveDatagrams(SafeSocketHandle handle, DatagramBatch batch, int maximum, bool peek, bool blocking, SystemCallTrace? trace)
    {
        // One by one: each is looked at for its own flags.
        int count = 0;
        while (count < maximum)
        {
            int result = ReceiveOne(Wrap(handle), batch, count, peek ? SocketFlags.Peek : SocketFlags.None);
            Traced(trace, "recvfrom", trace is null ? "" : $"{Fd(handle)}, {CallText.Data(result < 0 ? [] : batch.Payload(count))}, {batch.Size}, {(peek ? "MSG_PEEK" : "0")}", result);
            if (result < 0)
            {
                return count == 0 ? result : count;
            }

            count++;
        }

        return count;
    }

    public override void SetDatagramDetails(SafeSocketHandle handle, AddressFamily family, bool time, bool? destination, SystemCallTrace? trace)
    {
        if (destination is { } tell && family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        {
            Set(handle, family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6, SocketOptionName.PacketInformation, tell, trace);
        }
    }

    public override int SetMembership(SafeSocketHandle handle, GroupMembership membership, bool join, SystemCallTrace? trace)
    {
        Socket socket = Wrap(handle);
        bool ipv4 = membership.Group.AddressFamily == AddressFamily.InterNetwork;
        int result = Try(() =>
        {
            if (membership.Source is not null)
            {
                SetSource(socket, membership, join);
            }
            else if (ipv4)
            {
                socket.SetSocketOption(SocketOptionLevel.IP, join ? SocketOptionName.AddMembership : SocketOptionName.DropMembership, new MulticastOption(membership.Group, membership.Interface));
            }
            else
            {
                socket.SetSocketOption(SocketOptionLevel.IPv6, join ? SocketOptionName.AddMembership : SocketOptionName.DropMembership, new IPv6MulticastOption(membership.Group, membership.Interface));
            }
        });
        return Traced(trace, "setsockopt", $"{Fd(handle)}, {(ipv4 ? "IPPROTO_IP" : "IPPROTO_IPV6")}, {(join ? "join" : "leave")}, {{{membership}}}", result);
    }

    // struct group_source_req (RFC 3678); .NET has no word for it.
    private static void SetSource(Socket socket, GroupMembership membership, bool join)
    {
        const int AddressSize = 128;
        byte[] request = new byte[8 + (2 * AddressSize)];
        BitConverter.TryWriteBytes(request, membership.Interface);
        Put(membership.Group, 8);
        Put(membership.Source!, 8 + AddressSize);
        (int joins, int leaves) = OperatingSystem.IsWindows() ? (45, 46) : (Native.LibcNumbers.MCAST_JOIN_SOURCE_GROUP, Native.LibcNumbers.MCAST_LEAVE_SOURCE_GROUP);
        socket.SetRawSocketOption(membership.Group.AddressFamily == AddressFamily.InterNetwork ? 0 : 41, join ? joins : leaves, request);

        void Put(IPAddress address, int at)
        {
            SocketAddress bytes = new IPEndPoint(address, 0).Serialize();
            bytes.Buffer.Span[..bytes.Size].CopyTo(request.AsSpan(at));
        }
    }

    private static int ReceiveOne(Socket socket, DatagramBatch batch, int index, SocketFlags flags)
    {
        EndPoint remote = socket.AddressFamily switch
        {
            AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Any, 0),
            AddressFamily.InterNetwork => new IPEndPoint(IPAddress.Any, 0),
            _ => new UnixDomainSocketEndPoint("/"),
        };
        bool internet = socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
        IPPacketInformation information = default;
        int count = Try(() =>
        {
            // .NET tells of what was cut off by the flags of ReceiveMessageFrom, which it has for the Internet only.
            return internet ? socket.ReceiveMessageFrom(batch.Data, index * batch.Stride, batch.Size, ref flags, ref remote, out information)
                : socket.SocketType == SocketType.Dgram ? socket.ReceiveFrom(batch.Data, index * batch.Stride, batch.Size, flags, ref remote)
                : socket.Receive(batch.Data, index * batch.Stride, batch.Size, flags);
        });
        if (count == -(int)Errno.EMSGSIZE)
        {
            (count, flags) = (batch.Size, SocketFlags.Truncated); // Windows says it so.
        }

        batch.Arrivals[index] = new DatagramArrival
        {
            Length = Math.Max(count, 0),
            Count = Math.Max(count, 0),
            Truncated = (flags & SocketFlags.Truncated) != 0,
            Remote = internet ? SocketChannel.Shown(remote) : remote.ToString() is { Length: > 0 } and not "/" ? remote : null,
            Destination = information.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : information.Address,
            Interface = information.Interface,
            Dropped = -1,
        };
        return count;
    }

    private static EndPoint ToSend(Socket socket, EndPoint remote) =>
        socket.AddressFamily == AddressFamily.InterNetworkV6 && remote is IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip ? new IPEndPoint(ip.Address.MapToIPv6(), ip.Port) : remote;
}
