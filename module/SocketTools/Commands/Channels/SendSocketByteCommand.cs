using System;
using System.Management.Automation;
using SocketTools.Errors;

namespace SocketTools.Commands;

/// <summary>send(2) of bytes.</summary>
[Cmdlet(VerbsCommunications.Send, "SocketByte", DefaultParameterSetName = ChannelSet)]
[OutputType(typeof(SocketChannel))]
public sealed class SendSocketByteCommand : SendingSocketCommand
{
    private PipedBytes? _single;
    private bool _piped;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public byte[] Byte { get; set; } = [];

    [Parameter]
    public SwitchParameter OutOfBand { get; set; }

    // With -Byte given, what is piped are objects with a channel each.
    private protected override void Begin()
    {
        _piped = !MyInvocation.BoundParameters.ContainsKey(nameof(Byte));
        if (OutOfBand && To is not null)
        {
            ThrowTerminatingError(SocketErrorRecord.From(new SocketCallException("sendto", Errno.EOPNOTSUPP, To.Value, "Datagrams have no urgent byte") { Advice = "Leave -OutOfBand out." }, To.Value));
        }
    }

    private protected override void Process()
    {
        if (_piped && Byte.Length == 1)
        {
            (_single ??= new(Send)).Add(Byte[0]);
            return;
        }

        _single?.Send();
        if (!_piped || OutOfBand || !Gather(Byte))
        {
            Send(Byte);
        }
    }

    private protected override void Send(SocketChannel channel, ReadOnlySpan<byte> data, SocketWait wait)
    {
        if (data.IsEmpty && !channel.KeepsBoundaries)
        {
            throw new SocketCallException("send", Errno.EINVAL, Target, "There are no bytes to send") { Advice = "Only a datagram may be empty." };
        }

        if (OutOfBand)
        {
            channel.SendUrgent(data, wait);
        }
        else
        {
            channel.Send(data, wait);
        }
    }

    private protected override void End()
    {
        _single?.Send();
        base.End();
    }
}
