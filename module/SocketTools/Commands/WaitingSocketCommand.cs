using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>A cmdlet that can wait.</summary>
public abstract class WaitingSocketCommand : SocketCommand
{
    /// <summary>Seconds; -1 waits for ever, 0 never.</summary>
    [Parameter]
    [ValidateRange(-1, double.MaxValue)]
    public double TimeoutSeconds { get; set; } = 30;

    private protected SocketWait Wait() => Wait(TimeoutSeconds);

    /// <summary>A non-blocking channel never waits, unless -TimeoutSeconds says so.</summary>
    private protected SocketWait Wait(SocketChannel channel) =>
        Wait(channel.NonBlocking && !MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSeconds)) ? 0 : TimeoutSeconds);
}
