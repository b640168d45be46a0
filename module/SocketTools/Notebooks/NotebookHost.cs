using System;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Threading;

namespace SocketTools.Notebooks;

/// <summary>The host of a notebook's runspace: what it writes goes to the cell that runs, and nobody is there to answer.</summary>
internal sealed class NotebookHost : PSHost
{
    private readonly NotebookHostUI _ui = new();

    /// <summary>Where text goes now; null between cells.</summary>
    public CellRecorder? Recorder
    {
        get => _ui.Recorder;
        set => _ui.Recorder = value;
    }

    public override string Name => "SocketTools Notebook Host";

    public override Version Version { get; } = typeof(NotebookHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    /// <summary>The host itself, for the commands of its runspace, which get to see another one in its place.</summary>
    public override PSObject PrivateData => PSObject.AsPSObject(this);

    public override CultureInfo CurrentCulture { get; } = Thread.CurrentThread.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = Thread.CurrentThread.CurrentUICulture;

    /// <summary>exit in a cell: as in the notebook hosts it ends that cell and nothing else.</summary>
    public override void SetShouldExit(int exitCode) =>
        Recorder?.Note(string.Create(CultureInfo.InvariantCulture, $"The cell called exit ({exitCode}), which ends the cell and not the notebook."));

    public override void EnterNestedPrompt() => throw NotebookHostUI.Nobody();

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
