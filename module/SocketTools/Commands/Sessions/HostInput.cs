using System;
using System.Collections;
using System.Management.Automation;
using SocketTools.Calls;
using SocketTools.Sessions;

namespace SocketTools.Commands;

/// <summary>Where a session at the console gets its lines from.</summary>
internal static class HostInput
{
    /// <summary>The keyboard, or what the process was given in its place.</summary>
    /// <exception cref="SocketCallException">ENOTTY: the host has neither.</exception>
    public static SessionInput Open(PSCmdlet cmdlet)
    {
        if (cmdlet.Host.Name != "ConsoleHost")
        {
            throw new SocketCallException("read", Errno.ENOTTY, null, $"The host '{cmdlet.Host.Name}' has no console to read lines from")
            {
                Advice = "Pipe the lines to Enter-Socket, or use Invoke-SocketRequest.",
            };
        }

        if (Console.IsInputRedirected)
        {
            return new ReaderInput(new RedirectedLines(FindFed(cmdlet)).Next);
        }

        return SystemCalls.Current is LibcSystemCalls ? new TerminalInput(Console.InputEncoding) : new ReaderInput(Console.In.ReadLine);
    }

    // pwsh -Command and -File read the standard input themselves, and hand it to the script as $input. In a function that is another
    // variable, so the scopes are gone through from here outwards.
    private static IEnumerator? FindFed(PSCmdlet cmdlet)
    {
        try
        {
            for (int scope = 0; scope < 1000; scope++)
            {
                object? value = cmdlet.InvokeCommand.InvokeScript(
                    false, ScriptBlock.Create("param($scope) , (Get-Variable input -Scope $scope -ValueOnly -ErrorAction Ignore)"), null, scope) is [{ BaseObject: var found }] ? found : null;
                if (value is IEnumerator fed && fed.GetType().FullName!.Contains("PipelineReader", StringComparison.Ordinal))
                {
                    return fed;
                }
            }
        }
        catch (RuntimeException)
        {
            // There is no such scope: the outermost one was the last.
        }

        return null;
    }

    private sealed class RedirectedLines(IEnumerator? fed)
    {
        private bool _some;

        public string? Next()
        {
            if (fed is not null && fed.MoveNext())
            {
                _some = true;
                return fed.Current is PSObject { BaseObject: var value } ? value.ToString() : fed.Current?.ToString();
            }

            // With -EncodedCommand nobody has read it.
            return _some ? null : Console.In.ReadLine();
        }
    }
}
