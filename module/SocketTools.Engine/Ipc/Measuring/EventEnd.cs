using System.Runtime.CompilerServices;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>eventfd(2): a write adds one to a counter, a read takes all that there is. One way the reader so takes many at once.</summary>
internal sealed unsafe class EventEnd : MeasuredEnd
{
    private readonly int _receiving;
    private readonly int _sending;
    private ulong _left;

    public EventEnd(int receiving, int sending)
        : base(sizeof(ulong)) => (_receiving, _sending) = (receiving, sending);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Send()
    {
        // It would wait at 2^64-2 only. Less is done for eight bytes than for the way there and back of a managed call.
        ulong one = 1;
        if (Libc.WriteAtOnce(_sending, &one, sizeof(ulong)) == sizeof(ulong))
        {
            return;
        }

        while (Libc.Write(_sending, &one, sizeof(ulong)) < 0)
        {
            CheckRetry("write");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Receive()
    {
        if (_left == 0)
        {
            ulong count;
            while (Libc.Read(_receiving, &count, sizeof(ulong)) < 0)
            {
                CheckRetry("read");
            }

            _left = count;
        }

        _left--;
    }

    // The counter has no bytes to look at.
    public override void Check()
    {
        Send();
        Receive();
    }

    protected override void LetGo()
    {
        ulong value = 1;
        _ = Libc.Write(_receiving, &value, sizeof(ulong));
    }

    protected override void Close()
    {
        _ = Libc.Close(_receiving);
        _ = Libc.Close(_sending);
    }
}
