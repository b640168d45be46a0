using System;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace SocketTools;

/// <summary>Takes an encoding by the names of PowerShell's own cmdlets, by an IANA name, by a code page, or as it is.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EncodingArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>The names of PowerShell's own cmdlets, for completion.</summary>
    internal static readonly string[] Names =
    [
        "ascii", "ansi", "bigendianunicode", "bigendianutf32", "latin1", "oem", "unicode", "utf8", "utf8BOM", "utf8NoBOM", "utf32",
    ];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return value switch
            {
                Encoding encoding => encoding,
                int codePage => FromCodePage(codePage),
                string name => FromName(name),
                _ => throw new ArgumentException($"A {value.GetType().Name} is no encoding."),
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException($"'{value}' is no encoding known here. Give one of {string.Join(", ", Names)}, an IANA name, or a code page.", e);
        }
    }

    private static Encoding FromName(string name) => name.ToLowerInvariant() switch
    {
        "ascii" => Encoding.ASCII,
        "ansi" => FromCodePage(CultureInfo.CurrentCulture.TextInfo.ANSICodePage),
        "bigendianunicode" => Encoding.BigEndianUnicode,
        "bigendianutf32" => new UTF32Encoding(bigEndian: true, byteOrderMark: false),
        "latin1" => Encoding.Latin1,
        "oem" => FromCodePage(CultureInfo.CurrentCulture.TextInfo.OEMCodePage),
        "unicode" => Encoding.Unicode,
        "utf8" or "utf8bom" or "utf8nobom" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        "utf32" => Encoding.UTF32,
        _ => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int codePage)
            ? FromCodePage(codePage)
            : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name),
    };

    private static Encoding FromCodePage(int codePage) =>
        CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);
}
