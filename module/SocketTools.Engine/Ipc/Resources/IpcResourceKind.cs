namespace SocketTools;

/// <summary>What kind of thing an <see cref="IpcResource"/> is.</summary>
public enum IpcResourceKind
{
    /// <summary>A pipe of this session.</summary>
    Pipe,
    /// <summary>A FIFO: a pipe with a name in the file system.</summary>
    Fifo,
    /// <summary>The file of a Unix domain socket.</summary>
    Socket,
    /// <summary>Shared memory.</summary>
    SharedMemory,
    /// <summary>A semaphore; of System V a set of them.</summary>
    Semaphore,
    /// <summary>A message queue.</summary>
    MessageQueue,
    /// <summary>An eventfd of this session.</summary>
    EventFd,
}

/// <summary>Which interface a resource belongs to.</summary>
public enum IpcResourceInterface
{
    /// <summary>POSIX: names with a slash, or paths.</summary>
    Posix,
    /// <summary>System V: keys and identifiers (sysvipc(7)).</summary>
    SystemV,
}

/// <summary>How long a resource lives.</summary>
public enum IpcLifetime
{
    /// <summary>Until the last process that has it open ends.</summary>
    Process,
    /// <summary>Until it is removed, or the system restarts.</summary>
    Kernel,
    /// <summary>Its name lives as a file does, restarts included; what was in it does not.</summary>
    FileSystem,
}
