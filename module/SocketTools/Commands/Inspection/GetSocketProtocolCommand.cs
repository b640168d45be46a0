using System.Collections.Generic;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>The protocols of sockets, and which of them this system has.</summary>
[Cmdlet(VerbsCommon.Get, "SocketProtocol")]
[OutputType(typeof(SocketConstant))]
public sealed class GetSocketProtocolCommand : SocketConstantCommand
{
    private protected override IEnumerable<SocketConstant> Find() => SocketConstants.Protocols(IsWanted, Trace);
}
