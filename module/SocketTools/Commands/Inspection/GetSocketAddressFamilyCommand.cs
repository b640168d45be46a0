using System.Collections.Generic;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>The address families of sockets, and which of them this system has.</summary>
[Cmdlet(VerbsCommon.Get, "SocketAddressFamily")]
[OutputType(typeof(SocketConstant))]
public sealed class GetSocketAddressFamilyCommand : SocketConstantCommand
{
    private protected override IEnumerable<SocketConstant> Find() => SocketConstants.Families(IsWanted, Trace);
}
