using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text;
using SocketTools.Completion;
using SocketTools.Handlers;
using SocketTools.Internal;

namespace SocketTools.Commands;

/// <summary>bind(2), listen(2), and an accept loop where a handler or a service is given.</summary>
[Cmdlet(VerbsLifecycle.Start, "SocketListener", DefaultParameterSetName = ListenSet)]
[OutputType(typeof(SocketListener))]
public sealed class StartSocketListenerCommand : SocketCommand
{
    private const string ListenSet = "Listen";
    private const string HandlerSet = "Handler";
    private const string LineSet = "Line";
    private const string ServiceSet = "Service";

    private SocketRecording? _recording;

    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument? Endpoint { get; set; }

    [Parameter]
    public ChannelArgument? Channel { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Descriptor { get; set; }

    [Parameter]
    public SwitchParameter Inherited { get; set; }

    [Parameter(Position = 1, Mandatory = true, ParameterSetName = HandlerSet)]
    public ScriptBlock? Handler { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = LineSet)]
    public ScriptBlock? OnLine { get; set; }

    [Parameter(ParameterSetName = LineSet)]
    public ScriptBlock? OnConnect { get; set; }

    [Parameter(ParameterSetName = LineSet)]
    public ScriptBlock? OnDisconnect { get; set; }

    [Parameter(ParameterSetName = LineSet)]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    [Parameter(Mandatory = true, ParameterSetName = ServiceSet)]
    public BuiltInService Service { get; set; }

    [Parameter(ParameterSetName = HandlerSet)]
    [Parameter(ParameterSetName = LineSet)]
    public object?[] ArgumentList { get; set; } = [];

    [Parameter(ParameterSetName = HandlerSet)]
    [Parameter(ParameterSetName = LineSet)]
    public ScriptBlock? InitializationScript { get; set; }

    [Parameter(ParameterSetName = HandlerSet)]
    [Parameter(ParameterSetName = LineSet)]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 16;

    [Parameter(ParameterSetName = HandlerSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = ServiceSet)]
    [ValidateRange(0.01, double.MaxValue)]
    public double IdleTimeoutSeconds { get; set; } = -1;

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Backlog { get; set; } = SocketListener.DefaultBacklog;

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxConnections { get; set; }

    [Parameter]
    public string[] AllowFrom { get; set; } = [];

    [Parameter]
    public string[] DenyFrom { get; set; } = [];

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumLength { get; set; } = SocketChannel.DefaultMaximumLength;

