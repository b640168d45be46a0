using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace SocketTools;

/// <summary>A file, or a part of one, that is open to be sent.</summary>
public sealed class OutgoingFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private OutgoingFile(SafeFileHandle handle, string path, long offset, long length, bool endless)
    {
        _handle = handle;
        Path = path;
        Offset = offset;
        Length = length;
        IsToItsEnd = endless;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Where to begin, in bytes.</summary>
    public long Offset { get; }

    /// <summary>How many bytes are sent. It is settled when the file is opened: what is appended later does not count.</summary>
    public long Length { get; }

    /// <summary>True where the system tells no length, as for the files of /proc: then it is sent to its end, whatever the length.</summary>
    internal bool IsToItsEnd { get; }

    internal SafeFileHandle Handle => _handle;

    /// <summary>Opens a regular file.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="count">How many bytes to send; null is all that follow.</param>
    /// <param name="trace">Sees the call.</param>
    /// <exception cref="SocketFileException">ENOENT, EACCES, EISDIR, ENOTDIR, ELOOP; ESPIPE: it is a FIFO or a device. EINVAL: it does not have so many bytes.</exception>
    public static OutgoingFile Open(string path, long offset, long? count, SystemCallTrace? trace = null)
    {
        SafeFileHandle handle = FileCalls.OpenToRead(path, trace);
        try
        {
            switch (FileCalls.KindOf(handle, path))
            {
                case FileKind.Directory:
                    throw new SocketFileException("open", Errno.EISDIR, path);
                case FileKind.Other:
                    throw new SocketFileException("open", Errno.ESPIPE, path, "A FIFO or a device has no length and no end")
                    {
                        Advice = "Give a regular file, or read it and pipe the bytes to Send-SocketByte.",
                    };
            }

            long length = FileCalls.Run("fstat", path, () => RandomAccess.GetLength(handle));
            if (offset < 0 || offset > length || count < 0 || count > length - offset)
            {
                string wanted = count is null ? $"there is no byte {offset}" : $"there are no {count} from byte {offset} on";
                throw new SocketFileException("lseek", Errno.EINVAL, path, $"The file has {length} bytes, {wanted}")
                {
                    Advice = "Check -Offset and -Count. The length of the file is its limit.",
                };
            }

            return new OutgoingFile(handle, path, offset, count ?? length - offset, endless: length == 0 && count is null);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Reads at a distance from the offset; 0 at the end of the file.</summary>
    internal int Read(Memory<byte> target, long position) =>
        FileCalls.Run("pread", Path, () => RandomAccess.Read(_handle, target.Span, Offset + position));
}
