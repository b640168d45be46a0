using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>getaddrinfo(3): the addresses of an endpoint, in the order in which connect tries them.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "SocketEndpoint")]
[OutputType(typeof(SocketAddressInfo))]
public sealed class ResolveSocketEndpointCommand : WaitingSocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument[] Endpoint { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(SocketNameCompleter))]
    public string AddressFamily { get; set; } = "AF_UNSPEC";

    /// <summary>AI_CANONNAME.</summary>
    [Parameter]
    public SwitchParameter CanonicalName { get; set; }

    /// <summary>AI_NUMERICHOST.</summary>
    [Parameter]
    public SwitchParameter Numeric { get; set; }

    /// <summary>AI_PASSIVE.</summary>
    [Parameter]
    public SwitchParameter Passive { get; set; }

    private protected override void Process()
    {
        foreach (EndpointArgument endpoint in Endpoint)
        {
            Target = endpoint.Value;
            Guard(() => WriteObject(Find(endpoint), enumerateCollection: true));
        }
    }

    private IEnumerable<SocketAddressInfo> Find(EndpointArgument endpoint)
    {
        SocketResolveFlags flags = (CanonicalName ? SocketResolveFlags.CanonicalName : 0) | (Numeric ? SocketResolveFlags.NumericHost : 0) | (Passive ? SocketResolveFlags.Passive : 0);
        return SocketAddressLookup.Find(endpoint.ToEndpointOrHost(), SocketNames.Family(AddressFamily), flags, Wait()).AsEnumerable();
    }
}
