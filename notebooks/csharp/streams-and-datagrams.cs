#:property PublishAot=false

// Streams and datagrams on loopback, in plain .NET: what TCP keeps and UDP does not. Beside each .NET call stands the C call.
//
//     dotnet run notebooks/csharp/streams-and-datagrams.cs

using System.Net;
using System.Net.Sockets;
using System.Text;

// Nothing here waits longer than this. C would call poll(2) with a time limit before each call that can block.
using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
IPEndPoint free = new(IPAddress.Loopback, 0);
string[] words = ["one", "two", "three"];
// 1. A stream has no boundaries: three writes are eleven bytes, and how they are cut is the reader's business.
using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // C: socket(AF_INET, SOCK_STREAM, 0)
listener.Bind(free); listener.Listen(1);                                                // C: bind(s, ...); listen(s, 1)
using Socket writer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
await writer.ConnectAsync(listener.LocalEndPoint!, limit.Token);                        // C: connect(c, ...)
using Socket reader = await listener.AcceptAsync(limit.Token);                          // C: p = accept(s, ...)
foreach (string word in words) await writer.SendAsync(Encoding.ASCII.GetBytes(word), limit.Token); // C: write(c, word, length)
writer.Shutdown(SocketShutdown.Send);                                                   // C: shutdown(c, SHUT_WR), the end of the stream
using NetworkStream stream = new(reader);
byte[] piece = new byte[4];
List<string> pieces = [];
for (int n; (n = await stream.ReadAtLeastAsync(piece, 4, throwOnEndOfStream: false, limit.Token)) > 0;) // C: read(p, piece, 4) until 4 or 0
    pieces.Add(Encoding.ASCII.GetString(piece, 0, n));
Console.WriteLine($"stream: sent {string.Join(", ", words)}; read four bytes at a time: {string.Join(", ", pieces)}");

// 2. A datagram has boundaries: one recvfrom is one sendto, also when it is empty. A buffer too small loses the rest.
using Socket receiver = Datagrams(free), sender = Datagrams(free);
foreach (string word in (string[])[.. words, ""]) await Send(sender, word, receiver);  // C: sendto(s, ...)
Console.WriteLine($"datagrams: {string.Join(", ", (await ReceiveMany(receiver, 4)).Select(d => $"'{d}'"))}");
foreach (string text in (string[])["truncated", "next"]) await Send(sender, text, receiver);
Console.WriteLine($"datagrams: with a buffer of five bytes '{await Receive(receiver, 5)}', then '{await Receive(receiver)}'");

// 3. Order and loss. UDP promises neither order nor arrival. This socket plays a bad network: it gets 1 2 3 4, passes 2 1 4.
using Socket network = Datagrams(free);
for (int i = 1; i <= 4; i++) await Send(sender, $"{i}", network);
List<string> held = await ReceiveMany(network, 4);
foreach (int i in (int[])[1, 0, 3]) await Send(network, held[i], receiver);
string came = string.Join(' ', await ReceiveMany(receiver, 3));
Console.WriteLine($"order: sent 1 2 3 4, arrived {came}; the numbers tell that {held.First(n => !came.Contains(n))} is missing");
// A real loss: nobody reads, the receive buffer is full, and the kernel drops what comes then. The sender hears nothing of it.
using Socket slow = Datagrams(free);
slow.ReceiveBufferSize = 4096;                                                          // C: setsockopt(s, SOL_SOCKET, SO_RCVBUF, ...)
for (int i = 0; i < 100; i++) await Send(sender, new string('x', 1000), slow);
int arrived = 0;
for (; slow.Available > 0; arrived++) await Receive(slow);                              // C: ioctl(s, FIONREAD, &n)
Console.WriteLine($"loss: 100 sends succeeded; some arrived: {arrived > 0}; all arrived: {arrived == 100}");

// 4. A server that restarts. The datagram client has no connection that could break: the new server answers, and it never knows.
Socket first = Datagrams(free), client = Datagrams(free);
EndPoint address = first.LocalEndPoint!;
await client.ConnectAsync(address, limit.Token);                                        // C: connect(c, ...): only notes the address
Console.WriteLine($"restart: {await Ask(client, first, "first")}");
first.Dispose();                                                                        // C: close(s)
// Nobody is there: send succeeds. ICMP's "port unreachable" comes with the next call, because the socket is connected.
await client.SendAsync("?"u8.ToArray(), limit.Token);                                   // C: send(c, "?", 1, 0)
try { await client.ReceiveAsync(new byte[1], limit.Token); }                            // C: recv gives -1, errno ECONNREFUSED
catch (SocketException e) { Console.WriteLine($"restart: nobody there, {e.SocketErrorCode}"); }
using Socket second = Datagrams((IPEndPoint)address);
Console.WriteLine($"restart: {await Ask(client, second, "second")}, on the same client socket");
// The stream client does notice: its connection ends with the server, and a read gives 0.
reader.Dispose();
Console.WriteLine($"restart: the stream client reads {await writer.ReceiveAsync(piece, limit.Token)} bytes, the end"); // C: read

// 5. Multicast: one send, and each member of the group has a copy. Group and interface are both named; here it is loopback.
IPAddress group = IPAddress.Parse("239.255.97.34");                                     // 239.0.0.0/8 stays inside an organisation
try
{
    using Socket one = Member(0), two = Member(((IPEndPoint)one.LocalEndPoint!).Port);
    sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, free.Address.GetAddressBytes()); // IP_MULTICAST_IF
    await sender.SendToAsync("to all"u8.ToArray(), new IPEndPoint(group, ((IPEndPoint)one.LocalEndPoint!).Port), limit.Token);
    Console.WriteLine($"multicast: one send, received '{await Receive(one)}' and '{await Receive(two)}'");
}
catch (Exception e) when (e is SocketException or OperationCanceledException) { Console.WriteLine("multicast: not possible here"); }

Socket Member(int port)
{
    Socket member = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    member.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true); // C: SO_REUSEADDR: members share the port
    member.Bind(new IPEndPoint(IPAddress.Any, port));
    MulticastOption membership = new(group, IPAddress.Loopback);                         // C: struct ip_mreq
    member.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, membership); // C: IP_ADD_MEMBERSHIP
    return member;
}

static Socket Datagrams(IPEndPoint at)
{
    Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); // C: s = socket(AF_INET, SOCK_DGRAM, 0)
    socket.Bind(at);                                                                    // C: bind(s, ...); no listen, no accept
    return socket;
}

async Task Send(Socket from, string text, Socket to) =>
    await from.SendToAsync(Encoding.ASCII.GetBytes(text), to.LocalEndPoint!, limit.Token); // C: sendto(s, text, length, 0, &to, length)

async Task<string> Receive(Socket at, int size = 1500)
{
    byte[] buffer = new byte[size];
    int n = (await at.ReceiveFromAsync(buffer, free, limit.Token)).ReceivedBytes;       // C: recvfrom(s, buffer, size, 0, &from, &length)
    return Encoding.ASCII.GetString(buffer, 0, n);
}

async Task<List<string>> ReceiveMany(Socket at, int count)
{
    List<string> datagrams = [];
    while (datagrams.Count < count) datagrams.Add(await Receive(at));
    return datagrams;
}

async Task<string> Ask(Socket asking, Socket server, string name)
{
    await asking.SendAsync("who?"u8.ToArray(), limit.Token);                            // C: send(c, "who?", 4, 0)
    await Receive(server);
    await Send(server, $"{name} server", asking);
    return await Receive(asking);
}
