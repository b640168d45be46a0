using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>A cmdlet that receives bytes: what is there, so many, or all of them.</summary>
public abstract class ReceivingByteCommand : WaitingSocketCommand
{
    private protected const string CountSet = "Count";
    private protected const string ExactlySet = "Exactly";
    private protected const string AllSet = "All";

    // One read of the kernel gives no more than its buffer; a larger array would only be memory for nothing.
    private const int LargestRead = 16 * 1024 * 1024;

    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public virtual int Count { get; set; } = SocketChannel.DefaultReceiveSize;

    [Parameter(Mandatory = true, ParameterSetName = ExactlySet)]
    [ValidateRange(1, int.MaxValue)]
    public int Exactly { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    [Parameter(ParameterSetName = AllSet)]
    public SwitchParameter Raw { get; set; }

    [Parameter(ParameterSetName = AllSet)]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumLength { get; set; } = Array.MaxLength;

    [Parameter]
    public virtual SwitchParameter Enumerate { get; set; }

    /// <summary>What one read of a stream takes at most.</summary>
    private protected int ReadSize => Math.Min(Count, LargestRead);

    /// <summary>Receives and writes what the parameters ask for.</summary>
    private protected void Receive(IByteChannel channel, int count, SocketWait wait)
    {
        if (ParameterSetName == AllSet && !Raw && channel is not IpcMessageQueue)
        {
            while (channel.Receive(SocketChannel.DefaultReceiveSize, wait) is { } block)
            {
                Write(block);
            }

            return;
        }

        Write(ParameterSetName switch
        {
            AllSet => channel.ReceiveAll(MaximumLength, wait),
            ExactlySet => channel.ReceiveExactly(Exactly, wait),
            _ => channel.Receive(count, wait),
        });
    }

    /// <summary>Writes bytes; at the end of the stream nothing.</summary>
    private protected void Write(byte[]? bytes)
    {
        if (bytes is not null)
        {
            WriteObject(bytes, Enumerate);
        }
    }
}
