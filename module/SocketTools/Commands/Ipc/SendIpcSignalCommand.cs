using System;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>kill(2), sigqueue(3).</summary>
[Cmdlet(VerbsCommunications.Send, "IpcSignal", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class SendIpcSignalCommand : ProcessingCommand
{
    private int? _number;

    [Parameter(Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(IpcSignalCompleter))]
    public string Signal { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Id", "ProcessId")]
    [AllowEmptyCollection]
    public new ProcessArgument[] Process { get; set; } = [];

    [Parameter]
    public int? Value { get; set; }

    private protected override void Begin()
    {
        Target = Signal;
        _number = IpcSignalTable.Parse(Signal);
    }

    private protected override void Run()
    {
        if (_number is { } number)
        {
            Array.ForEach(Process, p => Guard(() => SendTo(p, number)));
        }
    }

    private void SendTo(ProcessArgument process, int number)
    {
        Target = process.Value;
        int id = process.ToId();
        string signal = number == 0 ? "nothing, only find out whether a signal could be sent" : IpcSignalTable.Name(number);
        if (ShouldProcess(ProcessArgument.Describe(id), Value is null ? $"Send {signal}" : $"Send {signal} with {Value}"))
        {
            IpcSignalSender.Send(id, number, Value, Trace);
        }
    }
}
