using System.Collections.Generic;
using System.Management.Automation;
using SocketTools.Completion;
using System.Linq;

namespace SocketTools.Commands;

/// <summary>setsockopt(2), and fcntl(2) for O_NONBLOCK.</summary>
[Cmdlet(VerbsCommon.Set, "SocketOption", DefaultParameterSetName = KnownSet)]
[OutputType(typeof(SocketChannel))]
public sealed class SetSocketOptionCommand : SocketCommand
{
    private const string KnownSet = "Option";
    private const string RawSet = "Raw";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = KnownSet)]
    public bool ReuseAddress { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool ReusePort { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool Broadcast { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool DontRoute { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int SendBuffer { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int ReceiveBuffer { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int ReceiveLowWater { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int Linger { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool OutOfBandInline { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int Priority { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    [AllowEmptyString]
    public string BindToDevice { get; set; } = "";

    [Parameter(ParameterSetName = KnownSet)]
    public bool NoDelay { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool Cork { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool QuickAck { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool KeepAlive { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int KeepAliveTime { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int KeepAliveInterval { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int KeepAliveCount { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int UserTimeout { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int FastOpen { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int DeferAccept { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int MaximumSegment { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int Ttl { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int Tos { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public int MulticastTtl { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool MulticastLoopback { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string MulticastInterface { get; set; } = "";

    [Parameter(ParameterSetName = KnownSet)]
    public bool V6Only { get; set; }

    [Parameter(ParameterSetName = KnownSet)]
    public bool NonBlocking { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    public string Level { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    public string Name { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    public object Value { get; set; } = 0;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        if (ParameterSetName == RawSet)
        {
            RawSocketOption.Set(channel, Level, Name, Value is PSObject wrapped ? wrapped.BaseObject : Value, Trace);
        }
        else
        {
            SetKnown(channel);
        }

        if (PassThru)
        {
            WriteObject(channel);
        }
    }

    // Each parameter is named after its option, so the table says how to set it.
    private void SetKnown(SocketChannel channel)
    {
        foreach ((string name, object value) in MyInvocation.BoundParameters)
        {
            if (name == nameof(NonBlocking))
            {
                channel.SetNonBlocking(NonBlocking, Trace);
                continue;
            }

            List<SocketOptionDefinition> options = [.. SocketOptionTable.Rows.Where(r => r.Option == name)];
            if (options.Count > 0)
            {
                SocketOptionDefinition option = options.Find(o => o.Applies(channel.AddressFamily, channel.SocketType)) ?? options[0];
                Guard(() => channel.SetOption(option, value, Trace));
            }
            else if (GetType().GetProperty(name) is { } property && property.DeclaringType == GetType()
                && name is not (nameof(Channel) or nameof(PassThru)))
            {
                Guard(() => throw new SocketCallException("setsockopt", Errno.ENOPROTOOPT, channel, $"This system has no option {name}"));
            }
        }
    }
}
