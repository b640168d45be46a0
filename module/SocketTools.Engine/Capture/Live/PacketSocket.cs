using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using SocketTools.Native;

namespace SocketTools.Capture;

/// <summary>A socket of the link layer (packet(7)), closed by its owner.</summary>
/// <remarks>It belongs to the network namespace of the thread that made it, and so do the interfaces that it finds.</remarks>
internal sealed unsafe class PacketSocket
{
    private readonly SafeSocketHandle _handle;
    private readonly object _target;
    private readonly ConcurrentDictionary<int, string> _names = new();

    private PacketSocket(SafeSocketHandle handle, object target)
    {
        _handle = handle;
        _target = target;
        Descriptor = (int)handle.DangerousGetHandle();
    }

    /// <summary>Its number.</summary>
    public int Descriptor { get; }

    /// <summary>Makes one that gets nothing yet.</summary>
    /// <param name="target">What errors name.</param>
    /// <param name="cooked">Without the header of the link.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EPERM: the process lacks CAP_NET_RAW.</exception>
    public static PacketSocket Open(object target, bool cooked, SystemCallTrace? trace)
    {
        int fd = Libc.Socket(PacketNumbers.AF_PACKET, (cooked ? PacketNumbers.SOCK_DGRAM : PacketNumbers.SOCK_RAW) | LibcNumbers.SOCK_CLOEXEC, 0);
        Errno errno = fd < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("socket", $"AF_PACKET, {(cooked ? "SOCK_DGRAM" : "SOCK_RAW")}|SOCK_CLOEXEC, 0", fd, errno));
        return errno switch
        {
            Errno.None => new PacketSocket(new SafeSocketHandle(fd, ownsHandle: true), target),
            Errno.EPERM or Errno.EACCES => throw CaptureErrors.NotPermitted(errno, target),
            _ => throw new SocketCallException("socket", errno, target) { Advice = CaptureErrors.OtherWays },
        };
    }

    /// <summary>The number of an interface.</summary>
    /// <exception cref="SocketCallException">ENODEV: there is none of that name.</exception>
    public int FindInterface(string name, SystemCallTrace? trace)
    {
        Libc.InterfaceRequest request = Request(name);
        Errno errno = Control(PacketNumbers.SIOCGIFINDEX, &request);
        trace?.Invoke(new("ioctl", $"{Descriptor}, SIOCGIFINDEX, {{ifr_name=\"{name}\"{(errno == Errno.None ? $", ifr_ifindex={request.Index}" : "")}}}", errno == Errno.None ? 0 : -1, errno));
        return errno == Errno.None ? request.Index : throw new SocketCallException("ioctl", errno, _target, $"There is no interface {name} here")
        {
            Advice = "Get-SocketInterface lists them; any is all of them.",
        };
    }

    /// <summary>What kind of link an interface has (ARPHRD_).</summary>
    public ushort HardwareType(string name)
    {
        Libc.InterfaceRequest request = Request(name);
        return Control(PacketNumbers.SIOCGIFHWADDR, &request) == Errno.None ? request.HardwareType : (ushort)0;
    }

    /// <summary>The name of an interface; its number where it is gone. What was asked for once is known also when this is closed. Any thread may ask.</summary>
    public string InterfaceName(int index)
    {
        if (_names.TryGetValue(index, out string? known) || _handle.IsInvalid || _handle.IsClosed)
        {
            return known ?? $"{index}";
        }

        Libc.InterfaceRequest request = new() { Index = index };
        if (Control(PacketNumbers.SIOCGIFNAME, &request) != Errno.None)
        {
            return $"{index}";
        }

        ReadOnlySpan<byte> name = new(request.Name, Libc.InterfaceRequest.NameSize);
        return _names[index] = Encoding.UTF8.GetString(name[..Math.Max(0, name.IndexOf((byte)0))]);
    }

    /// <summary>Lets only through what a program says.</summary>
    public void Attach(BpfInstruction[] program, SystemCallTrace? trace)
    {
        fixed (BpfInstruction* pointer = program)
        {
            Libc.FilterProgram attached = new() { Length = (ushort)program.Length, Instructions = pointer };
            Set(PacketNumbers.SOL_SOCKET, PacketNumbers.SO_ATTACH_FILTER, &attached, sizeof(Libc.FilterProgram), $"SOL_SOCKET, SO_ATTACH_FILTER, {{len={program.Length}}}", trace);
        }
    }

    /// <summary>Takes no copies of what is sent, where the kernel knows how (Linux 4.20). They would be let through by no filter anyway; so they cost nothing.</summary>
    public void TryIgnoreOutgoing(SystemCallTrace? trace)
    {
        try
        {
            Set(PacketNumbers.PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING", trace);
        }
        catch (SocketCallException)
        {
            // The filter does it.
        }
    }

    /// <summary>Makes the ring, which is then to be mapped.</summary>
    /// <exception cref="SocketCallException">ENOMEM.</exception>
    public void MakeRing(uint blockSize, uint blocks, uint retireMilliseconds, SystemCallTrace? trace)
    {
        Set(PacketNumbers.PACKET_VERSION, PacketNumbers.TPACKET_V3, "PACKET_VERSION", trace);
        const uint FrameSize = 2048; // Version 3 packs frames of any size; this only has to divide the block.
        Libc.PacketRingRequest request = new()
        {
            BlockSize = blockSize,
            BlockCount = blocks,
            FrameSize = FrameSize,
            FrameCount = blockSize / FrameSize * blocks,
            RetireMilliseconds = retireMilliseconds,
        };
        Set(PacketNumbers.SOL_PACKET, PacketNumbers.PACKET_RX_RING, &request, sizeof(Libc.PacketRingRequest), $"SOL_PACKET, PACKET_RX_RING, {{block_size={blockSize}, block_nr={blocks}, retire_blk_tov={retireMilliseconds}}}", trace);
    }

    /// <summary>From here on packets come in.</summary>
    /// <param name="interface">The interface; 0 for all.</param>
    /// <param name="protocol">The type of frames, or ETH_P_ALL.</param>
    /// <param name="trace">Sees the call.</param>
    /// <exception cref="SocketCallException">ENETDOWN: the interface is down.</exception>
    public void Bind(int @interface, ushort protocol, SystemCallTrace? trace)
    {
        Libc.LinkAddress address = new() { Family = PacketNumbers.AF_PACKET, Protocol = BinaryPrimitives.ReverseEndianness(protocol), Interface = @interface };
        int result = Libc.Bind(_handle, (byte*)&address, sizeof(Libc.LinkAddress));
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        string name = protocol == PacketNumbers.ETH_P_ALL ? "ETH_P_ALL" : $"0x{protocol:X4}";
        trace?.Invoke(new("bind", $"{Descriptor}, {{sa_family=AF_PACKET, sll_protocol=htons({name}), sll_ifindex={@interface}}}, {sizeof(Libc.LinkAddress)}", result, errno));

        // bind(2) takes an interface that is down, and tells of it as an error of the socket.
        errno = errno == Errno.None ? TakeError() : errno;
        if (errno != Errno.None)
        {
            throw new SocketCallException("bind", errno, _target, errno == Errno.ENETDOWN ? "The interface is down" : null);
        }
    }

    /// <summary>The error that waits on the socket, and which is taken from it.</summary>
    public Errno TakeError()
    {
        int error = 0;
        int length = sizeof(int);
        return Libc.GetSocketOption(_handle, PacketNumbers.SOL_SOCKET, PacketNumbers.SO_ERROR, &error, &length) < 0 ? LibcNumbers.LastErrno() : (Errno)error;
    }

    /// <summary>What the kernel counted since it was asked before: it starts again from zero.</summary>
    public Libc.PacketStatistics TakeStatistics(SystemCallTrace? trace)
    {
        Libc.PacketStatistics statistics = default;
        int length = sizeof(Libc.PacketStatistics);
        int result = Libc.GetSocketOption(_handle, PacketNumbers.SOL_PACKET, PacketNumbers.PACKET_STATISTICS, &statistics, &length);
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("getsockopt", $"{Descriptor}, SOL_PACKET, PACKET_STATISTICS, {{packets={statistics.Packets}, drops={statistics.Dropped}}}, [{length}]", result, errno));
        return statistics;
    }

    /// <summary>Sends a frame as it is, from the interface that it is bound to.</summary>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        fixed (byte* pointer = frame)
        {
            return Libc.Send(_handle, pointer, frame.Length, LibcNumbers.MSG_DONTWAIT) == frame.Length;
        }
    }

    /// <summary>Takes a frame, without waiting; -1 where there is none.</summary>
    public int TryReceive(Span<byte> frame)
    {
        fixed (byte* pointer = frame)
        {
            return (int)Libc.Receive(_handle, pointer, frame.Length, LibcNumbers.MSG_DONTWAIT);
        }
    }

    /// <summary>Closes it.</summary>
    public void Close(SystemCallTrace? trace)
    {
        _handle.SetHandleAsInvalid();
        int result = Libc.Close(Descriptor);
        trace?.Invoke(new("close", $"{Descriptor}", result, Errno.None));
    }

    private void Set(int option, int value, string name, SystemCallTrace? trace) =>
        Set(PacketNumbers.SOL_PACKET, option, &value, sizeof(int), $"SOL_PACKET, {name}, [{value}]", trace);

    private void Set(int level, int option, void* value, int length, string text, SystemCallTrace? trace)
    {
        int result = Libc.SetSocketOption(_handle, level, option, value, length);
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("setsockopt", $"{Descriptor}, {text}, {length}", result, errno));
        if (errno != Errno.None)
        {
            throw errno == Errno.ENOMEM
                ? new SocketCallException("setsockopt", errno, _target, "The kernel has no memory for the ring") { Advice = "Give a smaller -BufferSize." }
                : new SocketCallException("setsockopt", errno, _target);
        }
    }

    private Errno Control(uint operation, Libc.InterfaceRequest* request) =>
        Libc.IoControl(_handle, operation, (int*)request) < 0 ? LibcNumbers.LastErrno() : Errno.None;

    private static Libc.InterfaceRequest Request(string name)
    {
        Libc.InterfaceRequest request = default;
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(0, Math.Min(bytes.Length, Libc.InterfaceRequest.NameSize - 1)).CopyTo(new Span<byte>(request.Name, Libc.InterfaceRequest.NameSize));
        return request;
    }
}
