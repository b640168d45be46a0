using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>The captures that this process runs.</summary>
[Cmdlet(VerbsCommon.Get, "SocketCapture")]
[OutputType(typeof(SocketCapture))]
public sealed class GetSocketCaptureCommand : SocketCommand
{
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CaptureInterfaceCompleter))]
    public string Interface { get; set; } = "*";

    private protected override void Process()
    {
        WildcardPattern wanted = WildcardPattern.Get(Interface, WildcardOptions.IgnoreCase);
        foreach (SocketCapture capture in SocketCapture.Running)
        {
            if (wanted.IsMatch(capture.Interface))
            {
                WriteObject(capture);
            }
        }
    }
}
