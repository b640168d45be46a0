using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;

namespace SocketTools.Internal;

/// <summary>The PowerShell that runs this module, as a program to start once more.</summary>
internal static class OwnPowerShell
{
    /// <summary>The beginning of its command line.</summary>
    /// <exception cref="SocketCallException">ENOENT: this program has PowerShell inside, and there is none to start.</exception>
    public static IReadOnlyList<string> Find() => Find(
        Environment.ProcessPath,
        Path.GetDirectoryName(typeof(PSObject).Assembly.Location) ?? "",
        Environment.GetEnvironmentVariable("PATH") ?? "",
        File.Exists);

    /// <summary>
    /// The process itself, where it is pwsh. A dotnet tool is pwsh.dll in a process of dotnet; a notebook host has PowerShell's libraries without either, and then the one on the path has to do.
    /// </summary>
    internal static IReadOnlyList<string> Find(string? process, string home, string path, Func<string, bool> exists)
    {
        string name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        if (process is not null && Path.GetFileName(process) == name)
        {
            return [process];
        }

        string beside = Path.Combine(home, name);
        if (exists(beside))
        {
            return [beside];
        }

        string library = Path.Combine(home, "pwsh.dll");
        if (process is not null && Path.GetFileNameWithoutExtension(process) == "dotnet" && exists(library))
        {
            return [process, library];
        }

        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string there = Path.Combine(folder, name);
            if (exists(there))
            {
                return [there];
            }
        }

        throw new SocketCallException("execve", Errno.ENOENT, process, "This program has PowerShell inside, and no pwsh to start beside it or on the path")
        {
            Advice = "Put pwsh on the path (PATH).",
        };
    }
}
