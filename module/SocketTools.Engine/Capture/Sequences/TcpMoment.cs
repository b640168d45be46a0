namespace SocketTools.Capture;

/// <summary>A segment with what it did: the states of both sides once it is there, and the part of the connection's life.</summary>
internal sealed record TcpMoment(TracedSegment Trace, TcpState Client, TcpState Server, SocketSequencePhase Phase);
