using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>mq_open(3), msgget(2).</summary>
[Cmdlet(VerbsCommon.New, "IpcMessageQueue", DefaultParameterSetName = CreateSet)]
[OutputType(typeof(IpcPosixQueue), typeof(IpcSystemVQueue))]
public sealed class NewIpcMessageQueueCommand : OpeningCommand
{
    private const string CreateSet = "Create";
    private const string OpenSet = "Open";
    private const string SystemVSet = "SystemV";
    private const string IdentifierSet = "Identifier";

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = CreateSet)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = OpenSet)]
    [ArgumentCompleter(typeof(IpcNameCompleter))]
    public string Name { get; set; } = "";

    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? MaximumMessages { get; set; }

    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? MessageSize { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = OpenSet)]
    [Parameter(ParameterSetName = SystemVSet)]
    public SwitchParameter Open { get; set; }

    [Parameter(ParameterSetName = OpenSet)]
    public IpcAccess Access { get; set; } = IpcAccess.ReadWrite;

    [Parameter(Mandatory = true, ParameterSetName = SystemVSet)]
    [Parameter(Mandatory = true, ParameterSetName = IdentifierSet)]
    public SwitchParameter SystemV { get; set; }

    [Parameter(ParameterSetName = SystemVSet)]
    public int Key { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = IdentifierSet)]
    public int Identifier { get; set; }

    private protected override void Process()
    {
        Target = ParameterSetName switch
        {
            SystemVSet => Key,
            IdentifierSet => Identifier,
            _ => Name,
        };
        WriteIpc(ParameterSetName switch
        {
            SystemVSet => Open ? IpcSystemVQueue.Open(Key, Trace) : IpcSystemVQueue.Create(Key, Trace),
            IdentifierSet => IpcSystemVQueue.FromIdentifier(Identifier, Trace),
            OpenSet => IpcPosixQueue.Open(Name, Access, Trace),
            _ => IpcPosixQueue.Create(Name, MaximumMessages, MessageSize, IpcAccess.ReadWrite, Trace),
        });
    }
}
