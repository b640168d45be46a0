using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SocketTools.Native;

/// <summary>The calls of the C library, as they are. Numbers that differ between systems are in <see cref="LibcNumbers"/>.</summary>
internal static unsafe partial class Libc
{
    private const string Name = "libc";

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Linger
    {
        public int OnOff;
        public int Seconds;
    }

    // struct timeval of 64-bit systems: time_t and a long, which macOS pads to the same size.
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeVal
    {
        public nint Seconds;
        public nint Microseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public void* Base;
        public nint Length;
    }

    // struct msghdr: macOS has int and socklen_t where Linux has size_t; the padding makes the layout of both the same on little-endian systems.
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public nint NameLength;
        public IoVector* Vectors;
        public nint VectorCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
    }

    // struct mmsghdr of Linux: the kernel writes the bytes of each message behind its header.
    [StructLayout(LayoutKind.Sequential)]
    public struct BatchEntry
    {
        public MessageHeader Header;
        public uint Length;
    }

    // struct addrinfo of 64-bit systems. Linux has the address before the canonical name, macOS and the BSDs behind it.
    [StructLayout(LayoutKind.Sequential)]
    public struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public nint AddressLength;
        public byte* AddressOrName;
        public byte* NameOrAddress;
        public AddressInfo* Next;

        public readonly byte* AddressHere => OperatingSystem.IsMacOS() ? NameOrAddress : AddressOrName;

        public readonly byte* CanonicalNameHere => OperatingSystem.IsMacOS() ? AddressOrName : NameOrAddress;
    }

    [LibraryImport(Name, EntryPoint = "getaddrinfo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetAddressInfo(string node, string? service, AddressInfo* hints, AddressInfo** result);

    [LibraryImport(Name, EntryPoint = "freeaddrinfo")]
    public static partial void FreeAddressInfo(AddressInfo* result);

    [LibraryImport(Name, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(SafeSocketHandle socket, byte* buffer, nint length, int flags, byte* address, int addressLength);

    [LibraryImport(Name, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(SafeSocketHandle socket, BatchEntry* messages, uint count, int flags);

    [LibraryImport(Name, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(SafeSocketHandle socket, BatchEntry* messages, uint count, int flags, void* timeout);

    [LibraryImport(Name, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    [LibraryImport(Name, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    [LibraryImport(Name, EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int domain, int type, int protocol, int* pair);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoControl(SafeSocketHandle socket, nuint request, int* value);

    [LibraryImport(Name, EntryPoint = "getpwuid_r", SetLastError = true)]
    public static partial int GetUser(uint userId, byte* entry, byte* buffer, nint length, byte** result);

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeSocketHandle socket, byte* address, int length);

    [LibraryImport(Name, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(SafeSocketHandle socket, int backlog);

    [LibraryImport(Name, EntryPoint = "accept", SetLastError = true)]
    public static partial int Accept(SafeSocketHandle socket, byte* address, int* length);

    [LibraryImport(Name, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept4(SafeSocketHandle socket, byte* address, int* length, int flags);

    [LibraryImport(Name, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeSocketHandle socket, byte* address, int length);

    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeSocketHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeSocketHandle socket, byte* buffer, nint length, int flags);

    // Of Linux: the socket comes first, and the position is moved on.
    [LibraryImport(Name, EntryPoint = "sendfile64", SetLastError = true)]
    public static partial nint SendFile(SafeSocketHandle socket, SafeFileHandle file, long* offset, nint count);

    // Of macOS: the file comes first; length is how much to send, and how much was sent.
    [LibraryImport(Name, EntryPoint = "sendfile", SetLastError = true)]
    public static partial int SendFileOnMac(SafeFileHandle file, SafeSocketHandle socket, long offset, long* length, void* headers, int flags);

    // One side is a pipe; a side that is none has a position, or null.
    [LibraryImport(Name, EntryPoint = "splice", SetLastError = true)]
    public static partial nint Splice(SafeSocketHandle from, long* fromOffset, int to, long* toOffset, nint count, uint flags);

    [LibraryImport(Name, EntryPoint = "splice", SetLastError = true)]
    public static partial nint Splice(int from, long* fromOffset, SafeFileHandle to, long* toOffset, nint count, uint flags);

    [LibraryImport(Name, EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe2(int* fds, int flags);

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(int directory, string path, int flags, uint mask, byte* result);

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeSocketHandle socket, int how);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* fds, nuint count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(SafeSocketHandle socket, int level, int name, void* value, int* length);

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(SafeSocketHandle socket, int level, int name, void* value, int length);

    [LibraryImport(Name, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(SafeSocketHandle socket, byte* address, int* length);

    [LibraryImport(Name, EntryPoint = "getpeername", SetLastError = true)]
    public static partial int GetPeerName(SafeSocketHandle socket, byte* address, int* length);

    // fcntl is variadic. The third argument is passed in a register on the systems that .NET supports, Apple's arm64
    // excepted, where variadic arguments go on the stack: there the padding moves it to the first stack slot.
    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int fd, int command, nint argument);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FcntlOnAppleArm(int fd, int command, nint pad2, nint pad3, nint pad4, nint pad5, nint pad6, nint pad7, nint argument);

    [LibraryImport(Name, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeSocketHandle socket, uint mode);

    [LibraryImport(Name, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport(Name, EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(int* fds);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, void* buffer, nint length);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, void* buffer, nint length);

    [LibraryImport(Name, EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport(Name, EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeDirectory(string path);

    [LibraryImport(Name, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Name, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, SafeSocketHandle socket, byte* change);

    [LibraryImport(Name, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int fd, byte* change);

    [LibraryImport(Name, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* ready, int count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLink(string path, byte* target, nint length);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Name, EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetTerminal(int fd, byte* termios);

    [LibraryImport(Name, EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetTerminal(int fd, int when, byte* termios);

    // macOS.
    [LibraryImport(Name, EntryPoint = "sysctlbyname", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SystemControl(string name, void* value, nint* length, void* newValue, nint newLength);
}
