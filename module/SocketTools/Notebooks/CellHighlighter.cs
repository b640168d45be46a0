using System;
using System.Linq;
using System.Management.Automation.Language;
using System.Text;
using SocketTools.Formatting;

namespace SocketTools.Notebooks;

/// <summary>Marks the tokens of PowerShell for a page.</summary>
internal static class CellHighlighter
{
    /// <summary>The source as HTML; null for what is no PowerShell.</summary>
    public static string? Highlight(NotebookCell cell)
    {
        if (cell.Kernel != NotebookKernels.PowerShell)
        {
            return null;
        }

        Parser.ParseInput(cell.Source, out Token[] tokens, out _);
        StringBuilder html = new();
        int at = 0;
        foreach (Token token in tokens.Where(static t => t.Kind is not (TokenKind.NewLine or TokenKind.EndOfInput)))
        {
            int start = token.Extent.StartOffset;
            int end = token.Extent.EndOffset;
            if (start < at || end > cell.Source.Length)
            {
                continue; // Within one that was marked.
            }

            html.Append(HtmlText.Escape(cell.Source[at..start]));
            string text = HtmlText.Escape(cell.Source[start..end]);
            _ = Style(token) is { } style ? html.Append("<span class=\"t-").Append(style).Append("\">").Append(text).Append("</span>") : html.Append(text);
            at = end;
        }

        return html.Append(HtmlText.Escape(cell.Source[at..])).ToString();
    }

    private static string? Style(Token token) => token.Kind switch
    {
        TokenKind.Comment => "comment",
        TokenKind.Variable or TokenKind.SplattedVariable => "variable",
        TokenKind.StringLiteral or TokenKind.StringExpandable or TokenKind.HereStringLiteral or TokenKind.HereStringExpandable => "string",
        TokenKind.Number => "number",
        TokenKind.Parameter => "keyword",
        _ when token.TokenFlags.HasFlag(TokenFlags.CommandName) => "command",
        _ when token.TokenFlags.HasFlag(TokenFlags.Keyword) => "keyword",
        _ => null,
    };
}
