namespace SocketTools;

/// <summary>How a value of the protocol statistics moves.</summary>
public enum SocketStatisticKind
{
    /// <summary>It counts events since the start of the network namespace and only grows.</summary>
    Counter,

    /// <summary>It is a state or a setting as it is now, and may go up and down.</summary>
    Gauge,
}
