using SocketTools.Formatting;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>A descriptor's number, or a dash where there is none.</summary>
    public static string Descriptor(int number) => ValueText.Descriptor(number);

    /// <summary>The name of what carries bytes; of what has none but a number, that number.</summary>
    public static string IpcName(object channel) => OneLine(ValueText.IpcName(channel));

    /// <summary>How much a queue holds before its sender waits.</summary>
    public static string Room(IpcMessageQueue queue) => ValueText.Room(queue);

    /// <summary>Which end this is.</summary>
    public static string Access(IpcChannel channel) => ValueText.Access(channel);

    /// <summary>Which ends a child gets, and by what path.</summary>
    public static string ForChild(IpcPipe pipe) => (pipe.Reader, pipe.Writer) switch
    {
        (IpcPipeEnd { IsInherited: true } reader, IpcPipeEnd { IsInherited: true } writer) => $"{reader.Path} {writer.Path}",
        (IpcPipeEnd { IsInherited: true } reader, _) => reader.Path!,
        (_, IpcPipeEnd { IsInherited: true } writer) => writer.Path!,
        _ => "-",
    };

    /// <summary>A message as text in one line; what is no text as hexadecimal bytes.</summary>
    public static string Preview(IpcMessage message) => Preview(message.Byte, message.Text);
}
