using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// The TCP sockets that were refused: where the system lets them connect again, the next port takes one of them, which spares a socket(2) and a
/// close(2) for each closed port. Used by one thread.
/// </summary>
internal sealed class ProbeSockets : IDisposable
{
    private readonly List<(SafeSocketHandle Handle, AddressFamily Family)> _spare = [];

    /// <summary>A socket that was kept, or null.</summary>
    public SafeSocketHandle? Take(AddressFamily family)
    {
        for (int i = _spare.Count - 1; i >= 0; i--)
        {
            if (_spare[i].Family == family)
            {
                SafeSocketHandle handle = _spare[i].Handle;
                _spare.RemoveAt(i);
                return handle;
            }
        }

        return null;
    }

    /// <summary>Takes a socket over whose connect ended so; false where it is of no more use, or there is one already.</summary>
    public bool Keep(SafeSocketHandle handle, AddressFamily family, Errno ended)
    {
        if (ended != Errno.ECONNREFUSED || !SystemCalls.Current.ConnectsAgain || _spare.Exists(s => s.Family == family))
        {
            return false;
        }

        _spare.Add((handle, family));
        return true;
    }

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        _spare.ForEach(static s => SystemCalls.Current.Close(s.Handle, null));
        _spare.Clear();
    }
}
