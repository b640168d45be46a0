using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>ipcs(1), and what POSIX has beside it.</summary>
[Cmdlet(VerbsCommon.Get, "IpcResource", DefaultParameterSetName = ListSet)]
[OutputType(typeof(IpcResource), typeof(IpcLimit))]
public sealed class GetIpcResourceCommand : SocketCommand
{
    private const string ListSet = "List";
    private const string PathSet = "Path";
    private const string LimitSet = "Limit";

    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = ListSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(IpcResourceCompleter))]
    public string[] Name { get; set; } = ["*"];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = LimitSet)]
    public IpcResourceKind[] Kind { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = LimitSet)]
    public IpcResourceInterface[] Interface { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    public int[] Id { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    public SwitchParameter Own { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = LimitSet)]
    public SwitchParameter Limit { get; set; }

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case LimitSet:
                WriteObject(IpcLimit.Read().Where(l => (Kind.Length == 0 || (l.Kind is { } kind && Kind.Contains(kind))) && (Interface.Length == 0 || Interface.Contains(l.Interface))), enumerateCollection: true);
                break;
            case PathSet:
                Array.ForEach(Path, p => Guard(() => WriteFiles(p)));
                break;
            default:
                IReadOnlyList<IpcResource> all = IpcResources.List(Kind, WriteWarning);
                IpcResourceFilter filter = new(Interface, Id, Own);
                Array.ForEach(Name, n => Guard(() => WriteNamed(filter, all, n)));
                break;
        }
    }

    private void WriteFiles(string path)
    {
        Target = path;
        IpcResourceFilter.Files(this, path).ForEach(WriteObject);
    }

    private void WriteNamed(IpcResourceFilter filter, IReadOnlyList<IpcResource> all, string name)
    {
        Target = name;
        filter.Find(all, name).ForEach(WriteObject);
    }
}
