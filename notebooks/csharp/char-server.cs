#:project ../../module/SocketTools.Engine/SocketTools.Engine.csproj
#:property PublishAot=false
#:property NoWarn=CA1303

// The char server and its client, over a Unix domain socket and over TCP, without PowerShell.
// The server reads one character, answers the next one, and closes. Beside each call stands what it is in C.
//
//     dotnet run notebooks/csharp/char-server.cs

using System;
using System.IO;
using System.Threading;
using SocketTools;

string folder = Directory.CreateTempSubdirectory("char-server-").FullName;
try
{
    Converse("AF_UNIX", SocketEndpoint.Parse("unix:server_socket"), folder);
    Converse("AF_INET", SocketEndpoint.Parse("tcp://:0"), folder); // port 0: a free one; the texts use 9734
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static void Converse(string family, SocketEndpoint endpoint, string folder)
{
    SocketWait wait = SocketWait.Seconds(10);
    // C: s = socket(family, SOCK_STREAM, 0); bind(s, &address, length); listen(s, 5);
    using SocketListener listener = SocketListener.Start(endpoint, folder, backlog: 5, BindOptions.Default, wait);
    Console.WriteLine($"{family}: server waiting at {listener.Endpoint}");

    Thread server = new(() =>
    {
        using SocketChannel client = listener.Accept(wait); // C: c = accept(s, &address, &length)
        byte character = client.ReceiveExactly(1, wait)[0]; // C: read(c, &ch, 1)
        Console.WriteLine($"{family}: char from client = {(char)character}");
        client.Send([(byte)(character + 1)], wait); // C: ch++; write(c, &ch, 1)
    }); // C: close(c), here the end of using
    server.Start();

    // C: c = socket(family, SOCK_STREAM, 0); connect(c, &address, length); the client needs no bind
    using (SocketChannel channel = SocketConnector.Connect(listener.Endpoint!, folder, wait))
    {
        channel.Send("A"u8, wait); // C: write(c, &ch, 1)
        byte answer = channel.ReceiveExactly(1, wait)[0]; // C: read(c, &ch, 1)
        Console.WriteLine($"char from server = {(char)answer}");
    }

    server.Join();
}
