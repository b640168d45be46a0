using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace SocketTools.Tests;

/// <summary>Until it is disposed, this process may open only a few files more (setrlimit(2)). For tests that run alone, on Linux.</summary>
internal sealed unsafe partial class FewDescriptors : IDisposable
{
    private const int Files = 7; // RLIMIT_NOFILE

    private readonly List<int> _filling = [];
    private readonly (nuint Soft, nuint Hard) _before;

    private FewDescriptors(int count)
    {
        (nuint Soft, nuint Hard) limit = default;
        Check(Get(Files, &limit));
        _before = limit;

        // The limit is on the numbers, so those that are free below the highest one are taken first.
        int highest = 0;
        foreach (string entry in System.IO.Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            highest = Math.Max(highest, int.Parse(System.IO.Path.GetFileName(entry), System.Globalization.CultureInfo.InvariantCulture));
        }

        Set((nuint)highest + 1);
        int taken;
        while ((taken = Duplicate(0)) >= 0)
        {
            _filling.Add(taken);
        }

        Set((nuint)(highest + 1 + count));
    }

    public static FewDescriptors Left(int count) => new(count);

    public void Dispose()
    {
        Set(_before.Soft);
        _filling.ForEach(static fd => _ = Close(fd));
    }

    private void Set(nuint soft)
    {
        (nuint Soft, nuint Hard) limit = (soft, _before.Hard);
        Check(Set(Files, &limit));
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("The limit of descriptors cannot be read or set.");
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, void* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int Set(int resource, void* limit);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int fd);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
