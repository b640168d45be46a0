using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>netstat -s.</summary>
[Cmdlet(VerbsCommon.Get, "SocketStatistic", DefaultParameterSetName = ListSet)]
[OutputType(typeof(SocketStatistic), ParameterSetName = [ListSet])]
[OutputType(typeof(SocketStatisticChange), ParameterSetName = [DeltaSet])]
public sealed class GetSocketStatisticCommand : BlockSocketCommand
{
    private const string ListSet = "List";
    private const string DeltaSet = "Delta";

    /// <summary>Tags what the script block wrote, in the information stream.</summary>
    private const string OutputTag = "SocketStatisticOutput";

    private WildcardPattern[] _names = [];
    private WildcardPattern[] _protocols = [];

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SocketStatisticCompleter))]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SocketStatisticCompleter))]
    public string[] Protocol { get; set; } = ["*"];

    [Parameter(ParameterSetName = ListSet)]
    public SwitchParameter NonZero { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = DeltaSet)]
    public ScriptBlock? Delta { get; set; }

    private protected override void Begin()
    {
        _names = [.. Name.Select(Pattern)];
        _protocols = [.. Protocol.Select(Pattern)];
    }

    private protected override void Process()
    {
        IReadOnlyList<SocketStatistic> before = SocketStatistics.Read(Trace);
        if (Delta is null)
        {
            Find(before).Where(s => !NonZero || s.Value != 0).ToList().ForEach(WriteObject);
            CheckFound(before);
            return;
        }

        ErrorRecord? failure = Run(Delta, OutputTag);
        IReadOnlyList<SocketStatistic> after = SocketStatistics.Read(Trace);
        Find(SocketStatistics.Compare(before, after)).ToList().ForEach(WriteObject);
        CheckFound(after);
        if (failure is not null)
        {
            WriteError(failure); // Behind what it changed, for -ErrorAction Stop ends the cmdlet here.
        }
    }

    private IEnumerable<SocketStatistic> Find(IEnumerable<SocketStatistic> statistics) =>
        statistics.Where(s => _protocols.Any(p => p.IsMatch(s.Protocol)) && _names.Any(n => HasName(s, n)));

    // A name that was spelt out and that nothing has is an error, for an empty answer would look like a quiet counter.
    private void CheckFound(IReadOnlyList<SocketStatistic> all)
    {
        Check(Protocol, "protocol", p => all.Any(s => p.IsMatch(s.Protocol)));
        Check(Name, "counter", n => all.Any(s => HasName(s, n) && _protocols.Any(p => p.IsMatch(s.Protocol))));
    }

    private void Check(string[] wanted, string what, Func<WildcardPattern, bool> found)
    {
        foreach (string text in wanted.Where(t => !WildcardPattern.ContainsWildcardCharacters(t) && !found(Pattern(t))))
        {
            Target = text;
            Guard(() => throw new SocketCallException("read", Errno.ENOENT, text, $"This system has no {what} of that name")
            {
                Advice = "Get-SocketStatistic alone lists all.",
            });
        }
    }

    private static bool HasName(SocketStatistic statistic, WildcardPattern name) => name.IsMatch(statistic.Name) || name.IsMatch(statistic.KernelName);

    private static WildcardPattern Pattern(string text)
    {
        WildcardPattern pattern = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);
        _ = pattern.IsMatch(""); // It looks at its text only now; a bad one is an error before anything runs.
        return pattern;
    }
}
