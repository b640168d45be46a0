using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>ntohs, ntohl: numbers of the network in the order of this machine.</summary>
[Cmdlet(VerbsData.ConvertFrom, "NetworkOrder")]
[OutputType(typeof(SocketByteOrderValue))]
public sealed class ConvertFromNetworkOrderCommand : NetworkOrderCommand
{
    private protected override SocketByteOrderValue Convert(byte[] bytes) => SocketByteOrderValue.FromBytes(bytes, SocketByteOrder.Network, Signed);

    private protected override SocketByteOrderValue Convert(object number) => SocketByteOrderValue.FromNetwork(number, Bits);
}
