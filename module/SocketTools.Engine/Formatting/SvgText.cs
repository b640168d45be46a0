using System;
using System.Globalization;
using System.Text;
using System.Xml;
using SocketTools.Capture;

namespace SocketTools.Formatting;

/// <summary>Text and numbers in svg.</summary>
internal static class SvgText
{
    /// <summary>Text for the content of an element or an attribute: no markup, and nothing that XML 1.0 does not allow.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                <= 0xFFFF when !XmlConvert.IsXmlChar((char)rune.Value) => "\uFFFD",
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }

    private const double Narrow = 5;

    /// <summary>About how wide a text of 12 is, in the wider ones of the usual fonts.</summary>
    public static double Width(string text)
    {
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += PayloadText.Width(rune.ToString()) > 1 || rune.Value is 'W' or 'M' or 'm' or '@' or '%' or '…' ? 12
                : rune.Value is ' ' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or 'i' or 'j' or 'l' or 't' or 'f' or 'I' or '(' or ')' or '[' or ']' ? Narrow
                : Rune.IsUpper(rune) || rune.Value == 'w' ? 9.8
                : 7.6;
        }

        return width;
    }

    /// <summary>As much of a text as fits; the ellipsis says that there is more.</summary>
    public static string Cut(string text, double width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        StringInfo whole = new(text);
        int length = Math.Min(whole.LengthInTextElements, (int)(width / Narrow) + 1);
        string cut;
        do
        {
            cut = (--length > 0 ? whole.SubstringByTextElements(0, length) : "") + "…";
        }
        while (length > 0 && Width(cut) > width);
        return cut;
    }

    /// <summary>A length or a position: a point whatever the culture, and no more digits than a screen shows.</summary>
    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
