using System;
using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;
using SocketTools.Inspection;

namespace SocketTools.Commands;

/// <summary>The sockets of this machine (netstat, ss).</summary>
[Cmdlet(VerbsCommon.Get, "SocketConnection", DefaultParameterSetName = ListSet)]
[OutputType(typeof(SocketConnection), ParameterSetName = [ListSet])]
[OutputType(typeof(SocketConnectionChange), ParameterSetName = [WatchSet])]
[OutputType(typeof(SocketConnectionPair), ParameterSetName = [ChannelSet])]
public sealed class GetSocketConnectionCommand : ProcessingCommand
{
    private const string ListSet = "List";
    private const string WatchSet = "Watch";
    private const string ChannelSet = "Channel";

    private const double NameSeconds = 2;

    private readonly AddressNames _names = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = ChannelSet)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[] Protocol { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[] State { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    public SwitchParameter Listening { get; set; }

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    [ValidateRange(1, ushort.MaxValue)]
    public int[] LocalPort { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    [ValidateRange(1, ushort.MaxValue)]
    public int[] RemotePort { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    [SupportsWildcards]
    public new string[] Process { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = WatchSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    public SwitchParameter Resolve { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WatchSet)]
    public SwitchParameter Watch { get; set; }

    [Parameter(ParameterSetName = WatchSet)]
    [ValidateRange(0.01, 3600)]
    public double IntervalSeconds { get; set; } = 0.25;

    private protected override void Run()
    {
        if (ParameterSetName == ChannelSet)
        {
            Target = Channel.Value;
            WriteObject(SocketConnectionPair.Of(Channel.ToChannel(), Trace));
            return;
        }

        ConnectionFilter filter = Filter();
        if (ParameterSetName == WatchSet)
        {
            WriteChanges(filter);
            return;
        }

        foreach (SocketConnection connection in ConnectionTable.List(filter.Query, Trace).Where(filter.Admits))
        {
            WriteObject(Resolve ? Named(connection) : connection);
        }
    }

    private ConnectionFilter Filter()
    {
        Target = State.Length == 1 ? State[0] : null;
        return new ConnectionFilter(Protocol, State, Listening, LocalPort, RemotePort, Process, Path);
    }

    // Until Ctrl+C or Select-Object -First. A socket that comes and goes between two looks is not seen.
    private void WriteChanges(ConnectionFilter filter)
    {
        ConnectionWatch watch = new();
        SocketWait wait = Wait(-1);

        while (true)
        {
            // Whatever its state: that may change, and the change is what is wanted.
            foreach (SocketConnectionChange change in watch.Next(ConnectionTable.List(filter.Query with { States = uint.MaxValue }, Trace), DateTimeOffset.Now))
            {
                if (filter.Admits(change))
                {
                    WriteObject(change);
                }
            }

            wait.Stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(IntervalSeconds));
            wait.Stop.ThrowIfCancellationRequested();
        }
    }

    // A name that nobody knows stays the number it is.
    private PSObject Named(SocketConnection connection)
    {
        PSObject named = PSObject.AsPSObject(connection);
        named.Properties.Add(new PSNoteProperty("LocalName", _names.Find(connection.LocalAddress, Wait(NameSeconds))));
        named.Properties.Add(new PSNoteProperty("RemoteName", _names.Find(connection.RemoteAddress, Wait(NameSeconds))));
        named.Properties.Add(new PSNoteProperty("LocalService", PortServices.NameOf(connection.LocalPort, connection.Protocol == "udp")));
        named.Properties.Add(new PSNoteProperty("RemoteService", PortServices.NameOf(connection.RemotePort, connection.Protocol == "udp")));
        return named;
    }
}
