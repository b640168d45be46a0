using System;
using System.Diagnostics;
using System.Security.Cryptography;

namespace SocketTools;

/// <summary>One file on its way: how far it is, how long it took, and its hash.</summary>
internal sealed class FileTransfer(long? total, bool hash, SocketFileProgress? progress) : IDisposable
{
    private const int ProgressMilliseconds = 200;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly IncrementalHash? _hash = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private long _reported = Environment.TickCount64;

    /// <summary>Bytes until now.</summary>
    public long Done { get; private set; }

    /// <summary>How far it is, for messages.</summary>
    public string Text => total is null ? $"{Done} bytes" : $"{Done} of {total} bytes";

    public bool Hashes => _hash is not null;

    /// <summary>Counts bytes that went over the socket, and hashes those that are shown.</summary>
    public void Add(int count, ReadOnlySpan<byte> data = default)
    {
        Done += count;
        _hash?.AppendData(data);
        if (progress is not null && Environment.TickCount64 - _reported >= ProgressMilliseconds)
        {
            _reported = Environment.TickCount64;
            progress(Done, total);
        }
    }

    /// <summary>The hash of what was added, once.</summary>
    public string? Sha256() => _hash is null ? null : Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();

    public SocketFileTransfer ToResult(string path, string? sha256) => new(path, Done, Stopwatch.GetElapsedTime(_started), sha256);

    public void Dispose() => _hash?.Dispose();
}
