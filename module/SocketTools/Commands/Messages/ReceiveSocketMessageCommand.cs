using System.Management.Automation;
using System.Text;
using SocketTools.Completion;
using SocketTools.Errors;

namespace SocketTools.Commands;

/// <summary>recv(2) of whole messages.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketMessage", DefaultParameterSetName = ByteSet)]
[OutputType(typeof(byte[]), ParameterSetName = [ByteSet])]
[OutputType(typeof(string), ParameterSetName = [TextSet])]
[OutputType(typeof(PSObject), ParameterSetName = [JsonSet])]
public sealed class ReceiveSocketMessageCommand : WaitingSocketCommand
{
    private const string ByteSet = "Byte";
    private const string TextSet = "Text";
    private const string JsonSet = "Json";

    private MessageFraming? _framing;
    private JsonConverter? _json;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = TextSet)]
    public SwitchParameter AsText { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = JsonSet)]
    public SwitchParameter AsJson { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    [Parameter]
    public SwitchParameter All { get; set; }

    [Parameter]
    public SocketMessagePrefix? Prefix { get; set; }

    [Parameter]
    public SwitchParameter LittleEndian { get; set; }

    [Parameter]
    public object? Delimiter { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaximumLength { get; set; }

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    private protected override void Begin() => _framing = MessageFramingChoice.Of(Prefix, LittleEndian, Delimiter, Encoding);

    private protected override void Process()
    {
        if (_framing is null)
        {
            return; // Begin has said why.
        }

        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        int left = Count ?? (All ? -1 : 1);
        while (left-- != 0 && channel.ReceiveMessage(_framing, MaximumLength ?? channel.MaximumLength, Wait(channel)) is { } message)
        {
            Write(message, channel);
        }
    }

    private void Write(byte[] message, SocketChannel channel)
    {
        if (!AsJson)
        {
            WriteObject(AsText ? Encoding.GetString(message) : message);
            return;
        }

        if ((_json ??= new JsonConverter(InvokeCommand, WriteWarning)).Read(Encoding.GetString(message), out object? value) is { } failure)
        {
            // The message is whole, and so is the next one: that it is no JSON ends nothing.
            WriteError(SocketErrorRecord.From(new SocketMessageFormatException(message, "JSON", channel.ToTarget(), failure), Target));
            return;
        }

        WriteObject(value);
    }
}
