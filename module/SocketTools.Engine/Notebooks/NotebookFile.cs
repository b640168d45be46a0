using System.IO;
using Microsoft.Win32.SafeHandles;

namespace SocketTools.Notebooks;

/// <summary>A notebook, or a picture that it shows, as bytes.</summary>
internal static class NotebookFile
{
    /// <summary>Reads a regular file whole. What may have no end, such as a FIFO, is not waited for.</summary>
    /// <exception cref="SocketFileException">ENOENT, EACCES, EISDIR and others; ESPIPE: it is a FIFO or a device; EFBIG.</exception>
    public static byte[] Read(string path, int maximumLength, string advice)
    {
        using SafeFileHandle handle = FileCalls.OpenToRead(path, null);
        Errno kind = FileCalls.KindOf(handle, path) switch
        {
            FileKind.Directory => Errno.EISDIR,
            FileKind.Other => Errno.ESPIPE,
            _ => Errno.None,
        };
        if (kind != Errno.None)
        {
            throw new SocketFileException("read", kind, path) { Advice = FileCalls.Advise(kind) };
        }

        return FileCalls.Run("read", path, () =>
        {
            using FileStream file = new(handle, FileAccess.Read, bufferSize: 0);
            if (file.Length > maximumLength)
            {
                throw new SocketFileException("read", Errno.EFBIG, path, $"It has {file.Length} bytes, and {maximumLength} are read at most") { Advice = advice };
            }

            byte[] read = new byte[file.Length];
            file.ReadExactly(read);
            return read;
        });
    }
}
