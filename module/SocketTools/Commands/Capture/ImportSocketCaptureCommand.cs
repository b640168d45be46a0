using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Reads pcapng and pcap files.</summary>
[Cmdlet(VerbsData.Import, "SocketCapture")]
[OutputType(typeof(SocketPacket))]
public sealed class ImportSocketCaptureCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    private protected override void Process()
    {
        foreach (string path in Path)
        {
            Target = path;
            Guard(() => Import(path));
        }
    }

    // The packets before a cut go out before the error does.
    private void Import(string path)
    {
        using CaptureFileReader reader = CaptureFileReader.Open(FilePath.Resolve(SessionState.Path, path), Trace);
        while (reader.Read() is { } packet)
        {
            WriteObject(packet);
        }

        if (reader.Dropped > 0)
        {
            WriteWarning($"{path}: {reader.Dropped} packets are missing, which the capturing system lost.");
        }
    }
}
