namespace SocketTools;

/// <summary>How a <see cref="SocketChart"/> is drawn.</summary>
public enum SocketChartFormat
{
    /// <summary>For a console.</summary>
    Text,
    /// <summary>A picture.</summary>
    Svg,
    /// <summary>JSON of Vega-Lite 5.</summary>
    VegaLite,
}
