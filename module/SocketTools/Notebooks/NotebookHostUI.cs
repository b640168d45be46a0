using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace SocketTools.Notebooks;

/// <summary>The screen of a notebook's host.</summary>
internal sealed class NotebookHostUI : PSHostUserInterface
{
    private volatile CellRecorder? _recorder;

    public CellRecorder? Recorder
    {
        get => _recorder;
        set => _recorder = value;
    }

    public override PSHostRawUserInterface RawUI { get; } = new NotebookScreen();

    // Formatting leaves its colours out then.
    public override bool SupportsVirtualTerminal => false;

    public override void Write(string value) => _recorder?.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => _recorder?.Write(value);

    public override void WriteLine(string value)
    {
        _recorder?.Write(value);
        _recorder?.Write("\n");
    }

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    // A page shows what came of it, and not how far it had come.
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override string ReadLine() => throw Nobody();

    public override SecureString ReadLineAsSecureString() => throw Nobody();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw Nobody();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Nobody();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Nobody();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Nobody();

    internal static HostException Nobody() => new("A notebook runs without anybody to ask. Give the value in a variable, or with -Parameters.");

    private sealed class NotebookScreen : PSHostRawUserInterface
    {
        // The width of the notebook hosts.
        private const int Width = 100;
        private const int Height = 50;

        public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

        public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

        public override Coordinates CursorPosition { get; set; }

        public override Coordinates WindowPosition { get; set; }

        public override int CursorSize { get; set; } = 1;

        public override Size BufferSize { get; set; } = new(Width, Height);

        public override Size WindowSize { get; set; } = new(Width, Height);

        public override Size MaxWindowSize => new(Width, Height);

        public override Size MaxPhysicalWindowSize => new(Width, Height);

        public override bool KeyAvailable => false;

        public override string WindowTitle { get; set; } = "";

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw Nobody();

        public override void FlushInputBuffer()
        {
        }

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents)
        {
        }

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
        {
        }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => new BufferCell[0, 0];

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
        {
        }
    }
}
