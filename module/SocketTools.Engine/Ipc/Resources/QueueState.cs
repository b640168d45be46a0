using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>What mq_getattr(3) says of a queue.</summary>
internal readonly record struct QueueState(int Messages, int MaximumMessages, int MessageSize)
{
    /// <summary>Opens the queue to look; null where this process may not.</summary>
    public static unsafe QueueState? Read(string name)
    {
        int fd = Librt.OpenQueue(name, IpcNumbers.O_RDONLY | LibcNumbers.O_CLOEXEC | LibcNumbers.O_NONBLOCK, 0, null);
        if (fd < 0)
        {
            return null;
        }

        using IpcDescriptor queue = new(fd);
        Librt.QueueAttributes attributes;
        return Librt.GetAttributes(queue, &attributes) == 0
            ? new((int)attributes.Messages, (int)attributes.MaximumMessages, (int)attributes.MessageSize)
            : null;
    }
}
