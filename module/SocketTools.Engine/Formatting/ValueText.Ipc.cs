using System;
using System.Globalization;
using System.Linq;

namespace SocketTools.Formatting;

internal static partial class ValueText
{
    /// <summary>A descriptor's number, or a dash where there is none.</summary>
    public static string Descriptor(int number) => number < 0 ? "-" : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of what carries bytes; of what has none but a number, that number.</summary>
    public static string IpcName(object channel) => channel switch
    {
        IpcSystemVQueue { Key: 0, Identifier: var id } => $"id {id}",
        IpcSystemVQueue { Key: var key, Identifier: var id } => string.Create(CultureInfo.InvariantCulture, $"id {id} (key 0x{key:x})"),
        IpcChannel { Name: { } name } => name,
        IpcSharedMemory memory => memory.Name,
        IpcPipeEnd { IsInherited: true } => "(inherited)",
        _ => "-",
    };

    /// <summary>How much a queue holds before its sender waits.</summary>
    public static string Room(IpcMessageQueue queue) => queue.MaximumMessages is { } messages ? Counted(messages, "message") : Size(queue.MaximumBytes ?? 0);

    /// <summary>Which end this is.</summary>
    public static string Access(IpcChannel channel) => (channel.CanRead, channel.CanWrite) switch
    {
        (true, true) => "ReadWrite",
        (true, _) => "Read",
        _ => "Write",
    };

    /// <summary>Who sent a signal.</summary>
    public static string Sender(IpcSignal signal) => signal switch
    {
        { SenderProcessId: { } id, SenderProcessName: { } name } => Holder(name, id),
        { SenderProcessId: { } id } => id.ToString(CultureInfo.InvariantCulture),
        { Source: IpcSignalSource.Kernel } => "(kernel)",
        _ => "-",
    };

    /// <summary>The name of a resource; of System V with its identifier.</summary>
    public static string Name(IpcResource resource) => resource.Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"{resource.Name} ({id})") : resource.Name;

    /// <summary>What a resource of IPC holds: messages, a count, semaphores, bytes and how often they are attached.</summary>
    public static string Holds(IpcResource resource) => resource switch
    {
        { Messages: { } messages, MaximumMessages: { } maximum } => string.Create(CultureInfo.InvariantCulture, $"{messages} of {maximum} messages"),
        { Messages: { } messages } => Counted(messages, "message"),
        { Value: { } value } => string.Create(CultureInfo.InvariantCulture, $"count {value}"),
        { Count: { } count } => Counted(count, "semaphore"),
        { Size: { } size, Attached: var attached } => Counted(size, "byte")
            + (attached > 0 ? string.Create(CultureInfo.InvariantCulture, $", attached {attached}") : "") + (resource.RemovalPending ? ", removed" : ""),
        _ => "",
    };

    /// <summary>The processes that have a resource open; a dash where nothing can tell.</summary>
    public static string OpenedBy(IpcResource resource, int most = int.MaxValue) => resource.OpenedBy is not { } processes ? "-"
        : string.Join(", ", processes.Take(most)) + (processes.Count > most ? ", ..." : "");

    /// <summary>A number with what is counted.</summary>
    public static string Counted(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
