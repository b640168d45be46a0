using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Runtime.InteropServices;
using SocketTools.Calls;

namespace SocketTools.Commands;

/// <summary>poll(2), select(2), epoll(7).</summary>
[Cmdlet(VerbsLifecycle.Wait, "Socket", DefaultParameterSetName = AnySet)]
[OutputType(typeof(SocketReadiness))]
public sealed class WaitSocketCommand : WaitingSocketCommand
{
    private const string AnySet = "Any";
    private const string AllSet = "All";

    // The last set of this thread: a loop waits for the same channels again and again.
    [ThreadStatic]
    private static WaitSet? t_set;

    private readonly List<object> _given = [];
    private readonly List<WaitItem> _items = [];

    // By descriptor: a channel and the .NET socket inside it are one socket, and epoll takes a socket once.
    private readonly HashSet<int> _seen = [];
    private bool _failed;
    private bool _fits;

    // Not ChannelArgument[]: turning ten thousand channels into ten thousand arguments would cost more than the wait.
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public object[] Channel { get; set; } = [];

    [Parameter]
    public SwitchParameter Read { get; set; }

    [Parameter]
    public SwitchParameter Write { get; set; }

    [Parameter]
    public SwitchParameter Error { get; set; }

    [Parameter(ParameterSetName = AnySet)]
    public SwitchParameter Any { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    private protected override void Process()
    {
        if (_given.Count == 0 && !MyInvocation.ExpectingInput && t_set?.Fits(Channel) == true)
        {
            _fits = true;
            return;
        }

        _given.AddRange(Channel);
        _items.EnsureCapacity(_items.Count + Channel.Length);
        foreach (object given in Channel)
        {
            SocketChannel? channel = given as SocketChannel;
            if (channel is null)
            {
                Guard(() => channel = Find(given));
            }
            else if (!channel.IsOpen)
            {
                Guard(() => channel.CheckOpen("poll"));
                channel = null;
                _failed = true;
            }

            if (channel is not null && _seen.Add(channel.Descriptor))
            {
                _items.Add(new WaitItem(given is PSObject wrapped ? wrapped.BaseObject : given, channel));
            }
        }
    }

    private protected override void End()
    {
        Target = null;
        if (!_fits)
        {
            t_set?.Dispose();
            t_set = new WaitSet(CollectionsMarshal.AsSpan(_given), CollectionsMarshal.AsSpan(_items));
        }

        if (t_set!.Items.Length == 0)
        {
            if (_failed)
            {
                return; // Each has its error already.
            }

            throw new SocketCallException("poll", Errno.EINVAL, null, "There is nothing to wait for") { Advice = "Give at least one channel or listener." };
        }

        PollEvents events = (Read || !(Write || Error) ? PollEvents.Read : PollEvents.None)
            | (Write ? PollEvents.Write : PollEvents.None)
            | (Error ? PollEvents.Priority : PollEvents.None);
        foreach (SocketReadiness ready in SocketWaiter.Wait(t_set, events, All, Wait()))
        {
            WriteObject(ready);
        }
    }

    private SocketChannel? Find(object given)
    {
        Target = given;
        _failed = true;
        SocketChannel channel = new ChannelArgument(given).ToChannel();
        channel.CheckOpen("poll");
        _failed = false;
        return channel;
    }
}
