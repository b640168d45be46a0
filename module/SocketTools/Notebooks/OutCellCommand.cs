using System.Management.Automation;

namespace SocketTools.Notebooks;

/// <summary>
/// Stands between a cell and Out-Default and tells the recorder what the text that Out-Default writes belongs to: an error, or an object that a page can show
/// better. Only notebooks' runspaces have it.
/// </summary>
[Cmdlet(VerbsData.Out, "SocketNotebookCell")]
internal sealed class OutCellCommand : PSCmdlet
{
    private const int LongText = 64 * 1024;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true)]
    public CellRecorder Recorder { get; set; } = null!;

    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            // Out-Default would wrap a text of a gigabyte, line by line.
            case string { Length: > LongText } text:
                Recorder.Write(text);
                Recorder.Write("\n");
                break;
            case ErrorRecord error:
                Recorder.BeginError(error);
                Pass();
                break;
            case { } value when SocketRichOutput.Has(value.GetType()):
                Recorder.BeginRich(value);
                Pass();
                break;
            default:
                WriteObject(InputObject);
                break;
        }
    }

    private void Pass()
    {
        try
        {
            WriteObject(InputObject);
        }
        finally
        {
            Recorder.EndPart();
        }
    }
}
