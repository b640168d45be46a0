using System.Runtime.CompilerServices;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>Two POSIX message queues, one for each way: mq_send(3) and mq_receive(3).</summary>
internal sealed unsafe class QueueEnd : MeasuredEnd
{
    private readonly int _receiving;
    private readonly int _sending;

    public QueueEnd(int size, int receiving, int sending)
        : base(size) => (_receiving, _sending) = (receiving, sending);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Send()
    {
        while (Librt.SendMessage(_sending, Message, Size, 0) < 0)
        {
            CheckRetry("mq_send");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Receive()
    {
        nint count;
        while ((count = Librt.ReceiveMessage(_receiving, Message, Size, null)) < 0)
        {
            CheckRetry("mq_receive");
        }

        if (count != Size)
        {
            throw new SocketCallException("mq_receive", Errno.EBADMSG, null, $"A message of {count} bytes came, not of {Size}");
        }
    }

    // A message into the one that is waited at, and one out of the one that is full. The other thread may be quicker, so nothing here may wait: the descriptors
    // do not from now on.
    protected override void LetGo()
    {
        const int Most = 64;
        _ = SetNonBlocking(_receiving);
        _ = SetNonBlocking(_sending);
        byte none = 0;
        _ = Librt.SendMessage(_receiving, &none, 0, 0);
        byte[] dropped = new byte[Size];
        fixed (byte* room = dropped)
        {
            for (int i = 0; i < Most && Librt.ReceiveMessage(_sending, room, Size, null) >= 0; i++)
            {
            }
        }
    }

    protected override void Close()
    {
        _ = Libc.Close(_receiving);
        _ = Libc.Close(_sending);
    }

    private static int SetNonBlocking(int queue)
    {
        Librt.QueueAttributes attributes = new() { Flags = LibcNumbers.O_NONBLOCK };
        return Librt.SetAttributes(queue, &attributes, null);
    }
}
