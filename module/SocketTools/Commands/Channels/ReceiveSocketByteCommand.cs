using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>recv(2) of bytes.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketByte", DefaultParameterSetName = CountSet)]
[OutputType(typeof(byte[]), typeof(byte))]
public sealed class ReceiveSocketByteCommand : ReceivingByteCommand
{
    private const string OutOfBandSet = "OutOfBand";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = ExactlySet)]
    public SwitchParameter Peek { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = OutOfBandSet)]
    public SwitchParameter OutOfBand { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        SocketWait wait = Wait(channel);
        if (OutOfBand)
        {
            Write(channel.ReceiveUrgent(wait));
        }
        else if (Peek)
        {
            bool exactly = ParameterSetName == ExactlySet;
            Write(channel.Peek(exactly ? Exactly : ReadSize, exactly, wait));
        }
        else
        {
            Receive(channel, ReadSize, wait);
        }
    }
}
