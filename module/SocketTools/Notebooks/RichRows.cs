using System.Collections.Generic;

namespace SocketTools.Notebooks;

/// <summary>Objects that are shown in one way and came one behind the other, as they were when they came: a socket may be closed a moment later.</summary>
internal sealed class RichRows(object form)
{
    private readonly List<string> _forms = [];
    private string _mimeType = "text/html";

    /// <summary>The way.</summary>
    public object Form { get; } = form;

    public void Add(object value)
    {
        if (SocketRichOutput.TryFormat(value, out string? mimeType, out string? content))
        {
            _mimeType = mimeType;
            _forms.Add(content);
        }
    }

    /// <summary>All of them as one table, or each picture by itself; beside it the text of a console.</summary>
    public SocketNotebookDisplay ToDisplay(string text) => new([new(_mimeType, SocketRichOutput.Join(_forms)), new("text/plain", text)]);
}
