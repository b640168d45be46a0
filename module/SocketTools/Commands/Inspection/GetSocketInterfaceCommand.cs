using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>Network interfaces: hardware and Internet addresses, state and counters (netdevice(7)).</summary>
[Cmdlet(VerbsCommon.Get, "SocketInterface", DefaultParameterSetName = ByName)]
[OutputType(typeof(SocketInterface))]
public sealed class GetSocketInterfaceCommand : SocketCommand
{
    private const string ByName = "Name";
    private const string ByIndex = "Index";

    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[] Name { get; set; } = ["*"];

    [Parameter(Mandatory = true, ParameterSetName = ByIndex)]
    public int[] Index { get; set; } = [];

    private protected override void Process()
    {
        if (ParameterSetName == ByIndex)
        {
            Array.ForEach(Index, wanted => Write(wanted, (_, index) => index == wanted, wanted.ToString(CultureInfo.InvariantCulture)));
            return;
        }

        foreach (string name in Name)
        {
            // A name is taken as it is first: Windows has interfaces with brackets in their names.
            WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            Write(name, (each, _) => string.Equals(each, name, StringComparison.OrdinalIgnoreCase) || pattern.IsMatch(each), WildcardPattern.ContainsWildcardCharacters(name) ? null : name);
        }
    }

    private void Write(object target, Func<string, int, bool> wanted, string? named)
    {
        IReadOnlyList<SocketInterface> found = SocketInterfaces.Find(wanted);
        if (found.Count == 0 && named is not null)
        {
            Target = target;
            Guard(() => throw new SocketCallException("if_nametoindex", Errno.ENODEV, named, $"There is no interface {named} here"));
        }

        WriteObject(found, enumerateCollection: true);
    }
}
