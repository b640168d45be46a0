using System;
using System.Globalization;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>Microseconds with as many decimals as say something.</summary>
    public static string Microseconds(double microseconds) => microseconds.ToString(
        microseconds switch
        {
            >= 100 => "0",
            >= 10 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);

    /// <summary>A part of one, in percent.</summary>
    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(part * 100):0} %");
}
