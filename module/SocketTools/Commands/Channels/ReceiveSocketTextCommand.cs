using System;
using System.Management.Automation;
using System.Text;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>recv(2) of text.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketText", DefaultParameterSetName = TextSet)]
[OutputType(typeof(string))]
public sealed class ReceiveSocketTextCommand : WaitingSocketCommand
{
    private const string TextSet = "Text";
    private const string LineSet = "Line";
    private const string DelimiterSet = "Delimiter";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = LineSet)]
    public SwitchParameter Line { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = DelimiterSet)]
    [ValidateNotNullOrEmpty]
    public string Delimiter { get; set; } = "";

    [Parameter]
    public SwitchParameter All { get; set; }

    [Parameter(ParameterSetName = TextSet)]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaximumLength { get; set; }

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        if (All && !Raw)
        {
            while (Receive(channel) is { } text)
            {
                WriteObject(text);
            }

            return;
        }

        if ((Raw ? channel.ReceiveAllText(Encoding, MaximumLength ?? Array.MaxLength, Wait(channel)) : Receive(channel)) is { } one)
        {
            WriteObject(one);
        }
    }

    private string? Receive(SocketChannel channel) => ParameterSetName switch
    {
        LineSet when Line => channel.ReceiveRecord("\n", line: true, Encoding, MaximumLength ?? channel.MaximumLength, Wait(channel)),
        DelimiterSet => channel.ReceiveRecord(Delimiter, line: false, Encoding, MaximumLength ?? channel.MaximumLength, Wait(channel)),
        _ => channel.ReceiveText(Encoding, Wait(channel)),
    };
}
