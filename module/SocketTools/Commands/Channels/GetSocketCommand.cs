using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>The channels that this process holds open.</summary>
[Cmdlet(VerbsCommon.Get, "Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class GetSocketCommand : SocketCommand
{
    [Parameter(Position = 0)]
    public int[] Descriptor { get; set; } = [];

    [Parameter]
    [SupportsWildcards]
    public string Protocol { get; set; } = "*";

    [Parameter]
    public SocketChannelState[] State { get; set; } = [];

    private protected override void Process()
    {
        WildcardPattern protocol = WildcardPattern.Get(Protocol, WildcardOptions.IgnoreCase);
        IReadOnlyList<SocketChannel> open = OpenSockets.Channels; // Looked at once: what comes behind in the pipeline may close them.
        foreach (SocketChannel channel in open)
        {
            if ((Descriptor.Length == 0 || Descriptor.Contains(channel.Descriptor))
                && (State.Length == 0 || State.Contains(channel.State))
                && protocol.IsMatch(channel.Protocol))
            {
                WriteObject(channel);
            }
        }

        foreach (int descriptor in Descriptor.Except(open.Select(static c => c.Descriptor)))
        {
            Target = descriptor;
            Guard(() => throw new SocketCallException("socket", Errno.EBADF, descriptor, "No channel has that descriptor")
            {
                Advice = "Get-Socket alone lists the open ones.",
            });
        }
    }
}
