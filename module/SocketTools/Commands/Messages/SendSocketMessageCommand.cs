using System.Collections.Generic;
using System.Management.Automation;
using System.Text;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>send(2) of whole messages.</summary>
[Cmdlet(VerbsCommunications.Send, "SocketMessage", DefaultParameterSetName = ChannelSet)]
[OutputType(typeof(SocketChannel))]
public sealed class SendSocketMessageCommand : SendingSocketCommand
{
    private readonly List<byte> _bytes = [];
    private MessageFraming? _framing;
    private JsonConverter? _json;

    [Parameter(Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    [Parameter]
    [AllowEmptyCollection]
    public byte[]? Byte { get; set; }

    [Parameter]
    [AllowEmptyString]
    public string? Text { get; set; }

    [Parameter]
    public SwitchParameter AsJson { get; set; }

    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

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

    /// <summary>No parameter here: the destination is for datagrams, and messages are for streams.</summary>
    public override EndpointArgument? To { get; set; }

    private protected override void Begin() => _framing = MessageFramingChoice.Of(Prefix, LittleEndian, Delimiter, Encoding);

    private protected override void Process()
    {
        if (_framing is null)
        {
            return; // Begin has said why.
        }

        if (Byte is not null && Text is not null)
        {
            throw new SocketCallException("send", Errno.EINVAL, null, "-Byte and -Text are two messages") { Advice = "Give one of them." };
        }

        object? value = Byte ?? Text ?? (InputObject is PSObject { BaseObject: byte[] or string or byte or char } wrapped ? wrapped.BaseObject : InputObject);
        if (value is byte one && !AsJson)
        {
            _bytes.Add(one);
            return;
        }

        Flush();
        Target = value;
        Send(ToMessage(value));
    }

    private protected override void Send(SocketChannel channel, System.ReadOnlySpan<byte> data, SocketWait wait) =>
        channel.SendMessage(data, _framing!, MaximumLength ?? channel.MaximumLength, wait);

    private protected override void End()
    {
        Flush();
        base.End();
    }

    private byte[] ToMessage(object? value)
    {
        if (AsJson && (value is not null || MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject))))
        {
            return Encoding.GetBytes((_json ??= new JsonConverter(InvokeCommand, WriteWarning)).Write(value, Depth));
        }

        return value switch
        {
            byte[] bytes => bytes,
            string text => Encoding.GetBytes(text),
            char one => Encoding.GetBytes([one]),
            _ => throw new SocketCallException(
                "send", Errno.EINVAL, null, value is null ? "There is no message" : $"{value.GetType().Name} is neither bytes nor text")
            {
                Advice = "Give -Byte or -Text, pipe byte arrays or strings, or send objects with -AsJson.",
            },
        };
    }

    // Bytes that came one by one, as from an array that the pipeline took apart, are one message.
    private void Flush()
    {
        if (_bytes.Count > 0)
        {
            byte[] message = [.. _bytes];
            _bytes.Clear();
            Send(message);
        }
    }
}
