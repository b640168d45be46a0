using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>The listeners that this process holds open.</summary>
[Cmdlet(VerbsCommon.Get, "SocketListener")]
[OutputType(typeof(SocketListener))]
public sealed class GetSocketListenerCommand : SocketCommand
{
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string Endpoint { get; set; } = "*";

    private protected override void Process()
    {
        WildcardPattern wanted = WildcardPattern.Get(Endpoint, WildcardOptions.IgnoreCase);
        foreach (SocketListener listener in OpenSockets.Listeners)
        {
            if (Endpoint == listener.ToString() || wanted.IsMatch(listener.ToString()))
            {
                WriteObject(listener);
            }
        }
    }
}
