using System.Runtime.InteropServices;

namespace SocketTools.Native;

// The same on a bare number, for the loops that are measured.
internal static unsafe partial class Librt
{
    [LibraryImport(Name, EntryPoint = "mq_send", SetLastError = true)]
    public static partial int SendMessage(int queue, byte* message, nint length, uint priority);

    [LibraryImport(Name, EntryPoint = "mq_receive", SetLastError = true)]
    public static partial nint ReceiveMessage(int queue, byte* message, nint length, uint* priority);

    [LibraryImport(Name, EntryPoint = "mq_setattr", SetLastError = true)]
    public static partial int SetAttributes(int queue, QueueAttributes* attributes, QueueAttributes* before);
}
