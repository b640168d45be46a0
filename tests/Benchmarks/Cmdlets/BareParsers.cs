using System;
using System.Diagnostics;
using System.Net;

namespace SocketTools.Benchmarks;

/// <summary>Parsing text many times in compiled code: what is compared are parsers, not PowerShell's loops.</summary>
public static class BareParsers
{
    /// <summary>Nanoseconds that one parse takes.</summary>
    public static double Measure(Func<string, object> parse, string text, int count)
    {
        ArgumentNullException.ThrowIfNull(parse);
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            GC.KeepAlive(parse(text));
        }

        return watch.Elapsed.TotalNanoseconds / count;
    }

    /// <summary>Bytes that one parse allocates.</summary>
    public static long Allocated(Func<string, object> parse, string text)
    {
        ArgumentNullException.ThrowIfNull(parse);
        GC.KeepAlive(parse(text));
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(parse(text));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>System.Uri, and its host and port.</summary>
    public static object ParseUri(string text)
    {
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri);
        return uri!.Port >= 0 ? uri.Host : uri.LocalPath;
    }

    /// <summary>System.Net.IPEndPoint, for addresses only.</summary>
    public static object ParseAddress(string text) => IPEndPoint.Parse(text);
}
