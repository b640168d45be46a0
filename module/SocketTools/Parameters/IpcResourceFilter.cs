using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;

namespace SocketTools;

/// <summary>Which IPC resources a person means: by name with wildcards, interface, identifier, and whether this session made them.</summary>
internal sealed class IpcResourceFilter(IpcResourceInterface[] interfaces, int[] ids, bool own)
{
    /// <summary>Those of a name. A name without wildcards that nothing has is an error.</summary>
    /// <exception cref="SocketCallException">ENOENT.</exception>
    public List<IpcResource> Find(IReadOnlyList<IpcResource> all, string name)
    {
        // Names are those of the kernel: upper and lower case differ.
        WildcardPattern pattern = new(name);
        List<IpcResource> found = [.. all.Where(r => pattern.IsMatch(r.Name)
            && (interfaces.Length == 0 || interfaces.Contains(r.Interface))
            && (ids.Length == 0 || (r.Id is { } id && ids.Contains(id)))
            && (!own || r.IsOwn))];
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw new SocketCallException("ipcs", Errno.ENOENT, name, "There is no such resource")
            {
                Advice = name.StartsWith('/') || name.StartsWith("0x", StringComparison.Ordinal) ? "Get-IpcResource without a name lists all; -Path is for FIFOs and sockets."
                    : $"Names of POSIX begin with a slash: /{name}. -Path is for FIFOs and sockets.",
            };
        }

        return found;
    }

    /// <summary>FIFOs and sockets by path. With wildcards other files are passed over.</summary>
    /// <exception cref="SocketCallException">ENOENT: there is nothing. EINVAL: it is something else.</exception>
    public static List<IpcResource> Files(PSCmdlet cmdlet, string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [IpcResources.OfPath(cmdlet.GetUnresolvedProviderPathFromPSPath(path))];
        }

        List<IpcResource> found = [];
        foreach (string file in cmdlet.GetResolvedProviderPathFromPSPath(path, out _))
        {
            try
            {
                found.Add(IpcResources.OfPath(file));
            }
            catch (SocketCallException e) when (e.Errno is Errno.EINVAL or Errno.ENOENT && Path.IsPathRooted(file))
            {
                // Another kind of file, or one that has gone meanwhile.
            }
        }

        return found;
    }
}
