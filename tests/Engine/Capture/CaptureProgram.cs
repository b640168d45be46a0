using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>tcpdump, tshark and their kin, where the machine has them.</summary>
internal static class CaptureProgram
{
    /// <summary>Runs a program and gives what it wrote; skips the test where there is none.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}, {error.Result}");
        return output;
    }

    /// <summary>The lines that a program wrote.</summary>
    public static string[] Lines(string program, params string[] arguments) =>
        Run(program, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Starts a program; skips the test where there is none.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"there is no {program}");
            throw;
        }
    }

    /// <summary>Every packet of a file.</summary>
    public static SocketPacket[] Read(string path)
    {
        using CaptureFileReader reader = CaptureFileReader.Open(path);
        return ReadAll(reader);
    }

    /// <summary>Every packet of bytes.</summary>
    public static SocketPacket[] Read(byte[] bytes)
    {
        using CaptureFileReader reader = CaptureFileReader.Open(new MemoryStream(bytes), "memory");
        return ReadAll(reader);
    }

    private static SocketPacket[] ReadAll(CaptureFileReader reader)
    {
        System.Collections.Generic.List<SocketPacket> packets = [];
        while (reader.Read() is { } packet)
        {
            packets.Add(packet);
        }

        return [.. packets];
    }
}
