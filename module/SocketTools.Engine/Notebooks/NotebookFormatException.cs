using System;

namespace SocketTools;

/// <summary>A file that is no notebook, or one that cannot be written in a format.</summary>
public sealed class NotebookFormatException : SocketCallException
{
    internal NotebookFormatException(string operation, string? name, string detail, Exception? inner = null)
        : base(operation, Errno.EBADMSG, name, detail, inner) =>
        Advice = "Check the file: a .dib is text with lines such as #!pwsh before the cells, an .ipynb is JSON of nbformat 4.";
}
