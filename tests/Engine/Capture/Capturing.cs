using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace SocketTools.Tests;

/// <summary>Captures for tests, of a port that is the test's own, so that others may run beside it.</summary>
internal static class Capturing
{
    private static readonly Lazy<string?> s_hindrance = new(static () =>
    {
        try
        {
            SocketCapture.Start(new() { BufferSize = 1024 * 1024 }).Dispose();
            return null;
        }
        catch (SocketCallException e)
        {
            return e.Errno.ToString();
        }
    });

    /// <summary>Skips a test where this process may not capture, or the system has no way to.</summary>
    public static void SkipUnlessPermitted() => Assert.SkipUnless(s_hindrance.Value is null, $"capturing needs Linux and CAP_NET_RAW: {s_hindrance.Value}");

    /// <summary>Of one protocol, for somebody else may have the port of the other.</summary>
    public static SocketCapture Start(int port, SocketCaptureOptions? options = null, CaptureProtocol protocol = CaptureProtocol.Udp) =>
        SocketCapture.Start((options ?? new()) with { Filter = new() { Ports = [port], Protocols = [protocol] } });

    public static List<SocketPacket> Packets(this SocketCapture capture, TimeSpan settle = default) => [.. capture.Stop(settle, Within.Ten)];

    /// <summary>A socket that receives datagrams, bound to a free port.</summary>
    public static Socket Receiver(IPAddress? address = null)
    {
        Socket receiver = new((address ?? IPAddress.Loopback).AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        return receiver;
    }

    public static int Port(this Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>Runs a command; null where it is not installed.</summary>
    public static Process? StartTool(string name, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public static string Run(string name, params string[] arguments)
    {
        using Process? process = StartTool(name, arguments);
        Assert.SkipWhen(process is null, $"{name} is not installed");
        string output = process!.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name} {string.Join(' ', arguments)}: {error}");
        return output;
    }
}
