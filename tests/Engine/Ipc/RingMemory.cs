using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using SocketTools;

namespace SocketTools.Tests.Ipc;

/// <summary>A file that is mapped, as memory of a ring. A second one of the same path is the same memory.</summary>
internal sealed unsafe class RingMemory : IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;

    public RingMemory(string path, long length)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (_file.Length < length)
        {
            _file.SetLength(length);
        }

        Length = _file.Length;
        _mapping = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, Length);
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        Address = address;
    }

    public byte* Address { get; }

    public long Length { get; }

    public Span<byte> Bytes => new(Address, (int)Length);

    public IpcRing Create() => IpcRing.Create(_view.SafeMemoryMappedViewHandle, Address, Length, Descriptor, "the ring");

    public IpcRing Attach() => IpcRing.Attach(_view.SafeMemoryMappedViewHandle, Address, Length, Descriptor, "the ring");

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping.Dispose();
        _file.Dispose();
    }

    private int Descriptor => OperatingSystem.IsWindows() ? -1 : (int)_file.SafeFileHandle.DangerousGetHandle();
}
