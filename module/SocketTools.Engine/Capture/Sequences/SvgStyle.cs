namespace SocketTools.Capture;

/// <summary>The colours and fonts of the picture. Rules are written out for both themes, because some programs that draw svg know no variables of CSS.</summary>
internal static class SvgStyle
{
    /// <summary>Where the rules apply to nothing but the picture, also when it stands inside a page.</summary>
    public const string Root = "socket-sequence";

    public const string Sheet = """
        .socket-sequence text{font:12px system-ui,-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif;fill:#1f2328}
        .socket-sequence .mono{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
        .socket-sequence .title{font-size:16px;font-weight:600}
        .socket-sequence .role{font-weight:600}
        .socket-sequence .part{font-size:11px;font-weight:600}
        .socket-sequence .soft{fill:#59636e}
        .socket-sequence .note{font-size:11px;fill:#59636e}
        .socket-sequence .time{font-size:11px;fill:#59636e}
        .socket-sequence .state{font-size:11px;fill:#ffffff}
        .socket-sequence .back{fill:#ffffff;stroke:#d1d9e0}
        .socket-sequence .box{fill:#f6f8fa;stroke:#d1d9e0}
        .socket-sequence .record{fill:#fff8c5;stroke:#d4a72c}
        .socket-sequence .arrow{stroke:#1f2328;stroke-width:1.4;fill:none}
        .socket-sequence .head{fill:#1f2328}
        .socket-sequence .bad{stroke:#cf222e}
        .socket-sequence .badhead{fill:#cf222e}
        .socket-sequence .fold{stroke:#818b98;stroke-width:1.4;stroke-dasharray:2 4;fill:none}
        .socket-sequence .life{stroke-width:4;stroke-linecap:round}
        .socket-sequence .opening{stroke:#0969da}
        .socket-sequence .open{stroke:#1a7f37}
        .socket-sequence .closing{stroke:#bc4c00}
        .socket-sequence .wait{stroke:#8250df}
        .socket-sequence .none{stroke:#afb8c1}
        .socket-sequence .fill-opening{fill:#0969da}
        .socket-sequence .fill-open{fill:#1a7f37}
        .socket-sequence .fill-closing{fill:#bc4c00}
        .socket-sequence .fill-wait{fill:#8250df}
        .socket-sequence .fill-none{fill:#59636e}
        .socket-sequence .band-handshake{fill:#ddf4ff}
        .socket-sequence .band-data{fill:#f0fbf2}
        .socket-sequence .band-close{fill:#fff4e5}
        .socket-sequence .band-reset{fill:#ffebe9}
        @media (prefers-color-scheme:dark){
        .socket-sequence text{fill:#e6edf3}
        .socket-sequence .soft,.socket-sequence .note,.socket-sequence .time{fill:#9198a1}
        .socket-sequence .state{fill:#0d1117}
        .socket-sequence .back{fill:#0d1117;stroke:#3d444d}
        .socket-sequence .box{fill:#151b23;stroke:#3d444d}
        .socket-sequence .record{fill:#272115;stroke:#9e6a03}
        .socket-sequence .arrow{stroke:#e6edf3}
        .socket-sequence .head{fill:#e6edf3}
        .socket-sequence .bad{stroke:#ff7b72}
        .socket-sequence .badhead{fill:#ff7b72}
        .socket-sequence .opening{stroke:#4493f8}
        .socket-sequence .open{stroke:#3fb950}
        .socket-sequence .closing{stroke:#db8b3a}
        .socket-sequence .wait{stroke:#ab7df8}
        .socket-sequence .none{stroke:#656c76}
        .socket-sequence .fill-opening{fill:#4493f8}
        .socket-sequence .fill-open{fill:#3fb950}
        .socket-sequence .fill-closing{fill:#db8b3a}
        .socket-sequence .fill-wait{fill:#ab7df8}
        .socket-sequence .fill-none{fill:#9198a1}
        .socket-sequence .band-handshake{fill:#0c1d33}
        .socket-sequence .band-data{fill:#0c1f13}
        .socket-sequence .band-close{fill:#261a0b}
        .socket-sequence .band-reset{fill:#2a1214}
        }
        """;

    /// <summary>The class of the colour of a state.</summary>
    public static string Class(string? state) => state switch
    {
        "SYN_SENT" or "SYN_RECEIVED" or "LISTEN" => "opening",
        "ESTABLISHED" => "open",
        "FIN_WAIT_1" or "FIN_WAIT_2" or "CLOSE_WAIT" or "CLOSING" or "LAST_ACK" => "closing",
        "TIME_WAIT" => "wait",
        _ => "none",
    };

    /// <summary>The class of the background of a part of the connection's life.</summary>
    public static string Band(SocketSequencePhase phase) => phase switch
    {
        SocketSequencePhase.Handshake => "band-handshake",
        SocketSequencePhase.Data => "band-data",
        SocketSequencePhase.Reset => "band-reset",
        _ => "band-close",
    };
}
