using System;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using SocketTools.Errors;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>A cmdlet that sends, on an open channel or on one that it opens for itself.</summary>
public abstract class SendingSocketCommand : WaitingSocketCommand
{
    private protected const string ChannelSet = "Channel";
    private protected const string EndpointSet = "Endpoint";

    private SocketChannel? _channel;
    private EndPoint? _destination;
    private EndpointArgument? _to;
    private DatagramOutbox? _outbox;
    private (SocketChannel, EndPoint?) _outboxFor;
    private bool _failed;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ChannelSet)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = EndpointSet)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter(ParameterSetName = ChannelSet)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public virtual EndpointArgument? To { get; set; }

    [Parameter(ParameterSetName = ChannelSet)]
    public SwitchParameter PassThru { get; set; }

    private protected void Send(ReadOnlySpan<byte> data)
    {
        if (Open() is not { } channel)
        {
            return;
        }

        if (_destination is not null)
        {
            channel.SendDatagram(data, _destination, Wait(channel));
        }
        else
        {
            Send(channel, data, Wait(channel));
        }
    }

    /// <summary>Sends a datagram, together with those that follow closely where the system has a call for that. False where it is to be sent by itself.</summary>
    private protected bool Gather(ReadOnlySpan<byte> data)
    {
        // With -Verbose each datagram is a call of its own, made by this thread.
        if (Trace is not null || Open() is not { KeepsBoundaries: true } channel || !OperatingSystem.IsLinux() || (data.IsEmpty && channel.SocketType != SocketType.Dgram))
        {
            return false;
        }

        if (_outbox is null || _outboxFor != (channel, _destination))
        {
            SendGathered();
            _outbox = new DatagramOutbox(channel, _destination, Wait(channel));
            _outboxFor = (channel, _destination);
        }

        _outbox.Add(data);
        WriteErrors();
        return true;
    }

    private void SendGathered()
    {
        _outbox?.Send();
        WriteErrors();
        _outbox?.Dispose();
        _outbox = null;
    }

    private void WriteErrors()
    {
        foreach (SocketCallException error in _outbox?.TakeErrors() ?? [])
        {
            WriteError(SocketErrorRecord.From(error, Target));
        }
    }

    /// <summary>The channel to send on, and where to; null for an endpoint that could not be reached before.</summary>
    private protected SocketChannel? Open()
    {
        if (ParameterSetName == ChannelSet)
        {
            Target = Channel.Value;
            SocketChannel channel = Channel.ToChannel();
            if (To is not null && (_channel != channel || _to != To))
            {
                Target = To.Value;
                _destination = null;
                _destination = To.ToDestination(channel, Location, Wait());
                _to = To;
            }

            Target = To?.Value ?? Channel.Value;
            return _channel = channel;
        }

        if (_channel is null)
        {
            if (_failed)
            {
                return null; // One error for an endpoint that cannot be reached, not one for each input.
            }

            Target = Endpoint.Value;
            _failed = true;
            _channel = SocketConnector.Connect(Endpoint.ToEndpoint(), Location, Wait());
            _failed = false;
        }

        return _channel;
    }

    private protected virtual void Send(SocketChannel channel, ReadOnlySpan<byte> data, SocketWait wait) => channel.Send(data, wait);

    private protected override void End()
    {
        SendGathered();
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
        _outbox?.Dispose();
        if (ParameterSetName == EndpointSet)
        {
            _channel?.Dispose(); // When the pipeline was stopped, End did not run.
        }

        base.Dispose(disposing);
    }
}
