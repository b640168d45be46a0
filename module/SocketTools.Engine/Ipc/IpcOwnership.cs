using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>
/// Something with a name that outlives its descriptor, made by this process: removed with the object that stands for it or, at the latest, when the
/// process exits. A process that is killed leaves it.
/// </summary>
internal sealed class IpcOwnership
{
    private static readonly ConcurrentDictionary<IpcOwnership, byte> s_owned = new();

    // Kept, because a registration ends with its object.
    private static readonly PosixSignalRegistration?[] s_onSignal;

    private readonly Action<SystemCallTrace?> _remove;
    private int _removed;

    static IpcOwnership()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => RemoveAll();

        // From .NET 10 on SIGTERM ends the process without ProcessExit, and SIGHUP always did. They still end it.
        s_onSignal = OperatingSystem.IsWindows() ? [] :
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => RemoveAtEnd(15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, static _ => RemoveAtEnd(1)),
        ];
    }

    /// <summary>Owns a thing that was just made.</summary>
    /// <param name="remove">Takes it away, unless another has taken its place under the same name. It must not throw.</param>
    public IpcOwnership(Action<SystemCallTrace?> remove)
    {
        _remove = remove;
        s_owned[this] = 0;
    }

    /// <summary>Owns a name. What was made under it is told from what another has put there since.</summary>
    /// <param name="call">The call that removes it.</param>
    /// <param name="name">The name, or the path.</param>
    /// <param name="made">What was made; null where the system does not say.</param>
    /// <param name="look">What has the name now; null where nothing has.</param>
    /// <param name="remove">Makes the call: 0, or -1 with an errno.</param>
    public static IpcOwnership OfName(string call, string name, IpcFileStatus? made, Func<string, IpcFileStatus?> look, Func<string, int> remove) => new(trace =>
    {
        if (made is { } ours && look(name) is { } there && !there.Is(ours))
        {
            return;
        }

        int result = remove(name);
        trace?.Invoke(new(call, $"\"{name}\"", result, result < 0 ? LibcNumbers.LastErrno() : Errno.None));
    });

    /// <summary>Takes the thing away, once.</summary>
    public void Remove(SystemCallTrace? trace = null)
    {
        if (Interlocked.Exchange(ref _removed, 1) == 0)
        {
            s_owned.TryRemove(this, out _);
            _remove(trace);
        }
    }

    // Unless a script has taken the signal (Register-IpcSignal): then the process goes on.
    private static void RemoveAtEnd(int signal)
    {
        if (!IpcSignals.IsTaken(signal))
        {
            RemoveAll();
        }
    }

    private static void RemoveAll()
    {
        foreach (IpcOwnership owned in s_owned.Keys)
        {
            owned.Remove();
        }
    }
}
