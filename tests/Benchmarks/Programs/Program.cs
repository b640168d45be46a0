using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SocketTools.Benchmarks;

// What load.c and echo.c do, for systems without a C compiler or without epoll(7). The commands are those of load.c, and:
//   serve   a plain echo server: prints its port and ends when its standard input does
//   messages <count> <size>   see Messages.cs
long[] numbers = [.. args.Skip(1).Select(static a => long.Parse(a, CultureInfo.InvariantCulture))];
switch (args.FirstOrDefault(), numbers.Length)
{
    case ("echo", 4):
        await Echo((int)numbers[0], (int)numbers[1], (int)numbers[2], TimeSpan.FromMilliseconds(numbers[3]));
        return 0;
    case ("connect", 3):
        await ConnectAll((int)numbers[0], (int)numbers[1], TimeSpan.FromMilliseconds(numbers[2]));
        return 0;
    case ("hold", 2):
        Hold((int)numbers[0], (int)numbers[1]);
        return 0;
    case ("source", 1):
        Serve(socket => Flood(socket, numbers[0]));
        return 0;
    case ("sink", 0):
        Serve(Drain);
        return 0;
    case ("serve", 0):
        Serve(static socket => _ = EchoBack(socket));
        return 0;
    case ("messages", 2):
        Messages.Serve((int)numbers[0], (int)numbers[1]);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: echo|connect|hold|source|sink|serve|messages ...");
        return 2;
}

static Socket Open(int port)
{
    Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    socket.Connect(IPAddress.Loopback, port);
    return socket;
}

static void Print(TimeSpan time, long count) =>
    Console.WriteLine((time.TotalNanoseconds / count).ToString("0.000", CultureInfo.InvariantCulture));

static async Task Echo(int port, int connections, int size, TimeSpan time)
{
    // Once without the clock: what is measured is the server, not this program's compilation.
    foreach (TimeSpan block in new[] { TimeSpan.FromMilliseconds(100), time })
    {
        Socket[] sockets = [.. Enumerable.Range(0, connections).Select(_ => Open(port))];
        Stopwatch watch = Stopwatch.StartNew();
        long[] counts = connections == 1 ? [PingAlone(sockets[0], size, block)] : await Task.WhenAll(sockets.Select(s => Ping(s, size, block)));
        TimeSpan elapsed = watch.Elapsed;
        Array.ForEach(sockets, static s => s.Dispose());
        if (block == time)
        {
            Print(elapsed, counts.Sum());
        }
    }
}

static long PingAlone(Socket socket, int size, TimeSpan time)
{
    byte[] buffer = new byte[size];
    Stopwatch watch = Stopwatch.StartNew();
    long count = 0;
    for (; watch.Elapsed < time; count++)
    {
        socket.Send(buffer);
        for (int got = 0; got < size;)
        {
            got += Some(socket.Receive(buffer, got, size - got, SocketFlags.None));
        }
    }

    return count;
}

static async Task<long> Ping(Socket socket, int size, TimeSpan time)
{
    byte[] buffer = new byte[size];
    Stopwatch watch = Stopwatch.StartNew();
    long count = 0;
    for (; watch.Elapsed < time; count++)
    {
        await socket.SendAsync(buffer);
        for (int got = 0; got < size;)
        {
            got += Some(await socket.ReceiveAsync(buffer.AsMemory(got)));
        }
    }

    return count;
}

static async Task ConnectAll(int port, int concurrent, TimeSpan time)
{
    foreach (TimeSpan block in new[] { TimeSpan.FromMilliseconds(100), time })
    {
        Stopwatch watch = Stopwatch.StartNew();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, concurrent).Select(_ => ConnectInTurn(port, block)));
        if (block == time)
        {
            Print(watch.Elapsed, counts.Sum());
        }
    }
}

static async Task<long> ConnectInTurn(int port, TimeSpan time)
{
    byte[] buffer = new byte[1];
    Stopwatch watch = Stopwatch.StartNew();
    long count = 0;
    for (; watch.Elapsed < time; count++)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync("A"u8.ToArray());
        Some(await socket.ReceiveAsync(buffer));
        if (buffer[0] != 'B' || await socket.ReceiveAsync(buffer) != 0)
        {
            throw new IOException("The answer is wrong.");
        }

        socket.LingerState = new LingerOption(true, 0);
    }

    return count;
}

static void Hold(int port, int connections)
{
    List<Socket> sockets = [.. Enumerable.Range(0, connections).Select(_ => Open(port))];
    Console.WriteLine(sockets.Count);
    Console.In.ReadToEnd();
    GC.KeepAlive(sockets);
}

static void Serve(Action<Socket> serve)
{
    using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    listener.Listen(4096);
    Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
    Thread accept = new(() =>
    {
        while (true)
        {
            serve(listener.Accept());
        }
    })
    { IsBackground = true };
    accept.Start();
    Console.In.ReadToEnd();
    Environment.Exit(0);
}

static void Flood(Socket socket, long bytes)
{
    using (socket)
    {
        byte[] block = new byte[64 * 1024];
        while (bytes > 0)
        {
            bytes -= socket.Send(block.AsSpan(0, (int)Math.Min(bytes, block.Length)));
        }
    }
}

static void Drain(Socket socket)
{
    using (socket)
    {
        byte[] block = new byte[64 * 1024];
        while (socket.Receive(block) > 0)
        {
        }
    }
}

static async Task EchoBack(Socket socket)
{
    await Task.Yield();
    using (socket)
    {
        try
        {
            byte[] buffer = new byte[4096];
            int count;
            while ((count = await socket.ReceiveAsync(buffer)) > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (SocketException)
        {
            // The client went away.
        }
    }
}

static int Some(int count) => count > 0 ? count : throw new IOException("The server ended the connection.");
