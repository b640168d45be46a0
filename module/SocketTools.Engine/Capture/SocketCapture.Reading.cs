using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Threading;
using SocketTools.Capture;
using SocketTools.Native;

namespace SocketTools;

public sealed unsafe partial class SocketCapture
{
    private const int CookedHeaderSize = 16;
    private const int VlanTagSize = 4;
    private const int EtherTypeOffset = 12;

    // How often the last blocks are waited for, a millisecond each time. They come within some; the rest is for a machine that has no time for anything. It is
    // not the clock that counts, for on such a machine it may have gone on by much between two looks.
    private const int DrainWaits = 20_000;

    private volatile bool _ending;
    private TimeSpan _settle;
    private volatile bool _drain = true;
    private int _interfaceSeen = -1;

    // The thread. What it throws would end the process.
    private void ReadToEnd()
    {
        try
        {
            Read();
        }
        catch (OutOfMemoryException e)
        {
            _error = new SocketCallException("mmap", Errno.ENOMEM, Interface, "There is no memory for packets, and the capture ended", e);
            WakeWatchers();
        }
    }

    private void Read()
    {
        while (!_ending)
        {
            if (!ReadBlock())
            {
                WaitForBlock(-1);
            }
        }

        if (_error is null)
        {
            _fence?.Pass(() => _drain); // Over an interface that went down nothing comes any more, and it would wait for its time to be over.
        }

        if (_settle > TimeSpan.Zero)
        {
            Settle();
        }

        // What comes now was sent after the stop. Without this the ring might never become empty.
        _socket.Attach([new BpfInstruction(BpfInstruction.Return, 0, 0, 0)], null);
        ReadAll(DrainWaits);
    }

    // Waits until every connection that began to close has closed.
    private void Settle()
    {
        ClosingConnections closing = new(_cooked ? LinkType.LinuxCooked : LinkType.Ethernet);
        long start = Stopwatch.GetTimestamp();
        do
        {
            ReadAll(2 * PacketRing.RetireMilliseconds);
            lock (_store)
            {
                if (!closing.Look(_store))
                {
                    return;
                }
            }

            WaitForBlock(PacketRing.RetireMilliseconds);
        }
        while (_drain && Stopwatch.GetElapsedTime(start) < _settle);
    }

    private void ReadAll(int waits)
    {
        while (_drain && !_ring.IsEmpty && waits > 0)
        {
            if (!ReadBlock())
            {
                WaitForBlock(1);
                waits--;
            }
        }
    }

    private void WaitForBlock(int milliseconds)
    {
        // A stop makes the second one readable, and it stays so: once the capture ends, the time is what ends a wait that has one. A wait without end is for the stop
        // also when that came after the last look at it.
        Libc.PollFd* fds = stackalloc Libc.PollFd[2];
        fds[0] = new() { Fd = _error is null ? _socket.Descriptor : -1, Events = LibcNumbers.POLLIN };
        fds[1] = new() { Fd = _ending && milliseconds >= 0 ? -1 : _wake.Descriptor, Events = LibcNumbers.POLLIN };
        if (Libc.Poll(fds, 2, milliseconds) > 0 && (fds[0].Revents & (LibcNumbers.POLLERR | LibcNumbers.POLLHUP | LibcNumbers.POLLNVAL)) != 0
            && _socket.TakeError() is not Errno.None and var errno)
        {
            _error = new SocketCallException("poll", errno, Interface, errno == Errno.ENETDOWN ? "The interface went down, and the capture ended with it" : null);
            WakeWatchers();
        }
    }

    private bool ReadBlock()
    {
        Libc.PacketBlock* block = _ring.Take();
        if (block is null)
        {
            return false;
        }

        lock (_store)
        {
            byte* at = (byte*)block + block->FirstOffset;
            for (uint left = block->Packets; left > 0; left--)
            {
                Libc.PacketFrame* frame = (Libc.PacketFrame*)at;
                Keep(frame, new ReadOnlySpan<byte>(at + frame->LinkOffset, (int)frame->Captured));
                at += frame->NextOffset;
            }

            Monitor.PulseAll(_store); // Whoever watches is waiting for them.
        }

        _ring.GiveBack();
        return true;
    }

    // What the kernel took out of the frame, and what it never had, is put back: the VLAN tag, and the header of a cooked packet.
    private void Keep(Libc.PacketFrame* frame, ReadOnlySpan<byte> captured)
    {
        Libc.LinkAddress* address = &frame->Address;
        if (address->Interface != _interfaceSeen)
        {
            _interfaceSeen = address->Interface;
            _socket.InterfaceName(_interfaceSeen); // While it is there to be asked for.
        }

        int at = _cooked ? 0 : EtherTypeOffset;
        bool tagged = (frame->Status & PacketNumbers.TP_STATUS_VLAN_VALID) != 0 && captured.Length >= at;
        int added = (_cooked ? CookedHeaderSize : 0) + (tagged ? VlanTagSize : 0);
        long nanoseconds = (frame->Seconds * 1_000_000_000L) + frame->Nanoseconds;
        Span<byte> kept = _store.Add(new(nanoseconds, captured.Length + added, (int)frame->Length + added, address->Interface, address->PacketType));
        ushort tag = (frame->Status & PacketNumbers.TP_STATUS_VLAN_TPID_VALID) != 0 ? frame->VlanProtocol : PacketNumbers.ETH_P_8021Q;
        if (_cooked)
        {
            // LINKTYPE_LINUX_SLL: with a tag, the type is that of the tag, and what it tags follows it.
            BinaryPrimitives.WriteUInt16BigEndian(kept, address->PacketType);
            BinaryPrimitives.WriteUInt16BigEndian(kept[2..], address->HardwareType);
            BinaryPrimitives.WriteUInt16BigEndian(kept[4..], address->AddressLength);
            new ReadOnlySpan<byte>(address->Address, 8).CopyTo(kept[6..]);
            ushort type = BinaryPrimitives.ReverseEndianness(address->Protocol);
            BinaryPrimitives.WriteUInt16BigEndian(kept[14..], tagged ? tag : type);
            if (tagged)
            {
                BinaryPrimitives.WriteUInt16BigEndian(kept[16..], (ushort)frame->VlanTag);
                BinaryPrimitives.WriteUInt16BigEndian(kept[18..], type);
            }
        }
        else
        {
            captured[..(tagged ? at : 0)].CopyTo(kept);
            if (tagged)
            {
                BinaryPrimitives.WriteUInt16BigEndian(kept[at..], tag);
                BinaryPrimitives.WriteUInt16BigEndian(kept[(at + 2)..], (ushort)frame->VlanTag);
            }
        }

        int start = tagged && !_cooked ? at : 0;
        captured[start..].CopyTo(kept[(start + added)..]);
    }
}
