using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>A cmdlet that runs a script block and writes what it saw meanwhile.</summary>
public abstract class BlockSocketCommand : SocketCommand
{
    /// <summary>Runs the block. What it writes goes into the information stream, its errors into that of this cmdlet.</summary>
    /// <returns>The error that ended it, or null.</returns>
    // The block is dotted, and in its turn so is this: it runs in the scope of the caller, as with Measure-Command, and $args brings no name into it.
    // Its errors come with its output, for the error stream in which they would land is not that of this cmdlet.
    private protected ErrorRecord? Run(ScriptBlock script, string outputTag)
    {
        try
        {
            Action<object?> take = written => Take(written, outputTag);
            InvokeCommand.InvokeScript(useLocalScope: false, ScriptBlock.Create(". $args[0] 2>&1 | & { param($take) process { $take.Invoke($_) } } $args[1]"), null, script, take);
            return null;
        }
        catch (Exception e) when (e is IContainsErrorRecord and not (PipelineStoppedException or FlowControlException))
        {
            return ((IContainsErrorRecord)e).ErrorRecord;
        }
    }

    // What the block writes is not what the cmdlet writes, so it goes into the information stream.
    private void Take(object? written, string outputTag)
    {
        if (written is ErrorRecord error)
        {
            WriteFromInside(() => WriteError(error)); // With -ErrorAction Stop too the block goes on, and what it changed is shown.
        }
        else
        {
            WriteInformation(written, [outputTag]);
        }
    }
}
