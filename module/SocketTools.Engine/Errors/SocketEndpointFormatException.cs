using System;

namespace SocketTools;

/// <summary>Text that is no endpoint. The one error that <see cref="SocketEndpoint.Parse(string)"/> gives.</summary>
public sealed class SocketEndpointFormatException : SocketCallException
{
    internal SocketEndpointFormatException(string text, Errno errno, string detail, string advice)
        : base("endpoint", errno, Quote(text), WithoutControls(detail))
    {
        Text = text;
        Advice = advice;
    }

    /// <summary>The text as it was given.</summary>
    public string Text { get; }

    // A message must not be as long as a hostile text, nor carry its control characters to a terminal.
    internal static string Quote(string text) =>
        $"'{WithoutControls(text.Length > 120 ? string.Concat(text.AsSpan(0, 120), "...") : text)}'";

    internal static string WithoutControls(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
        }
    });
}
