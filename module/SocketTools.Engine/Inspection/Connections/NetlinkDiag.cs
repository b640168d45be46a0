using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net.Sockets;
using SocketTools.Native;

namespace SocketTools.Inspection;

/// <summary>A socket to the kernel's sock_diag(7), for one thread.</summary>
internal sealed unsafe class NetlinkDiag : IDisposable
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int NETLINK_SOCK_DIAG = 4;

    // The kernel gives 32 KiB at most in one block.
    private const int BufferSize = 64 * 1024;
    private const int Attempts = 4;

    private readonly SafeSocketHandle _handle;
    private readonly SystemCallTrace? _trace;
    private bool _broken;

    private NetlinkDiag(SafeSocketHandle handle, SystemCallTrace? trace) => (_handle, _trace) = (handle, trace);

    /// <summary>Opens it; null where the kernel has none, or forbids it.</summary>
    public static NetlinkDiag? Open(SystemCallTrace? trace)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        int fd = Libc.Socket(AF_NETLINK, SOCK_RAW | LibcNumbers.SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
        Errno errno = fd < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("socket", "AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_SOCK_DIAG", fd < 0 ? -1 : fd, errno));
        return fd < 0 ? null : new NetlinkDiag(new SafeSocketHandle(fd, ownsHandle: true), trace);
    }

    /// <summary>
    /// Asks one question and adds every answer to a list. A list that the kernel calls inconsistent is asked for again, a few times; then it is taken as it is.
    /// False where the kernel does not answer; then the list is as it was.
    /// </summary>
    /// <param name="request">From <see cref="DiagRequest"/>.</param>
    /// <param name="protocol">For the connections.</param>
    /// <param name="owners">For the connections.</param>
    /// <param name="all">Takes them.</param>
    public bool Ask(byte[] request, string protocol, SocketOwners owners, List<SocketConnection> all)
    {
        int before = all.Count;
        for (int attempt = 1; ; attempt++)
        {
            bool answered = Ask(request, protocol, owners, (c, _) => all.Add(c), out bool interrupted);
            if (answered && (!interrupted || attempt == Attempts))
            {
                return true;
            }

            all.RemoveRange(before, all.Count - before);
            if (!answered)
            {
                return false;
            }
        }
    }

    /// <summary>Asks one question, once, and hands over every answer as it comes. False where the kernel does not answer, or not to the end.</summary>
    /// <param name="request">From <see cref="DiagRequest"/>.</param>
    /// <param name="protocol">For the connections.</param>
    /// <param name="owners">For the connections.</param>
    /// <param name="found">Takes them.</param>
    public bool Ask(byte[] request, string protocol, SocketOwners owners, ConnectionFound found) => Ask(request, protocol, owners, found, out _);

    private bool Ask(byte[] request, string protocol, SocketOwners owners, ConnectionFound found, out bool interrupted)
    {
        interrupted = false;
        fixed (byte* pointer = request)
        {
            if (_broken || Traced("send", $"{request.Length} bytes, SOCK_DIAG_BY_FAMILY {protocol}", Libc.Send(_handle, pointer, request.Length, 0)) < 0)
            {
                return false;
            }
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                nint count;
                fixed (byte* pointer = buffer)
                {
                    // The kernel has the answer ready, so this does not wait.
                    count = Traced("recv", $"{BufferSize}", Libc.Receive(_handle, pointer, BufferSize, 0));
                }

                if (count == -(int)Errno.EINTR)
                {
                    continue;
                }

                ReadOnlySpan<byte> block = buffer.AsSpan(0, (int)Math.Max(count, 0));
                interrupted |= DiagReader.WasInterrupted(block);
                switch (block.IsEmpty ? DiagReader.Outcome.Truncated : DiagReader.Read(block, protocol, owners, found, out _))
                {
                    case DiagReader.Outcome.More:
                        continue;
                    case DiagReader.Outcome.Done:
                        return true;
                    case DiagReader.Outcome.Failed:
                        return false;
                    default:
                        // The rest of this answer would be taken for that of the next question.
                        _broken = true;
                        return false;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        int fd = (int)_handle.DangerousGetHandle();
        _handle.SetHandleAsInvalid();
        int result = Libc.Close(fd);
        _trace?.Invoke(new("close", $"{fd}", result, Errno.None));
    }

    private nint Traced(string call, string arguments, nint result)
    {
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        _trace?.Invoke(new(call, $"{_handle.DangerousGetHandle()}, {arguments}", result < 0 ? -1 : result, errno));
        return result < 0 ? -(int)errno : result;
    }
}
