using System.Management.Automation;
using SocketTools.Completion;
using SocketTools.Internal;

namespace SocketTools.Commands;

/// <summary>sendfile(2).</summary>
[Cmdlet(VerbsCommunications.Send, "SocketFile", DefaultParameterSetName = ChannelSet)]
[OutputType(typeof(SocketFileTransfer), typeof(SocketChannel))]
public sealed class SendSocketFileCommand : WaitingSocketCommand
{
    private const string ChannelSet = "Channel";
    private const string EndpointSet = "Endpoint";

    private SocketChannel? _channel;
    private bool _failed;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ChannelSet)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = EndpointSet)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Offset { get; set; }

    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? Count { get; set; }

    [Parameter]
    public SwitchParameter Sha256 { get; set; }

    [Parameter(ParameterSetName = ChannelSet)]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = Path;
        using OutgoingFile file = OutgoingFile.Open(FilePath.Resolve(SessionState.Path, Path), Offset, Count, Trace);
        if (Open() is not { } channel)
        {
            return; // One error for an endpoint that cannot be reached, not one for each file.
        }

        FileProgress progress = new($"Sending {System.IO.Path.GetFileName(file.Path)}");
        try
        {
            SocketFileTransfer sent = channel.SendFile(file, Sha256, (done, total) => WriteFromInside(() => WriteProgress(progress.At(done, total))), Wait(channel));
            if (Sha256)
            {
                WriteObject(sent);
            }
        }
        catch (SocketFileException)
        {
            Target = Path; // The file is to blame, and not the channel.
            throw;
        }
        finally
        {
            if (progress.Shown)
            {
                WriteFromInside(() => WriteProgress(progress.End()));
            }
        }
    }

    private protected override void End()
    {
        if (ParameterSetName == EndpointSet)
        {
            _channel?.Close(trace: Trace);
        }
        else if (PassThru && _channel is not null)
        {
            WriteObject(_channel);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (ParameterSetName == EndpointSet)
        {
            _channel?.Dispose(); // When the pipeline was stopped, End did not run.
        }

        base.Dispose(disposing);
    }

    private SocketChannel? Open()
    {
        if (ParameterSetName == ChannelSet)
        {
            Target = Channel.Value;
            return _channel = Channel.ToChannel();
        }

        Target = Endpoint.Value;
        if (_channel is null && !_failed)
        {
            _failed = true;
            _channel = SocketConnector.Connect(Endpoint.ToEndpoint(), Location, Wait());
            _failed = false;
        }

        return _channel;
    }
}
