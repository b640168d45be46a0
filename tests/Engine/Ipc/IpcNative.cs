using System.Runtime.InteropServices;

namespace SocketTools.Tests.Ipc;

/// <summary>What somebody else would do to a name.</summary>
internal static partial class IpcNative
{
    [LibraryImport("librt.so.1", EntryPoint = "mq_unlink", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkQueue(string name);
}
