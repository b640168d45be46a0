using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using SocketTools.Native;

namespace SocketTools.Inspection;

/// <summary>A process that holds a socket.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="ProcessName">Its name, as the kernel has it: 15 bytes at most.</param>
/// <param name="Descriptor">The socket's descriptor there.</param>
/// <param name="Next">A further one; a socket is shared after fork(2), or when its descriptor was sent.</param>
internal sealed record SocketOwner(int ProcessId, string ProcessName, int Descriptor, SocketOwner? Next = null);

/// <summary>
/// Which process holds which socket, from /proc/PID/fd: looked up once, when somebody first asks. Processes that end meanwhile and those of other users
/// that this one may not look into are left out. Safe from any thread.
/// </summary>
internal sealed class SocketOwners
{
    private readonly Lazy<Dictionary<ulong, SocketOwner>> _byInode;
    private readonly ConcurrentDictionary<uint, string?> _users = new();

    public SocketOwners(string proc = "/proc") => _byInode = new Lazy<Dictionary<ulong, SocketOwner>>(() => Look(proc));

    /// <summary>Whether somebody has asked.</summary>
    public bool Looked => _byInode.IsValueCreated;

    public SocketOwner? Find(ulong inode) => inode == 0 ? null : _byInode.Value.GetValueOrDefault(inode);

    /// <summary>The name of a user, looked up once for all sockets of a list.</summary>
    public string? User(uint id) => _users.TryGetValue(id, out string? name) ? name : _users[id] = UserNames.Find(id);

    private static Dictionary<ulong, SocketOwner> Look(string proc)
    {
        Dictionary<ulong, SocketOwner> owners = [];
        if (!OperatingSystem.IsLinux())
        {
            return owners;
        }

        foreach (string directory in Entries(proc))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int process))
            {
                Look(owners, directory, process);
            }
        }

        return owners;
    }

    private static void Look(Dictionary<ulong, SocketOwner> owners, string directory, int process)
    {
        string? name = null;
        Span<byte> link = stackalloc byte[64];
        foreach (string path in Entries(Path.Combine(directory, "fd")))
        {
            int length = LibcNumbers.ReadLink(path, link);
            if (TryInode(link[..Math.Max(length, 0)], out ulong inode) && int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor))
            {
                name ??= NameOf(directory);
                SocketOwner owner = new(process, name, descriptor);

                // The first stays first; that is the parent as a rule.
                owners[inode] = owners.TryGetValue(inode, out SocketOwner? first) ? first with { Next = owner with { Next = first.Next } } : owner;
            }
        }
    }

    internal static bool TryInode(ReadOnlySpan<byte> link, out ulong inode)
    {
        inode = 0;
        return link.StartsWith("socket:["u8) && System.Buffers.Text.Utf8Parser.TryParse(link["socket:["u8.Length..], out inode, out _);
    }

    private static string NameOf(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "comm"), Encoding.UTF8).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] Entries(string directory)
    {
        try
        {
            return Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended, or is another user's.
        }
    }
}
