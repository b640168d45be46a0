using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Joins multicast groups (IP_ADD_MEMBERSHIP).</summary>
[Cmdlet(VerbsCommon.Add, "SocketMembership")]
[OutputType(typeof(SocketChannel), typeof(SocketListener))]
public sealed class AddSocketMembershipCommand : SocketMembershipCommand
{
    private protected override bool Joins => true;
}
