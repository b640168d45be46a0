using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using SocketTools.Completion;
using SocketTools.Internal;

namespace SocketTools.Commands;

/// <summary>tcpdump.</summary>
[Cmdlet(VerbsLifecycle.Start, "SocketCapture", DefaultParameterSetName = BackgroundSet)]
[OutputType(typeof(SocketCapture), ParameterSetName = [BackgroundSet])]
[OutputType(typeof(SocketPacket), ParameterSetName = [WhileSet, WatchSet, CountSet])]
public sealed class StartSocketCaptureCommand : BlockSocketCommand
{
    private const string BackgroundSet = "Background";
    private const string WhileSet = "While";
    private const string WatchSet = "Watch";
    private const string CountSet = "Count";

    /// <summary>Tags what the script block wrote, in the information stream.</summary>
    private const string OutputTag = "SocketCaptureOutput";

    private const double NameSeconds = 10;

    // A service closes its side a moment after the client has closed the other one, and that belongs to what the block did.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(0.5);

    private static readonly SocketCaptureOptions s_defaults = new();

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CaptureInterfaceCompleter))]
    public string Interface { get; set; } = s_defaults.Interface;

    [Parameter]
    [ValidateRange(1, ushort.MaxValue)]
    [ArgumentCompleter(typeof(CapturePortCompleter))]
    public int[] Port { get; set; } = [];

    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument[] Endpoint { get; set; } = [];

    [Parameter]
    public CaptureProtocol[] Protocol { get; set; } = [];

    [Parameter]
    [ValidateRange(1, 262144)]
    public int SnapLength { get; set; } = s_defaults.SnapLength;

    [Parameter]
    [ValidateRange(1024 * 1024, 1024 * 1024 * 1024)]
    public int BufferSize { get; set; } = s_defaults.BufferSize;

    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long MaximumPackets { get; set; } = s_defaults.MaximumPackets;

    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long MaximumBytes { get; set; } = s_defaults.MaximumBytes;

    [Parameter(Mandatory = true, ParameterSetName = WhileSet)]
    public ScriptBlock? While { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WatchSet)]
    [Parameter(ParameterSetName = CountSet)]
    public SwitchParameter Watch { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = CountSet)]
    [ValidateRange(1, long.MaxValue)]
    public long? Count { get; set; }

    /// <summary>Of watching, in all; -1 is for ever.</summary>
    [Parameter(ParameterSetName = WatchSet)]
    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(-1, double.MaxValue)]
    public double TimeoutSeconds { get; set; } = -1;

    private protected override void Process()
    {
        SocketCaptureFilter filter = new() { Ports = Port, Endpoints = [.. Endpoint.SelectMany(ToFilter)], Protocols = Protocol };
        Target = Interface;
        SocketCapture capture = SocketCapture.Start(
            new()
            {
                Interface = Interface,
                Filter = filter,
                SnapLength = SnapLength,
                BufferSize = BufferSize,
                MaximumPackets = MaximumPackets,
                MaximumBytes = MaximumBytes,
            },
            Trace);
        if (ParameterSetName == BackgroundSet)
        {
            capture.Ended += RunspaceEnd.Call(capture.Dispose);
            WriteOpened(capture);
            return;
        }

        using (capture)
        {
            if (While is null)
            {
                CapturedPackets.Write(this, capture, capture.Watch(Count, Wait(TimeoutSeconds)));
                return;
            }

            ErrorRecord? failure = Run(While, OutputTag);
            CapturedPackets.Write(this, capture, capture.Stop(s_settle, Wait(-1)));
            if (failure is not null)
            {
                WriteError(failure); // Behind the packets, for -ErrorAction Stop ends the cmdlet here.
            }
        }
    }

    // A host without a port is any port; a name is all of its addresses.
    private List<CaptureEndpoint> ToFilter(EndpointArgument argument)
    {
        Target = argument.Value;
        SocketEndpoint endpoint = argument.ToEndpointOrHost();
        if (endpoint.IsUnix)
        {
            throw new SocketCallException("setsockopt", Errno.EOPNOTSUPP, endpoint, "A Unix domain socket sends no packets")
            {
                Advice = "Record the channel itself: Connect-Socket -RecordTo.",
            };
        }

        CaptureProtocol protocol = endpoint.SocketType == SocketType.Dgram ? CaptureProtocol.Udp : CaptureProtocol.Tcp;
        IEnumerable<IPAddress?> addresses = endpoint.Host is "" or "*" ? new IPAddress?[] { null } : EndpointResolver.ToConnect(endpoint, Wait(NameSeconds)).Select(static e => (IPAddress?)e.Address);
        return [.. addresses.Select(a => new CaptureEndpoint(a, endpoint.Port, protocol))];
    }
}
