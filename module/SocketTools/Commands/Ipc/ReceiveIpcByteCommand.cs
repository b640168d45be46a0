using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>read(2), mq_receive(3), msgrcv(2), pread(2), recv(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "IpcByte", DefaultParameterSetName = CountSet)]
[OutputType(typeof(byte[]), typeof(byte), typeof(IpcMessage))]
public sealed class ReceiveIpcByteCommand : ReceivingByteCommand
{
    private const string MessageSet = "Message";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public IpcArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = MessageSet)]
    [ValidateRange(1, int.MaxValue)]
    public override int Count { get => base.Count; set => base.Count = value; }

    [Parameter(Mandatory = true, ParameterSetName = MessageSet)]
    public SwitchParameter AsMessage { get; set; }

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = MessageSet)]
    public long? MessageType { get; set; }

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = ExactlySet)]
    [Parameter(ParameterSetName = AllSet)]
    [ValidateRange(0, long.MaxValue)]
    public long? Offset { get; set; }

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = ExactlySet)]
    [Parameter(ParameterSetName = AllSet)]
    public override SwitchParameter Enumerate { get => base.Enumerate; set => base.Enumerate = value; }

    // Messages have lengths of their own, so without -Count there is no limit.
    private int MessageSize => MyInvocation.BoundParameters.ContainsKey(nameof(Count)) ? Count : int.MaxValue;

    private protected override void Process()
    {
        Target = Channel.Value;
        if (AsMessage)
        {
            WriteObject(Channel.ToQueue(MessageType).ReceiveMessage(MessageSize, MessageType ?? 0, Wait()));
            return;
        }

        IByteChannel channel = Channel.ToReceiver(MessageType, Offset);
        if (channel is SocketChannel socket)
        {
            Receive(socket, ReadSize, Wait(socket));
        }
        else
        {
            Receive(channel, channel.KeepsBoundaries ? MessageSize : ReadSize, Wait());
        }
    }
}
