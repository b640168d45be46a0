using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketTools;

/// <summary>From the path of an endpoint to the name that the kernel takes.</summary>
internal static class UnixPath
{
    /// <summary>Bytes that a path may have: sun_path less the NUL at its end (unix(7)).</summary>
    public static int MaximumBytes => OperatingSystem.IsMacOS() ? 103 : 107;

    /// <summary>The address to give to bind or connect.</summary>
    /// <param name="endpoint">A Unix domain endpoint.</param>
    /// <param name="directory">The directory that a relative path starts from.</param>
    /// <param name="operation">bind or connect, for the error.</param>
    /// <exception cref="SocketCallException">ENAMETOOLONG; EOPNOTSUPP for an abstract name where there are none.</exception>
    public static EndPoint ToAddress(SocketEndpoint endpoint, string directory, string operation)
    {
        string path = endpoint.Path!;
        if (endpoint.IsAbstract)
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new SocketCallException(operation, Errno.EOPNOTSUPP, endpoint, "Abstract names exist on Linux only");
            }

            CheckLength(endpoint, path[1..], operation);
            return new UnixDomainSocketEndPoint("\0" + path[1..]);
        }

        // sun_path holds what was typed, except for a tilde, which means nothing to the kernel.
        string full = FullPath(endpoint, directory);
        string name = path[0] == '~' ? full : path;
        CheckLength(endpoint, name, operation);
        return Path.IsPathRooted(name) || SameDirectory(endpoint.Directory ?? directory) ? new UnixDomainSocketEndPoint(name)
            : new RelativeUnixEndPoint(path, endpoint.Directory ?? directory, full);
    }

    /// <summary>Where the file is.</summary>
    public static string FullPath(SocketEndpoint endpoint, string directory)
    {
        string path = endpoint.Path!;
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        return Path.GetFullPath(path, endpoint.Directory ?? directory);
    }

    private static bool SameDirectory(string directory) =>
        string.Equals(Path.TrimEndingDirectorySeparator(directory), Environment.CurrentDirectory, StringComparison.Ordinal);

    private static void CheckLength(SocketEndpoint endpoint, string name, string operation)
    {
        int bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes > MaximumBytes)
        {
            throw new SocketCallException(operation, Errno.ENAMETOOLONG, endpoint, $"The path is {bytes} bytes long, {MaximumBytes} are allowed");
        }
    }
}
