namespace SocketTools.Transfers;

/// <summary>The call that moved bytes. Those from <see cref="Receive"/> on receive.</summary>
internal enum TransferCall : byte
{
    Send,
    SendTo,
    SendMessage,
    SendMessages,
    SendFile,
    Receive,
    ReceiveFrom,
    ReceiveMessage,
    ReceiveMessages,
    Splice,
}

internal static class TransferCallNames
{
    /// <summary>The name in section 2 of the manual.</summary>
    public static string Name(this TransferCall call) => call switch
    {
        TransferCall.Send => "send",
        TransferCall.SendTo => "sendto",
        TransferCall.SendMessage => "sendmsg",
        TransferCall.SendMessages => "sendmmsg",
        TransferCall.SendFile => "sendfile",
        TransferCall.Receive => "recv",
        TransferCall.ReceiveFrom => "recvfrom",
        TransferCall.ReceiveMessage => "recvmsg",
        TransferCall.Splice => "splice",
        _ => "recvmmsg",
    };

    public static bool Receives(this TransferCall call) => call >= TransferCall.Receive;
}
