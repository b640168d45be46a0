using System;
using System.Collections.Generic;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>ipcrm(1), shm_unlink(3), sem_unlink(3), mq_unlink(3), unlink(2).</summary>
[Cmdlet(VerbsCommon.Remove, "IpcResource", SupportsShouldProcess = true, DefaultParameterSetName = NameSet)]
[OutputType(typeof(void))]
public sealed class RemoveIpcResourceCommand : SocketCommand
{
    private const string NameSet = "Name";
    private const string ObjectSet = "Object";
    private const string PathSet = "Path";

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = NameSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(IpcResourceCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(ParameterSetName = NameSet)]
    public IpcResourceKind[] Kind { get; set; } = [];

    [Parameter(ParameterSetName = NameSet)]
    public IpcResourceInterface[] Interface { get; set; } = [];

    [Parameter(ParameterSetName = NameSet)]
    public int[] Id { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    public IpcResource[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case ObjectSet:
                Array.ForEach(InputObject, Remove);
                break;
            case PathSet:
                Array.ForEach(Path, p => Guard(() => RemoveFiles(p)));
                break;
            default:
                bool unlisted = false;
                IReadOnlyList<IpcResource> all = IpcResources.List(Kind, _ => unlisted = true);
                IpcResourceFilter filter = new(Interface, Id, own: false);
                Array.ForEach(Name, n => Guard(() => Find(filter, all, n, unlisted).ForEach(Remove)));
                break;
        }
    }

    // A queue can be removed by its name where queues cannot be listed.
    private List<IpcResource> Find(IpcResourceFilter filter, IReadOnlyList<IpcResource> all, string name, bool unlisted)
    {
        Target = name;
        return unlisted && Array.IndexOf(Kind, IpcResourceKind.MessageQueue) >= 0 && !WildcardPattern.ContainsWildcardCharacters(name)
            ? [IpcResources.ByName(IpcResourceKind.MessageQueue, name)]
            : filter.Find(all, name);
    }

    private void RemoveFiles(string path)
    {
        Target = path;
        IpcResourceFilter.Files(this, path).ForEach(Remove);
    }

    private void Remove(IpcResource resource)
    {
        if (!ShouldProcess(resource.ToString(), "Remove"))
        {
            return;
        }

        Target = ParameterSetName == ObjectSet ? resource : Target;
        Guard(() => resource.Remove(Trace));
    }
}
