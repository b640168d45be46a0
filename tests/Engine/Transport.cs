namespace SocketTools.Tests;

/// <summary>What a pair of channels runs over.</summary>
public enum Transport
{
    Tcp,
    Unix,
    Abstract,
}
