using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>bind(2) and listen(2).</summary>
[Cmdlet(VerbsLifecycle.Start, "SocketListener", DefaultParameterSetName = EndpointSet)]
[OutputType(typeof(SocketListener))]
public sealed class StartSocketListenerCommand : SocketCommand
{
    private const string EndpointSet = "Endpoint";
    private const string ChannelSet = "Channel";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = EndpointSet)]
    [Parameter(Position = 0, ParameterSetName = ChannelSet)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument? Endpoint { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ChannelSet)]
    public ChannelArgument? Channel { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Backlog { get; set; } = SocketListener.DefaultBacklog;

    [Parameter]
    public SwitchParameter ExclusiveAddressUse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Process()
    {
        Target = Endpoint?.Value ?? Channel?.Value;
        SocketEndpoint? endpoint = Endpoint?.ToEndpoint();
        BindOptions options = new(ExclusiveAddressUse, Force);
        if (Channel is null)
        {
            WriteObject(SocketListener.Start(endpoint!, Location, Backlog, options, Wait(30)));
            return;
        }

        SocketChannel channel = Channel.ToChannel();
        if (endpoint is not null)
        {
            channel.Bind(endpoint, Location, options, Wait(30));
        }

        WriteObject(SocketListener.Start(channel, Backlog, Trace));
    }
}
