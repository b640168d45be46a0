using System;
using System.Management.Automation.Runspaces;

namespace SocketTools.Internal;

/// <summary>What goes on in the background and would be left over when the runspace that began it is gone.</summary>
internal static class RunspaceEnd
{
    /// <summary>Calls something when the runspace of this thread ends. What is returned takes that back.</summary>
    public static Action Call(Action stop)
    {
        if (Runspace.DefaultRunspace is not { } runspace)
        {
            return static () => { };
        }

        EventHandler<RunspaceStateEventArgs> handler = (_, e) =>
        {
            if (e.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
            {
                stop();
            }
        };
        runspace.StateChanged += handler;
        return () => runspace.StateChanged -= handler;
    }
}
