using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>What the two directions of byte order have in common.</summary>
public abstract class NetworkOrderCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public object[] Value { get; set; } = [];

    [Parameter]
    [ValidateSet("16", "32", "64")]
    public int Bits { get; set; }

    /// <summary>Of bytes: the first bit is a sign.</summary>
    [Parameter]
    public SwitchParameter Signed { get; set; }

    // Bytes that the pipeline gives one by one are one number.
    private readonly List<byte> _single = [];
    private bool _piped;

    private protected override void Begin() => _piped = !MyInvocation.BoundParameters.ContainsKey(nameof(Value));

    private protected override void Process()
    {
        // Bytes are one number; anything else in an array is a number each.
        object[] plain = [.. Value.Select(static v => v is PSObject wrapped ? wrapped.BaseObject : v)];
        if (plain.Length > 1 && plain.All(static v => v is byte))
        {
            Target = plain;
            Guard(() => WriteObject(Convert([.. plain.Cast<byte>()])));
            return;
        }

        foreach (object value in plain)
        {
            if (_piped && value is byte single)
            {
                _single.Add(single);
                continue;
            }

            Target = value;
            Guard(() => WriteObject(value is byte[] bytes ? Convert(bytes) : Convert(value is string text ? Number(text) : value)));
        }
    }

    private protected override void End()
    {
        if (_single.Count > 0)
        {
            Target = _single.Count == 1 ? _single[0] : _single.ToArray();
            WriteObject(_single.Count == 1 ? Convert((object)_single[0]) : Convert([.. _single]));
        }
    }

    private protected abstract SocketByteOrderValue Convert(byte[] bytes);

    private protected abstract SocketByteOrderValue Convert(object number);

    // As PowerShell reads it: 0x1F90, 8080, 8kb. It would make 2 of 1.5, and 0 of nothing.
    private static object Number(string text) =>
        string.IsNullOrWhiteSpace(text) || !LanguagePrimitives.TryConvertTo(text, out decimal exact) || exact != decimal.Truncate(exact) ? throw new SocketCallException("htonl", Errno.EINVAL, text, $"'{text}' is no whole number") { Advice = "Give a number such as 8080 or 0x1F90." }
        : LanguagePrimitives.TryConvertTo(text, out int small) ? small
        : LanguagePrimitives.TryConvertTo(text, out long large) ? large
        : LanguagePrimitives.TryConvertTo(text, out ulong largest) ? largest
        : throw new SocketCallException("htonl", Errno.EINVAL, text, $"'{text}' is no whole number");
}
