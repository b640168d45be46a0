using System;
using System.IO;
using System.Management.Automation;

namespace SocketTools.Notebooks;

/// <summary>How far a notebook is.</summary>
internal sealed class NotebookProgress(string path, int cells)
{
    private const int ActivityId = 9734;

    private readonly string _activity = $"Running {Path.GetFileName(path)}";

    /// <summary>Before the cell of that number.</summary>
    public ProgressRecord Before(int number) => new(ActivityId, _activity, $"cell {Math.Min(number, cells)} of {cells}")
    {
        PercentComplete = cells == 0 ? 100 : Math.Min(100, (number - 1) * 100 / cells),
    };

    /// <summary>When all is over.</summary>
    public ProgressRecord End() => new(ActivityId, _activity, "done") { RecordType = ProgressRecordType.Completed };
}
