using System;
using System.Linq;
using System.Management.Automation;
using System.Net.Sockets;
using System.Text;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>Connect, send, receive, close.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SocketRequest", DefaultParameterSetName = AllSet)]
[OutputType(typeof(byte[]), typeof(string))]
public sealed class InvokeSocketRequestCommand : RecordedSocketCommand
{
    private const string AllSet = "All";
    private const string CountSet = "Count";
    private const string ExactlySet = "Exactly";
    private const string LineSet = "Line";
    private const string UntilSet = "Until";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string[] Text { get; set; } = [];

    [Parameter]
    public byte[] Byte { get; set; } = [];

    [Parameter]
    public SwitchParameter Line { get; set; }

    [Parameter]
    public SocketNewLine NewLine { get; set; } = SocketNewLine.Lf;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Delimiter { get; set; }

    [Parameter]
    public SwitchParameter NoHalfClose { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ExactlySet)]
    [ValidateRange(1, int.MaxValue)]
    public int Exactly { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = LineSet)]
    public SwitchParameter ReceiveLine { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = UntilSet)]
    [ValidateNotNullOrEmpty]
    public string ReceiveUntil { get; set; } = "";

    [Parameter]
    public SwitchParameter AsText { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumLength { get; set; } = SocketRequest.DefaultMaximumLength;

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextFraming.Utf8;

    private protected override void Process()
    {
        Target = Endpoint.Value;
        SocketEndpoint endpoint = Endpoint.ToEndpoint();
        bool datagram = endpoint.SocketType == SocketType.Dgram;
        SocketRequest request = new(endpoint, Payload())
        {
            HalfClose = !NoHalfClose,
            Recording = Recording,
            MaximumLength = datagram ? MaximumLength : Math.Max(MaximumLength, Math.Max(Count, Exactly)),
        };
        if (datagram)
        {
            CheckDatagram();
            request.RunDatagrams(Math.Max(Count, 1), Location, Encoding, Wait(), answer => WriteObject(AsText ? answer.Text : answer.Byte));
        }
        else if (request.Run(Location, Wait(), Receive) is { } reply)
        {
            WriteObject(reply); // An array of bytes goes as one.
        }
    }

    private object? Receive(SocketChannel channel) => ParameterSetName switch
    {
        CountSet => Shown(channel.ReceiveUpTo(Count, Wait())),
        ExactlySet => Shown(channel.ReceiveExactly(Exactly, Wait())),
        LineSet when ReceiveLine => channel.ReceiveRecord("\n", line: true, Encoding, MaximumLength, Wait()),
        UntilSet => channel.ReceiveRecord(ReceiveUntil, line: false, Encoding, MaximumLength, Wait()),
        _ => AsText ? channel.ReceiveAllText(Encoding, MaximumLength, Wait()) : channel.ReceiveAll(MaximumLength, Wait()),
    };

    // A part of a datagram cannot be taken: it comes whole or not at all.
    private void CheckDatagram()
    {
        if (ParameterSetName is not (AllSet or CountSet))
        {
            throw new SocketCallException("recvmsg", Errno.EOPNOTSUPP, Target, $"A datagram has no {(ParameterSetName == ExactlySet ? "-Exactly" : ParameterSetName == LineSet ? "-ReceiveLine" : "-ReceiveUntil")}")
            {
                Advice = "It comes whole. -Count is the number of datagrams to wait for.",
            };
        }
    }

    private object? Shown(byte[]? bytes) => AsText && bytes is not null ? Encoding.GetString(bytes) : bytes;

    private byte[] Payload()
    {
        if (Text.Length > 0 && MyInvocation.BoundParameters.ContainsKey(nameof(Byte)))
        {
            throw new SocketCallException("send", Errno.EINVAL, Target, "A text and bytes are given, and there is one request") { Advice = "Give -Text or -Byte, not both." };
        }

        bool line = Line || MyInvocation.BoundParameters.ContainsKey(nameof(NewLine));
        string end = Delimiter ?? (!line ? "" : NewLine == SocketNewLine.Crlf ? "\r\n" : "\n");
        return Text.Length == 0 ? Byte : Encoding.GetBytes(string.Concat(Text.Select(text => text + end)));
    }
}
