using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>recv(2) of bytes.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketByte", DefaultParameterSetName = CountSet)]
[OutputType(typeof(byte[]), typeof(byte))]
public sealed class ReceiveSocketByteCommand : WaitingSocketCommand
{
    private const string CountSet = "Count";
    private const string ExactlySet = "Exactly";
    private const string AllSet = "All";
    private const string OutOfBandSet = "OutOfBand";

    // One read of the kernel gives no more than its buffer; a larger array would only be memory for nothing.
    private const int LargestRead = 16 * 1024 * 1024;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = CountSet)]
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

    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = ExactlySet)]
    public SwitchParameter Peek { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = OutOfBandSet)]
    public SwitchParameter OutOfBand { get; set; }

    [Parameter]
    public SwitchParameter Enumerate { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        if (ParameterSetName == AllSet && !Raw)
        {
            while (channel.Receive(SocketChannel.DefaultReceiveSize, Wait(channel)) is { } block)
            {
                WriteObject(block, Enumerate);
            }

            return;
        }

        int count = Math.Min(Count, LargestRead);
        byte[]? bytes = ParameterSetName switch
        {
            OutOfBandSet => channel.ReceiveUrgent(Wait(channel)),
            AllSet => channel.ReceiveAll(MaximumLength, Wait(channel)),
            ExactlySet => Peek ? channel.Peek(Exactly, exactly: true, Wait(channel)) : channel.ReceiveExactly(Exactly, Wait(channel)),
            _ => Peek ? channel.Peek(count, exactly: false, Wait(channel)) : channel.Receive(count, Wait(channel)),
        };
        if (bytes is not null)
        {
            WriteObject(bytes, Enumerate);
        }
    }
}
