using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace SocketTools;

/// <summary>A descriptor that another process passed to this one. It is this process's own now, and has to be closed here.</summary>
/// <remarks>A socket is a channel, or a listener, and is closed like one. Anything else is a file, and is closed with its stream or with this object.</remarks>
public sealed class SocketDescriptor : IDisposable
{
    private readonly SafeFileHandle? _file;
    private FileStream? _stream;

    private SocketDescriptor(int descriptor, SocketChannel? channel, SocketListener? listener, SafeFileHandle? file, byte[] bytes)
    {
        Descriptor = descriptor;
        Channel = channel;
        Listener = listener;
        _file = file;
        Byte = bytes;
    }

    /// <summary>The number in this process; in the sender's it was another.</summary>
    public int Descriptor { get; }

    /// <summary>The bytes of the message that it came with.</summary>
    public byte[] Byte { get; }

    /// <summary>The channel, where it is a socket; also for a listening one.</summary>
    public SocketChannel? Channel { get; }

    /// <summary>The listener, where it is a listening socket.</summary>
    public SocketListener? Listener { get; }

    /// <summary>The stream of a file or a pipe; null for a socket.</summary>
    public Stream? Stream => _file is null ? null : _stream ??= new FileStream(_file, Access(_file));

    /// <summary>Socket, Listener or File.</summary>
    public string Kind => Listener is not null ? "Listener" : Channel is not null ? "Socket" : "File";

    /// <summary>Takes over a descriptor.</summary>
    public static SocketDescriptor Own(int descriptor, byte[]? bytes = null)
    {
        try
        {
            SocketChannel channel = SocketChannel.FromDescriptor(descriptor);
            return new SocketDescriptor(descriptor, channel, channel.IsListening ? SocketListener.Of(channel) : null, null, bytes ?? []);
        }
        catch (SocketCallException e) when (e.Errno == Errno.ENOTSOCK)
        {
            return new SocketDescriptor(descriptor, null, null, new SafeFileHandle(descriptor, ownsHandle: true), bytes ?? []);
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Channel?.Dispose();
        _stream?.Dispose();
        _file?.Dispose();
    }

    private static FileAccess Access(SafeFileHandle file) => (Native.LibcNumbers.GetFlags((int)file.DangerousGetHandle()) & 3) switch
    {
        1 => FileAccess.Write,
        2 => FileAccess.ReadWrite,
        _ => FileAccess.Read,
    };
}
