using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>socket(2).</summary>
[Cmdlet(VerbsCommon.New, "Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class NewSocketCommand : SocketCommand
{
    [Parameter(Position = 0)]
    [Alias("Domain", "Family")]
    [ArgumentCompleter(typeof(SocketNameCompleter))]
    public string AddressFamily { get; set; } = "AF_INET";

    [Parameter(Position = 1)]
    [Alias("Type")]
    [ArgumentCompleter(typeof(SocketNameCompleter))]
    public string SocketType { get; set; } = "SOCK_STREAM";

    [Parameter(Position = 2)]
    [Alias("Protocol")]
    [ArgumentCompleter(typeof(SocketNameCompleter))]
    public string ProtocolType { get; set; } = "0";

    [Parameter]
    public SwitchParameter NonBlocking { get; set; }

    private protected override void Process()
    {
        SocketChannel channel = SocketChannel.Create(
            SocketNames.Family(AddressFamily), SocketNames.Type(SocketType), SocketNames.Protocol(ProtocolType), Trace);
        if (NonBlocking)
        {
            channel.SetNonBlocking(true, Trace);
        }

        WriteOpened(channel);
    }
}
