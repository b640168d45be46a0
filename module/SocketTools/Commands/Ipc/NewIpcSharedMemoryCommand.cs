using System;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>shm_open(3) and mmap(2).</summary>
[Cmdlet(VerbsCommon.New, "IpcSharedMemory", DefaultParameterSetName = CreateSet)]
[OutputType(typeof(IpcSharedMemory), typeof(IpcRingChannel))]
public sealed class NewIpcSharedMemoryCommand : OpeningCommand
{
    private const string CreateSet = "Create";
    private const string OpenSet = "Open";
    private const string OpenRingSet = "OpenRing";

    [Parameter(Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(IpcNameCompleter))]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ParameterSetName = CreateSet)]
    [Parameter(Position = 1, ParameterSetName = OpenSet)]
    [ValidateRange(1, long.MaxValue)]
    public long? Size { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = OpenSet)]
    [Parameter(Mandatory = true, ParameterSetName = OpenRingSet)]
    public SwitchParameter Open { get; set; }

    [Parameter(ParameterSetName = OpenSet)]
    public IpcAccess Access { get; set; } = IpcAccess.ReadWrite;

    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(Mandatory = true, ParameterSetName = OpenRingSet)]
    public SwitchParameter Ring { get; set; }

    private protected override void Process()
    {
        Target = Name;
        WriteIpc(((bool)Open, (bool)Ring) switch
        {
            (true, true) => IpcRingChannel.Open(Name, Trace),
            (true, false) => IpcSharedMemory.Open(Name, Size, Access, Trace),
            (false, true) => IpcRingChannel.Create(Name, Size!.Value, Trace),
            _ => (IDisposable)IpcSharedMemory.Create(Name, Size!.Value, Trace),
        });
    }
}
