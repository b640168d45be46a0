using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace SocketTools.Tests;

/// <summary>A network namespace with a loopback and a pair of interfaces, <see cref="Near"/> and its other end, for what must not depend on, or change, the machine's own network.</summary>
internal static partial class OwnNetwork
{
    /// <summary>The interface to send by.</summary>
    public const string Near = "v0";

    /// <summary>Its other end.</summary>
    public const string Far = "v1";

    /// <summary>The IPv4 address of <see cref="Near"/>, from a network for documentation.</summary>
    public const string Address = "198.51.100.34";

    /// <summary>The IPv6 address of <see cref="Near"/>.</summary>
    public const string Address6 = "fd00:97::34";

    private const int NewNetwork = 0x40000000; // CLONE_NEWNET

    // The other end has no IPv6: what comes there would be the same datagram again.
    private const string SetUp =
        $"ip link set lo up && ip link add {Near} type veth peer name {Far} && ip addr add {Address}/24 dev {Near} && ip -6 addr add {Address6}/64 dev {Near} nodad && " +
        $"ip link set {Far} up && ip link set {Near} up && ip -6 addr flush dev {Far} && " +

        // The link comes up a moment later, and the routes with it.
        $"i=0; until ip -o link show {Near} | grep -q 'state UP'; do i=$((i+1)); [ $i -lt 1000 ] || exit 1; done";

    /// <summary>Runs a test on a thread of its own, whose sockets are in the namespace. Skips where the system has none for us.</summary>
    public static void Run(Action test)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has network namespaces");
        Exception? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                test();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "The test did not end.");
        if (thrown is not null)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    private static void Enter()
    {
        Assert.SkipUnless(Unshare(NewNetwork) == 0, "a network namespace is for root");
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", SetUp]) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.SkipUnless(process.ExitCode == 0, $"no pair of interfaces can be made: {error.Trim()}");
        }
        catch (Win32Exception e)
        {
            Assert.Skip($"no shell: {e.Message}");
        }

        Within.TenSeconds(() => HearsItself(Address) && HearsItself(Address6), "the addresses work");
    }

    private static bool HearsItself(string address)
    {
        IPEndPoint end = new(IPAddress.Parse(address), 0);
        using Socket socket = new(end.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(end);
        socket.SendTo([0], socket.LocalEndPoint!);
        return socket.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead);
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
