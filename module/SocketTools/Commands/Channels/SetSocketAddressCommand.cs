using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>bind(2).</summary>
[Cmdlet(VerbsCommon.Set, "SocketAddress")]
[Alias("Bind-Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class SetSocketAddressCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Position = 1, Mandatory = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter]
    public SwitchParameter ExclusiveAddressUse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        Target = Endpoint.Value;
        channel.Bind(Endpoint.ToEndpoint(), Location, new BindOptions(ExclusiveAddressUse, Force), Wait(30));
        if (PassThru)
        {
            WriteObject(channel);
        }
    }
}
