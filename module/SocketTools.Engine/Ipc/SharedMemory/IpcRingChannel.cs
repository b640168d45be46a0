using System;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>A stream of bytes through a ring in shared memory (<see cref="IpcRing"/>), with the verbs of the other channels.</summary>
/// <remarks>One process writes and one reads; the side is taken with the first call. Before each call the length of the memory is looked at.</remarks>
public sealed unsafe class IpcRingChannel : IpcChannel
{
    private readonly IpcSharedMemory _memory;
    private readonly IpcRing _ring;

    private IpcRingChannel(IpcSharedMemory memory, bool made)
        : base(IpcMechanism.SharedMemory, memory.Name, true, true)
    {
        _memory = memory;
        Descriptor = memory.Descriptor;
        _ring = made ? IpcRing.Create(memory.Memory, memory.Address, memory.Size, memory.Descriptor, memory.Name)
            : IpcRing.Attach(memory.Memory, memory.Address, memory.Size, memory.Descriptor, memory.Name);
        OpenIpc.Remove(memory); // It is this channel's.
        OpenIpc.Add(this);
        Closing.Register(_ring.EndWaits);
    }

    /// <summary>Bytes that are under way at most.</summary>
    public long Capacity => _ring.Capacity;

    /// <summary>Bytes that were written and not read yet; 0 when the channel is closed.</summary>
    public long Available => IsOpen ? _ring.Available : 0;

    /// <summary>Whether this process made the memory, and removes its name with this object.</summary>
    public bool IsOwner => _memory.IsOwner;

    /// <summary>Makes a ring.</summary>
    /// <param name="name">/name.</param>
    /// <param name="capacity">Bytes under way at most; the memory is a little larger.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">As of <see cref="IpcSharedMemory.Create"/>.</exception>
    public static IpcRingChannel Create(string name, long capacity, SystemCallTrace? trace = null) =>
        Over(IpcSharedMemory.Create(name, IpcRing.LengthFor(Math.Min(capacity, long.MaxValue / 2)), trace), made: true);

    /// <summary>Opens a ring that another made.</summary>
    /// <exception cref="SocketCallException">EBADMSG: that memory is no ring. And those of <see cref="IpcSharedMemory.Open"/>.</exception>
    public static IpcRingChannel Open(string name, SystemCallTrace? trace = null) =>
        Over(IpcSharedMemory.Open(name, null, IpcAccess.ReadWrite, trace), made: false);

    private static IpcRingChannel Over(IpcSharedMemory memory, bool made)
    {
        try
        {
            return new IpcRingChannel(memory, made);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private protected override int ReceiveOnce(Span<byte> target, SocketWait wait)
    {
        _memory.CheckLength("read");
        try
        {
            return _ring.Read(target, wait);
        }
        catch (ObjectDisposedException)
        {
            CheckOpen("read");
            throw;
        }
        catch (SocketCallException e) when (e is { Detail: null, Errno: Errno.ETIMEDOUT })
        {
            throw new SocketCallException("read", e.Errno, Name, $"Nothing came for {wait.Timeout.TotalSeconds:0.###} s");
        }
    }

    private protected override int SendOnce(ReadOnlySpan<byte> data, SocketWait wait)
    {
        _memory.CheckLength("write");
        int sent = 0;
        try
        {
            _ring.Write(data, wait, out sent);
            return sent;
        }
        catch (OperationCanceledException)
        {
            CountSent(sent); // The one error that does not say how much it was.
            throw;
        }
        catch (ObjectDisposedException)
        {
            CheckOpen("write");
            throw;
        }
        catch (SocketCallException e) when (e is { Detail: null, Errno: Errno.ETIMEDOUT })
        {
            throw new SocketCallException("write", e.Errno, Name, $"It was full for {wait.Timeout.TotalSeconds:0.###} s") { BytesTransferred = e.BytesTransferred };
        }
    }

    private protected override void Release(SystemCallTrace? trace)
    {
        _ring.Dispose();
        _memory.Close(trace);
    }
}
