namespace SocketTools;

/// <summary>How a notebook is written down.</summary>
public enum NotebookFormat
{
    /// <summary>Text with <c>#!name</c> lines before the cells, as .NET Interactive has it.</summary>
    Dib,

    /// <summary>JSON, as Jupyter has it (nbformat 4).</summary>
    Ipynb,
}
