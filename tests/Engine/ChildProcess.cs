using System;
using System.Diagnostics;
using System.IO;
using SocketTools;

namespace SocketTools.Tests;

/// <summary>This assembly as a second process, for what only the end of a process shows.</summary>
internal static class ChildProcess
{
    /// <summary>Binds a Unix socket to a path, listens and ends without closing.</summary>
    public const string ListenAndExit = "listen-and-exit";

    /// <summary>Binds, listens, writes a line and waits to be ended by a signal.</summary>
    public const string ListenAndWait = "listen-and-wait";

    public static Process Start(string role, string argument)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        start.ArgumentList.Add("child");
        start.ArgumentList.Add(role);
        start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
    }

    internal static int Run(string role, string[] arguments)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse($"unix:{arguments[0]}");
        SocketListener listener = SocketListener.Start(endpoint, "/", 5, BindOptions.Default, SocketWait.Never);
        Console.WriteLine(File.Exists(arguments[0]) ? "listening" : "no file");
        if (role == ListenAndWait)
        {
            Console.In.ReadToEnd(); // Until the test ends the process, or goes away itself.
        }

        GC.KeepAlive(listener);
        return 0;
    }
}
