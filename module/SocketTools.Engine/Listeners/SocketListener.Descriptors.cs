using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SocketTools;

/// <summary>Listeners made of descriptors that another process opened.</summary>
public sealed partial class SocketListener
{
    /// <summary>The listener of a descriptor that another process opened and passed on, such as those of systemd's socket units (sd_listen_fds(3)). It listens already, or is made to.</summary>
    /// <exception cref="SocketCallException">ENOTSOCK, EBADF, EINVAL when it cannot listen.</exception>
    public static SocketListener FromDescriptor(int descriptor, int backlog, SystemCallTrace? trace)
    {
        SocketChannel channel = SocketChannel.FromDescriptor(descriptor);
        OpenSockets.Remove(channel);
        try
        {
            return channel.IsListening ? new SocketListener(channel, 0) : Start(channel, backlog, trace);
        }
        catch
        {
            channel.Handle.SetHandleAsInvalid(); // It stays the caller's, and no finaliser closes it behind his back.
            throw;
        }
    }

    /// <summary>The descriptors that a service manager passed to this process: LISTEN_FDS of them from 3 on, when LISTEN_PID is ours (sd_listen_fds(3)).</summary>
    /// <exception cref="SocketCallException">EINVAL: there are none.</exception>
    public static IReadOnlyList<int> InheritedDescriptors()
    {
        const int First = 3; // SD_LISTEN_FDS_START
        bool ours = Environment.GetEnvironmentVariable("LISTEN_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (ours && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0)
        {
            return Enumerable.Range(First, count).ToArray();
        }

        throw new SocketCallException("listen", Errno.EINVAL, "LISTEN_FDS", "This process was passed no listening sockets")
        {
            Advice = "A service manager sets LISTEN_FDS and LISTEN_PID for the process that it starts.",
        };
    }
}
