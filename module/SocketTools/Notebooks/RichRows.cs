using SocketTools.Formatting;

namespace SocketTools.Notebooks;

/// <summary>
/// Objects that are shown in one way and came one behind the other, as they were when they came: a socket may be closed a moment later. Or one picture.
/// </summary>
internal sealed class RichRows(RichFormat form)
{
    /// <summary>The MIME type of what has rows.</summary>
    public const string Table = "text/html";

    private readonly JoinedForms _forms = new();

    /// <summary>The way.</summary>
    public RichFormat Form { get; } = form;

    /// <summary>Whether nothing found room.</summary>
    public bool IsEmpty => _forms.Length == 0;

    /// <summary>Takes an object that has that form.</summary>
    /// <param name="value">The object.</param>
    /// <param name="room">How many characters it may take.</param>
    /// <returns>How many it takes; nothing was taken where they are more than there is room for.</returns>
    public int Add(object value, long room)
    {
        string content = Form.Html([value]);
        int cost = _forms.Cost(content);
        if (cost <= room)
        {
            _forms.Add(content);
        }

        return cost;
    }

    /// <summary>All of them as one table, or the picture; beside it the text of a console.</summary>
    public SocketNotebookDisplay ToDisplay(string text) => new([new(Form.MimeType, _forms.ToString()), new("text/plain", text)]);
}
