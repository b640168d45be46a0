using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace SocketTools.Notebooks;

/// <summary>The file that a notebook which was run is written to; its name says in which form.</summary>
internal sealed class NotebookOutFile
{
    private readonly string _path;

    private NotebookOutFile(string path) => _path = path;

    /// <summary>Looks before the notebook is run whether it can be written.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="before">Notebooks that were run before: one file is for one of them.</param>
    /// <exception cref="SocketFileException">EINVAL: the name does not say what it is, or it has been written already. ENOENT, EISDIR: it has no place.</exception>
    public static NotebookOutFile Check(string path, int before)
    {
        if (before > 0)
        {
            throw new SocketFileException("open", Errno.EINVAL, path, "One -OutFile cannot hold several notebooks") { Advice = "Run them one by one, each with a file of its own." };
        }

        if (!IsHtml(path) && NotebookDocument.FormatOf(path) is null)
        {
            throw new SocketFileException("open", Errno.EINVAL, path, "The name ends neither in .ipynb nor in .html nor in .dib") { Advice = "Give the file one of these names." };
        }

        if (Directory.Exists(path))
        {
            throw new SocketFileException("open", Errno.EISDIR, path) { Advice = FileCalls.Advise(Errno.EISDIR) };
        }

        return Directory.Exists(Path.GetDirectoryName(path)) ? new NotebookOutFile(path)
            : throw new SocketFileException("open", Errno.ENOENT, path) { Advice = FileCalls.Advise(Errno.ENOENT) };
    }

    /// <summary>A script of somebody else's that the module ships: "mermaid" draws diagrams, "marked" makes HTML of markdown. It goes into pages that need it.</summary>
    public static string ScriptPath(string modulePath, string script) =>
        Path.Combine(Path.GetDirectoryName(modulePath)!, "module", "Assets", script, script == "mermaid" ? "mermaid.tiny.js" : $"{script}.umd.js");

    /// <summary>Writes it whole, or leaves what was there.</summary>
    public void Write(NotebookDocument document, IReadOnlyList<SocketNotebookCell> cells, Func<string, string?> script, Action<string> warn)
    {
        string text = IsHtml(_path) ? document.ToHtml(cells, document.Title ?? Path.GetFileNameWithoutExtension(_path), script, warn)
            : NotebookDocument.FormatOf(_path) == NotebookFormat.Ipynb ? document.ToIpynb(cells)
            : document.ToDib();
        string temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        FileCalls.Run("write", _path, () =>
        {
            try
            {
                File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                File.Move(temporary, _path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        });
    }

    private static bool IsHtml(string path) => Path.GetExtension(path).ToLowerInvariant() is ".html" or ".htm";
}
