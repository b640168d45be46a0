using System.Management.Automation;
using System.Text;
using SocketTools.Completion;
using SocketTools.Sessions;

namespace SocketTools.Commands;

/// <summary>A session at the keyboard: lines out, what comes in.</summary>
[Cmdlet(VerbsCommon.Enter, "Socket", DefaultParameterSetName = EndpointSet)]
[OutputType(typeof(void))]
public sealed class EnterSocketCommand : WaitingSocketCommand
{
    private const string EndpointSet = "Endpoint";
    private const string ChannelSet = "Channel";

    private SocketChannel? _opened;
    private SocketSession? _session;
    private bool _failed;

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = EndpointSet)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = ChannelSet)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    [Parameter]
    public SocketNewLine NewLine { get; set; } = SocketNewLine.Lf;

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    // What was opened here is told of the end of the input, and closed. A channel of the caller stays as it is.
    private bool Opens => ParameterSetName == EndpointSet && Endpoint.Value is not SocketChannel;

    private bool HasText => MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(Text));

    private protected override void Process()
    {
        if (_failed)
        {
            return; // One error, not one for each line.
        }

        Target = ParameterSetName == ChannelSet ? Channel.Value : Endpoint.Value;
        _failed = true;
        if (HasText)
        {
            _session ??= Open();
            _session.Send([Text]);
        }
        else
        {
            using SessionInput input = HostInput.Open(this);
            _session = Open();
            _session.Run(input, finish: Opens);
        }

        _failed = false;
    }

    private protected override void End()
    {
        if (_session is null || _failed)
        {
            return;
        }

        if (HasText && Opens)
        {
            _session.Finish();
        }

        _opened?.Close(trace: Trace);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _opened?.Dispose(); // Stopped or failed: End did not close it.
        base.Dispose(disposing);
    }

    private SocketSession Open()
    {
        SocketChannel channel = ParameterSetName == ChannelSet ? Channel.ToChannel()
            : Endpoint.Value as SocketChannel ?? (_opened = SocketRequest.Open(Endpoint.ToEndpoint(), Location, Wait()));
        return new SocketSession(channel, Encoding, NewLine == SocketNewLine.Crlf ? "\r\n" : "\n", Show, Wait());
    }

    // As Write-Host does: on the screen, in a transcript, in the standard output of the process, and in the information stream.
    private void Show(string text) =>
        WriteInformation(new HostInformationMessage { Message = text, NoNewLine = true }, ["PSHOST"]);
}
