using System;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>A cmdlet that sends, on an open channel or on one that it opens for itself.</summary>
public abstract class SendingSocketCommand : WaitingSocketCommand
{
    private protected const string ChannelSet = "Channel";
    private protected const string EndpointSet = "Endpoint";

    private SocketChannel? _channel;
    private bool _failed;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ChannelSet)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = EndpointSet)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter(ParameterSetName = ChannelSet)]
    public SwitchParameter PassThru { get; set; }

    private protected void Send(ReadOnlySpan<byte> data)
    {
        if (ParameterSetName == ChannelSet)
        {
            Target = Channel.Value;
            _channel = Channel.ToChannel();
        }
        else if (_channel is null)
        {
            if (_failed)
            {
                return; // One error for an endpoint that cannot be reached, not one for each input.
            }

            Target = Endpoint.Value;
            _failed = true;
            _channel = SocketConnector.Connect(Endpoint.ToEndpoint(), Location, Wait());
            _failed = false;
        }

        Send(_channel, data, Wait(_channel));
    }

    private protected virtual void Send(SocketChannel channel, ReadOnlySpan<byte> data, SocketWait wait) => channel.Send(data, wait);

    private protected override void End()
    {
        if (ParameterSetName == EndpointSet)
        {
            _channel?.Close(trace: Trace);
        }
        else if (PassThru && _channel is not null)
        {
            WriteObject(_channel);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (ParameterSetName == EndpointSet)
        {
            _channel?.Dispose(); // When the pipeline was stopped, End did not run.
        }

        base.Dispose(disposing);
    }
}
