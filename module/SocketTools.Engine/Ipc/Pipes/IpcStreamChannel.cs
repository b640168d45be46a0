using System;
using System.IO;
using System.IO.Pipes;
using System.Threading;
using System.Threading.Tasks;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>One end of a pipe of .NET, for Windows. A read or write goes on in the background; the channel waits for it, and a stop leaves it there for the next call.</summary>
internal sealed class IpcStreamChannel : IpcPolledChannel
{
    private readonly PipeStream _stream;
    private readonly byte[] _block = new byte[SocketChannel.DefaultReceiveSize];
    private ReadOnlyMemory<byte> _come;
    private Task<int>? _reading;
    private Task? _writing;

    public IpcStreamChannel(PipeStream stream, bool canRead)
        : base(IpcMechanism.Pipe, null, canRead, !canRead)
    {
        _stream = stream;
        OpenIpc.Add(this);
    }

    /// <summary>Two ends that are connected. A pipe without a name of .NET cannot wait for a stop; one with a name that nobody else knows can.</summary>
    public static (PipeStream Reader, PipeStream Writer) Connect()
    {
        string name = $"socket-tools-{Guid.NewGuid():N}";
        NamedPipeServerStream reader = new(name, PipeDirection.In, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        NamedPipeClientStream writer = new(".", name, PipeDirection.Out, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        Task connected = reader.WaitForConnectionAsync();
        writer.Connect();
        connected.GetAwaiter().GetResult();
        return (reader, writer);
    }

    private protected override int ReceiveNow(Span<byte> target, SystemCallTrace? trace)
    {
        if (_come.IsEmpty)
        {
            _reading ??= _stream.ReadAsync(_block, 0, _block.Length, CancellationToken.None);
            if (!_reading.IsCompleted)
            {
                return -(int)Errno.EWOULDBLOCK;
            }

            int read = _reading.IsCompletedSuccessfully ? _reading.Result : 0; // A writer that died is the end, as on Unix.
            _reading = null;
            _come = _block.AsMemory(0, read);
        }

        int count = Math.Min(target.Length, _come.Length);
        _come.Span[..count].CopyTo(target);
        _come = _come[count..];
        return count;
    }

    private protected override int SendNow(ReadOnlySpan<byte> data, SystemCallTrace? trace)
    {
        if (_writing is { IsCompleted: false })
        {
            return -(int)Errno.EWOULDBLOCK;
        }

        if (_writing is { IsFaulted: true })
        {
            return -(int)Errno.EPIPE;
        }

        try
        {
            int count = Math.Min(data.Length, SocketChannel.DefaultReceiveSize);
            _writing = _stream.WriteAsync(data[..count].ToArray(), 0, count, CancellationToken.None);
            return _writing.IsFaulted ? -(int)Errno.EPIPE : count;
        }
        catch (IOException)
        {
            return -(int)Errno.EPIPE;
        }
    }

    private protected override int WaitFor(PollEvents events, Deadline deadline, SocketWait wait)
    {
        Task? task = events == PollEvents.Read ? _reading : _writing;
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(wait.Stop, Closing);
        try
        {
            return task is null || task.Wait(deadline.Remaining, ends.Token) ? 1 : 0;
        }
        catch (AggregateException)
        {
            return 1; // The next call tells.
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    // What is on its way goes first, as it does out of a pipe of the kernel; when the reader closes, that ends too.
    private protected override void Release(SystemCallTrace? trace)
    {
        if (_writing is { IsCompleted: false } last)
        {
            last.ContinueWith(static (_, stream) => ((PipeStream)stream!).Dispose(), _stream, TaskScheduler.Default);
            return;
        }

        _stream.Dispose();
    }
}
