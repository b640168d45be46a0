using System;
using System.Runtime.InteropServices;

namespace SocketTools.Benchmarks;

/// <summary>poll(2) and epoll(7) as a script would call them through P/Invoke, over descriptors that stay the same.</summary>
public static class BareWaits
{
    private const short PollIn = 1;
    private const int Add = 1;

    /// <summary>The array that poll(2) takes.</summary>
    public static PollFd[] MakePoll(int[] descriptors) => Array.ConvertAll(descriptors, static d => new PollFd { Descriptor = d, Events = PollIn });

    /// <summary>One poll(2) over all of them.</summary>
    public static int Poll(PollFd[] descriptors) => poll(descriptors, descriptors.Length, 1000);

    /// <summary>An epoll(7) with all of them in it. The caller closes it.</summary>
    public static int MakeEpoll(int[] descriptors)
    {
        int epoll = epoll_create1(0);
        byte[] change = new byte[16]; // struct epoll_event; the events come first on every processor
        change[0] = (byte)PollIn;
        foreach (int descriptor in descriptors)
        {
            _ = epoll_ctl(epoll, Add, descriptor, change);
        }

        return epoll;
    }

    /// <summary>One epoll_wait(2).</summary>
    public static int Epoll(int epoll) => epoll_wait(epoll, new byte[16 * 64], 64, 1000);

    /// <summary>All of it as for one wait: make it, fill it, wait, close it.</summary>
    public static int EpollOnce(int[] descriptors)
    {
        int epoll = MakeEpoll(descriptors);
        int ready = Epoll(epoll);
        Close(epoll);
        return ready;
    }

    /// <summary>close(2).</summary>
    public static void Close(int epoll) => _ = close(epoll);

    [DllImport("libc")]
    private static extern int poll([In, Out] PollFd[] descriptors, nint count, int milliseconds);

    [DllImport("libc")]
    private static extern int epoll_create1(int flags);

    [DllImport("libc")]
    private static extern int epoll_ctl(int epoll, int operation, int descriptor, byte[] change);

    [DllImport("libc")]
    private static extern int epoll_wait(int epoll, byte[] ready, int count, int milliseconds);

    [DllImport("libc")]
    private static extern int close(int descriptor);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        /// <summary>fd.</summary>
        public int Descriptor;

        /// <summary>events.</summary>
        public short Events;

        /// <summary>revents.</summary>
        public short Returned;
    }
}
