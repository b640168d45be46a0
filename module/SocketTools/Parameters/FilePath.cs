using System.Management.Automation;

namespace SocketTools;

/// <summary>A path of a file as PowerShell has it: relative to the location, on a drive of PowerShell, or with a provider in front.</summary>
internal static class FilePath
{
    /// <summary>The full path in the file system. Nothing in it is a wildcard.</summary>
    /// <exception cref="SocketFileException">ENOENT: there is no such drive. EINVAL: it is no path of a file system.</exception>
    public static string Resolve(PathIntrinsics paths, string path)
    {
        try
        {
            string full = paths.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == "FileSystem" ? full : throw new SocketFileException("open", Errno.EINVAL, path, $"A path of the provider {provider.Name} is no file")
            {
                Advice = "Give the path of a file.",
            };
        }
        catch (System.Management.Automation.DriveNotFoundException e)
        {
            throw new SocketFileException("open", Errno.ENOENT, path, e.Message, e) { Advice = "Check the drive; Get-PSDrive lists them." };
        }
        catch (SessionStateException e)
        {
            throw new SocketFileException("open", Errno.EINVAL, path, e.Message, e) { Advice = "Give the path of a file." };
        }
    }
}
