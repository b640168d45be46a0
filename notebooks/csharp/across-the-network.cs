#:property PublishAot=false

// Across the network: the char server over AF_INET, call by call, on the loopback address. Plain .NET, nothing else.
// Beside each .NET call stands the C call. The only difference from AF_UNIX is the address: a host and a port.
//
//     dotnet run notebooks/csharp/across-the-network.cs

using System.Net;
using System.Net.Sockets;

const int Port = 9734; // the port that the text books' char server has

// Nothing here waits longer than this. In C it would be poll(2) with a time limit before each call that can block.
using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));

// 1. The address. C: struct sockaddr_in { sin_family, sin_port, sin_addr }, with sin_port = htons(9734)
//    and sin_addr.s_addr = inet_addr("127.0.0.1"). IPEndPoint does htons by itself; Serialize shows the bytes.
IPEndPoint wanted = new(IPAddress.Loopback, Port);
byte[] bytes = wanted.Serialize().Buffer[2..8].ToArray(); // the first two bytes are the family, in the machine's own order
string[] hex = [.. bytes.Select(b => b.ToString("X2"))];
Console.WriteLine($"address: {wanted} has port bytes {string.Join(' ', hex[..2])} and address bytes {string.Join(' ', hex[2..])}");
Console.WriteLine($"byte order: {Port} is {Port:X4} in hexadecimal, the high byte goes first on the wire");

// 2. The server's three calls. They wait for nobody: once listen returns, the kernel completes connections by itself.
using Socket listener = Listen(wanted);
IPEndPoint server = (IPEndPoint)listener.LocalEndPoint!;                                     // C: getsockname(s, ...)
Console.WriteLine($"server: listening at {server}");

// 3. The server waits in accept while the client connects, so it is a task of its own. In C it is another process.
Task<string> serving = Serve(listener, limit.Token);

// 4. The client. It does not call bind: connect gives it the address and an ephemeral port, a free one of the kernel's choice.
using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);  // C: c = socket(AF_INET, SOCK_STREAM, 0)
await client.ConnectAsync(server, limit.Token);                                              // C: connect(c, &address, length)
IPEndPoint local = (IPEndPoint)client.LocalEndPoint!;                                        // C: getsockname(c, ...)
IPEndPoint remote = (IPEndPoint)client.RemoteEndPoint!;                                      // C: getpeername(c, ...)

await client.SendAsync("A"u8.ToArray(), limit.Token);                                        // C: write(c, &ch, 1)
byte[] answer = new byte[1];
int count = await client.ReceiveAsync(answer, limit.Token);                                  // C: read(c, &ch, 1)
Console.WriteLine($"char from server = {(count == 1 ? (char)answer[0] : '?')}");

// 5. The socket pair, two addresses and two ports, is the name of the connection. The server has the same one, the other way round.
Console.WriteLine($"client: socket pair {local} -> {remote}");
Console.WriteLine($"server: socket pair {await serving}");

// 6. Three ranges of ports (RFC 6335): 0 to 1023 are well known; 1024 to 49151 are for registered services;
//    49152 to 65535 are for private and ephemeral use. Linux takes ephemeral ports from a range of its own.
(int first, int last) = EphemeralRange();
Console.WriteLine($"client: its port is ephemeral: {local.Port >= first && local.Port <= last}");
Console.WriteLine($"server: its port is well known (below 1024): {server.Port < 1024}");

// 7. Nobody listens: the port belongs to a socket that was bound, but never became a listener. The kernel answers SYN with RST.
using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
using Socket refused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
try
{
    await refused.ConnectAsync(silent.LocalEndPoint!, limit.Token);
    Console.WriteLine("no listener: connected");
}
catch (SocketException e)
{
    Console.WriteLine($"no listener: {e.SocketErrorCode}");                                  // C: connect gives -1, errno ECONNREFUSED
}

// A port has one listener at a time. When 9734 is taken, port 0 asks the kernel for a free one.
// C sets SO_REUSEADDR first, so that old connections in TIME_WAIT do not hinder a restart; on Linux .NET's Bind does that for TCP.
static Socket Listen(IPEndPoint address)
{
    Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);    // C: s = socket(AF_INET, SOCK_STREAM, 0)
    try
    {
        try
        {
            // Loopback: only this machine can connect. IPAddress.Any, C's INADDR_ANY, would let every interface in.
            socket.Bind(address);                                                            // C: bind(s, &address, sizeof address)
            socket.Listen(5);                                                                // C: listen(s, 5)
            Console.WriteLine($"port: {address.Port} was free");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse) // C: errno EADDRINUSE
        {
            socket.Dispose();
            socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address.Address, 0));
            socket.Listen(5);
            Console.WriteLine($"port: {address.Port} was taken, the kernel chose another");
        }

        return socket;
    }
    catch
    {
        socket.Dispose();
        throw;
    }
}

// One client: read a character, answer the next one, close. The result is the socket pair as the server sees it.
static async Task<string> Serve(Socket listener, CancellationToken limit)
{
    using Socket peer = await listener.AcceptAsync(limit);                                   // C: p = accept(s, &address, &length)
    string pair = $"{peer.LocalEndPoint} <- {peer.RemoteEndPoint}";
    byte[] character = new byte[1];
    if (await peer.ReceiveAsync(character, limit) == 1)                                      // C: read(p, &ch, 1)
        await peer.SendAsync(new[] { (byte)(character[0] + 1) }, limit);                     // C: ch++; write(p, &ch, 1)

    return pair;                                                                             // C: close(p), here the end of using
}

static (int First, int Last) EphemeralRange()
{
    const string Setting = "/proc/sys/net/ipv4/ip_local_port_range";
    if (!File.Exists(Setting)) return (49152, 65535);
    string[] range = File.ReadAllText(Setting).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    return (int.Parse(range[0]), int.Parse(range[1]));
}
