using System;
using System.Buffers;
using System.IO;
using Microsoft.Win32.SafeHandles;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>What to do about a file that is there already.</summary>
public enum IncomingFileMode
{
    /// <summary>It is EEXIST, also when the file comes while the transfer is under way.</summary>
    New,
    /// <summary>The new file takes its place, in one step and with its permissions.</summary>
    Replace,
    /// <summary>The bytes go behind those that it has, when all have come.</summary>
    Append,
}

/// <summary>
/// A file that is being received. Until it is complete it has a temporary name in the directory of the final one; disposed of before, it is gone.
/// </summary>
public sealed class IncomingFile : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;
    private readonly IncomingFileMode _mode;
    private readonly SystemCallTrace? _trace;
    private readonly FileStream? _old;
    private readonly FileStream _file;
    private readonly SafeFileHandle _handle;
    private long _length;
    private bool _gone;

    private IncomingFile(string target, IncomingFileMode mode, FileStream? old, SystemCallTrace? trace)
    {
        _target = target;
        _mode = mode;
        _old = old;
        _trace = trace;

        // Not made of the final name, which may be as long as a name can be.
        _temporary = Path.Combine(Path.GetDirectoryName(target)!, $".receiving-{Path.GetRandomFileName()}");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = old is null ? FileAccess.Write : FileAccess.ReadWrite, BufferSize = 0 };
        UnixFileMode? permissions = mode == IncomingFileMode.Replace && !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : null;
        if (permissions is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = permissions; // A private file is never open to others, not even while its successor comes.
        }

        _file = FileCalls.Run("open", target, () => new FileStream(_temporary, options));
        _handle = _file.SafeFileHandle; // Each look at that property is a call of lseek(2).
        Trace("open", $"\"{_temporary}\", {(old is null ? "O_WRONLY" : "O_RDWR")}|O_CREAT|O_EXCL|O_CLOEXEC", (int)_handle.DangerousGetHandle());
        if (permissions is { } wanted && !OperatingSystem.IsWindows())
        {
            try
            {
                File.SetUnixFileMode(_handle, wanted); // What the umask took away.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A file system without permissions, such as vfat.
            }
        }
    }

    /// <summary>The full path of the final name; at the end of its symbolic links where a file is replaced or appended to.</summary>
    public string FullName => _target;

    /// <summary>Makes the temporary file, so that whatever stands against the final one shows before a byte is taken from the socket.</summary>
    /// <param name="path">The full path of the final name.</param>
    /// <param name="mode">What to do about a file that is there.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketFileException">
    /// EEXIST; EISDIR; ESPIPE: a device or a FIFO is at that path; ENOENT: there is no such directory; EACCES, EROFS, ENOSPC, EBUSY.
    /// </exception>
    public static IncomingFile Create(string path, IncomingFileMode mode, SystemCallTrace? trace = null)
    {
        string target = mode == IncomingFileMode.New ? path : Resolve(path);
        FileKind kind = Path.GetFileName(target).Length == 0 ? FileKind.Directory : FileCalls.KindOf(target);
        if (kind == FileKind.Directory)
        {
            throw new SocketFileException("open", Errno.EISDIR, path);
        }

        if (kind != FileKind.Missing && mode == IncomingFileMode.New)
        {
            throw Exists(path);
        }

        if (kind == FileKind.Other)
        {
            throw new SocketFileException("open", Errno.ESPIPE, path, "A FIFO, a device or a socket has that path, which no file replaces");
        }

        FileStream? old = null;
        if (kind == FileKind.Regular && mode == IncomingFileMode.Append)
        {
            FileStreamOptions options = new() { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
            old = FileCalls.Run("open", path, () => new FileStream(target, options));
        }

        try
        {
            return new IncomingFile(target, mode, old, trace);
        }
        catch
        {
            old?.Dispose();
            throw;
        }
    }

    /// <summary>Removes what is not complete.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _old?.Dispose();
        if (!_gone)
        {
            _gone = true;
            try
            {
                File.Delete(_temporary);
                Trace("unlink", $"\"{_temporary}\"", 0);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The directory was taken away or closed to us meanwhile: there is nobody to tell but the one who did it.
            }
        }
    }

    /// <summary>Writes behind what is there.</summary>
    internal void Write(ReadOnlyMemory<byte> data)
    {
        FileCalls.Run("pwrite", _target, () => RandomAccess.Write(_handle, data.Span, _length));
        _trace?.Invoke(new("pwrite", $"{_handle.DangerousGetHandle()}, {CallText.Data(data.Span)}, {data.Length}, {_length}", data.Length, Errno.None));
        _length += data.Length;
    }

    /// <summary>Writes what is in a pipe. False, and nothing written, where the file system does not take it from there.</summary>
    internal bool Write(SplicePipe pipe, SystemCallTrace? trace)
    {
        while (pipe.Count > 0)
        {
            int count = pipe.Empty(_handle, _length, trace);
            if (count == -(int)Errno.EINVAL)
            {
                return false;
            }

            if (count <= 0)
            {
                Errno errno = count == 0 ? Errno.EIO : (Errno)(-count);
                throw new SocketFileException("splice", errno, _target) { Advice = FileCalls.Advise(errno) };
            }

            _length += count;
        }

        return true;
    }

    /// <summary>Gives the file its final name, or its bytes to the file that is there.</summary>
    internal void Complete(SocketWait wait)
    {
        wait.Stop.ThrowIfCancellationRequested();
        if (_old is not null)
        {
            Append(_old, wait);
            return; // The temporary file goes with this object.
        }

        _file.Dispose();
        bool replaces = _mode == IncomingFileMode.Replace;
        try
        {
            // Without permission to overwrite this is link(2) and unlink(2) on Unix: of two that want the name, one gets EEXIST.
            FileCalls.Run(replaces ? "rename" : "link", _target, () => File.Move(_temporary, _target, replaces));
        }
        catch (SocketFileException e) when (e.Errno == Errno.EEXIST)
        {
            throw Exists(_target);
        }

        _gone = true;
        Trace(replaces ? "rename" : "link", $"\"{_temporary}\", \"{_target}\"", 0);
    }

    // Either all of it, or the file is as long as it was.
    private void Append(FileStream old, SocketWait wait)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(SocketChannel.FileBlockSize);
        long start = FileCalls.Run("fstat", _target, () => RandomAccess.GetLength(old.SafeFileHandle));
        long done = 0;
        try
        {
            while (done < _length)
            {
                wait.Stop.ThrowIfCancellationRequested();
                int count = FileCalls.Run("pread", _target, () => RandomAccess.Read(_handle, block, done));
                FileCalls.Run("pwrite", _target, () => RandomAccess.Write(old.SafeFileHandle, block.AsSpan(0, count), start + done));
                done += count;
            }
        }
        catch
        {
            FileCalls.Run("ftruncate", _target, () => RandomAccess.SetLength(old.SafeFileHandle, start));
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        Trace("pwrite", $"{old.SafeFileHandle.DangerousGetHandle()}, ..., {_length}, {start}", _length);
    }

    private static SocketFileException Exists(string path) => new("open", Errno.EEXIST, path)
    {
        Advice = "Choose another path, or give -Force to replace the file, -Append to write behind it.",
    };

    // .NET says that there is no such file where there is no link.
    private static string Resolve(string path) => new FileInfo(path).LinkTarget is null
        ? path
        : FileCalls.Run("open", path, () => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    private void Trace(string call, string arguments, long result) => _trace?.Invoke(new(call, arguments, result, Errno.None));
}
