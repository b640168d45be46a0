using System.Management.Automation;
using System.Net.Sockets;
using System.Text;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>send(2) of text.</summary>
[Cmdlet(VerbsCommunications.Send, "SocketText", DefaultParameterSetName = ChannelSet)]
[OutputType(typeof(SocketChannel))]
public sealed class SendSocketTextCommand : SendingSocketCommand
{
    private bool _piped;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    [Parameter]
    public SwitchParameter Line { get; set; }

    [Parameter]
    public SocketNewLine NewLine { get; set; } = SocketNewLine.Lf;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Delimiter { get; set; }

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    private protected override void Begin() => _piped = !MyInvocation.BoundParameters.ContainsKey(nameof(Text));

    private protected override void Process()
    {
        bool line = Line || MyInvocation.BoundParameters.ContainsKey(nameof(NewLine));
        string end = Delimiter ?? (!line ? "" : NewLine == SocketNewLine.Crlf ? "\r\n" : "\n");
        if (Text.Length + end.Length == 0 && Open() is { SocketType: not SocketType.Dgram })
        {
            Target = Text;
            throw new SocketCallException("send", Errno.EINVAL, null, "The text is empty, so there is nothing to send")
            {
                Advice = "An empty line is sent with -Line. Only a datagram may be empty.",
            };
        }

        byte[] bytes = Encoding.GetBytes(Text + end);
        if (!_piped || !Gather(bytes))
        {
            Send(bytes);
        }
    }
}
