using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>One end of a conversation, for a filter.</summary>
/// <param name="Address">The address; null for any.</param>
/// <param name="Port">The port; 0 for any, and then for any protocol.</param>
/// <param name="Protocol">Tcp or Udp, for a port.</param>
public sealed record CaptureEndpoint(IPAddress? Address, int Port, CaptureProtocol Protocol)
{
    /// <summary>The words of tcpdump for it (pcap-filter(7)).</summary>
    public override string ToString()
    {
        string host = Address is null ? "" : $"{(Address.AddressFamily == AddressFamily.InterNetwork ? "ip" : "ip6")} {{0}}host {new IPAddress(Address.GetAddressBytes())}";
        string port = Port == 0 ? "" : $"{(Protocol == CaptureProtocol.Udp ? "udp" : "tcp")} {{0}}port {Port}";
        return host.Length == 0 || port.Length == 0
            ? string.Format(CultureInfo.InvariantCulture, host + port, "")
            : string.Format(CultureInfo.InvariantCulture, $"(({host} and {port})", "src ") + string.Format(CultureInfo.InvariantCulture, $" or ({host} and {port}))", "dst ");
    }
}
