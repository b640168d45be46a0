namespace SocketTools;

/// <summary>A form in which a sequence diagram is written.</summary>
public enum SocketSequenceFormat
{
    /// <summary>Lines of at most 80 columns.</summary>
    Text,

    /// <summary>The source of a sequenceDiagram of Mermaid.</summary>
    Mermaid,

    /// <summary>A picture that needs nothing beside it.</summary>
    Svg,
}
