using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>getservbyname(3), getservbyport(3): names of ports, and the ranges that ports are in.</summary>
[Cmdlet(VerbsCommon.Get, "SocketService", DefaultParameterSetName = ByName)]
[OutputType(typeof(ServiceEntry), typeof(EphemeralPortRange))]
public sealed class GetSocketServiceCommand : SocketCommand
{
    private const string ByName = "Name";
    private const string ByPort = "Port";
    private const string Range = "EphemeralRange";

    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[] Name { get; set; } = ["*"];

    [Parameter(Mandatory = true, ParameterSetName = ByPort)]
    [ValidateRange(0, ushort.MaxValue)]
    public int[] Port { get; set; } = [];

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByPort)]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[] Protocol { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = Range)]
    public SwitchParameter EphemeralRange { get; set; }

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case Range:
                WriteObject(EphemeralPortRange.Read());
                break;
            case ByPort:
                WriteObject(SocketServices.ByPort(Port, Protocol), enumerateCollection: true);
                break;
            default:
                Array.ForEach(Name, n => Guard(() => WriteName(n)));
                break;
        }
    }

    private void WriteName(string name)
    {
        // No service has a name of digits only (RFC 6335, section 5.1), so this is a port, as for getent(1).
        if (ushort.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            WriteObject(SocketServices.ByPort([port], Protocol), enumerateCollection: true);
            return;
        }

        IReadOnlyList<ServiceEntry> found = SocketServices.ByName(WildcardPattern.Get(name, WildcardOptions.IgnoreCase).IsMatch, Protocol);
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            Target = name;
            throw new SocketCallException("getservbyname", Errno.EAI_SERVICE, name, $"There is no such service{(Protocol.Length > 0 ? $" over {string.Join(" or ", Protocol)}" : "")} here");
        }

        WriteObject(found, enumerateCollection: true);
    }
}
