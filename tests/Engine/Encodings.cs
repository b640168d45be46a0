using System.Text;

namespace SocketTools.Tests;

/// <summary>Encodings by name, those of the code pages included.</summary>
internal static class Encodings
{
    public static Encoding Get(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
}
