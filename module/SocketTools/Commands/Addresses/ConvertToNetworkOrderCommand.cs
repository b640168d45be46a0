using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>htons, htonl: numbers of this machine in the order of the network.</summary>
[Cmdlet(VerbsData.ConvertTo, "NetworkOrder")]
[OutputType(typeof(SocketByteOrderValue))]
public sealed class ConvertToNetworkOrderCommand : NetworkOrderCommand
{
    private protected override SocketByteOrderValue Convert(byte[] bytes) => SocketByteOrderValue.FromBytes(bytes, SocketByteOrder.Host, Signed);

    private protected override SocketByteOrderValue Convert(object number) => SocketByteOrderValue.FromHost(number, Bits);
}
