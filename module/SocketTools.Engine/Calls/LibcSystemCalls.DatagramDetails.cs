using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    public override void SetDatagramDetails(SafeSocketHandle handle, AddressFamily family, bool time, bool? destination, SystemCallTrace? trace)
    {
        // None of them is needed: what the system does not tell stays empty.
        (int, string) socket = (LibcNumbers.SOL_SOCKET, "SOL_SOCKET");
        SetOption(handle, socket, (LibcNumbers.SO_TIMESTAMP, OperatingSystem.IsLinux() ? "SO_TIMESTAMPNS" : "SO_TIMESTAMP"), time ? 1 : 0, trace);
        if (LibcNumbers.SO_RXQ_OVFL != 0)
        {
            SetOption(handle, socket, (LibcNumbers.SO_RXQ_OVFL, "SO_RXQ_OVFL"), time ? 1 : 0, trace);
        }

        if (destination is { } tell && family == AddressFamily.InterNetwork)
        {
            SetOption(handle, (LibcNumbers.IPPROTO_IP, "IPPROTO_IP"), (LibcNumbers.IP_RECVPKTINFO, "IP_PKTINFO"), tell ? 1 : 0, trace);
        }
        else if (destination is { } tell6 && family == AddressFamily.InterNetworkV6)
        {
            SetOption(handle, (LibcNumbers.IPPROTO_IPV6, "IPPROTO_IPV6"), (LibcNumbers.IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"), tell6 ? 1 : 0, trace);
        }
    }

    public override int SetMembership(SafeSocketHandle handle, GroupMembership membership, bool join, SystemCallTrace? trace)
    {
        // struct group_req and group_source_req (RFC 3678): the interface, then one or two addresses of 128 bytes, aligned to eight.
        bool ofSource = membership.Source is not null;
        Span<byte> request = stackalloc byte[ofSource ? 8 + (2 * AddressSize) : 8 + AddressSize];
        request.Clear();
        MemoryMarshal.Write(request, membership.Interface);
        Put(request[8..], membership.Group);
        if (membership.Source is not null)
        {
            Put(request[(8 + AddressSize)..], membership.Source);
        }

        bool ipv4 = membership.Group.AddressFamily == AddressFamily.InterNetwork;
        (int number, string name) = (join, ofSource) switch
        {
            (true, false) => (LibcNumbers.MCAST_JOIN_GROUP, "MCAST_JOIN_GROUP"),
            (false, false) => (LibcNumbers.MCAST_LEAVE_GROUP, "MCAST_LEAVE_GROUP"),
            (true, true) => (LibcNumbers.MCAST_JOIN_SOURCE_GROUP, "MCAST_JOIN_SOURCE_GROUP"),
            _ => (LibcNumbers.MCAST_LEAVE_SOURCE_GROUP, "MCAST_LEAVE_SOURCE_GROUP"),
        };
        int result;
        fixed (byte* pointer = request)
        {
            result = Result(Libc.SetSocketOption(handle, ipv4 ? LibcNumbers.IPPROTO_IP : LibcNumbers.IPPROTO_IPV6, number, pointer, request.Length));
        }

        trace?.Invoke(Record("setsockopt", $"{Fd(handle)}, {(ipv4 ? "IPPROTO_IP" : "IPPROTO_IPV6")}, {name}, {{{membership}}}, {request.Length}", result));
        return result;

        static void Put(Span<byte> target, IPAddress address)
        {
            SocketAddress bytes = new IPEndPoint(address, 0).Serialize();
            bytes.Buffer.Span[..bytes.Size].CopyTo(target);
        }
    }

    private static void Read(DatagramBatch batch, ref DatagramArrival arrival, Libc.BatchEntry* entry)
    {
        Libc.MessageHeader* header = &entry->Header;
        arrival = new()
        {
            Length = (int)entry->Length,
            Count = Math.Min((int)entry->Length, batch.Size),
            Truncated = ((int)header->Flags & LibcNumbers.MSG_TRUNC) != 0,
            Remote = Sender(batch, (byte*)header->Name, (int)header->NameLength),
            Dropped = -1,
        };
        ReadControl(batch, ref arrival, new ReadOnlySpan<byte>(header->Control, (int)header->ControlLength));
    }

    private static EndPoint? Sender(DatagramBatch batch, byte* name, int length)
    {
        if (length <= sizeof(short))
        {
            return null; // A Unix socket without a name.
        }

        ReadOnlySpan<byte> bytes = new(name, Math.Min(length, DatagramBatch.NameSize));
        if (batch.LastRemote is null || !bytes.SequenceEqual(batch.LastName.AsSpan(0, batch.LastNameLength)))
        {
            batch.LastRemote = SocketChannel.Shown(ToEndPoint(name, bytes.Length));
            batch.LastNameLength = bytes.Length;
            bytes.CopyTo(batch.LastName);
        }

        return batch.LastRemote;
    }

    private static void ReadControl(DatagramBatch batch, ref DatagramArrival arrival, ReadOnlySpan<byte> control)
    {
        while (control.Length >= s_controlHeader)
        {
            int length = MemoryMarshal.Read<int>(control);
            if (length < s_controlHeader || length > control.Length)
            {
                return;
            }

            int level = MemoryMarshal.Read<int>(control[(s_controlHeader - 8)..]);
            int type = MemoryMarshal.Read<int>(control[(s_controlHeader - 4)..]);
            ReadOnlySpan<byte> value = control[s_controlHeader..length];
            if (level == LibcNumbers.SOL_SOCKET && type == LibcNumbers.SCM_TIMESTAMP && value.Length >= 2 * sizeof(nint))
            {
                arrival.Ticks = Ticks(value);
            }
            else if (level == LibcNumbers.SOL_SOCKET && type == LibcNumbers.SO_RXQ_OVFL && value.Length >= sizeof(uint))
            {
                arrival.Dropped = MemoryMarshal.Read<int>(value) & int.MaxValue;
            }
            else if (level == LibcNumbers.IPPROTO_IP && type == LibcNumbers.IP_PKTINFO && value.Length >= 12)
            {
                arrival.Interface = MemoryMarshal.Read<int>(value);
                arrival.Destination = Destination(batch, value.Slice(8, 4));
            }
            else if (level == LibcNumbers.IPPROTO_IPV6 && type == LibcNumbers.IPV6_PKTINFO && value.Length >= 20)
            {
                arrival.Interface = MemoryMarshal.Read<int>(value[16..]);
                arrival.Destination = Destination(batch, value[..16]);
            }

            control = control[Math.Min(control.Length, Align(length))..];
        }
    }

    // Of all control messages of a datagram leaves the one with the destination, or none; the kernel takes no others back.
    private static void KeepDestination(Libc.MessageHeader* header)
    {
        byte* control = (byte*)header->Control;
        int left = (int)header->ControlLength;
        header->ControlLength = 0;
        while (control is not null && left >= s_controlHeader)
        {
            int length = *(int*)control;
            int level = *(int*)(control + s_controlHeader - 8);
            int type = *(int*)(control + s_controlHeader - 4);
            if ((level == LibcNumbers.IPPROTO_IP && type == LibcNumbers.IP_PKTINFO) || (level == LibcNumbers.IPPROTO_IPV6 && type == LibcNumbers.IPV6_PKTINFO))
            {
                header->Control = control;
                header->ControlLength = Align(length);
                return;
            }

            if (length < s_controlHeader)
            {
                return;
            }

            control += Align(length);
            left -= Align(length);
        }
    }

    private static long Ticks(ReadOnlySpan<byte> value)
    {
        long seconds = MemoryMarshal.Read<nint>(value);
        long fraction = OperatingSystem.IsMacOS() ? MemoryMarshal.Read<int>(value[sizeof(long)..]) * TimeSpan.TicksPerMicrosecond : MemoryMarshal.Read<nint>(value[sizeof(nint)..]) / TimeSpan.NanosecondsPerTick;
        return DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + fraction;
    }

    private static IPAddress Destination(DatagramBatch batch, ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual(batch.LastDestinationBytes))
        {
            return batch.LastDestination!;
        }

        batch.LastDestinationBytes = bytes.ToArray();
        IPAddress address = new(bytes);
        batch.LastDestination = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return batch.LastDestination;
    }
}
