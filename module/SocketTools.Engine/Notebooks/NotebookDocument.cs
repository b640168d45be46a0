using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using SocketTools.Notebooks;

namespace SocketTools;

/// <summary>A notebook: its cells in order, and what its file says beside them. Immutable.</summary>
public sealed class NotebookDocument
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaximumLength = 64 * 1024 * 1024;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal NotebookDocument(NotebookFormat format, IReadOnlyList<NotebookCell> cells)
    {
        Format = format;
        Cells = cells.ToArray();
    }

    /// <summary>What it was read from.</summary>
    public NotebookFormat Format { get; }

    /// <summary>The cells. A .dib has none that are empty.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The JSON behind <c>#!meta</c> as it stands in the file, or null.</summary>
    internal string? Meta { get; init; }

    /// <summary>The metadata of an .ipynb.</summary>
    internal JsonElement Metadata { get; init; }

    /// <summary>The names of the kernels, with those that the file adds.</summary>
    internal NotebookKernels Kernels { get; init; } = new();

    /// <summary>The first heading of the first markdown cell that has one, or null.</summary>
    public string? Title => Cells.Where(static c => c.Kernel == NotebookKernels.Markdown).SelectMany(static c => c.Source.Split('\n'))
        .FirstOrDefault(static l => l.StartsWith("# ", System.StringComparison.Ordinal))?[2..].Trim();

    /// <summary>The format that a file has by its name, or null.</summary>
    public static NotebookFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".dib" => NotebookFormat.Dib,
        ".ipynb" => NotebookFormat.Ipynb,
        _ => null,
    };

    /// <summary>Reads a file; its name says what it is.</summary>
    /// <exception cref="NotebookFormatException">EBADMSG: it is no such notebook.</exception>
    /// <exception cref="SocketFileException">
    /// ENOENT, EACCES and others: it cannot be read. ESPIPE: it is a FIFO or a device. EFBIG: it is longer than <see cref="MaximumLength"/>.
    /// </exception>
    public static NotebookDocument Load(string path)
    {
        NotebookFormat format = FormatOf(path) ?? throw new NotebookFormatException("read", path, "The name ends neither in .dib nor in .ipynb");
        byte[] bytes = NotebookFile.Read(path, MaximumLength, "Remove its outputs, or split it.");
        try
        {
            return Parse(s_strict.GetString(bytes), format, path);
        }
        catch (DecoderFallbackException e)
        {
            throw new NotebookFormatException("read", path, $"It is no UTF-8: byte 0x{e.BytesUnknown?.FirstOrDefault():x2} at {e.Index}", e);
        }
    }

    /// <summary>Reads text. A byte order mark at its beginning and carriage returns at line ends are taken.</summary>
    /// <param name="text">The whole notebook.</param>
    /// <param name="format">What it is.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="NotebookFormatException">EBADMSG: it is no such notebook.</exception>
    public static NotebookDocument Parse(string text, NotebookFormat format, string? name = null)
    {
        text = text.StartsWith('\uFEFF') ? text[1..] : text;
        return format == NotebookFormat.Dib ? DibReader.Read(text, name) : IpynbReader.Read(text, name);
    }

    /// <summary>The cells as a .dib: UTF-8 without a byte order mark, line feeds.</summary>
    /// <exception cref="NotebookFormatException">EBADMSG: a cell has a line that a .dib would take for the beginning of another.</exception>
    public string ToDib() => DibWriter.Write(this);

    /// <summary>The cells as an .ipynb of nbformat 4.5, without the outputs of those that have to be run.</summary>
    public string ToIpynb() => IpynbWriter.Write(this, []);

    /// <summary>The cells as an .ipynb of nbformat 4.5, with what came out when they were run.</summary>
    /// <param name="run">The cells as they ran; one that is missing has no outputs.</param>
    public string ToIpynb(IEnumerable<SocketNotebookCell> run) => IpynbWriter.Write(this, run);

    /// <summary>One page of HTML that needs nothing else to be shown.</summary>
    /// <param name="run">The cells as they ran.</param>
    /// <param name="title">What the browser shows at the top.</param>
    /// <param name="script">Gives the text of a script that the page needs: "mermaid" when it has a diagram, "marked" when it has markdown that is not HTML yet.
    /// Null shows what it is for as text.</param>
    /// <param name="warn">Gets a sentence about each thing that the page refers to and that could not be put into it; the page has it too.</param>
    public string ToHtml(IEnumerable<SocketNotebookCell> run, string title, System.Func<string, string?> script, System.Action<string>? warn = null) =>
        new NotebookHtml(title, script, warn).Write(this, run);
}
