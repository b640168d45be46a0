using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text;

namespace SocketTools.Handlers;

/// <summary>The script blocks of a listener, and what their runspaces begin with. Immutable; shared by all workers.</summary>
internal sealed class ScriptHandler
{
    private readonly InitialSessionState _initial;
    private readonly string _location;

    public ScriptHandler(PSCmdlet cmdlet, IReadOnlyDictionary<HandlerOccasion, ScriptBlock> scripts, object?[] arguments, ScriptBlock? initialization)
    {
        Arguments = arguments;
        Initialization = initialization is null ? null : Unbound(initialization);
        Scripts = scripts.ToDictionary(static s => s.Key, static s => Unbound(s.Value));
        KeepsToItself = Scripts.Values.All(static s => HandlerScope.KeepsToItself(s.Ast));
        Usings = FindUsings(cmdlet, scripts.Values.Concat(initialization is null ? [] : [initialization]));
        _location = WildcardPattern.Escape(cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath); // A drive of the caller's own is not known there.
        _initial = InitialSessionState.CreateDefault2();
        _initial.ImportPSModule([ModulePath(cmdlet)]);
        _initial.Variables.Add(new SessionStateVariableEntry("ErrorActionPreference", ActionPreference.Stop, "An error ends the client it happened with."));
        _initial.ThreadOptions = PSThreadOptions.UseCurrentThread;
    }

    /// <summary>The script for each occasion; none where nothing is to be done.</summary>
    public IReadOnlyDictionary<HandlerOccasion, ScriptBlock> Scripts { get; }

    /// <summary>Runs once in each runspace.</summary>
    public ScriptBlock? Initialization { get; }

    /// <summary>What -ArgumentList gave.</summary>
    public object?[] Arguments { get; }

    /// <summary>The values of <c>$using:</c> variables, by the key under which the engine looks for them.</summary>
    public Dictionary<string, object?> Usings { get; }

    /// <summary>True when no script can leave anything behind in its runspace but its location.</summary>
    public bool KeepsToItself { get; }

    /// <summary>A runspace of its own for the thread that calls, with the module loaded, in the location of the one who started the listener.</summary>
    public Runspace OpenRunspace()
    {
        Runspace runspace = RunspaceFactory.CreateRunspace(_initial);
        try
        {
            runspace.Open();
            runspace.SessionStateProxy.Path.SetLocation(_location);
            return runspace;
        }
        catch
        {
            runspace.Dispose();
            throw;
        }
    }

    // Without its session state, which belongs to another runspace, but with its file and line for errors.
    private static ScriptBlock Unbound(ScriptBlock script)
    {
        Ast body = script.Ast is FunctionDefinitionAst function ? function.Body : script.Ast;
        return ((ScriptBlockAst)body.Copy()).GetScriptBlock();
    }

    /// <summary>The module as another runspace has to import it.</summary>
    public static string ModulePath(PSCmdlet cmdlet)
    {
        string? folder = cmdlet.MyInvocation.MyCommand.Module?.ModuleBase;
        string manifest = folder is null ? "" : Path.Combine(folder, "SocketTools.psd1");
        return File.Exists(manifest) ? manifest : typeof(ScriptHandler).Assembly.Location;
    }

    // The values as they are now, as for Start-ThreadJob and ForEach-Object -Parallel.
    private static Dictionary<string, object?> FindUsings(PSCmdlet cmdlet, IEnumerable<ScriptBlock> scripts)
    {
        Dictionary<string, object?> values = [];
        foreach (UsingExpressionAst expression in scripts.SelectMany(static s => s.Ast.FindAll(static a => a is UsingExpressionAst, searchNestedScriptBlocks: true)).Cast<UsingExpressionAst>())
        {
            if (expression.SubExpression is not VariableExpressionAst { VariablePath: var path })
            {
                throw new SocketCallException("listen", Errno.EINVAL, expression.Extent.Text, $"{expression.Extent.Text} is no variable")
                {
                    Advice = "Put the value in a variable first.",
                };
            }

            PSVariable variable = cmdlet.SessionState.PSVariable.Get(path.UserPath)
                ?? throw new SocketCallException("listen", Errno.EINVAL, expression.Extent.Text, $"There is no variable {path.UserPath} here")
                {
                    Advice = "Set it before the listener is started.",
                };

            // The key under which PowerShell's own commands hand such values over.
            string key = Convert.ToBase64String(Encoding.Unicode.GetBytes(expression.ToString().ToLowerInvariant()));
            values[key] = variable.Value;
        }

        return values;
    }
}
