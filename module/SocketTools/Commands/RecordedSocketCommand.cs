using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>A cmdlet whose sockets can record themselves.</summary>
public abstract class RecordedSocketCommand : WaitingSocketCommand
{
    private SocketRecording? _recording;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RecordTo { get; set; }

    /// <summary>The recording, or null. One for all that the cmdlet opens; the channels go on with it when this is over.</summary>
    private protected SocketRecording? Recording => RecordTo is null ? null : _recording ??= SocketRecording.Open(FilePath.Resolve(SessionState.Path, RecordTo), Trace);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _recording?.Dispose();
        base.Dispose(disposing);
    }
}
