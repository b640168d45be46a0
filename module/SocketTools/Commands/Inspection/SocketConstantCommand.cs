using System;
using System.Collections.Generic;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>What the lists of domains, types and protocols have in common.</summary>
public abstract class SocketConstantCommand : SocketCommand
{
    private bool[] _found = [];

    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SocketConstantCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only those that this system has.</summary>
    [Parameter]
    public SwitchParameter Supported { get; set; }

    private protected override void Process()
    {
        _found = new bool[Name.Length];
        foreach (SocketConstant constant in Find())
        {
            if (constant.Supported || !Supported)
            {
                WriteObject(constant);
            }
        }

        for (int i = 0; i < Name.Length; i++)
        {
            string name = Name[i];
            if (!_found[i] && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                Target = name;
                Guard(() => throw new SocketCallException("socket", Errno.EINVAL, name, $"There is no {name} in this list") { Advice = "Names are those of the C headers; * lists them." });
            }
        }
    }

    private protected abstract IEnumerable<SocketConstant> Find();

    // INET finds AF_INET, as in New-Socket's completion.
    private protected bool IsWanted(string name)
    {
        bool wanted = false;
        for (int i = 0; i < Name.Length; i++)
        {
            WildcardPattern pattern = WildcardPattern.Get(Name[i], WildcardOptions.IgnoreCase);
            bool matches = pattern.IsMatch(name) || pattern.IsMatch(name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]);
            _found[i] |= matches;
            wanted |= matches;
        }

        return wanted;
    }
}
