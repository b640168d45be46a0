using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>recvmsg(2) with SCM_RIGHTS.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketDescriptor")]
[OutputType(typeof(SocketDescriptor))]
public sealed class ReceiveSocketDescriptorCommand : WaitingSocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter]
    [ValidateRange(1, SocketChannel.MaximumDescriptors)]
    public int Count { get; set; } = SocketChannel.MaximumDescriptors;

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        foreach (int descriptor in channel.ReceiveDescriptors(Count, out _, Wait(channel)))
        {
            WriteOpened(SocketDescriptor.Own(descriptor));
        }
    }
}
