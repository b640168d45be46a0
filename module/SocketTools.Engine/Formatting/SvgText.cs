using System.Globalization;
using System.Text;
using System.Xml;

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

    /// <summary>A length or a position: a point whatever the culture, and no more digits than a screen shows.</summary>
    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
