using System;
using System.Management.Automation;
using System.Text;
using SocketTools.Calls;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>recvmsg(2): datagrams with their senders; recvmmsg(2) where many are asked for.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketDatagram", DefaultParameterSetName = CountSet)]
[OutputType(typeof(SocketDatagram))]
public sealed class ReceiveSocketDatagramCommand : WaitingSocketCommand
{
    private const string CountSet = "Count";
    private const string AllSet = "All";

    // Unix sockets take as much as their send buffer has room for, which is more than a datagram of UDP can have.
    private const int LargestMessage = 16 * 1024 * 1024;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    [Parameter]
    [ValidateRange(1, LargestMessage)]
    public int MaximumLength { get; set; } = DatagramBatch.LargestSize;

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    [Parameter(ParameterSetName = CountSet)]
    public SwitchParameter Peek { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        SocketWait wait = Wait(channel);
        if (Peek)
        {
            if (channel.ReceiveDatagram(MaximumLength, Encoding, wait, peek: true) is { } next)
            {
                WriteObject(next);
            }

            return;
        }

        long wanted = All ? long.MaxValue : Count;
        SocketDatagram[] block = new SocketDatagram[Math.Min(wanted, DatagramBatch.LargestCount)];
        for (long taken = 0; taken < wanted;)
        {
            int count = Receive(channel, block.AsSpan(0, (int)Math.Min(wanted - taken, block.Length)), taken, wait);
            if (count == 0)
            {
                return;
            }

            Write(channel, block.AsSpan(0, count));
            taken += count;
        }
    }

    // 0 is the end: of the connection, or with -All of the time.
    private int Receive(SocketChannel channel, Span<SocketDatagram> target, long taken, SocketWait wait)
    {
        try
        {
            return channel.ReceiveDatagrams(target, MaximumLength, Encoding, wait);
        }
        catch (SocketCallException e) when (All && e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK)
        {
            return 0;
        }
        catch (SocketCallException e) when (Count > 1 && e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK)
        {
            throw new SocketCallException(e.Operation, e.Errno, e.Target, $"{taken} of {Count} datagrams came in time") { DatagramsTransferred = (int)taken };
        }
    }

    // What the pipeline does not take, because it stops in the middle, the next call gets.
    private void Write(SocketChannel channel, ReadOnlySpan<SocketDatagram> block)
    {
        int written = 0;
        try
        {
            while (written < block.Length)
            {
                WriteObject(block[written++]);
            }
        }
        finally
        {
            channel.Return(block[written..]);
        }
    }
}
