using System;
using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>sigaction(2), in the manner of Register-ObjectEvent.</summary>
[Cmdlet(VerbsLifecycle.Register, "IpcSignal")]
[OutputType(typeof(PSEventJob))]
public sealed class RegisterIpcSignalCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(IpcSignalCompleter))]
    public string[] Signal { get; set; } = [];

    [Parameter(Position = 1)]
    public ScriptBlock? Action { get; set; }

    [Parameter]
    public string? SourceIdentifier { get; set; }

    [Parameter]
    public PSObject? MessageData { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxTriggerCount { get; set; }

    private protected override void Process() => Array.ForEach(Signal, s => Guard(() => Register(s)));

    private void Register(string signal)
    {
        Target = signal;
        int number = IpcSignalTable.Parse(signal);
        string identifier = SourceIdentifier ?? IpcSignalTable.Name(number);
        if (Events.GetEventSubscribers(identifier).Any())
        {
            throw new SocketCallException("sigaction", Errno.EEXIST, signal, $"There is a subscription called {identifier} in this session")
            {
                Advice = $"End it with Unregister-Event {identifier}, or choose another -SourceIdentifier.",
            };
        }

        IpcSignalRegistration registration = new(number, keeps: Action is null);
        registration.Open(Trace);
        try
        {
            // Without an action signals wait for Wait-IpcSignal, and not in the event queue, where nobody might ever take them.
            PSEventSubscriber subscriber = Action is null
                ? Events.SubscribeEvent(registration, nameof(IpcSignalRegistration.Received), identifier, MessageData, static (_, _) => { }, false, false)
                : Events.SubscribeEvent(registration, nameof(IpcSignalRegistration.Received), identifier, MessageData, Action, false, false, MaxTriggerCount);
            if (subscriber.Action is { } job)
            {
                WriteObject(job);
            }
        }
        catch
        {
            registration.Dispose();
            throw;
        }
    }
}
