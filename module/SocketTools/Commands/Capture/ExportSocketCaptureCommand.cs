using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Writes pcapng and pcap files.</summary>
[Cmdlet(VerbsData.Export, "SocketCapture")]
[OutputType(typeof(SocketPacket))]
public sealed class ExportSocketCaptureCommand : SocketCommand
{
    private CaptureFileWriter? _writer;

    [Parameter(Position = 0, Mandatory = true)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public SocketPacket[] InputObject { get; set; } = [];

    [Parameter]
    public CaptureFormat? Format { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Live { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        Target = Path;
        string path = FilePath.Resolve(SessionState.Path, Path);
        CaptureFormat format = Format ?? CaptureFileWriter.FormatOf(path);
        _writer = Live ? CaptureFileWriter.Record(path, format, Force, Trace) : CaptureFileWriter.Create(path, format, Force, Trace);
    }

    private protected override void Process()
    {
        foreach (SocketPacket packet in InputObject)
        {
            Guard(() => Write(packet));
        }
    }

    private protected override void End()
    {
        try
        {
            _writer?.Complete(Wait(-1));
        }
        finally
        {
            _writer?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        LetGo(); // When the pipeline was stopped, End did not run.
        base.Dispose(disposing);
    }

    // What could not be written was said before, or there is nobody left to say it to.
    private void LetGo()
    {
        CaptureFileWriter? writer = _writer;
        _writer = null;
        try
        {
            writer?.Dispose();
        }
        catch (SocketFileException)
        {
        }
    }

    private void Write(SocketPacket packet)
    {
        if (_writer is null)
        {
            return; // The file is lost: one error, not one for each packet that follows.
        }

        try
        {
            _writer.Write(packet);
            if (Live)
            {
                _writer.Flush();
            }
        }
        catch (SocketFileException e) when (e.Errno != Errno.EINVAL)
        {
            LetGo();
            throw;
        }

        if (PassThru)
        {
            WriteObject(packet);
        }
    }
}
