using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    public override int SendTo(SafeSocketHandle handle, ReadOnlySpan<byte> data, EndPoint to, IPAddress? source, bool blocking, SystemCallTrace? trace)
    {
        int flags = LibcNumbers.MSG_NOSIGNAL | (blocking ? 0 : LibcNumbers.MSG_DONTWAIT);
        int count;
        fixed (byte* pointer = data)
        {
            nint payload = (nint)pointer;
            int length = data.Length;
            do
            {
                count = source is not null ? SendFrom(handle, payload, length, to, source, flags)
                    : to is RelativeUnixEndPoint relative ? InDirectoryOf(relative, at => SendToAddress(handle, payload, length, flags, at))
                    : SendToAddress(handle, payload, length, flags, to);
            }
            while (count == -(int)Errno.EINTR);
        }

        if (trace is not null)
        {
            string shown = blocking ? "MSG_NOSIGNAL" : "MSG_DONTWAIT|MSG_NOSIGNAL";
            trace(source is null
                ? Record("sendto", $"{Fd(handle)}, {CallText.Data(data)}, {data.Length}, {shown}, {CallText.Address(to)}", count)
                : Record("sendmsg", $"{Fd(handle)}, {{msg_name={CallText.Address(to)}, msg_iov=[{CallText.Data(data)}], msg_control=[{{IP_PKTINFO, {source}}}]}}, {shown}", count));
        }

        return count;
    }

    public override int SendWaiting(SafeSocketHandle handle, ReadOnlySpan<byte> data, EndPoint to, int milliseconds, bool nonBlocking, SystemCallTrace? trace)
    {
        SetSendTimeout(handle, milliseconds);
        if (nonBlocking)
        {
            SetBlocking(handle, true);
        }

        int result = SendTo(handle, data, to, null, blocking: true, trace);
        if (nonBlocking)
        {
            SetBlocking(handle, false);
        }

        SetSendTimeout(handle, 0);
        return result;
    }

    public override int SendDatagrams(SafeSocketHandle handle, DatagramBatch batch, int start, int count, EndPoint? to, SystemCallTrace? trace)
    {
        if (!OperatingSystem.IsLinux() || to is RelativeUnixEndPoint || count == 1)
        {
            return OneByOne(handle, batch, start, count, to, trace);
        }

        Entries(batch, out Libc.BatchEntry* entries, out Libc.IoVector* vectors, out byte* names, out _);
        int nameLength = 0;
        if (to is not null)
        {
            SocketAddress bytes = to.Serialize();
            bytes.Buffer.Span[..bytes.Size].CopyTo(new Span<byte>(names, DatagramBatch.NameSize));
            nameLength = bytes.Size;
        }

        byte* data = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(batch.Data, 0);
        for (int i = start; i < start + count; i++)
        {
            vectors[i] = new() { Base = data + ((long)i * batch.Stride), Length = batch.Arrivals[i].Count };
            entries[i] = new() { Header = new() { Name = nameLength == 0 ? null : names, NameLength = nameLength, Vectors = vectors + i, VectorCount = 1 } };
        }

        return SendEntries(handle, entries, start, count, trace);
    }

    public override int AnswerDatagrams(SafeSocketHandle handle, DatagramBatch batch, int start, int count)
    {
        Entries(batch, out Libc.BatchEntry* entries, out Libc.IoVector* vectors, out _, out _);
        for (int i = start; i < start + count; i++)
        {
            // The name is that of the datagram that came, and so is the one control message that says where it was sent to: that is where it is answered from.
            vectors[i].Length = batch.Arrivals[i].Count;
            KeepDestination(&entries[i].Header);
        }

        if (OperatingSystem.IsLinux() && count > 1)
        {
            return SendEntries(handle, entries, start, count, null);
        }

        const int Sent = 1;
        int flags = LibcNumbers.MSG_DONTWAIT | LibcNumbers.MSG_NOSIGNAL;
        Libc.MessageHeader* header = &entries[start].Header;
        int result = header->ControlLength == 0
            ? Result((int)Libc.SendTo(handle, (byte*)header->Vectors->Base, header->Vectors->Length, flags, (byte*)header->Name, (int)header->NameLength))
            : Result((int)Libc.SendMessage(handle, header, flags));
        return result < 0 ? result : Sent;
    }

    public override int ReceiveDatagrams(SafeSocketHandle handle, DatagramBatch batch, int maximum, bool peek, bool blocking, SystemCallTrace? trace)
    {
        Entries(batch, out Libc.BatchEntry* entries, out Libc.IoVector* vectors, out byte* names, out byte* controls);
        byte* data = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(batch.Data, 0);
        for (int i = 0; i < maximum; i++)
        {
            vectors[i] = new() { Base = data + ((long)i * batch.Stride), Length = batch.Size };
            entries[i] = new()
            {
                Header = new()
                {
                    Name = names + (i * DatagramBatch.NameSize), NameLength = DatagramBatch.NameSize, Vectors = vectors + i, VectorCount = 1,
                    Control = controls + (i * DatagramBatch.ControlSize), ControlLength = DatagramBatch.ControlSize,
                },
            };
        }

        // Linux tells the length of the datagram, not of what there was room for, when MSG_TRUNC is asked for (recv(2)).
        int flags = (blocking ? 0 : LibcNumbers.MSG_DONTWAIT) | (OperatingSystem.IsLinux() ? LibcNumbers.MSG_TRUNC : 0) | (peek ? (int)MessageFlags.Peek : 0);
        int count;
        do
        {
            if (maximum > 1 && OperatingSystem.IsLinux())
            {
                count = Result(Libc.ReceiveMessages(handle, entries, (uint)maximum, flags | LibcNumbers.MSG_WAITFORONE, null));
            }
            else
            {
                count = Result((int)Libc.ReceiveMessage(handle, &entries[0].Header, flags));
                entries[0].Length = (uint)Math.Max(count, 0);
                count = Math.Min(count, 1) is < 0 and var error ? error : 1;
            }
        }
        while (count == -(int)Errno.EINTR);

        for (int i = 0; i < count; i++)
        {
            Read(batch, ref batch.Arrivals[i], entries + i);
        }

        if (trace is not null)
        {
            TraceReceived(handle, batch, maximum, count, peek, trace);
        }

        return count;
    }

    private static int SendToAddress(SafeSocketHandle handle, nint data, int length, int flags, EndPoint address)
    {
        SocketAddress bytes = address.Serialize();
        fixed (byte* pointer = bytes.Buffer.Span)
        {
            return Result((int)Libc.SendTo(handle, (byte*)data, length, flags, pointer, bytes.Size));
        }
    }

    // With the address to send from (IP_PKTINFO, ip(7); IPV6_PKTINFO, ipv6(7)).
    private static int SendFrom(SafeSocketHandle handle, nint data, int length, EndPoint to, IPAddress source, int flags)
    {
        byte* control = stackalloc byte[DatagramBatch.ControlSize];
        Span<byte> bytes = new(control, DatagramBatch.ControlSize);
        bytes.Clear();
        bool ipv6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        int payload = ipv6 ? 20 : 12;
        MemoryMarshal.Write(bytes, s_controlHeader + payload);
        MemoryMarshal.Write(bytes[(s_controlHeader - 8)..], ipv6 ? LibcNumbers.IPPROTO_IPV6 : LibcNumbers.IPPROTO_IP);
        MemoryMarshal.Write(bytes[(s_controlHeader - 4)..], ipv6 ? LibcNumbers.IPV6_PKTINFO : LibcNumbers.IP_PKTINFO);
        (ipv6 ? source.MapToIPv6() : source).TryWriteBytes(bytes[(s_controlHeader + (ipv6 ? 0 : 4))..], out _);
        Libc.IoVector vector = new() { Base = (void*)data, Length = length };
        SocketAddress name = to.Serialize();
        fixed (byte* pointer = name.Buffer.Span)
        {
            Libc.MessageHeader message = new() { Name = pointer, NameLength = name.Size, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSpace(payload) };
            return Result((int)Libc.SendMessage(handle, &message, flags));
        }
    }

    private int OneByOne(SafeSocketHandle handle, DatagramBatch batch, int start, int count, EndPoint? to, SystemCallTrace? trace)
    {
        int sent = 0;
        for (int i = start; i < start + count; i++)
        {
            ReadOnlySpan<byte> payload = batch.Payload(i);
            int result = to is null ? Send(handle, payload, MessageFlags.None, trace) : SendTo(handle, payload, to, null, blocking: false, trace);
            if (result < 0)
            {
                return sent == 0 ? result : sent;
            }

            sent++;
        }

        return sent;
    }

    private static int SendEntries(SafeSocketHandle handle, Libc.BatchEntry* entries, int start, int count, SystemCallTrace? trace)
    {
        int sent;
        do
        {
            sent = Result(Libc.SendMessages(handle, entries + start, (uint)count, LibcNumbers.MSG_DONTWAIT | LibcNumbers.MSG_NOSIGNAL));
        }
        while (sent == -(int)Errno.EINTR);

        trace?.Invoke(Record("sendmmsg", $"{Fd(handle)}, [{count} messages], {count}, MSG_DONTWAIT|MSG_NOSIGNAL", sent));
        return sent;
    }

    // The headers of a batch, in the order: mmsghdr, iovec, names, control messages. The memory is pinned.
    private static void Entries(DatagramBatch batch, out Libc.BatchEntry* entries, out Libc.IoVector* vectors, out byte* names, out byte* controls)
    {
        byte* native = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(batch.Native, 0);
        int count = batch.Count;
        entries = (Libc.BatchEntry*)native;
        vectors = (Libc.IoVector*)(native + (count * sizeof(Libc.BatchEntry)));
        names = native + (count * DatagramBatch.NativeHeaderSize);
        controls = names + (count * DatagramBatch.NameSize);
    }

    private static void TraceReceived(SafeSocketHandle handle, DatagramBatch batch, int maximum, int count, bool peek, SystemCallTrace trace)
    {
        string flags = "MSG_DONTWAIT" + (OperatingSystem.IsLinux() ? "|MSG_TRUNC" : "") + (peek ? "|MSG_PEEK" : "");
        if (maximum > 1)
        {
            trace(Record("recvmmsg", $"{Fd(handle)}, [{Math.Max(count, 0)} messages], {maximum}, {flags}|MSG_WAITFORONE, NULL", count));
        }
        else if (count < 0)
        {
            trace(Record("recvmsg", $"{Fd(handle)}, 0x0, {flags}", count));
        }
        else
        {
            DatagramArrival arrival = batch.Arrivals[0];
            string name = arrival.Remote is null ? "NULL" : CallText.Address(arrival.Remote);
            trace(Record("recvmsg", $"{Fd(handle)}, {{msg_name={name}, msg_iov=[{{iov_base={CallText.Data(batch.Payload(0))}, iov_len={batch.Size}}}], msg_flags={(arrival.Truncated ? "MSG_TRUNC" : "0")}}}, {flags}", arrival.Length));
        }
    }
}
