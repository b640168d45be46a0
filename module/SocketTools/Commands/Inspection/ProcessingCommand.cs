namespace SocketTools.Commands;

/// <summary>A cmdlet with a parameter called Process, which in C# cannot stand beside the method of that name.</summary>
public abstract class ProcessingCommand : SocketCommand
{
    private protected sealed override void Process() => Run();

    private protected abstract void Run();
}
