using System.Collections.Generic;

namespace SocketTools;

/// <summary>One line of the services table (services(5)).</summary>
/// <param name="Name">Official name.</param>
/// <param name="Port">Port, 0 to 65535, in host order.</param>
/// <param name="Protocol">tcp, udp, sctp ….</param>
/// <param name="Aliases">Other names.</param>
public sealed record ServiceEntry(string Name, int Port, string Protocol, IReadOnlyList<string> Aliases);
