namespace SocketTools;

/// <summary>A way for processes to talk.</summary>
public enum IpcMechanism
{
    /// <summary>A pipe without a name (pipe(2)).</summary>
    Pipe,
    /// <summary>A pipe with a name in the file system (mkfifo(3), fifo(7)).</summary>
    Fifo,
    /// <summary>A Unix domain stream socket.</summary>
    Unix,
    /// <summary>A Unix domain datagram socket.</summary>
    UnixDatagram,
    /// <summary>TCP over the loopback.</summary>
    Tcp,
    /// <summary>UDP over the loopback.</summary>
    Udp,
    /// <summary>A message queue of POSIX (mq_overview(7)) or System V (sysvipc(7)).</summary>
    MessageQueue,
    /// <summary>Memory that several processes have (shm_overview(7)).</summary>
    SharedMemory,
    /// <summary>A counter of the kernel that a descriptor stands for (eventfd(2)).</summary>
    EventFd,
}
