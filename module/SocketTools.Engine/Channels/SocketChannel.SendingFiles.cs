using System;
using System.Buffers;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    // One read or write of a file. Larger ones do not stay in the cache of a processor between the two copies.
    internal const int FileBlockSize = 256 * 1024;

    // One sendfile(2). It bounds how long a stop waits where the file is on a slow disk.
    private const int SendFileSize = 1024 * 1024;

    private readonly object _kernelGate = new();
    private int _kernelUsers;
    private bool _blocksAfterwards;

    /// <summary>Sends a file, by sendfile(2) where the system has it; with a hash, and elsewhere, by pread(2) and send(2).</summary>
    /// <param name="file">The open file; it stays the caller's.</param>
    /// <param name="hash">Whether to hash the bytes that go out.</param>
    /// <param name="progress">Takes how far it is, or null.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <exception cref="SocketCallException">
    /// EPIPE, ECONNRESET, ETIMEDOUT, ENOTCONN, EBADF; EOPNOTSUPP: no stream socket; ENODATA: the file became shorter meanwhile. BytesTransferred says how
    /// many bytes went out before. What the file is to blame for is a <see cref="SocketFileException"/>.
    /// </exception>
    public SocketFileTransfer SendFile(OutgoingFile file, bool hash, SocketFileProgress? progress, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckFiles("sendfile");
        using Turn turn = Enter(_sendGate, "sendfile", wait);
        using FileTransfer transfer = new(file.IsToItsEnd ? null : file.Length, hash, progress);
        try
        {
            if (hash || _recorder is not null || file.IsToItsEnd || !SendByKernel(file, transfer, wait))
            {
                SendByCopy(file, transfer, wait);
            }
        }
        catch (SocketCallException e)
        {
            string? detail = transfer.Done == 0 ? e.Detail : $"{e.Detail ?? ErrnoTable.Get(e.Errno).Meaning}, {transfer.Text} went out";
            throw e is SocketFileException
                ? new SocketFileException(e.Operation, e.Errno, file.Path, detail, e.InnerException) { Advice = e.Advice, BytesTransferred = transfer.Done }
                : new SocketCallException(e.Operation, e.Errno, ToTarget(), detail) { Advice = e.Advice, BytesTransferred = transfer.Done };
        }

        return transfer.ToResult(file.Path, transfer.Sha256());
    }

    // False, and nothing sent, where the system does not take this file or this socket.
    private bool SendByKernel(OutgoingFile file, FileTransfer transfer, SocketWait wait)
    {
        using KernelUse use = new(this);
        while (transfer.Done < file.Length)
        {
            wait.Stop.ThrowIfCancellationRequested();
            CheckOpen("sendfile");
            int size = (int)Math.Min(SendFileSize, file.Length - transfer.Done);
            int count = _calls.SendFile(_handle, file.Handle, file.Offset + transfer.Done, size, wait.Trace);
            switch ((Errno)(-count))
            {
                case < Errno.None:
                    LogTransfer(TransferCall.SendFile, size, count, null);
                    Interlocked.Add(ref _bytesSent, count);
                    transfer.Add(count);
                    break;
                case Errno.None:
                    throw Shortened("sendfile", file);
                case Errno.EWOULDBLOCK:
                    WaitUntil(PollEvents.Write, "sendfile", wait);
                    break;
                case Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP when transfer.Done == 0:
                    return false;
                case Errno.EIO:
                    throw new SocketFileException("sendfile", Errno.EIO, file.Path);
                default:
                    LogTransfer(TransferCall.SendFile, size, count, null);
                    Check("sendfile", count);
                    break;
            }
        }

        return true;
    }

    private void SendByCopy(OutgoingFile file, FileTransfer transfer, SocketWait wait)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(FileBlockSize);
        try
        {
            while (file.IsToItsEnd || transfer.Done < file.Length)
            {
                wait.Stop.ThrowIfCancellationRequested();
                int size = file.IsToItsEnd ? FileBlockSize : (int)Math.Min(FileBlockSize, file.Length - transfer.Done);
                int count = file.Read(block.AsMemory(0, size), transfer.Done);
                if (count == 0)
                {
                    if (!file.IsToItsEnd)
                    {
                        throw Shortened("pread", file);
                    }

                    return;
                }

                SendBlock(block.AsSpan(0, count), transfer, wait);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private void SendBlock(ReadOnlySpan<byte> block, FileTransfer transfer, SocketWait wait)
    {
        while (!block.IsEmpty)
        {
            CheckOpen("send");
            int count = _calls.Send(_handle, block, MessageFlags.None, wait.Trace);
            if (count == -(int)Errno.EWOULDBLOCK)
            {
                WaitUntil(PollEvents.Write, "send", wait);
                continue;
            }

            LogTransfer(TransferCall.Send, block.Length, count, null, block);
            Check("send", count);
            Interlocked.Add(ref _bytesSent, count);
            transfer.Add(count, block[..count]);
            block = block[count..];
        }
    }

    private static SocketFileException Shortened(string operation, OutgoingFile file) =>
        new(operation, Errno.ENODATA, file.Path, "The file became shorter while it was sent") { Advice = "Send it when nobody writes to it." };

    // sendfile(2) has no flag such as MSG_DONTWAIT, and splice(2) has one that TCP does not look at. So the socket is non-blocking for as long as one of
    // them goes on; both may, on two threads, and the last one puts back what was.
    private readonly ref struct KernelUse
    {
        private readonly SocketChannel _channel;

        public KernelUse(SocketChannel channel)
        {
            _channel = channel;
            lock (channel._kernelGate)
            {
                if (channel._kernelUsers++ == 0)
                {
                    channel._blocksAfterwards = channel._calls.IsBlocking(channel._handle);
                    channel._calls.SetBlocking(channel._handle, false);
                }
            }
        }

        public void Dispose()
        {
            lock (_channel._kernelGate)
            {
                if (--_channel._kernelUsers == 0 && _channel._blocksAfterwards && !_channel._handle.IsClosed)
                {
                    _channel._calls.SetBlocking(_channel._handle, true);
                }
            }
        }
    }

    private void CheckFiles(string operation) => CheckStream(operation, "carries no files, for it has no stream", "Use a stream socket: tcp or unix.");

    private void CheckStream(string operation, string detail, string advice)
    {
        CheckOpen(operation);
        if (SocketType != SocketType.Stream)
        {
            throw new SocketCallException(operation, Errno.EOPNOTSUPP, ToTarget(), $"A {Protocol} socket {detail}") { Advice = advice };
        }
    }
}
