using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace SocketTools.Ipc;

/// <summary>What a process can have open: a file by device and inode; a segment of System V by its identifier, on no device.</summary>
internal readonly record struct HolderKey(ulong Device, ulong Inode)
{
    public static HolderKey Of(IpcFileStatus file) => new(file.Device, file.Inode);

    public static HolderKey OfSegment(int id) => new(ulong.MaxValue, (ulong)(uint)id);
}

/// <summary>The processes that have files and segments open, by /proc/*/maps and /proc/*/fd. Looked through once, when somebody first asks.</summary>
internal sealed class ResourceHolders
{
    private readonly Lazy<Dictionary<HolderKey, SortedSet<int>>> _all;

    public ResourceHolders(string processes = "/proc") => _all = new(() => Look(processes));

    public IReadOnlyList<int> Find(HolderKey key) => _all.Value.TryGetValue(key, out SortedSet<int>? ids) ? ids.ToArray() : [];

    /// <summary>A line of /proc/*/maps: the file that it maps, or null.</summary>
    internal static HolderKey? ReadMapping(string line)
    {
        // 7f0c8a000000-7f0c8a001000 rw-s 00000000 00:19 123                        /dev/shm/name
        string[] parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6 || parts[1].Length != 4 || parts[1][3] != 's' || !ulong.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
        {
            return null;
        }

        if (parts[5].StartsWith("/SYSV", StringComparison.Ordinal))
        {
            return HolderKey.OfSegment(unchecked((int)inode));
        }

        string[] device = parts[3].Split(':');
        return device.Length == 2
            && uint.TryParse(device[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint major)
            && uint.TryParse(device[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint minor)
            ? new HolderKey(major | ((ulong)minor << 32), inode)
            : null;
    }

    private static Dictionary<HolderKey, SortedSet<int>> Look(string processes)
    {
        Dictionary<HolderKey, SortedSet<int>> all = [];
        foreach (string directory in Directory.EnumerateDirectories(processes))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            try
            {
                foreach (HolderKey key in Mapped(directory).Concat(Opened(directory)))
                {
                    if (!all.TryGetValue(key, out SortedSet<int>? ids))
                    {
                        all.Add(key, ids = []);
                    }

                    ids.Add(id);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return all;
    }

    private static IEnumerable<HolderKey> Mapped(string directory) =>
        File.ReadLines(Path.Combine(directory, "maps")).Select(ReadMapping).OfType<HolderKey>();

    // Sockets, pipes and the like have no slash at the beginning; of files any may be a FIFO, a queue or memory.
    private static List<HolderKey> Opened(string directory)
    {
        Span<byte> target = stackalloc byte[16];
        List<HolderKey> keys = [];
        foreach (string entry in Directory.EnumerateFileSystemEntries(Path.Combine(directory, "fd")))
        {
            if (Native.LibcNumbers.ReadLink(entry, target) > 0 && target[0] == '/' && !target.StartsWith("/dev/null"u8) && IpcFileStatus.Of(entry) is { } status
                && (status.IsFifo || status.IsFile))
            {
                keys.Add(HolderKey.Of(status));
            }
        }

        return keys;
    }
}
