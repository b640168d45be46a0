using System.Collections.Generic;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>The socket types of sockets, and which of them this system has.</summary>
[Cmdlet(VerbsCommon.Get, "SocketType")]
[OutputType(typeof(SocketConstant))]
public sealed class GetSocketTypeCommand : SocketConstantCommand
{
    private protected override IEnumerable<SocketConstant> Find() => SocketConstants.Types(IsWanted, Trace);
}
