using System;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Calls;

internal sealed partial class ManagedSystemCalls
{
    public override int StartProbe(SocketType type, ProtocolType protocol, EndPoint address, ref SafeSocketHandle? handle, SystemCallTrace? trace)
    {
        if (handle is not null)
        {
            return BeginConnect(handle, address, trace);
        }

        int made = Socket(address.AddressFamily, type, protocol, out handle, trace);
        return handle is null ? made : BeginConnect(handle, address, trace);
    }

    public override int LookAtConnect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        Span<PollTarget> target = [new(handle, PollEvents.Write)];
        return Poll(target, 0, default, default, trace) == 0 ? -(int)Errno.EINPROGRESS : FinishConnect(handle, trace);
    }
}
