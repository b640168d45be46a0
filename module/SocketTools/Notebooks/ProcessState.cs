using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Notebooks;

/// <summary>
/// What belongs to the whole process and a cell can change: the working directory and the environment. It is put back when the last of the notebooks that
/// run beside each other has ended; in between a change of one is seen by the others.
/// </summary>
internal static class ProcessState
{
    private static readonly object s_lock = new();
    private static int s_running;
    private static string s_directory = "";
    private static Dictionary<string, string> s_variables = [];

    /// <summary>A notebook begins.</summary>
    public static void Enter()
    {
        lock (s_lock)
        {
            if (s_running++ == 0)
            {
                s_directory = Environment.CurrentDirectory;
                s_variables = Variables();
            }
        }
    }

    /// <summary>A notebook has ended.</summary>
    /// <returns>What was put back, in words.</returns>
    public static IReadOnlyList<string> Leave()
    {
        lock (s_lock)
        {
            return --s_running == 0 ? Restore() : [];
        }
    }

    private static List<string> Restore()
    {
        List<string> restored = [];
        if (CurrentDirectory() != s_directory)
        {
            try
            {
                Environment.CurrentDirectory = s_directory;
                restored.Add($"the working directory {s_directory}");
            }
            catch (Exception e) when (e is System.IO.IOException or UnauthorizedAccessException)
            {
                restored.Add($"not the working directory {s_directory}: {e.Message}");
            }
        }

        Dictionary<string, string> now = Variables();
        foreach (string name in now.Keys.Union(s_variables.Keys).Order(StringComparer.Ordinal))
        {
            string? before = s_variables.GetValueOrDefault(name);
            if (now.GetValueOrDefault(name) != before)
            {
                Environment.SetEnvironmentVariable(name, before);
                restored.Add($"the environment variable {name}");
            }
        }

        s_variables = [];
        return restored;
    }

    // It may have been removed.
    private static string? CurrentDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (System.IO.IOException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(static e => (string)e.Key, static e => (string?)e.Value ?? "");
}
