using System;
using System.Management.Automation;

namespace SocketTools;

/// <summary>Whatever a person gives for a semaphore: one that is open, or the name of one that exists, which is opened for that call. Binding never fails.</summary>
public sealed class SemaphoreArgument
{
    /// <summary>Keeps what was given.</summary>
    public SemaphoreArgument(object value) => Value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>What was given.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string? ToString() => Value.ToString();

    /// <summary>Makes a call on the semaphore.</summary>
    internal void Use(SystemCallTrace? trace, Action<IpcSemaphore> call)
    {
        // Of a row of Get-IpcResource it is the name.
        string? name = Value as string ?? (Value as IpcResource)?.SemaphoreName;
        if (Value is IpcSemaphore open)
        {
            call(open);
        }
        else if (name is not null)
        {
            IpcSemaphore opened = IpcSemaphore.Open(name, trace);
            try
            {
                call(opened);
            }
            finally
            {
                opened.Close(trace);
            }
        }
        else
        {
            throw new SocketCallException("sem_open", Errno.EINVAL, Value, "It is no semaphore") { Advice = "Give a semaphore from New-IpcSemaphore, or the name of one, such as /lock." };
        }
    }
}
