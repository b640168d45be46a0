using System.Globalization;
using SocketTools.Formatting;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>The name of a resource; of System V with its identifier.</summary>
    public static string Name(IpcResource resource) => OneLine(ValueText.Name(resource));

    /// <summary>What a resource of IPC holds: messages, a count, semaphores, bytes and how often they are attached.</summary>
    public static string Holds(IpcResource resource) => ValueText.Holds(resource);

    /// <summary>The processes that have a resource open, as many as the column takes; a dash where nothing can tell.</summary>
    public static string OpenedBy(IpcResource resource) => ValueText.OpenedBy(resource, most: 4);

    /// <summary>A limit with its unit. More than any memory has is none: so Linux sets shmmax and shmall.</summary>
    public static string Limit(IpcLimit limit) =>
        limit.Value is { } value and <= long.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{value} {limit.Unit}").TrimEnd() : "none";

    /// <summary>Who sent a signal.</summary>
    public static string Sender(IpcSignal signal) => OneLine(ValueText.Sender(signal));
}
