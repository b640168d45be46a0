using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;

namespace SocketTools.Tests;

/// <summary>cc, for what only a C program knows for certain.</summary>
internal static class CCompiler
{
    private static readonly Lazy<bool> s_exists = new(static () =>
    {
        try
        {
            Execute("cc", "--version");
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    public static bool Exists => s_exists.Value;

    /// <summary>Compiles a program, runs it in the C locale and gives what it wrote.</summary>
    public static string Run(string program)
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory.File("p.c"), program);
        Execute("cc", "-o", directory.File("p"), directory.File("p.c"));
        return Execute(directory.File("p"));
    }

    private static string Execute(string command, params string[] arguments)
    {
        ProcessStartInfo start = new(command, arguments) { RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} ended with {process.ExitCode}.");
    }
}
