using SocketTools.Formatting;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>Microseconds with as many decimals as say something.</summary>
    public static string Microseconds(double microseconds) => ValueText.Microseconds(microseconds);

    /// <summary>A part of one, in percent.</summary>
    public static string Percent(double part) => ValueText.Percent(part);
}
