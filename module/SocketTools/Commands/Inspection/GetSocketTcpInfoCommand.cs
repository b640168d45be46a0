using System.Management.Automation;
using SocketTools.Inspection;

namespace SocketTools.Commands;

/// <summary>TCP_INFO of tcp(7).</summary>
[Cmdlet(VerbsCommon.Get, "SocketTcpInfo")]
[OutputType(typeof(SocketTcpInfo))]
public sealed class GetSocketTcpInfoCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument[] Channel { get; set; } = [];

    private protected override void Process()
    {
        foreach (ChannelArgument argument in Channel)
        {
            Target = argument.Value;
            Guard(() => WriteObject(argument.Value is SocketConnection connection ? ConnectionTcpInfo.Get(connection, Trace) : argument.ToChannel().GetTcpInfo(Trace)));
        }
    }
}
