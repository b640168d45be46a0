using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using SocketTools.Capture;

namespace SocketTools;

/// <summary>A sequence diagram: the packets of one TCP connection, or of the datagrams between two addresses, with what they did.</summary>
/// <remarks>Immutable; any thread may read it. The states are those of RFC 9293, section 3.3.2, found from the packets alone, so they are what the two sides must have had.</remarks>
[Formatting.TypeFormatterSource]
public sealed class SocketSequence
{
    private readonly Lazy<string> _text;
    private readonly Lazy<string> _mermaid;
    private readonly Lazy<string> _svg;

    private SocketSequence(PacketGroup group, SocketSequenceOptions options)
    {
        SequenceBuilder builder = new(group, options.AbsoluteSequenceNumber);
        Protocol = group.Stream ? "TCP" : "UDP";
        Client = group.Client;
        Server = group.Server;
        Recording = options.Recording;
        MaximumSteps = Math.Max(2, options.MaximumSteps);
        Steps = builder.Build();
        if (builder.Conversation is { } conversation)
        {
            Opening = conversation.Opening;
            Closing = conversation.Closing;
            ClosedBy = conversation.ClosedBy;
            ClientBegin = conversation.ClientBegin.Name();
            ServerBegin = conversation.ServerBegin.Name();
        }

        _text = new(() => TextDrawing.Draw(this));
        _mermaid = new(() => MermaidDrawing.Draw(this));
        _svg = new(() => SvgDrawing.Draw(this));
    }

    /// <summary>TCP or UDP.</summary>
    public string Protocol { get; }

    /// <summary>Who asked for the connection, or sent the first datagram. Where the packets begin in the middle, the ports tell, or else who is heard first.</summary>
    public IPEndPoint Client { get; }

    /// <summary>The other one.</summary>
    public IPEndPoint Server { get; }

    /// <summary>Every packet, in the order of the capture.</summary>
    public IReadOnlyList<SocketSequenceStep> Steps { get; }

    /// <summary>When the first packet was captured.</summary>
    public DateTimeOffset Started => Steps[0].Packet.Timestamp;

    /// <summary>From the first packet to the last one.</summary>
    public TimeSpan Duration => Steps[^1].Time;

    /// <summary>How the connection began.</summary>
    public SocketSequenceOpening Opening { get; }

    /// <summary>How it ended.</summary>
    public SocketSequenceClosing Closing { get; }

    /// <summary>Who sent the first FIN, or the RST that ended it; null where nobody did.</summary>
    public SocketSequenceSide? ClosedBy { get; }

    /// <summary>The client's state at the end; null where it is not known, and for datagrams.</summary>
    public string? ClientState => Steps[^1].ClientState;

    /// <summary>The server's state at the end; null where it is not known, and for datagrams.</summary>
    public string? ServerState => Steps[^1].ServerState;

    /// <summary>Bytes of payload that the client sent; those sent again are not counted.</summary>
    public long BytesToServer => Bytes(SocketSequenceSide.Client);

    /// <summary>Bytes of payload that the server sent; those sent again are not counted.</summary>
    public long BytesToClient => Bytes(SocketSequenceSide.Server);

    /// <summary>Segments that were sent again.</summary>
    public int Retransmissions => Steps.Count(static s => (s.Events & SocketSequenceEvents.Retransmission) != 0);

    /// <summary>What it is a recording of; null where the packets were captured by who makes the diagram.</summary>
    public SocketSequenceRecording? Recording { get; }

    /// <summary>How many arrows the drawings have at most.</summary>
    public int MaximumSteps { get; }

    /// <summary>In one line what happened.</summary>
    public string Summary => SequenceWords.Summary(this);

    /// <summary>The drawing for a console: lines of at most 79 columns.</summary>
    public string Text => _text.Value;

    /// <summary>The drawing as the source of a sequenceDiagram of Mermaid.</summary>
    public string Mermaid => _mermaid.Value;

    /// <summary>The drawing as a picture that needs nothing beside it, for light and dark backgrounds.</summary>
    public string Svg => _svg.Value;

    internal string? ClientBegin { get; }

    internal string? ServerBegin { get; }

    /// <summary>Sorts packets into connections and exchanges of datagrams, and makes a diagram of each, in the order in which they begin.</summary>
    /// <param name="packets">In the order of their capture. Those that are no TCP, no UDP and no ICMP error about them are left out.</param>
    /// <param name="options">Null for the defaults.</param>
    public static IReadOnlyList<SocketSequence> FromPackets(IEnumerable<SocketPacket> packets, SocketSequenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(packets);
        PacketGrouping grouping = new();
        foreach (SocketPacket packet in packets)
        {
            grouping.Add(packet);
        }

        return FromGroups(grouping, options ?? new SocketSequenceOptions());
    }

    /// <summary>The drawing in one of its forms.</summary>
    public string ToString(SocketSequenceFormat format) => format switch
    {
        SocketSequenceFormat.Mermaid => Mermaid,
        SocketSequenceFormat.Svg => Svg,
        _ => Text,
    };

    /// <summary>The drawing for a console.</summary>
    public override string ToString() => Text;

    internal static IReadOnlyList<SocketSequence> FromGroups(PacketGrouping grouping, SocketSequenceOptions options) => grouping.Groups.Select(group => new SocketSequence(group, options)).ToArray();

    private long Bytes(SocketSequenceSide from) => Steps.Sum(step => step.From == from && (step.Events & (SocketSequenceEvents.Retransmission | SocketSequenceEvents.KeepAlive)) == 0 ? step.Length : 0L);
}
