namespace SocketTools;

/// <summary>One bar.</summary>
/// <param name="Label">What it is of. Bars of one label stand together.</param>
/// <param name="Series">Which of them it is; empty where there is one for each label.</param>
/// <param name="Value">How much. What is not above zero has no place on a log scale, and is shown as a number alone.</param>
public sealed record SocketChartItem(string Label, string Series, double Value)
{
    /// <summary>Whether it has a bar.</summary>
    internal bool HasBar => Value > 0 && double.IsFinite(Value);
}
