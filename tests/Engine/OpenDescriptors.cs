using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace SocketTools.Tests;

/// <summary>What this process has open (/proc/self/fd), to be compared with what it has open later. For tests that run alone, on Linux.</summary>
/// <remarks>
/// What earlier tests have left to the finaliser goes at any time, so their number may fall while a test runs; and the runtime may replace one of its own by
/// another. A leak is what makes both the number grow and something be there that was not.
/// </remarks>
internal sealed class OpenDescriptors
{
    private readonly Func<string, bool> _counts;
    private readonly HashSet<KeyValuePair<string, string>> _before;

    private OpenDescriptors(Func<string, bool> counts)
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "no /proc/self/fd on this system");
        _counts = counts;
        _before = Look();
    }

    /// <summary>Takes down what is open.</summary>
    /// <param name="counts">By what the descriptor leads to (socket:[...], anon_inode:[eventpoll], a path): whether it is of interest. All of them unless told otherwise.</param>
    public static OpenDescriptors Now(Func<string, bool>? counts = null) => new(counts ?? (static _ => true));

    /// <summary>Those that are open and were not then, as text.</summary>
    public string[] New() => [.. Look().Except(_before).Select(static d => $"{d.Key} {d.Value}").Order(StringComparer.Ordinal)];

    /// <summary>Holds that no more is open than then. The runtime itself may have a file open for a moment, so it looks again for a while.</summary>
    public void AreBack()
    {
        HashSet<KeyValuePair<string, string>> now = [];
        try
        {
            Within.TenSeconds(() => (now = Look()).Count <= _before.Count || now.IsSubsetOf(_before), "the descriptors are back");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{_before.Count} descriptors before, {now.Count} after; new are {string.Join(", ", New())}");
        }
    }

    // The runtime opens its own assemblies when it wants them.
    private HashSet<KeyValuePair<string, string>> Look()
    {
        HashSet<KeyValuePair<string, string>> open = [];
        foreach (string path in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(path).LinkTarget is { } target && !target.EndsWith(".dll", StringComparison.Ordinal) && _counts(target))
                {
                    open.Add(new(Path.GetFileName(path), target));
                }
            }
            catch (IOException)
            {
                // The one that listed the directory is gone by now.
            }
        }

        return open;
    }
}
