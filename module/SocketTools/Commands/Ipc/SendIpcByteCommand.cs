using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>write(2), mq_send(3), msgsnd(2), pwrite(2), send(2).</summary>
[Cmdlet(VerbsCommunications.Send, "IpcByte")]
[OutputType(typeof(IpcChannel), typeof(IpcSharedMemory), typeof(SocketChannel))]
public sealed class SendIpcByteCommand : WaitingSocketCommand
{
    private PipedBytes? _single;
    private bool _piped;
    private object? _openedFor;
    private IByteChannel? _open;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public IpcArgument Channel { get; set; } = null!;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public byte[] Byte { get; set; } = [];

    [Parameter]
    public int? Priority { get; set; }

    [Parameter]
    public long? MessageType { get; set; }

    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? Offset { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    // With -Byte given, what is piped are objects with a channel each.
    private protected override void Begin() => _piped = !MyInvocation.BoundParameters.ContainsKey(nameof(Byte));

    private protected override void Process()
    {
        if (_piped && Byte.Length == 1)
        {
            (_single ??= new(Send)).Add(Byte[0]);
            return;
        }

        _single?.Send();
        Send(Byte);
    }

    private protected override void End()
    {
        _single?.Send();
        if (PassThru && _open is not null)
        {
            WriteObject(Channel.Value);
        }
    }

    private void Send(ReadOnlySpan<byte> data)
    {
        Target = Channel.Value;
        if (_open is null || _openedFor != Channel.Value)
        {
            // Kept for the next input, because memory goes on where the last one ended.
            _open = Channel.ToSender(Priority, MessageType, Offset);
            _openedFor = Channel.Value;
        }

        if (data.IsEmpty && !_open.KeepsBoundaries)
        {
            throw new SocketCallException("write", Errno.EINVAL, Target, "There are no bytes to send") { Advice = "Only a message may be empty." };
        }

        _open.Send(data, _open is SocketChannel socket ? Wait(socket) : Wait());
    }
}
