using System;
using System.IO;
using SocketTools.Inspection;

namespace SocketTools.Tests.Inspection;

/// <summary>A folder like /proc.</summary>
internal sealed class FakeProcesses : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Path => _directory.File("proc");

    public SocketOwners Owners() => new(Path);

    public void Add(int process, string? name, params (int Descriptor, ulong Inode)[] sockets)
    {
        string directory = Directory.CreateDirectory(System.IO.Path.Combine(Path, $"{process}", "fd")).Parent!.FullName;
        if (name is not null)
        {
            File.WriteAllText(System.IO.Path.Combine(directory, "comm"), name + "\n");
        }

        foreach ((int descriptor, ulong inode) in sockets)
        {
            File.CreateSymbolicLink(System.IO.Path.Combine(directory, "fd", $"{descriptor}"), $"socket:[{inode}]");
        }
    }

    public void Remove(int process) => Directory.Delete(System.IO.Path.Combine(Path, $"{process}"), recursive: true);

    public void Dispose() => _directory.Dispose();
}
