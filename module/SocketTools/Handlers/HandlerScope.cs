using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Handlers;

/// <summary>
/// Keeps what one client's handler did from the next client. Its own variables go with its scope; what it did to the runspace is put back:
/// global variables and preferences, the location, and $Error.
/// </summary>
internal sealed class HandlerScope
{
    // These change by themselves, or belong to the loop.
    private static readonly HashSet<string> s_passing = new(StringComparer.OrdinalIgnoreCase)
    {
        "?", "^", "$", "_", "args", "Client", "SocketToolsArguments", "Error", "input", "Matches", "MyInvocation", "PSBoundParameters", "PSCommandPath", "PSItem", "PSScriptRoot", "PWD", "StackTrace", "this",
    };

    // Commands that a handler often uses and that leave nothing behind in a runspace.
    private static readonly HashSet<string> s_harmless = new(
        [
            "Close-Socket", "Connect-Socket", "Disconnect-Socket", "Get-Socket", "New-Socket", "Receive-SocketByte", "Receive-SocketConnection",
            "Receive-SocketDatagram", "Receive-SocketText", "Send-SocketByte", "Send-SocketText", "Set-SocketAddress",
            "ConvertFrom-Csv", "ConvertFrom-Json", "ConvertTo-Csv", "ConvertTo-Json", "Get-Date", "Get-Random", "Join-Path", "Measure-Object", "New-Guid",
            "New-Object", "Out-Null", "Out-String", "Select-Object", "Select-String", "Sort-Object", "Split-Path", "Start-Sleep", "Test-Path",
            "Write-Debug", "Write-Error", "Write-Host", "Write-Information", "Write-Output", "Write-Verbose", "Write-Warning",
        ],
        StringComparer.OrdinalIgnoreCase);

    // Types by which a script gets at the session state.
    private static readonly string[] s_reachingTypes = ["scriptblock", "powershell", "runspace", "automation"];

    private static readonly string[] s_variableParameters =
        ["OutVariable", "ErrorVariable", "WarningVariable", "InformationVariable", "PipelineVariable", "ov", "ev", "wv", "iv", "pv"];

    private readonly EngineIntrinsics _engine;
    private readonly string _location;
    private readonly Dictionary<string, object?>? _variables;
    private readonly ArrayList? _errors;
    private readonly IDictionary? _defaults;
    private readonly DictionaryEntry[] _defaultEntries;

    public HandlerScope(EngineIntrinsics engine, bool keepsToItself)
    {
        _engine = engine;
        _location = engine.SessionState.Path.CurrentLocation.Path;
        _errors = engine.SessionState.PSVariable.GetValue("global:Error") as ArrayList;
        _defaults = engine.SessionState.PSVariable.GetValue("global:PSDefaultParameterValues") as IDictionary;
        _defaultEntries = [.. _defaults?.Cast<DictionaryEntry>() ?? []];

        // Looking at every variable costs more than a small handler does; for one that cannot have set any it is left out.
        _variables = keepsToItself ? null : GlobalVariables().ToDictionary(static v => v.Name, static v => (object?)v.Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a script surely leaves no variable behind: it names none outside its scope and calls nothing that could.</summary>
    public static bool KeepsToItself(Ast script) => !script.FindAll(Reaches, searchNestedScriptBlocks: true).Any();

    /// <summary>Puts everything back.</summary>
    public void Restore()
    {
        if (_engine.SessionState.Path.CurrentLocation.Path != _location)
        {
            _engine.SessionState.Path.SetLocation(WildcardPattern.Escape(_location));
        }

        if (_errors is { Count: > 0 })
        {
            _errors.Clear();
        }

        if (_variables is not null)
        {
            RestoreVariables(_variables);
        }

        RestoreDefaults();
    }

    private static bool Reaches(Ast ast) => ast switch
    {
        VariableExpressionAst { Splatted: true } => true, // It may be any parameter.
        VariableExpressionAst { VariablePath: var path } =>
            path.IsGlobal || path.IsScript || path.IsDriveQualified || path.UserPath.Equals("ExecutionContext", StringComparison.OrdinalIgnoreCase)
            || path.UserPath.Equals("PSCmdlet", StringComparison.OrdinalIgnoreCase) || path.UserPath.Equals("Host", StringComparison.OrdinalIgnoreCase),
        CommandAst command =>
            command.InvocationOperator == TokenKind.Dot || command.GetCommandName() is not { } name || !s_harmless.Contains(name)
            || command.CommandElements.OfType<CommandParameterAst>().Any(static p => NamesVariable(p.ParameterName)),
        TypeExpressionAst or TypeConstraintAst => ast.Parent is not ParameterAst && s_reachingTypes.Any(t => ast.ToString().Contains(t, StringComparison.OrdinalIgnoreCase)),
        UsingStatementAst or ConfigurationDefinitionAst or TypeDefinitionAst => true,
        _ => false,
    };

    // In full, by alias or abbreviated.
    private static bool NamesVariable(string parameter) => s_variableParameters.Any(p => p.StartsWith(parameter, StringComparison.OrdinalIgnoreCase));

    // Set by index, as a rule; the variable stays the same.
    private void RestoreDefaults()
    {
        if (_defaults is null || (_defaults.Count == _defaultEntries.Length && _defaultEntries.All(e => Equals(_defaults[e.Key], e.Value))))
        {
            return;
        }

        _defaults.Clear();
        foreach (DictionaryEntry entry in _defaultEntries)
        {
            _defaults[entry.Key] = entry.Value;
        }
    }

    private void RestoreVariables(Dictionary<string, object?> before)
    {
        PSVariableIntrinsics variables = _engine.SessionState.PSVariable;
        HashSet<string> present = new(StringComparer.OrdinalIgnoreCase);
        foreach (PSVariable variable in GlobalVariables())
        {
            present.Add(variable.Name);
            bool known = before.TryGetValue(variable.Name, out object? value);
            if (s_passing.Contains(variable.Name) || (known && ReferenceEquals(variable.Value, value)) || (known && Equals(variable.Value, value)))
            {
                continue;
            }

            if ((variable.Options & (ScopedItemOptions.Constant | ScopedItemOptions.ReadOnly)) != 0)
            {
                continue;
            }

            if (known)
            {
                variables.Set("global:" + variable.Name, value);
            }
            else
            {
                // Set-Item variable:global:x makes one that carries the scope in its name.
                variables.Remove("global:" + variable.Name[(variable.Name.LastIndexOf(':') + 1)..]);
            }
        }

        foreach ((string name, object? value) in before)
        {
            if (!present.Contains(name) && !s_passing.Contains(name))
            {
                variables.Set("global:" + name, value);
            }
        }
    }

    private IEnumerable<PSVariable> GlobalVariables() =>
        _engine.InvokeCommand.InvokeScript("Microsoft.PowerShell.Utility\\Get-Variable -Scope Global").Select(static v => v.BaseObject).OfType<PSVariable>();
}
