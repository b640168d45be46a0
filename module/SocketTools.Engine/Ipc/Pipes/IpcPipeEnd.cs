using System;
using SocketTools.Calls;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>One end of a pipe, with or without a name (pipe(7)); a FIFO may be open in both directions.</summary>
/// <remarks>
/// The descriptor is non-blocking (O_NONBLOCK) where only this process has the open file. An end for a child process stays blocking, because programs
/// expect that, and parent and child have one open file with one set of flags. On such an end poll(2) goes before each call, and no more is written
/// at once than PIPE_BUF, for which there is room then.
/// </remarks>
public sealed unsafe class IpcPipeEnd : IpcDescriptorChannel
{
    /// <summary>PIPE_BUF of Linux; macOS has 512.</summary>
    private static readonly int s_atomic = OperatingSystem.IsMacOS() ? 512 : 4096;

    internal IpcPipeEnd(IpcDescriptor handle, IpcMechanism mechanism, string? name, bool canRead, bool canWrite, bool inherited)
        : base(handle, mechanism, name, canRead, canWrite) => IsInherited = inherited;

    /// <summary>Whether programs that this process starts get this end (no FD_CLOEXEC).</summary>
    public bool IsInherited { get; }

    /// <summary>
    /// A path by which another program opens this end. An inherited one is /dev/fd and its number, for a child; another one of Linux has
    /// its place in /proc, for any process of the same user while this one has it open. A FIFO has its own path.
    /// </summary>
    public string? Path => Name ?? (IsInherited ? $"/dev/fd/{Descriptor}" : OperatingSystem.IsLinux() ? $"/proc/{Environment.ProcessId}/fd/{Descriptor}" : null);

    private protected override int ReceiveNow(Span<byte> target, SystemCallTrace? trace)
    {
        if (IsInherited && Ready(PollEvents.Read, trace) is var ready and <= 0)
        {
            return ready < 0 ? ready : -(int)Errno.EWOULDBLOCK;
        }

        int count;
        fixed (byte* pointer = target)
        {
            do
            {
                count = Result(Libc.Read(Handle, pointer, target.Length));
                trace?.Invoke(Record("read", $"{Descriptor}, {CallText.Data(target[..Math.Max(count, 0)])}, {target.Length}", count));
            }
            while (count == -(int)Errno.EINTR);
        }

        return count;
    }

    private protected override int SendNow(ReadOnlySpan<byte> data, SystemCallTrace? trace)
    {
        if (IsInherited)
        {
            int ready = Ready(PollEvents.Write, trace);
            if (ready <= 0)
            {
                return ready < 0 ? ready : -(int)Errno.EWOULDBLOCK;
            }

            data = data[..Math.Min(data.Length, s_atomic)];
        }

        int count;
        fixed (byte* pointer = data)
        {
            do
            {
                count = Result(Libc.Write(Handle, pointer, data.Length));
                trace?.Invoke(Record("write", $"{Descriptor}, {CallText.Data(data)}, {data.Length}", count));
            }
            while (count == -(int)Errno.EINTR);
        }

        return count;
    }

    private int Ready(PollEvents events, SystemCallTrace? trace) => Handle.Poll(events, 0, default, default, trace);

    /// <summary>Waits until a writer has opened the FIFO, or a token fires.</summary>
    /// <returns>False when the time is over.</returns>
    internal bool AwaitWriter(Deadline deadline, SocketWait wait)
    {
        byte first = 0;
        int pause = 1;
        while (true)
        {
            // A writer that came and went is a hang-up, or what it left. Of one that is there and wrote nothing yet poll(2) tells nothing,
            // but read(2) does: EAGAIN with a writer, the end of the stream without one (fifo(7)).
            int slice = Math.Min(wait.Timeout == TimeSpan.Zero ? 0 : pause, deadline.RemainingAtMost(pause));
            int ready = Handle.Poll(PollEvents.Read, slice, wait.Stop, default, null);
            wait.Stop.ThrowIfCancellationRequested();
            if (ready < 0)
            {
                throw Failure("poll", (Errno)(-ready));
            }

            int count = ready > 0 ? 0 : ReceiveNow(new Span<byte>(ref first), null);
            if (count > 0)
            {
                Keep(new ReadOnlySpan<byte>(in first), end: false);
            }

            if (ready > 0 || count != 0)
            {
                return count >= 0 || count == -(int)Errno.EWOULDBLOCK ? true : throw Failure("read", (Errno)(-count));
            }

            if (deadline.Passed || wait.Timeout == TimeSpan.Zero)
            {
                return false;
            }

            pause = Math.Min(pause * 2, 16);
        }
    }

    private static int Result(nint result) => result >= 0 ? (int)result : -(int)LibcNumbers.LastErrno();

    private static SystemCallRecord Record(string name, string arguments, int result) =>
        result >= 0 ? new(name, arguments, result, Errno.None) : new(name, arguments, -1, (Errno)(-result));
}
