using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace SocketTools.Ipc;

/// <summary>What /proc/sysvipc lists: segments, sets of semaphores and queues of System V.</summary>
internal static class SystemVTable
{
    private const int RemovalBit = 0x200; // SHM_DEST of shm.h, 01000.
    private const int ModeBits = 0x1FF;

    public static IEnumerable<IpcResource> Read(IpcResourceKind kind, ResourceHolders holders, IReadOnlyList<IDisposable> own, string directory = "/proc/sysvipc")
    {
        string? file = kind switch
        {
            IpcResourceKind.SharedMemory => "shm",
            IpcResourceKind.Semaphore => "sem",
            IpcResourceKind.MessageQueue => "msg",
            _ => null,
        };
        if (file is null)
        {
            return [];
        }

        try
        {
            return Parse(kind, File.ReadAllLines(Path.Combine(directory, file)), holders, own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // A kernel without System V.
        }
    }

    /// <summary>Reads a table by the names of its columns. A line that is not in its form is passed over.</summary>
    internal static List<IpcResource> Parse(IpcResourceKind kind, IReadOnlyList<string> lines, ResourceHolders holders, IReadOnlyList<IDisposable> own)
    {
        List<IpcResource> found = [];
        string[] header = lines.Count == 0 ? [] : lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 1; i < lines.Count; i++)
        {
            Line line = new(header, lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (line.Number(kind switch { IpcResourceKind.SharedMemory => "shmid", IpcResourceKind.Semaphore => "semid", _ => "msqid" }) is not { } id
                || line.Number("key") is not { } key || line.Octal("perms") is not { } mode)
            {
                continue;
            }

            int number = unchecked((int)id);
            found.Add(new IpcResource(kind, IpcResourceInterface.SystemV, string.Create(CultureInfo.InvariantCulture, $"0x{unchecked((uint)key):x8}"), holders)
            {
                Id = number,
                UserId = (uint?)line.Number("uid"),
                GroupId = (uint?)line.Number("gid"),
                Mode = Octal(mode & ModeBits),
                RemovalPending = kind == IpcResourceKind.SharedMemory && (mode & RemovalBit) != 0,
                Size = line.Number(kind == IpcResourceKind.SharedMemory ? "size" : "cbytes"),
                Messages = (int?)line.Number("qnum"),
                Count = (int?)line.Number("nsems"),
                Attached = (int?)line.Number("nattch"),
                CreatorProcessId = Process(line.Number("cpid")),
                LastProcessId = Process(kind == IpcResourceKind.SharedMemory ? line.Number("lpid") : Last(line)),
                ChangedAt = line.Number("ctime") is { } time and > 0 ? DateTimeOffset.FromUnixTimeSeconds(time).ToLocalTime() : null,
                HolderKey = kind == IpcResourceKind.SharedMemory ? HolderKey.OfSegment(number) : null,
                OwnObject = OwnResources.Find(own, kind, number),
            });
        }

        return found;
    }

    internal static string Octal(long mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    // The one that was last to send or to receive: whichever time is later.
    private static long? Last(Line line) => line.Number("rtime") > line.Number("stime") ? line.Number("lrpid") : line.Number("lspid");

    private static int? Process(long? id) => id is > 0 ? (int)id : null;

    private sealed class Line(string[] header, string[] values)
    {
        public long? Number(string column) => Find(column) is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

        public long? Octal(string column)
        {
            if (Find(column) is not { Length: > 0 and < 12 } text || text.AsSpan().ContainsAnyExceptInRange('0', '7'))
            {
                return null;
            }

            return Convert.ToInt64(text, 8);
        }

        private string? Find(string column) => Array.IndexOf(header, column) is >= 0 and var index && index < values.Length ? values[index] : null;
    }
}
