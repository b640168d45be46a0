using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>The channels that this process holds open, or the calls that moved bytes over them.</summary>
[Cmdlet(VerbsCommon.Get, "Socket", DefaultParameterSetName = OpenSet)]
[OutputType(typeof(SocketChannel), typeof(SocketTransfer))]
public sealed class GetSocketCommand : SocketCommand
{
    private const string OpenSet = "Open";
    private const string ChannelSet = "Channel";

    private readonly List<SocketChannel> _traced = [];

    [Parameter(Position = 0, ParameterSetName = OpenSet)]
    public int[] Descriptor { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ChannelSet)]
    public ChannelArgument[] Channel { get; set; } = [];

    [Parameter(ParameterSetName = OpenSet)]
    [SupportsWildcards]
    public string Protocol { get; set; } = "*";

    [Parameter(ParameterSetName = OpenSet)]
    public SocketChannelState[] State { get; set; } = [];

    [Parameter]
    public new SwitchParameter Trace { get; set; }

    private protected override void Process()
    {
        foreach (ChannelArgument argument in Channel)
        {
            Target = argument.Value;
            Guard(() => Take(argument.ToChannel()));
        }

        if (ParameterSetName == OpenSet)
        {
            FindOpen();
        }
    }

    private protected override void End()
    {
        foreach (SocketChannel channel in _traced.Distinct())
        {
            if (channel.ForgottenTransfers is > 0 and long forgotten)
            {
                WriteWarning($"{channel}: the first {forgotten} calls are no longer in the log, which keeps the last of each channel only.");
            }
        }

        WriteObject(SocketChannel.TraceTransfers(_traced), enumerateCollection: true);
    }

    private void Take(SocketChannel channel)
    {
        if (Trace)
        {
            _traced.Add(channel);
        }
        else
        {
            WriteObject(channel);
        }
    }

    private void FindOpen()
    {
        WildcardPattern protocol = WildcardPattern.Get(Protocol, WildcardOptions.IgnoreCase);
        IReadOnlyList<SocketChannel> open = OpenSockets.Channels; // Looked at once: what comes behind in the pipeline may close them.
        foreach (SocketChannel channel in open)
        {
            if ((Descriptor.Length == 0 || Descriptor.Contains(channel.Descriptor))
                && (State.Length == 0 || State.Contains(channel.State))
                && protocol.IsMatch(channel.Protocol))
            {
                Take(channel);
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
