using System.Management.Automation;
using System.Net;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>What joining and leaving a multicast group have in common.</summary>
public abstract class SocketMembershipCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Position = 1, Mandatory = true)]
    public string[] Group { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string Interface { get; set; } = "";

    [Parameter]
    public string? Source { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected abstract bool Joins { get; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        foreach (string group in Group)
        {
            Guard(() => Set(channel, group));
        }

        if (PassThru)
        {
            WriteObject(Channel.Value);
        }
    }

    private void Set(SocketChannel channel, string group)
    {
        Target = group;
        IPAddress address = Address(group);
        Target = Source ?? group;
        IPAddress? source = Source is null ? null : Address(Source);
        try
        {
            channel.SetMembership(address, Interface, source, Joins, Trace);
        }
        catch (SocketCallException e)
        {
            // The engine knows which of them is wrong; the record names it as it was typed.
            Target = e.Target switch
            {
                string => Interface,
                IPAddress wrong => wrong.Equals(address) ? group : Source,
                _ => Channel.Value,
            };
            throw;
        }
    }

    private static IPAddress Address(string text) => IPAddress.TryParse(text, out IPAddress? address)
        ? address
        : throw new SocketCallException("setsockopt", Errno.EINVAL, text, $"'{text}' is no address") { Advice = "Give an address such as 239.1.2.3 or ff15::1." };
}
