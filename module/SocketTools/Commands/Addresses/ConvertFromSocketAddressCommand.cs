using System.Collections.Generic;
using System.Management.Automation;
using SocketTools.Addresses;

namespace SocketTools.Commands;

/// <summary>Takes the bytes of a socket address apart.</summary>
[Cmdlet(VerbsData.ConvertFrom, "SocketAddress")]
[OutputType(typeof(SocketAddressStructure))]
public sealed class ConvertFromSocketAddressCommand : SocketCommand
{
    // The bytes of one address that the pipeline gives one by one.
    private readonly List<byte> _single = [];
    private bool _piped;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection]
    [Alias("Bytes")]
    public byte[] Byte { get; set; } = [];

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SocketPlatform Platform { get; set; } = SocketPlatforms.Current;

    private protected override void Begin() => _piped = !MyInvocation.BoundParameters.ContainsKey(nameof(Byte));

    private protected override void Process()
    {
        if (_piped && Byte.Length == 1)
        {
            _single.Add(Byte[0]);
            return;
        }

        Write(Byte);
    }

    private protected override void End()
    {
        if (_single.Count > 0)
        {
            Write([.. _single]);
        }
    }

    private void Write(byte[] bytes)
    {
        Target = bytes;
        WriteObject(AddressReader.Read(bytes, Platform));
    }
}
