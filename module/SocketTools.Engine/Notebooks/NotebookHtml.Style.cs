namespace SocketTools.Notebooks;

internal sealed partial class NotebookHtml
{
    // Light or dark as the reader has it; on paper light.
    private const string Style = """
        :root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --line: #d1d9e0; --code: #f6f8fa; --bad: #b3261e; --late: #9a6700;
          --keyword: #8250df; --string: #0a6640; --variable: #953800; --comment: #59636e; --command: #0550ae; --number: #0550ae; }
        @media (prefers-color-scheme: dark) { @media screen {
          :root { --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --code: #161b22; --bad: #ff8a80; --late: #d29922;
            --keyword: #d2a8ff; --string: #7ee787; --variable: #ffa657; --comment: #9198a1; --command: #79c0ff; --number: #79c0ff; } } }
        body { margin: 0; color: var(--text); font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        .cell { margin: 1.1rem 0; }
        .cell.code { border-left: 3px solid var(--line); padding-left: 0.9rem; }
        .cell.failed { border-left-color: var(--bad); }
        .cell.timedout { border-left-color: var(--late); }
        pre { margin: 0; overflow-x: auto; font: 0.875rem/1.45 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
        code { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
        pre code { font-size: 1em; }
        .prose :not(pre) > code { background: var(--code); padding: 0.1em 0.3em; border-radius: 3px; }
        .prose pre:not(.markdown, .mermaid), pre.src { background: var(--code); border: 1px solid var(--line); border-radius: 4px; padding: 0.6rem 0.8rem; }
        pre.src, .prose pre:has(> code):not(:has(> code.language-text)) { white-space: pre-wrap; overflow-wrap: anywhere; }
        pre.src span:not(.t-string, .t-comment) { white-space: nowrap; }
        pre.out, pre.err, .display { margin-top: 0.6rem; }
        pre.err { color: var(--bad); white-space: pre-wrap; }
        .display { overflow-x: auto; }
        .display svg, .prose img { max-width: 100%; height: auto; }
        pre.markdown { white-space: pre-wrap; background: none; border: 0; padding: 0; font: inherit; }
        pre.mermaid { text-align: center; background: none; border: 0; }
        .status { margin: 0.5rem 0 0; color: var(--soft); font-size: 0.875rem; }
        .failed > .status { color: var(--bad); }
        .timedout > .status { color: var(--late); }
        details > summary { cursor: pointer; color: var(--soft); }
        .prose table { border-collapse: collapse; margin: 1em 0; }
        .prose th, .prose td { border: 1px solid var(--line); padding: 0.3em 0.7em; text-align: left; }
        table.sockettools { border-collapse: collapse; font-size: 0.875rem; }
        table.sockettools th, table.sockettools td { padding: 0.15em 1.1em 0.15em 0; vertical-align: top; white-space: pre-wrap; }
        table.sockettools th { border-bottom: 1px solid var(--line); font-weight: 600; white-space: pre; }
        .display > pre { margin: 0; }
        .display > div:first-child { margin-bottom: 0.3rem; }
        .kernel { color: var(--soft); font-size: 0.8125rem; margin: 0 0 0.25rem; }
        blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
        h1, h2, h3 { line-height: 1.25; margin: 1.4em 0 0.5em; }
        h1:first-child { margin-top: 0; }
        .t-keyword { color: var(--keyword); } .t-string { color: var(--string); } .t-variable { color: var(--variable); }
        .t-comment { color: var(--comment); font-style: italic; } .t-command { color: var(--command); } .t-number { color: var(--number); }

        """;
}
