using System.Runtime.InteropServices;

namespace SocketTools.Ipc.Measuring;

/// <summary>What the second process is told to do.</summary>
internal enum MeasuringAction
{
    /// <summary>Take the descriptors that come with it as the ends of a mechanism.</summary>
    Open,

    /// <summary>Send every message back.</summary>
    Echo,

    /// <summary>Receive all, then send one back.</summary>
    Consume,

    /// <summary>End.</summary>
    End,
}

/// <summary>An order, and, as the answer to it, what became of it. As it is in memory, it is on the control socket: both run the same program.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MeasuringOrder
{
    public MeasuringAction Action;
    public IpcMechanism Mechanism;
    public int Size;

    /// <summary>The processor to stay on; -1 for any. In an answer the errno.</summary>
    public int Number;
    public long Count;
}
