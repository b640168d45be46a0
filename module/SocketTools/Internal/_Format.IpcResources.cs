using System.Globalization;
using System.Linq;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>The name of a resource; of System V with its identifier.</summary>
    public static string Name(IpcResource resource) => OneLine(resource.Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"{resource.Name} ({id})") : resource.Name);

    /// <summary>What a resource of IPC holds: messages, a count, semaphores, bytes and how often they are attached.</summary>
    public static string Holds(IpcResource resource) => resource switch
    {
        { Messages: { } messages, MaximumMessages: { } maximum } => string.Create(CultureInfo.InvariantCulture, $"{messages} of {maximum} messages"),
        { Messages: { } messages } => Plural(messages, "message"),
        { Value: { } value } => string.Create(CultureInfo.InvariantCulture, $"count {value}"),
        { Count: { } count } => Plural(count, "semaphore"),
        { Size: { } size, Attached: var attached } => Plural(size, "byte")
            + (attached > 0 ? string.Create(CultureInfo.InvariantCulture, $", attached {attached}") : "") + (resource.RemovalPending ? ", removed" : ""),
        _ => "",
    };

    /// <summary>The processes that have a resource open; a dash where nothing can tell.</summary>
    public static string OpenedBy(IpcResource resource)
    {
        const int Shown = 4;
        return resource.OpenedBy is not { } processes ? "-"
            : string.Join(", ", processes.Take(Shown)) + (processes.Count > Shown ? ", ..." : "");
    }

    /// <summary>Who sent a signal.</summary>
    public static string Sender(IpcSignal signal) => signal switch
    {
        { SenderProcessId: { } id, SenderProcessName: { } name } => OneLine(string.Create(CultureInfo.InvariantCulture, $"{name} ({id})")),
        { SenderProcessId: { } id } => id.ToString(CultureInfo.InvariantCulture),
        { Source: IpcSignalSource.Kernel } => "(kernel)",
        _ => "-",
    };

    private static string Plural(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
