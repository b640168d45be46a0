using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>
/// Makes a mechanism: the descriptors of this process, and those for the other. What needs a name to be made (a FIFO, a queue) has it for a moment, in a folder or with a number that nobody
/// guesses, and mode 0600: it is gone before anything is measured.
/// </summary>
internal sealed unsafe class MeasuredPair
{
    private const int MostMessages = 10; // The system's own limit for who has no privilege (mq_overview(7)).

    // All that is open, so that an error on the way leaves nothing behind.
    private readonly List<int> _opened = [];

    /// <summary>Descriptors in the order of <see cref="MeasuredEnd.Open"/>, all the caller's to close.</summary>
    /// <exception cref="SocketCallException">EMSGSIZE: the mechanism has no messages of that size. EOPNOTSUPP: the system does not have it.</exception>
    public static (int[] Here, int[] There) Create(IpcMechanism mechanism, int size)
    {
        CheckSize(mechanism, size);
        MeasuredPair pair = new();
        try
        {
            return pair.Open(mechanism, size);
        }
        catch
        {
            Close(pair._opened);
            throw;
        }
    }

    public static void Close(IEnumerable<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            _ = Libc.Close(descriptor);
        }
    }

    private (int[] Here, int[] There) Open(IpcMechanism mechanism, int size)
    {
        switch (mechanism)
        {
            case IpcMechanism.Pipe:
                return Cross(OpenPipe(), OpenPipe());
            case IpcMechanism.Fifo:
                return Cross(OpenFifo(), OpenFifo());
            case IpcMechanism.Unix:
                return OpenUnix(SocketType.Stream);
            case IpcMechanism.UnixDatagram:
                return OpenUnix(SocketType.Dgram);
            case IpcMechanism.Tcp:
                return OpenTcp();
            case IpcMechanism.Udp:
                return OpenUdp();
            case IpcMechanism.EventFd:
                IpcPlatform.NeedLinux("eventfd", mechanism, "eventfd");
                return Share(OpenCounter(), OpenCounter());
            case IpcMechanism.MessageQueue:
                IpcPlatform.NeedLinux("mq_open", mechanism, "POSIX message queues");
                return Share(OpenQueue(size), OpenQueue(size));
            default:
                IpcPlatform.NeedLinux("memfd_create", mechanism, "memory without a name");
                int memory = Keep("memfd_create", Libc.CreateMemoryFile("sockettools", 1));
                Check("ftruncate", Libc.SetFileLength(memory, RingEnd.LengthFor(size)));
                return ([memory], [Duplicate(memory)]);
        }
    }

    private static void CheckSize(IpcMechanism mechanism, int size)
    {
        const int MostUdp = 65507;
        if (mechanism == IpcMechanism.Udp && size > MostUdp)
        {
            throw new SocketCallException("write", Errno.EMSGSIZE, mechanism, $"A datagram of UDP has {MostUdp} bytes at most, not {size}");
        }

        if (mechanism == IpcMechanism.UnixDatagram && ReadLimit("/proc/sys/net/core/wmem_default") is { } room && size > room - 1024)
        {
            throw new SocketCallException("write", Errno.EMSGSIZE, mechanism, $"A datagram of {size} bytes does not fit the send buffer of {room} bytes");
        }
    }

    // Two one-way things that cross: each side reads one and writes the other.
    private static (int[] Here, int[] There) Cross((int Read, int Write) to, (int Read, int Write) from) => ([from.Read, to.Write], [to.Read, from.Write]);

    // A counter or a queue has one descriptor for both ends, so each side has a copy of it.
    private (int[] Here, int[] There) Share(int to, int from) => ([from, to], [Duplicate(to), Duplicate(from)]);

    private (int Read, int Write) OpenPipe()
    {
        int* ends = stackalloc int[2];
        Check("pipe2", OperatingSystem.IsLinux() ? Libc.Pipe2(ends, LibcNumbers.O_CLOEXEC) : Libc.Pipe(ends));
        _opened.AddRange([ends[0], ends[1]]);
        return (ends[0], ends[1]);
    }

    private int OpenCounter()
    {
        const int EFD_CLOEXEC = 0x80000;
        return Keep("eventfd", Libc.EventFd(0, EFD_CLOEXEC));
    }

    private (int Read, int Write) OpenFifo()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sockettools");
        try
        {
            string path = Path.Combine(folder.FullName, "fifo");
            Check("mkfifo", Libc.MakeFifo(path, IpcNumbers.OwnerOnly));
            int read = Keep("open", Libc.Open(path, IpcNumbers.O_RDONLY | LibcNumbers.O_NONBLOCK | LibcNumbers.O_CLOEXEC)); // It would wait for the other end.
            int write = Keep("open", Libc.Open(path, IpcNumbers.O_WRONLY | LibcNumbers.O_CLOEXEC));
            _ = LibcNumbers.Fcntl(read, LibcNumbers.F_SETFL, LibcNumbers.GetFlags(read) & ~LibcNumbers.O_NONBLOCK);
            return (read, write);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private (int[] Here, int[] There) OpenUnix(SocketType type)
    {
        int* pair = stackalloc int[2];
        int flags = OperatingSystem.IsLinux() ? LibcNumbers.SOCK_CLOEXEC : 0;
        Check("socketpair", Libc.SocketPair(LibcNumbers.Family(AddressFamily.Unix), LibcNumbers.Type(type) | flags, 0, pair));
        _opened.AddRange([pair[0], pair[1]]);
        return ([pair[0]], [pair[1]]);
    }

    private (int[] Here, int[] There) OpenTcp()
    {
        using Socket listener = Bind(SocketType.Stream);
        listener.Listen(8);
        using Socket here = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        here.Connect(listener.LocalEndPoint!);
        while (true)
        {
            using Socket there = listener.Accept();
            if (there.RemoteEndPoint!.Equals(here.LocalEndPoint)) // Anyone on this machine may have come first.
            {
                here.NoDelay = there.NoDelay = true;
                return ([Take(here)], [Take(there)]);
            }
        }
    }

    private (int[] Here, int[] There) OpenUdp()
    {
        using Socket here = Bind(SocketType.Dgram);
        using Socket there = Bind(SocketType.Dgram);
        here.Connect(there.LocalEndPoint!);
        there.Connect(here.LocalEndPoint!);
        return ([Take(here)], [Take(there)]);
    }

    private static Socket Bind(SocketType type)
    {
        Socket socket = new(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private int OpenQueue(int size)
    {
        string name = $"/sockettools-{Guid.NewGuid():N}";
        Librt.QueueAttributes attributes = new()
        {
            MaximumMessages = Math.Min(MostMessages, (int)(ReadLimit("/proc/sys/fs/mqueue/msg_max") ?? MostMessages)),
            MessageSize = size,
        };
        int queue = Librt.OpenQueue(name, IpcNumbers.O_RDWR | IpcNumbers.O_CREAT | IpcNumbers.O_EXCL | LibcNumbers.O_CLOEXEC, IpcNumbers.OwnerOnly, &attributes);
        if (queue >= 0)
        {
            _ = Librt.UnlinkQueue(name);
            _opened.Add(queue);
            return queue;
        }

        Errno errno = LibcNumbers.LastErrno();
        long? most = ReadLimit("/proc/sys/fs/mqueue/msgsize_max");
        throw errno == Errno.EINVAL && size > most
            ? new SocketCallException("mq_open", Errno.EMSGSIZE, IpcMechanism.MessageQueue, $"A message has {most} bytes at most here, not {size}") { Advice = "Measure smaller messages, or raise /proc/sys/fs/mqueue/msgsize_max." }
            : errno is Errno.EMFILE or Errno.ENOMEM
            ? new SocketCallException("mq_open", errno, IpcMechanism.MessageQueue, $"Two queues of {attributes.MaximumMessages} messages of {size} bytes are more than the limit allows") { Advice = "Raise the limit (ulimit -q), or measure smaller messages." }
            : new SocketCallException("mq_open", errno, IpcMechanism.MessageQueue);
    }

    private static long? ReadLimit(string path)
    {
        try
        {
            return long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    // The descriptor of a .NET socket, kept when the object goes.
    private int Take(Socket socket) => Duplicate((int)socket.Handle);

    private int Duplicate(int descriptor)
    {
        int command = OperatingSystem.IsMacOS() ? 67 : 1030; // F_DUPFD_CLOEXEC
        return Keep("fcntl", LibcNumbers.Fcntl(descriptor, command, 0));
    }

    private int Keep(string operation, int descriptor)
    {
        _opened.Add(Check(operation, descriptor));
        return descriptor;
    }

    private static int Check(string operation, int result) => result >= 0 ? result : throw new SocketCallException(operation, LibcNumbers.LastErrno(), null);
}
