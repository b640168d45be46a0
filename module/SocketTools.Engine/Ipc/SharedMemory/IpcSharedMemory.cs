using System;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Threading;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>Memory that several processes have, found by its name (shm_overview(7)). Nothing in it is kept apart: who writes when is for the processes to agree on.</summary>
/// <remarks>
/// <para>Memory that this process made has the mode 0600, and its name goes when it is closed; others who have it open keep it.</para>
/// <para>Who else may write to it can cut it shorter, and to touch what is cut off ends a process with SIGBUS. So each access looks at its length first; bytes are copied by
/// the kernel, which says so by an error also when it was cut in that very moment.</para>
/// <para>Thread rule: any thread, at any time.</para>
/// </remarks>
public sealed unsafe partial class IpcSharedMemory : IDisposable, IIpcCloseable
{
    private readonly IpcDescriptor? _file;
    private readonly SafeHandle _memory;
    private readonly byte* _address;
    private readonly MemoryMappedFile? _windows;
    private readonly IpcOwnership? _owned;
    private int _closed;

    private IpcSharedMemory(string name, IpcDescriptor file, IpcMapping memory, long size, bool canWrite, IpcOwnership? owned)
    {
        Name = name;
        Size = size;
        CanWrite = canWrite;
        _file = file;
        Descriptor = file.Number;
        _memory = memory;
        _address = memory.Address;
        _owned = owned;
        OpenIpc.Add(this);
    }

    private IpcSharedMemory(string name, MemoryMappedFile file, SafeMemoryMappedViewBuffer view, bool canWrite)
    {
        Name = name;
        Size = view.Size;
        CanWrite = canWrite;
        _windows = file;
        _memory = view.Handle;
        _address = view.Address;
        OpenIpc.Add(this);
    }

    /// <summary>/name.</summary>
    public string Name { get; }

    /// <summary>Shared memory.</summary>
    public IpcMechanism Mechanism { get; } = IpcMechanism.SharedMemory;

    /// <summary>The descriptor of its file; -1 on Windows. It stays as it was after the memory is closed.</summary>
    public int Descriptor { get; } = -1;

    /// <summary>Bytes.</summary>
    public long Size { get; }

    /// <summary>Whether it may be written to here.</summary>
    public bool CanWrite { get; }

    /// <summary>Whether this process made it, and removes its name with this object.</summary>
    public bool IsOwner => _owned is not null;

    /// <summary>Open, or Closed.</summary>
    public IpcChannelState State => _closed == 0 ? IpcChannelState.Open : IpcChannelState.Closed;

    internal SafeHandle Memory => _memory;

    internal byte* Address => _address;

    /// <summary>Gives the memory back; what this process made loses its name.</summary>
    /// <exception cref="SocketCallException">EBADF: it was closed before.</exception>
    public void Close(SystemCallTrace? trace = null)
    {
        if (!TryClose(trace))
        {
            throw new SocketCallException("munmap", Errno.EBADF, Name, "The memory is closed");
        }
    }

    /// <summary>Gives the memory back, if that was not done before.</summary>
    public void Dispose() => TryClose(null);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private bool TryClose(SystemCallTrace? trace)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        _owned?.Remove(trace);
        _memory.Dispose();
        trace?.Invoke(new("munmap", $"0x{(nint)_address:x}, {Size}", 0, Errno.None));
        _file?.Dispose();
        trace?.Invoke(new("close", $"{Descriptor}", 0, Errno.None));
        _windows?.Dispose();
        OpenIpc.Remove(this);
        return true;
    }
}
