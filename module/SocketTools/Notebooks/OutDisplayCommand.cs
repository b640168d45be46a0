using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using SocketTools.Commands;
using SocketTools.Formatting;

namespace SocketTools.Notebooks;

/// <summary>What .NET Interactive's Out-Display does, for notebooks that are run without it. Only notebooks' runspaces have it.</summary>
[Cmdlet(VerbsData.Out, "Display")]
[OutputType(typeof(SocketNotebookDisplay))]
internal sealed class OutDisplayCommand : SocketCommand
{
    private const string Html = "text/html";
    private const string Plain = "text/plain";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    [Parameter(Position = 1)]
    public string MimeType { get; set; } = Html;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = InputObject;
        object? value = Unwrapped(InputObject);
        SocketNotebookDisplay display = MimeType switch
        {
            Html => ToHtml(value),
            "application/json" => new([new(MimeType, Json(InputObject)), new(Plain, Text(InputObject))]),
            "text/markdown" => new(MimeType, SocketRichOutput.ToMarkdown(value) ?? throw NoMarkdown(value)),
            _ => new(MimeType, Text(InputObject)),
        };
        (Host.PrivateData?.BaseObject as NotebookHost)?.Recorder?.Display(display);
        if (PassThru)
        {
            WriteObject(display);
        }
    }

    private SocketNotebookDisplay ToHtml(object? value)
    {
        if (SocketRichOutput.TryFormat(value, out string? mimeType, out string? content))
        {
            return new([new(mimeType, content), new(Plain, Text(InputObject))]);
        }

        string text = Text(InputObject);
        string html = value switch
        {
            null => HtmlText.Preformatted("<null>"),
            string s => HtmlText.Preformatted(s), // Encoded, never raw.
            IDictionary dictionary => HtmlText.Table([("key", false), ("value", false)], dictionary.Cast<DictionaryEntry>().Select(static e => new[] { Shown(e.Key), Shown(e.Value) })),
            IEnumerable list => ListTable([.. list.Cast<object?>()]) ?? HtmlText.Preformatted(text),
            _ => ListTable([InputObject]) ?? HtmlText.Preformatted(text),
        };
        return new([new(Html, html), new(Plain, text)]);
    }

    // The properties that the console shows of the type, or else all; null for values without any, such as numbers.
    private static string? ListTable(object?[] items)
    {
        PSObject[] objects = [.. items.Where(static i => i is not null).Select(static i => PSObject.AsPSObject(i))];
        if (objects.Length == 0 || objects.Any(static o => o.BaseObject is string or IFormattable || o.BaseObject.GetType().IsPrimitive))
        {
            return null;
        }

        string[] names = [.. DefaultNames(objects[0]) ?? objects.SelectMany(static o => o.Properties).Where(static p => p.IsGettable).Select(static p => p.Name).Distinct()];
        return names.Length == 0 ? null : HtmlText.Table([.. names.Select(static n => (n, false))], objects.Select(o => names.Select(n => Read(o, n)).ToArray()));
    }

    private static Collection<string>? DefaultNames(PSObject value) =>
        (value.Members["PSStandardMembers"]?.Value as PSMemberSet)?.Members["DefaultDisplayPropertySet"] is PSPropertySet set ? set.ReferencedPropertyNames : null;

    private static string Read(PSObject value, string name)
    {
        try
        {
            return Shown(value.Properties[name]?.Value);
        }
        catch (GetValueException e)
        {
            return e.InnerException?.Message ?? e.Message;
        }
    }

    private static string Shown(object? value) => Unwrapped(value) switch
    {
        IEnumerable list and not string and not IDictionary => string.Join(", ", list.Cast<object?>().Take(20).Select(static i => HtmlText.Shown(Unwrapped(i)))),
        var one => HtmlText.Shown(one),
    };

    private string Json(object? value) => One("param($value) Microsoft.PowerShell.Utility\\ConvertTo-Json -InputObject $value -Depth 10 -WarningAction Ignore", value);

    private string Text(object? value) => Unwrapped(value) is string text ? text
        : One("param($value) $value | Microsoft.PowerShell.Utility\\Out-String -Width 100", value).Trim('\r', '\n');

    private string One(string script, object? value) =>
        string.Concat(InvokeCommand.InvokeScript(false, ScriptBlock.Create(script), null, [value]).Select(static o => o?.ToString()));

    // Elements that PowerShell has wrapped would hide what a list is made of.
    private static object? Unwrapped(object? value)
    {
        object? bare = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return bare is object?[] array && array.Any(static i => i is PSObject) ? array.Select(static i => Unwrapped(i)).ToArray() : bare;
    }

    private static SocketCallException NoMarkdown(object? value) => new("display", Errno.EOPNOTSUPP, null, $"There is no text/markdown of {value?.GetType().FullName ?? "null"}")
    {
        Advice = "Write a markdown cell, or leave -MimeType out.",
    };
}
