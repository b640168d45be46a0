using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SocketTools;

public sealed partial class SocketListener
{
    /// <summary>True when it takes datagrams, and no connections.</summary>
    public bool ServesDatagrams => _channel is { SocketType: SocketType.Dgram, State: SocketChannelState.Bound or SocketChannelState.Connected };

    /// <summary>Counts a datagram; false where the filter drops it.</summary>
    internal bool Admit(EndPoint? sender)
    {
        if (sender is IPEndPoint { Address: var address } && Limits.Filter?.Admits(address) == false)
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        Interlocked.Increment(ref _accepted);
        return true;
    }
}
