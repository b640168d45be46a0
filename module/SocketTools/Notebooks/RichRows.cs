using SocketTools.Formatting;

namespace SocketTools.Notebooks;

/// <summary>Objects that are shown in one way and came one behind the other, as they were when they came: a socket may be closed a moment later.</summary>
internal sealed class RichRows(object form)
{
    private readonly JoinedForms _forms = new();
    private string _mimeType = "text/html";

    /// <summary>The way.</summary>
    public object Form { get; } = form;

    /// <summary>Whether nothing found room.</summary>
    public bool IsEmpty => _forms.Length == 0;

    /// <summary>Takes an object that has that form.</summary>
    /// <param name="value">The object.</param>
    /// <param name="room">How many characters it may take.</param>
    /// <returns>How many it takes; nothing was taken where they are more than there is room for.</returns>
    public int Add(object value, long room)
    {
        _ = SocketRichOutput.TryFormat(value, out string? mimeType, out string? content);
        int cost = _forms.Cost(content!);
        if (cost <= room)
        {
            _mimeType = mimeType!;
            _forms.Add(content!);
        }

        return cost;
    }

    /// <summary>All of them as one table, or each picture by itself; beside it the text of a console.</summary>
    public SocketNotebookDisplay ToDisplay(string text) => new([new(_mimeType, _forms.ToString()), new("text/plain", text)]);
}
