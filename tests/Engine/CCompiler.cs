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
        Compile(program, directory.File("p"));
        return Execute(directory.File("p"));
    }

    /// <summary>Compiles a program; its source stands beside it.</summary>
    public static void Compile(string program, string path)
    {
        File.WriteAllText($"{path}.c", program);
        Execute("cc", "-o", path, $"{path}.c", "-lrt");
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
