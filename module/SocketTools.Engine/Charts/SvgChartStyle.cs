namespace SocketTools.Charts;

/// <summary>Colours and fonts of the picture. The rules are written out for both themes, because some programs that draw svg know no variables of CSS.</summary>
internal static class SvgChartStyle
{
    /// <summary>Where the rules apply to nothing but the picture, also when it stands inside a page.</summary>
    public const string Root = "socket-chart";

    /// <summary>How many series have a colour of their own.</summary>
    public const int Colours = 6;

    public const string Sheet = """
        .socket-chart text{font:12px system-ui,-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif;fill:#1f2328}
        .socket-chart .title{font-size:16px;font-weight:600}
        .socket-chart .soft,.socket-chart .tick{fill:#59636e}
        .socket-chart .tick,.socket-chart .value{font-size:11px}
        .socket-chart .back{fill:#ffffff;stroke:#d1d9e0}
        .socket-chart .grid{stroke:#e4e8ec;stroke-width:1}
        .socket-chart .axis{stroke:#818b98;stroke-width:1}
        .socket-chart .s0{fill:#1f6feb}
        .socket-chart .s1{fill:#d9730d}
        .socket-chart .s2{fill:#1a8a7a}
        .socket-chart .s3{fill:#8250df}
        .socket-chart .s4{fill:#bf3989}
        .socket-chart .s5{fill:#6e7781}
        @media (prefers-color-scheme:dark){
        .socket-chart text{fill:#e6edf3}
        .socket-chart .soft,.socket-chart .tick{fill:#9198a1}
        .socket-chart .back{fill:#0d1117;stroke:#3d444d}
        .socket-chart .grid{stroke:#262c34}
        .socket-chart .axis{stroke:#656c76}
        .socket-chart .s0{fill:#4493f8}
        .socket-chart .s1{fill:#f0913e}
        .socket-chart .s2{fill:#3fbaa6}
        .socket-chart .s3{fill:#ab7df8}
        .socket-chart .s4{fill:#db61a2}
        .socket-chart .s5{fill:#9198a1}
        }
        """;
}
