using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>socketpair(2).</summary>
[Cmdlet(VerbsCommon.New, "SocketPair")]
[OutputType(typeof(SocketChannel))]
public sealed class NewSocketPairCommand : SocketCommand
{
    [Parameter(Position = 0)]
    [Alias("Type")]
    [ArgumentCompleter(typeof(SocketNameCompleter))]
    public string SocketType { get; set; } = "SOCK_STREAM";

    private protected override void Process()
    {
        Target = SocketType;
        (SocketChannel first, SocketChannel second) = SocketChannel.CreatePair(SocketNames.Type(SocketType), Trace);
        bool taken = false;
        try
        {
            WriteOpened(first);
            taken = true;
            WriteOpened(second);
        }
        finally
        {
            if (!taken)
            {
                second.Dispose(); // Select-Object -First 1 took the other one.
            }
        }
    }
}
