using System.Management.Automation;
using SocketTools.Addresses;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>The bytes of a socket address: sockaddr_in, sockaddr_in6, sockaddr_un.</summary>
[Cmdlet(VerbsData.ConvertTo, "SocketAddress")]
[OutputType(typeof(SocketAddressStructure))]
public sealed class ConvertToSocketAddressCommand : WaitingSocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument[] Endpoint { get; set; } = [];

    [Parameter]
    public SocketPlatform Platform { get; set; } = SocketPlatforms.Current;

    /// <summary>Of a channel the peer's address (getpeername(2)), in the place of its own (getsockname(2)).</summary>
    [Parameter]
    public SwitchParameter Remote { get; set; }

    private protected override void Process()
    {
        foreach (EndpointArgument endpoint in Endpoint)
        {
            Target = endpoint.Value;
            Guard(() => WriteObject(AddressWriter.Write(endpoint.ToAddress(Remote, Location, Wait()), Platform, endpoint.Value)));
        }
    }

}
