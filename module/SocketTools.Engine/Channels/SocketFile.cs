using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// The file of a bound Unix socket: private to its owner, put in the place of a stale one only, and removed with its socket or,
/// at the latest, when the process exits.
/// </summary>
internal sealed class SocketFile
{
    // By path: who binds to it last owns the file. The time of the file alone may be the same for two that are made within one tick of its clock.
    private static readonly ConcurrentDictionary<string, SocketFile> s_owned = new();
    private readonly string _path;
    private readonly DateTime _made;

    // Kept, because the registration ends with its object.
    private static readonly PosixSignalRegistration? s_onTerminate;

    static SocketFile()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => RemoveAll();
        if (!OperatingSystem.IsWindows())
        {
            // From .NET 10 on SIGTERM ends the process without ProcessExit. It still ends it, unless a script has taken it (Register-IpcSignal).
            s_onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ =>
            {
                if (!IpcSignals.IsTaken(15))
                {
                    RemoveAll();
                }
            });
        }
    }

    private SocketFile(string path)
    {
        _path = path;
        _made = File.GetLastWriteTimeUtc(path);
        s_owned[path] = this;
    }

    /// <summary>Binds a socket to the path of an endpoint.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="type">Its type.</param>
    /// <param name="endpoint">Where to.</param>
    /// <param name="directory">Where a relative path starts.</param>
    /// <param name="force">Replaces a file without looking whether somebody listens there.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <returns>The file, to be removed when the socket is closed; null for an abstract name.</returns>
    public static SocketFile? Bind(SafeSocketHandle handle, SocketType type, SocketEndpoint endpoint, string directory, bool force, SystemCallTrace? trace)
    {
        SystemCalls calls = SystemCalls.Current;
        EndPoint address = UnixPath.ToAddress(endpoint, directory, "bind");
        int result = calls.Bind(handle, address, trace);
        if (endpoint.IsAbstract)
        {
            return result == 0 ? null : throw new SocketCallException("bind", (Errno)(-result), endpoint);
        }

        string path = UnixPath.FullPath(endpoint, directory);
        if (result == -(int)Errno.EADDRINUSE && IsSocket(path) && (force || IsStale(address, type, trace)))
        {
            File.Delete(path);
            trace?.Invoke(new("unlink", $"\"{path}\"", 0, Errno.None));
            result = calls.Bind(handle, address, trace);
        }

        if (result != 0)
        {
            throw new SocketCallException("bind", (Errno)(-result), endpoint, Why((Errno)(-result), path));
        }

        if (OperatingSystem.IsMacOS() || (OperatingSystem.IsLinux() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0))
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new SocketFile(path);
    }

    /// <summary>Removes the file, unless another socket has taken its place since.</summary>
    public void Remove(SystemCallTrace? trace = null)
    {
        if (!s_owned.TryRemove(new KeyValuePair<string, SocketFile>(_path, this)))
        {
            return;
        }

        try
        {
            if (File.GetLastWriteTimeUtc(_path) == _made)
            {
                File.Delete(_path);
                trace?.Invoke(new("unlink", $"\"{_path}\"", 0, Errno.None));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory is gone or closed to us; the next bind there finds the file stale.
        }
    }

    private static void RemoveAll()
    {
        foreach (SocketFile file in s_owned.Values)
        {
            file.Remove();
        }
    }

    // Only a connect tells whether somebody listens; any other answer than a refusal means that the file is in use.
    private static bool IsStale(EndPoint address, SocketType type, SystemCallTrace? trace)
    {
        SystemCalls calls = SystemCalls.Current;
        calls.Socket(AddressFamily.Unix, type, ProtocolType.Unspecified, out SafeSocketHandle? probe, trace);
        if (probe is null)
        {
            return false;
        }

        int result = calls.BeginConnect(probe, address, trace);
        calls.Close(probe, trace);
        return result == -(int)Errno.ECONNREFUSED;
    }

    // A file that is no socket is never removed. open(2) on a socket fails; on any other file that may be read it does not.
    private static bool IsSocket(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);
        }

        int fd = Native.Libc.Open(path, Native.LibcNumbers.O_NONBLOCK | Native.LibcNumbers.O_CLOEXEC);
        if (fd >= 0)
        {
            Native.Libc.Close(fd);
            return false;
        }

        return Native.LibcNumbers.LastErrno() is Errno.ENXIO or Errno.EOPNOTSUPP;
    }

    private static string? Why(Errno errno, string path) => errno switch
    {
        Errno.ENOENT => $"There is no directory {Path.GetDirectoryName(path)}",
        Errno.EADDRINUSE when !IsSocket(path) => "A file that is no socket has that path",
        Errno.EADDRINUSE => "Somebody listens at that path",
        _ => null,
    };
}
