using System.Linq;
using System.Management.Automation;
using SocketTools.Internal;

namespace SocketTools.Commands;

/// <summary>recv(2) into a file.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketFile", DefaultParameterSetName = NewSet)]
[OutputType(typeof(SocketFileTransfer))]
public sealed class ReceiveSocketFileCommand : WaitingSocketCommand
{
    private const string NewSet = "New";
    private const string AppendSet = "Append";
    private const int Sha256Digits = 64;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? Count { get; set; }

    [Parameter(ParameterSetName = NewSet)]
    public SwitchParameter Force { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = AppendSet)]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Sha256 { get; set; }

    [Parameter]
    public string? ExpectedSha256 { get; set; }

    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? MaximumLength { get; set; }

    private protected override void Process()
    {
        if (ExpectedSha256 is { } digits && (digits.Length != Sha256Digits || !digits.All(char.IsAsciiHexDigit)))
        {
            Target = digits;
            throw new SocketCallException("recv", Errno.EINVAL, null, "A SHA-256 has 64 hexadecimal digits") { Advice = "Check -ExpectedSha256." };
        }

        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        Target = Path;
        IncomingFileMode mode = Append ? IncomingFileMode.Append : Force ? IncomingFileMode.Replace : IncomingFileMode.New;
        using IncomingFile file = IncomingFile.Create(FilePath.Resolve(SessionState.Path, Path), mode, Trace);
        FileProgress progress = new($"Receiving {System.IO.Path.GetFileName(file.FullName)}");
        FileReceiveOptions options = new(Count, MaximumLength ?? long.MaxValue, Sha256, ExpectedSha256)
        {
            Progress = (done, total) => WriteFromInside(() => WriteProgress(progress.At(done, total))),
        };
        try
        {
            WriteObject(channel.ReceiveFile(file, options, Wait(channel)));
        }
        catch (SocketFileException)
        {
            throw; // The file is to blame, and not the channel.
        }
        catch (SocketCallException)
        {
            Target = Channel.Value;
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
}
