using System;

namespace SocketTools;

/// <summary>Gives each datagram to a handler. What is beyond the handlers waits in the socket's receive buffer, and the kernel drops what does not fit there.</summary>
internal sealed class DatagramHandlerServer(SocketListener listener, int throttleLimit, Func<IHandlerWorker> makeWorker)
    : HandlerServer(listener, throttleLimit, waits: true, makeWorker)
{
    private protected override HandlerWork Next(SocketWait wait)
    {
        while (true)
        {
            SocketDatagram datagram = Listener.Channel.ReceiveDatagram(Listener.Limits.MaximumDatagram, TextFraming.Utf8, wait)!;
            if (Listener.Admit(datagram.RemoteEndPoint))
            {
                return new HandlerWork(Listener.Channel, HandlerOccasion.Datagram, datagram, Done);
            }
        }
    }
}
