using System.Management.Automation;
using System.Text;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>send(2) of text.</summary>
[Cmdlet(VerbsCommunications.Send, "SocketText", DefaultParameterSetName = ChannelSet)]
[OutputType(typeof(SocketChannel))]
public sealed class SendSocketTextCommand : SendingSocketCommand
{
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

    private protected override void Process()
    {
        bool line = Line || MyInvocation.BoundParameters.ContainsKey(nameof(NewLine));
        string end = Delimiter ?? (!line ? "" : NewLine == SocketNewLine.Crlf ? "\r\n" : "\n");
        if (Text.Length + end.Length == 0)
        {
            Target = Text;
            throw new SocketCallException("send", Errno.EINVAL, null, "The text is empty, so there is nothing to send")
            {
                Advice = "An empty line is sent with -Line.",
            };
        }

        Send(Encoding.GetBytes(Text + end));
    }
}
