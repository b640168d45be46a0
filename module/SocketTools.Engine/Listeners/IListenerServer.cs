namespace SocketTools;

/// <summary>Something that serves the connections of a listener on threads of its own. It is started and stopped once.</summary>
internal interface IListenerServer
{
    /// <summary>Begins to accept. It returns at once.</summary>
    void Start();

    /// <summary>Takes no new work and tells the work under way to end. The listening descriptor is closed by now; the connections are closed next.</summary>
    void BeginStop();

    /// <summary>Waits, for less than a second, until the threads are done. What does not end by then is left behind on background threads.</summary>
    void EndStop();
}
