using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>Bars on a log scale.</summary>
[Cmdlet(VerbsData.ConvertTo, "SocketChart")]
[OutputType(typeof(SocketChart), typeof(string))]
public sealed class ConvertToSocketChartCommand : SocketCommand
{
    private readonly List<SocketChartItem> _items = [];
    private ChartDefaults _defaults = new("", "");
    private bool _incomplete;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject?[]? InputObject { get; set; }

    /// <summary>The property that names a bar.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ChartPropertyCompleter))]
    public string? Label { get; set; }

    /// <summary>The property that is a number.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ChartPropertyCompleter))]
    public string? Value { get; set; }

    /// <summary>The property that tells bars of one label apart.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ChartPropertyCompleter))]
    public string? Series { get; set; }

    [Parameter]
    public string? Title { get; set; }

    [Parameter]
    public string? Unit { get; set; }

    [Parameter]
    [ValidateRange(SocketChart.LeastWidth, 1000)]
    public int Width { get; set; } = 80;

    [Parameter]
    public SocketChartFormat As { get; set; }

    private protected override void Process()
    {
        foreach (PSObject? input in InputObject ?? [null])
        {
            Target = input;
            if (!_incomplete)
            {
                Guard(() => Add(input));
            }
        }
    }

    private protected override void End()
    {
        Target = null;
        if (_items.Count == 0)
        {
            return; // Each input that could not be taken has had its error.
        }

        SocketChart chart = new(_items, Title ?? _defaults.Title, Unit ?? _defaults.Unit, Width);
        WriteObject(MyInvocation.BoundParameters.ContainsKey(nameof(As)) ? chart.ToString(As) : chart);
    }

    private void Add(PSObject? input)
    {
        bool measured = input?.BaseObject is IpcMeasurement;
        string label = Label ?? (measured ? nameof(IpcMeasurement.Mechanism) : throw Missing(nameof(Label), "names a bar"));
        string value = Value ?? (measured ? nameof(IpcMeasurement.MedianLatencyMicroseconds) : throw Missing(nameof(Value), "is its number"));
        string? series = Series ?? (measured && Label is null ? nameof(IpcMeasurement.MessageSize) : null);
        string name = Text(input, label);
        string part = series is null ? "" : Text(input, series);
        object? number = Get(input, value);
        if (!TryNumber(number, out double amount))
        {
            throw new SocketCallException("ConvertTo-SocketChart", Errno.EINVAL, name, $"Its {value} is no number: {number ?? "$null"}")
            {
                Advice = "Name a property that is a number: -Value.",
            };
        }

        if (_items.Count == 0)
        {
            _defaults = ChartDefaults.Of(measured, value);
        }

        bool size = measured && series == nameof(IpcMeasurement.MessageSize);
        _items.Add(new SocketChartItem(name, size ? $"{part} bytes" : part, amount));
    }

    private static bool TryNumber(object? value, out double number)
    {
        number = 0;
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare is not (null or bool or DateTime or "") && LanguagePrimitives.TryConvertTo(bare, CultureInfo.InvariantCulture, out number);
    }

    private static string Text(PSObject? input, string property) => LanguagePrimitives.ConvertTo<string>(Get(input, property)) ?? "";

    private static object? Get(PSObject? input, string property)
    {
        if (input?.BaseObject is System.Collections.IDictionary table)
        {
            return table.Contains(property) ? table[property] : throw NoProperty(input, property);
        }

        return input?.Properties[property] is { } found ? found.Value : throw NoProperty(input, property);
    }

    private static SocketCallException NoProperty(PSObject? input, string property) =>
        new("ConvertTo-SocketChart", Errno.EINVAL, input, $"It has no property {property}") { Advice = "Give the names of properties that all of the objects have: Get-Member lists them." };

    // Said once, whatever comes.
    private SocketCallException Missing(string parameter, string what)
    {
        _incomplete = true;
        return new("ConvertTo-SocketChart", Errno.EINVAL, Target, $"-{parameter} is missing: the property that {what}") { Advice = "Only what Measure-IpcChannel writes needs none: for anything else give -Label and -Value." };
    }

    /// <summary>What a chart says of itself where nobody did.</summary>
    private sealed record ChartDefaults(string Title, string Unit)
    {
        public static ChartDefaults Of(bool measured, string value) => !measured ? new(value, "") : value switch
        {
            nameof(IpcMeasurement.MinimumLatencyMicroseconds) => new("Round trip, least", "µs"),
            nameof(IpcMeasurement.MedianLatencyMicroseconds) => new("Round trip, median", "µs"),
            nameof(IpcMeasurement.P99LatencyMicroseconds) => new("Round trip, 99 of 100 are shorter", "µs"),
            nameof(IpcMeasurement.ThroughputBytesPerSecond) => new("Throughput one way", "bytes/s"),
            nameof(IpcMeasurement.MessagesPerSecond) => new("Messages one way", "messages/s"),
            _ => new(value, ""),
        };
    }
}
