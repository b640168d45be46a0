using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SocketTools.Notebooks;

/// <summary>A part of a cell: text for one kernel, and the directive that it stands behind.</summary>
/// <param name="Kernel">Who gets the text.</param>
/// <param name="Text">The lines up to the next directive.</param>
/// <param name="Action">#!value, #!set or #!share; null for text without an action of its own.</param>
/// <param name="Options">The options of the action, without their dashes.</param>
internal sealed record CellPart(string Kernel, string Text, string? Action, IReadOnlyDictionary<string, string> Options);

/// <summary>
/// What .NET Interactive does with a cell before a kernel gets it: each line that begins with <c>#!</c> at column 0 is a directive, wherever it stands. A
/// selector gives what follows to another kernel; an action does something; one that nobody knows fails the cell before anything of it runs.
/// </summary>
internal static class CellDirectives
{
    public const string ValueAction = "#!value";
    public const string SetAction = "#!set";
    public const string ShareAction = "#!share";

    private static readonly Dictionary<string, string[]> s_options = new()
    {
        [ValueAction] = ["name", "from-file", "from-value", "mime-type"],
        [SetAction] = ["name", "value", "mime-type", "byref"],
        [ShareAction] = ["name", "from", "as", "mime-type"],
    };

    private static readonly Dictionary<string, string> s_none = [];

    /// <summary>The parts of a cell, those without text and action left out.</summary>
    /// <exception cref="NotebookFormatException">EBADMSG: a directive is not known, or lacks what it needs.</exception>
    public static IReadOnlyList<CellPart> Split(NotebookCell cell, NotebookKernels kernels)
    {
        List<CellPart> parts = [];
        string kernel = cell.Kernel;
        string? action = null;
        IReadOnlyDictionary<string, string> options = s_none;
        List<string> lines = [];
        foreach (string line in cell.Source.Split('\n'))
        {
            if (line.Length <= 2 || !line.StartsWith("#!", StringComparison.Ordinal) || char.IsWhiteSpace(line[2]))
            {
                lines.Add(line);
                continue;
            }

            Add();
            string[] words = Words(line);
            if (kernels.Selected(words[0]) is { } selected && (selected != NotebookKernels.Value || words.Length == 1))
            {
                kernel = selected; // What stands behind the name is about the host.
                action = null;
                options = s_none;
            }
            else if (s_options.ContainsKey(words[0]))
            {
                action = words[0];
                options = Options(words, line);
                if (action == ValueAction)
                {
                    kernel = NotebookKernels.Value;
                }
                else
                {
                    parts.Add(new CellPart(kernel, "", action, options)); // It has no text of its own.
                    action = null;
                    options = s_none;
                }
            }
            else
            {
                throw new NotebookFormatException("run", null, $"Unknown directive: {line}")
                {
                    Advice = "A line that begins with #! is a directive wherever it stands. Put a blank before it, or take it out.",
                };
            }
        }

        Add();
        return parts;

        void Add()
        {
            string text = DibWriter.Trimmed(lines);
            lines.Clear();
            if (kernel == NotebookKernels.Value && action is null && text.Length > 0)
            {
                throw Missing(ValueAction, "name");
            }

            if (text.Length > 0 || action is not null)
            {
                parts.Add(new CellPart(kernel, text, action, options));
            }

            action = null;
            options = s_none;
        }
    }

    private static Dictionary<string, string> Options(string[] words, string line)
    {
        Dictionary<string, string> options = [];
        for (int i = 1; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                // #!share takes the name without its option.
                _ = words[0] == ShareAction && options.TryAdd("name", words[i]) ? true : throw Bad(line, $"'{words[i]}' is no option");
                continue;
            }

            string option = words[i][2..];
            if (!s_options[words[0]].Contains(option))
            {
                throw Bad(line, $"{words[0]} has no option --{option} here");
            }

            options[option] = option == "byref" ? "" : i + 1 < words.Length ? words[++i] : throw Bad(line, $"--{option} needs a value");
        }

        if (!options.ContainsKey("name"))
        {
            throw Missing(words[0], "name");
        }

        string? needed = words[0] == SetAction ? "value" : words[0] == ShareAction ? "from" : null;
        return needed is null || options.ContainsKey(needed) ? options : throw Missing(words[0], needed);
    }

    // Words between blanks; double quotes hold one together.
    private static string[] Words(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool quoted = false;
        bool begun = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
                begun = true;
            }
            else if (!quoted && char.IsWhiteSpace(c))
            {
                Add();
            }
            else
            {
                word.Append(c);
                begun = true;
            }
        }

        Add();
        return [.. words];

        void Add()
        {
            if (begun)
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }
    }

    private static NotebookFormatException Missing(string action, string option) =>
        new("run", null, $"{action} needs --{option}") { Advice = $"Write for example: {action} --name x{(action == SetAction ? " --value @value:y" : action == ShareAction ? " --from value" : "")}" };

    private static NotebookFormatException Bad(string line, string why) => new("run", null, $"{why}: {line}") { Advice = "Correct the directive." };
}
