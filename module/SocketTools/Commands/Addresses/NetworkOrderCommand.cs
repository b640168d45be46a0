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
            Target = value;
            Guard(() => WriteObject(value is byte[] bytes ? Convert(bytes) : Convert(value is string text ? Number(text) : value)));
        }
    }

    private protected abstract SocketByteOrderValue Convert(byte[] bytes);

    private protected abstract SocketByteOrderValue Convert(object number);

    // As PowerShell reads it: 0x1F90, 8080, 8kb.
    private static object Number(string text) =>
        LanguagePrimitives.TryConvertTo(text, out int small) ? small
        : LanguagePrimitives.TryConvertTo(text, out long large) ? large
        : LanguagePrimitives.TryConvertTo(text, out ulong largest) ? largest
        : throw new SocketCallException("htonl", Errno.EINVAL, text, $"'{text}' is no whole number");
}
