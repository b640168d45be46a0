using System;
using System.IO;

namespace SocketTools.Tests;

/// <summary>A directory of one test, with a path short enough for socket files. Removed at the end.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("st").FullName;

    public string File(string name = "s") => System.IO.Path.Combine(Path, name);

    /// <summary>The endpoint of a socket file in it.</summary>
    public SocketEndpoint Endpoint(string name = "s") => SocketEndpoint.Parse($"unix:{File(name)}");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