    [Parameter]
    public SwitchParameter ExclusiveAddressUse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Persist { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RecordTo { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _recording?.Dispose(); // The listeners go on with it.
        base.Dispose(disposing);
    }

    private protected override void Process()
    {
        ListenerLimits limits = new()
        {
            MaximumConnections = MaxConnections,
            IdleTimeout = SocketWait.FromSeconds(IdleTimeoutSeconds),
            MaximumLength = MaximumLength,
            MaximumDatagram = Math.Min(MaximumLength, ListenerLimits.None.MaximumDatagram),
            Filter = AllowFrom.Length + DenyFrom.Length == 0 ? null : new AddressFilter(AllowFrom, DenyFrom),
        };
        ScriptHandler? handler = ParameterSetName is HandlerSet or LineSet ? new ScriptHandler(this, Scripts(), ArgumentList, InitializationScript) : null;
        // One after another: what was started before an error is written, and so known.
        foreach (SocketListener listener in Inherited ? ListenInherited() : [Listen()])
        {
            Start(listener, limits, handler);
        }
    }

    private void Start(SocketListener listener, ListenerLimits limits, ScriptHandler? handler)
    {
        try
        {
            listener.Limits = limits;
            CheckDatagrams(listener);
            Record(listener);
            Serve(listener, handler);
            StopWithRunspace(listener);
        }
        catch when (Channel is null)
        {
            listener.Dispose();
            throw;
        }

        if (Channel is null)
        {
            WriteOpened(listener);
        }
        else
        {
            WriteObject(listener); // The socket is the caller's, so it stays open whatever happens.
        }
    }

    private void Record(SocketListener listener)
    {
        if (RecordTo is not null)
        {
            listener.RecordTo(_recording ??= SocketRecording.Open(FilePath.Resolve(SessionState.Path, RecordTo), Trace));
        }
    }

    private SocketListener Listen()
    {
        Target = Endpoint?.Value ?? Channel?.Value ?? Descriptor;
        if (Descriptor is { } descriptor)
        {
            return SocketListener.FromDescriptor(descriptor, Backlog, Trace);
        }

        SocketEndpoint? endpoint = Endpoint?.ToEndpoint();
        BindOptions options = new(ExclusiveAddressUse, Force);
        if (Channel is null)
        {
            return SocketListener.Start(endpoint ?? throw NoAddress(), Location, Backlog, options, Wait(30));
        }

        SocketChannel channel = Channel.ToChannel();
        if (endpoint is not null)
        {
            channel.Bind(endpoint, Location, options, Wait(30));
        }

        return SocketListener.Start(channel, Backlog, Trace);
    }

    private IEnumerable<SocketListener> ListenInherited() =>
        SocketListener.InheritedDescriptors().Select(d => SocketListener.FromDescriptor(d, Backlog, Trace));

    private Dictionary<HandlerOccasion, ScriptBlock> Scripts()
    {
        Dictionary<HandlerOccasion, ScriptBlock> scripts = [];
        Add(HandlerOccasion.Connection, Handler);
        Add(HandlerOccasion.Datagram, Handler);
        Add(HandlerOccasion.Line, OnLine);
        Add(HandlerOccasion.Connect, OnConnect);
        Add(HandlerOccasion.Disconnect, OnDisconnect);
        return scripts;

        void Add(HandlerOccasion occasion, ScriptBlock? script)
        {
            if (script is not null)
            {
                scripts.Add(occasion, script);
            }
        }
    }

    private void Serve(SocketListener listener, ScriptHandler? handler)
    {
        switch (ParameterSetName)
        {
            case HandlerSet when listener.ServesDatagrams:
                listener.Serve(new DatagramHandlerServer(listener, ThrottleLimit, () => new ScriptWorker(listener, handler!)));
                break;
            case HandlerSet:
                listener.Serve(new ConnectionHandlerServer(listener, ThrottleLimit, () => new ScriptWorker(listener, handler!)));
                break;
            case LineSet:
                listener.Serve(new LineServer(listener, ThrottleLimit, Encoding, () => new ScriptWorker(listener, handler!), tellsDisconnect: OnDisconnect is not null));
                break;
            case ServiceSet:
                listener.Serve(Service);
                break;
        }
    }

    // A limit that would limit nothing is told, rather than taken as if it did.
    private void CheckDatagrams(SocketListener listener)
    {
        if (!listener.ServesDatagrams)
        {
            return;
        }

        if (ParameterSetName == LineSet)
        {
            throw new SocketCallException("listen", Errno.EOPNOTSUPP, null, "Datagrams have no lines") { Advice = "Use -Handler, which gets each datagram whole." };
        }

        foreach (string limit in new[] { nameof(MaxConnections), nameof(IdleTimeoutSeconds), nameof(Backlog) })
        {
            if (MyInvocation.BoundParameters.ContainsKey(limit))
            {
                throw new SocketCallException("listen", Errno.EINVAL, null, $"-{limit} is about connections, and datagrams have none")
                {
                    Advice = "Leave it out. -ThrottleLimit bounds how many datagrams are handled at once, Set-SocketOption -ReceiveBuffer how many may wait.",
                };
            }
        }
    }

    // A listener left over from a runspace that is gone would hold its port until the process ends, and nobody would know of it.
    private void StopWithRunspace(SocketListener listener)
    {
        if (!Persist)
        {
            Action forget = RunspaceEnd.Call(listener.Dispose);
            listener.Channel.Closed += _ => forget();
        }
    }

    private static SocketCallException NoAddress() => new("bind", Errno.EDESTADDRREQ, null, "There is no -Endpoint, -Channel or -Descriptor")
    {
        Advice = "Give an endpoint such as tcp://:0, or a channel from New-Socket.",
    };
}
