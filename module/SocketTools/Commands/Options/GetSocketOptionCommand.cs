using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>getsockopt(2).</summary>
[Cmdlet(VerbsCommon.Get, "SocketOption", DefaultParameterSetName = KnownSet)]
[OutputType(typeof(SocketOptionValue))]
public sealed class GetSocketOptionCommand : SocketCommand
{
    private const string KnownSet = "Option";
    private const string RawSet = "Raw";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Position = 1, ParameterSetName = KnownSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SocketOptionCompleter))]
    public string[] Option { get; set; } = ["*"];

    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    public string Level { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    public string Name { get; set; } = "";

    [Parameter(ParameterSetName = RawSet)]
    [ValidateRange(1, 65536)]
    public int Size { get; set; } = sizeof(int);

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        if (ParameterSetName == RawSet)
        {
            WriteObject(RawSocketOption.Get(channel, Level, Name, Size, Trace));
            return;
        }

        foreach (string wanted in Option)
        {
            Guard(() => Write(channel, wanted));
        }
    }

    private void Write(SocketChannel channel, string wanted)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(wanted))
        {
            SocketOptionDefinition[] named = [.. SocketOptionTable.Rows.Where(r => Matches(r, wanted))];
            if (named.Length == 0)
            {
                throw new SocketCallException("getsockopt", Errno.ENOPROTOOPT, wanted, $"There is no option {wanted} here")
                {
                    Advice = $"Give one of {string.Join(", ", SocketOptionTable.Rows.Select(static r => r.Option).Distinct())}; or -Level and -Name for any other.",
                };
            }

            // Ttl and Tos are one name for IPv4 and another for IPv6; the one of this socket is meant.
            WriteObject(channel.GetOption(named.FirstOrDefault(r => r.Applies(channel.AddressFamily, channel.SocketType)) ?? named[0], Trace));
            return;
        }

        WildcardPattern pattern = WildcardPattern.Get(wanted, WildcardOptions.IgnoreCase);
        foreach (SocketOptionDefinition option in SocketOptionTable.Rows)
        {
            if (option.Applies(channel.AddressFamily, channel.SocketType) && (pattern.IsMatch(option.Option) || pattern.IsMatch(option.Key.Name)))
            {
                WriteSupported(channel, option);
            }
        }
    }

    // A list shows what there is; an option that this kernel lacks is left out of it, and an error when it is asked for by name.
    private void WriteSupported(SocketChannel channel, SocketOptionDefinition option)
    {
        try
        {
            WriteObject(channel.GetOption(option, Trace));
        }
        catch (SocketCallException e) when (e.Errno is Errno.ENOPROTOOPT or Errno.EOPNOTSUPP)
        {
        }
    }

    private static bool Matches(SocketOptionDefinition row, string name) =>
        name.Equals(row.Option, System.StringComparison.OrdinalIgnoreCase) || name.Equals(row.Key.Name, System.StringComparison.OrdinalIgnoreCase);
}
