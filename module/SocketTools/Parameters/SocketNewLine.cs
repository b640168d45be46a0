namespace SocketTools;

/// <summary>What ends a line that is sent.</summary>
public enum SocketNewLine
{
    /// <summary>A line feed, as on Unix.</summary>
    Lf,
    /// <summary>Carriage return and line feed, as HTTP, SMTP, FTP and Redis want it.</summary>
    Crlf,
}
