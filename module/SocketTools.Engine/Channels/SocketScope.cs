using System;
using System.Linq;
using System.Threading;

namespace SocketTools;

/// <summary>
/// Whatever a thread opens, and the threads that it starts open, between the beginning and the end of the scope. Its end closes what is still open, so
/// that work which was given to somebody else's code leaves nothing behind.
/// </summary>
internal sealed class SocketScope : IDisposable
{
    private static readonly AsyncLocal<SocketScope?> s_current = new();

    private SocketScope()
    {
    }

    /// <summary>The scope of what is opened now, or null.</summary>
    public static SocketScope? Current => s_current.Value;

    /// <summary>Begins a scope for this thread and those that it starts from now on.</summary>
    public static SocketScope Begin() => s_current.Value = new SocketScope();

    /// <summary>Closes what is still open. From any thread.</summary>
    /// <returns>How many sockets, pipes, queues and the like that were.</returns>
    public int Close()
    {
        int closed = 0;
        foreach (IDisposable open in OpenSockets.In(this).Concat(OpenIpc.In(this)))
        {
            open.Dispose();
            closed++;
        }

        return closed;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();
}
