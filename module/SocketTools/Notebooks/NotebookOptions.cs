using System;
using System.Collections;
using System.Collections.Generic;

namespace SocketTools.Notebooks;

/// <summary>How a notebook is to be run.</summary>
/// <param name="ModulePath">This module, which the runspace begins with.</param>
/// <param name="CellLimit">How long a cell may take; negative for ever.</param>
/// <param name="ContinueOnError">Whether a cell that fails ends the notebook.</param>
/// <param name="MaximumLength">Characters that are kept of what a cell writes.</param>
/// <param name="Parameters">Variables that the notebook begins with.</param>
/// <param name="ShowMarkdown">What a markdown cell displays.</param>
internal sealed record NotebookOptions(
    string ModulePath, TimeSpan CellLimit, bool ContinueOnError, int MaximumLength, IReadOnlyDictionary<string, object?> Parameters, Func<string, SocketNotebookDisplay> ShowMarkdown)
{
    /// <summary>Refuses to give cells no time at all.</summary>
    /// <exception cref="SocketCallException">EINVAL.</exception>
    public static void CheckTime(double seconds)
    {
        if (seconds == 0)
        {
            throw new SocketCallException("run", Errno.EINVAL, null, "A cell needs some time: -TimeoutSeconds 0 gives it none") { Advice = "Give the seconds that a cell may take, or -1." };
        }
    }

    /// <summary>Variables by their names.</summary>
    /// <exception cref="SocketCallException">EINVAL: no variable can have such a name.</exception>
    public static IReadOnlyDictionary<string, object?> Variables(IDictionary? given)
    {
        Dictionary<string, object?> variables = [];
        foreach (DictionaryEntry entry in given ?? new Hashtable())
        {
            string name = entry.Key.ToString() ?? "";
            if (name.Length == 0 || name.Contains(':', StringComparison.Ordinal))
            {
                throw new SocketCallException("run", Errno.EINVAL, name, "It is no name of a variable") { Advice = "Check the keys of -Parameters." };
            }

            variables[name] = entry.Value;
        }

        return variables;
    }
}
