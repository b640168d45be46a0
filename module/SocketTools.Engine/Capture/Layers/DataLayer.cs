namespace SocketTools;

/// <summary>Bytes behind the last header that is understood: the payload of TCP or UDP, a later fragment, or a protocol that is not known here.</summary>
public sealed class DataLayer : PacketLayer
{
    internal DataLayer(in LayerSpan span, int osiLayer)
        : base(span, 0) => OsiLayer = osiLayer;

    /// <inheritdoc/>
    public override string Name => "Data";

    /// <inheritdoc/>
    public override int OsiLayer { get; }

    /// <inheritdoc/>
    public override string Summary => $"{Length} bytes";

    private protected override void AddFields(FieldList list)
    {
        if (!Captured.IsEmpty)
        {
            list.Add("Data", 0, Captured.Length);
        }
    }
}
