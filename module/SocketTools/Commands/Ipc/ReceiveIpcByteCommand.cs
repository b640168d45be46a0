using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>read(2), mq_receive(3), msgrcv(2), pread(2), recv(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "IpcByte", DefaultParameterSetName = CountSet)]
[OutputType(typeof(byte[]), typeof(byte), typeof(IpcMessage))]
public sealed class ReceiveIpcByteCommand : WaitingSocketCommand
{
    private const string CountSet = "Count";
    private const string ExactlySet = "Exactly";
    private const string AllSet = "All";
    private const string MessageSet = "Message";

    // One read of the kernel gives no more than its buffer; a larger array would only be memory for nothing.
    private const int LargestRead = 16 * 1024 * 1024;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public IpcArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = MessageSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = SocketChannel.DefaultReceiveSize;

    [Parameter(Mandatory = true, ParameterSetName = ExactlySet)]
    [ValidateRange(1, int.MaxValue)]
    public int Exactly { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    [Parameter(ParameterSetName = AllSet)]
    public SwitchParameter Raw { get; set; }

    [Parameter(ParameterSetName = AllSet)]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumLength { get; set; } = Array.MaxLength;

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
    public SwitchParameter Enumerate { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        if (AsMessage)
        {
            // Messages have lengths of their own, so without -Count there is no limit.
            WriteObject(Channel.ToQueue(MessageType).ReceiveMessage(CountOr(int.MaxValue), MessageType ?? 0, Wait()));
            return;
        }

        IByteChannel channel = Channel.ToReceiver(MessageType, Offset);
        SocketWait wait = channel is SocketChannel socket ? Wait(socket) : Wait();
        if (ParameterSetName == AllSet && !Raw && channel is not IpcMessageQueue)
        {
            while (channel.Receive(SocketChannel.DefaultReceiveSize, wait) is { } block)
            {
                WriteObject(block, Enumerate);
            }

            return;
        }

        byte[]? bytes = ParameterSetName switch
        {
            AllSet => channel.ReceiveAll(MaximumLength, wait),
            ExactlySet => channel.ReceiveExactly(Exactly, wait),
            _ => channel.Receive(channel.KeepsBoundaries && channel is not SocketChannel ? CountOr(int.MaxValue) : Math.Min(Count, LargestRead), wait),
        };
        if (bytes is not null)
        {
            WriteObject(bytes, Enumerate);
        }
    }

    private int CountOr(int otherwise) => MyInvocation.BoundParameters.ContainsKey(nameof(Count)) ? Count : otherwise;
}
