using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>write(2), mq_send(3), msgsnd(2), pwrite(2), send(2).</summary>
[Cmdlet(VerbsCommunications.Send, "IpcByte")]
[OutputType(typeof(IpcChannel), typeof(IpcSharedMemory), typeof(SocketChannel))]
public sealed class SendIpcByteCommand : WaitingSocketCommand
{
    // Single bytes of a pipeline are gathered up to this many before they are sent.
    private const int BatchSize = 64 * 1024;

    private byte[] _batch = [];
    private int _gathered;
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
            Gather(Byte[0]);
            return;
        }

        Flush();
        Send(Byte);
    }

    private protected override void End()
    {
        Flush();
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

    private void Gather(byte value)
    {
        if (_batch.Length == 0)
        {
            _batch = new byte[BatchSize];
        }

        _batch[_gathered++] = value;
        if (_gathered == BatchSize)
        {
            Flush();
        }
    }

    private void Flush()
    {
        int count = _gathered;
        _gathered = 0;
        if (count > 0)
        {
            Send(_batch.AsSpan(0, count));
        }
    }
}
