using System;
using System.Diagnostics;
using System.Globalization;
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

    /// <summary>Writes three bytes to the ring in a file and stays until it is killed.</summary>
    public const string WriteToRing = "write-to-ring";

    /// <summary>Reads what is in the ring once and stays until it is killed.</summary>
    public const string ReadFromRing = "read-from-ring";

    /// <summary>Is the second process of a measurement.</summary>
    public const string Measured = "measured";

    /// <summary>Is the first process of a measurement that has no end: writes the number of the second.</summary>
    public const string Measures = "measures";

    /// <summary>Makes every mechanism that is measured with ever fewer descriptors left, and says how often that failed and how many were lost by it.</summary>
    public const string MakesPairs = "makes-pairs";

    /// <summary>How this assembly is run again.</summary>
    public static string[] CommandLine(string role, string argument) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, typeof(ChildProcess).Assembly.Location, "child", role, argument]
            : [Environment.ProcessPath!, "child", role, argument];

    public static Process Start(string role, string argument)
    {
        string[] line = CommandLine(role, argument);
        ProcessStartInfo start = new(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        return Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
    }

    internal static int Run(string role, string[] arguments)
    {
        if (role == Measured)
        {
            IpcMeasuringPeer.Run(int.Parse(arguments[0], CultureInfo.InvariantCulture));
            return 0;
        }

        if (role == Measures)
        {
            using IpcMeter meter = new(new IpcMeasuringOptions { Duration = TimeSpan.FromMinutes(1) }, static n => CommandLine(Measured, n.ToString(CultureInfo.InvariantCulture)));
            bool said = false;
            meter.Measure(Enum.Parse<IpcMechanism>(arguments[0]), 8, SocketWait.Forever, () =>
            {
                if (!said && meter.PeerProcessId != 0)
                {
                    Console.WriteLine(meter.PeerProcessId);
                    said = true;
                }
            });
            return 0;
        }

        if (role == MakesPairs)
        {
            return Ipc.PairsWithoutDescriptors.Run();
        }

        if (role is WriteToRing or ReadFromRing)
        {
            return UseRing(role, arguments[0]);
        }

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

    private static int UseRing(string role, string path)
    {
        using Ipc.RingMemory memory = new(path, 0);
        using IpcRing ring = memory.Attach();
        if (role == WriteToRing)
        {
            ring.Write([1, 2, 3], Within.Ten);
        }
        else
        {
            _ = ring.Read(new byte[10], Within.Ten);
        }

        Console.In.ReadToEnd();
        return 0;
    }
}
