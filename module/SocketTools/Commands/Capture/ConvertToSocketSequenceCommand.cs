using System.Collections.Generic;
using System.Management.Automation;
using SocketTools.Capture;

namespace SocketTools.Commands;

/// <summary>Packets to sequence diagrams, one for each connection.</summary>
[Cmdlet(VerbsData.ConvertTo, "SocketSequence", DefaultParameterSetName = PacketSet)]
[OutputType(typeof(SocketSequence), typeof(string))]
public sealed class ConvertToSocketSequenceCommand : SocketCommand
{
    private const string PacketSet = "Packet";
    private const string SampleSet = "Sample";

    private readonly PacketGrouping _grouping = new();
    private long _packets;
    private long _others;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = PacketSet)]
    public SocketPacket[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = SampleSet)]
    public SocketSequenceSample Sample { get; set; }

    [Parameter]
    public SocketSequenceFormat As { get; set; }

    [Parameter]
    public SwitchParameter AbsoluteSequenceNumber { get; set; }

    /// <summary>Arrows in a drawing.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int MaximumSteps { get; set; } = 40;

    private protected override void Process()
    {
        foreach (SocketPacket packet in InputObject)
        {
            _packets++;
            _others += _grouping.Add(packet) ? 0 : 1;
        }
    }

    private protected override void End()
    {
        SocketSequenceOptions options = new() { AbsoluteSequenceNumber = AbsoluteSequenceNumber, MaximumSteps = MaximumSteps };
        if (ParameterSetName == SampleSet)
        {
            Write(SequenceSamples.Read(SequenceSamples.Folder, Sample, options));
            return;
        }

        WriteVerbose($"{_packets} packets; {_others} of them are no TCP, no UDP and no ICMP error about these.");
        Write(SocketSequence.FromGroups(_grouping, options));
    }

    private void Write(IReadOnlyList<SocketSequence> sequences)
    {
        foreach (SocketSequence sequence in sequences)
        {
            WriteObject(MyInvocation.BoundParameters.ContainsKey(nameof(As)) ? sequence.ToString(As) : sequence);
        }
    }
}
