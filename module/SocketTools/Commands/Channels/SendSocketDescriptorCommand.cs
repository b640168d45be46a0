using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;

namespace SocketTools.Commands;

/// <summary>sendmsg(2) with SCM_RIGHTS.</summary>
[Cmdlet(VerbsCommunications.Send, "SocketDescriptor")]
[OutputType(typeof(SocketChannel))]
public sealed class SendSocketDescriptorCommand : WaitingSocketCommand
{
    [Parameter(Position = 0, Mandatory = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [ValidateCount(1, SocketChannel.MaximumDescriptors)]
    public object[] Descriptor { get; set; } = [];

    [Parameter]
    [ValidateNotNullOrEmpty]
    public byte[] Byte { get; set; } = [0];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        int[] descriptors = [.. Descriptor.Select(ToNumber)];
        Target = Descriptor.Length == 1 ? Descriptor[0] : Descriptor;
        channel.SendDescriptors(Byte, descriptors, Wait(channel));
        GC.KeepAlive(Descriptor); // A stream of which only the number is left must not be finalised before the kernel has it.
        if (PassThru)
        {
            WriteObject(channel);
        }
    }

    private int ToNumber(object given)
    {
        object value = given is PSObject wrapped ? wrapped.BaseObject : given;
        Target = value;
        return value switch
        {
            int number => number,
            FileStream stream => Open(stream.SafeFileHandle),
            SafeHandle handle => Open(handle),
            string text => throw new SocketCallException("sendmsg", Errno.EBADF, text, $"'{text}' is no descriptor") { Advice = "Give a channel, a listener, a file stream, a safe handle, or a number." },
            _ => Open(new ChannelArgument(value)),
        };
    }

    private static int Open(ChannelArgument argument)
    {
        SocketChannel channel = argument.ToChannel();
        channel.CheckOpen("sendmsg");
        return channel.Descriptor;
    }

    private static int Open(SafeHandle handle) =>
        handle.IsClosed || handle.IsInvalid ? throw new SocketCallException("sendmsg", Errno.EBADF, handle) : (int)handle.DangerousGetHandle();
}
