using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the names of what is there: memory in /dev/shm, queues in /dev/mqueue where that is mounted, and those that this session has open.</summary>
public sealed class IpcNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        bool memory = commandName.EndsWith("Memory", StringComparison.OrdinalIgnoreCase);
        IEnumerable<string> open = OpenIpc.All.Select(o => o switch
        {
            IpcSharedMemory or IpcRingChannel when memory => o.ToString(),
            IpcPosixQueue queue when !memory => queue.Name,
            _ => null,
        }).OfType<string>();
        return Files(memory ? "/dev/shm" : "/dev/mqueue").Concat(open)
            .Where(n => n.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.Ordinal) || n.AsSpan(1).StartsWith(wordToComplete, StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal)
            .Select(static n => new CompletionResult(n));
    }

    // Named semaphores are files of /dev/shm too.
    private static IEnumerable<string> Files(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory).Select(static f => "/" + Path.GetFileName(f)).Where(static n => !n.StartsWith("/sem.", StringComparison.Ordinal))
        : [];
}
