using System.Collections.Generic;
using System.Linq;
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
        IReadOnlyList<int> received = channel.ReceiveDescriptors(Count, out byte[] bytes, Wait(channel));
        List<SocketDescriptor> owned = [.. received.Select(d => SocketDescriptor.Own(d, bytes))];
        int written = 0;
        try
        {
            while (written < owned.Count)
            {
                WriteOpened(owned[written++]);
            }
        }
        finally
        {
            // Select-Object -First takes no more; those that nobody got would stay open for ever.
            owned.Skip(written).ToList().ForEach(static d => d.Dispose());
        }
    }
}
