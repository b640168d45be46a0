using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Leaves multicast groups (IP_DROP_MEMBERSHIP).</summary>
[Cmdlet(VerbsCommon.Remove, "SocketMembership")]
[OutputType(typeof(SocketChannel), typeof(SocketListener))]
public sealed class RemoveSocketMembershipCommand : SocketMembershipCommand
{
    private protected override bool Joins => false;
}
