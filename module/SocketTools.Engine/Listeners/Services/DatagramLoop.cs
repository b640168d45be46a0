using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>Serves the datagrams of a socket with a built-in service, on one thread: it receives as many as are there and sends the answers, each with one call.</summary>
/// <remarks>
/// On Linux the thread waits in recvmmsg(2) itself and shutdown(2) ends the wait, so that a datagram and its answer cost one call each. A socket that other
/// processes may share is polled instead: a shutdown would be theirs too.
/// </remarks>
internal sealed class DatagramLoop : IListenerServer
{
    private const int PauseMilliseconds = 100;
    private const int LookEvery = 16;

    // An answer to one of these services would be answered, and so on without end; inetd refuses them too.
    private static readonly int[] s_services = [7, 13, 17, 19, 37];

    private readonly SocketListener _listener;
    private readonly SocketChannel _channel;
    private readonly DatagramService _service;
    private readonly SystemCalls _calls = SystemCalls.Current;
    private readonly DatagramBatch _batch = new(DatagramBatch.LargestCount, DatagramBatch.LargestSize);
    private readonly Thread _thread;
    private readonly bool _blocks;
    private volatile bool _stopping;

    public DatagramLoop(SocketListener listener, DatagramService service)
    {
        _listener = listener;
        _channel = listener.Channel;
        _service = service;
        _blocks = OperatingSystem.IsLinux() && _calls is LibcSystemCalls && _channel is { IsShared: false, NonBlocking: false };
        _thread = new Thread(Run) { IsBackground = true, Name = $"SocketTools {listener}" };
    }

    public void Start()
    {
        _listener.AcquireForLoop();

        // What an answer does not need costs time for every datagram; it does need the destination where the socket has more than one address.
        bool anywhere = _channel.LocalEndPoint is IPEndPoint { Address: var address } && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        _calls.SetDatagramDetails(_channel.Handle, _channel.AddressFamily, time: false, destination: anywhere, null);
        _channel.Closing.UnsafeRegister(static state => ((DatagramLoop)state!).BeginStop(), this);
        _thread.Start();
    }

    public void BeginStop()
    {
        if (!_stopping)
        {
            _stopping = true;
            if (_blocks)
            {
                _calls.Shutdown(_channel.Handle, SocketShutdown.Receive, null);
            }
        }
    }

    public void EndStop()
    {
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(TimeSpan.FromMilliseconds(800));
        }
    }

    private void Run()
    {
        try
        {
            int count = 1;
            for (int round = 0; !_stopping; round++)
            {
                // Looking for a second one delays the answer to the first; so it is done while they come together, and now and then.
                int maximum = count > 1 || round % LookEvery == 0 ? _batch.Count : 1;
                count = _calls.ReceiveDatagrams(_channel.Handle, _batch, maximum, peek: false, _blocks, null);
                if (count > 0 && !_stopping)
                {
                    Serve(count);
                }
                else if (count < 0)
                {
                    Recover((Errno)(-count));
                }
            }
        }
        catch (Exception e)
        {
            _listener.Report(null, e);
        }
        finally
        {
            _channel.Release();
        }
    }

    private void Recover(Errno errno)
    {
        if (errno == Errno.EWOULDBLOCK)
        {
            PollTarget target = new(_channel.Handle, PollEvents.Read);
            _calls.Poll(new Span<PollTarget>(ref target), -1, default, _channel.Closing, null);
        }
        else if (!_stopping && errno != Errno.ECONNREFUSED)
        {
            // ECONNREFUSED is about an answer that found nobody any more.
            _listener.Report(null, new SocketCallException("recvmsg", errno, _channel.ToTarget()));
            _channel.Closing.WaitHandle.WaitOne(PauseMilliseconds);
        }
    }

    // Answers go out in runs of neighbours: one datagram that gets none ends a run.
    private void Serve(int count)
    {
        int first = 0;
        for (int i = 0; i < count; i++)
        {
            ref DatagramArrival arrival = ref _batch.Arrivals[i];
            _channel.CountReceived(arrival.Count);
            _channel.Recorder?.Moved(outgoing: false, _batch.Payload(i), arrival.Remote, arrival.Destination);
            int length = Answers(arrival) ? _service.Answer(_batch.Room(i), arrival.Count) : -1;
            if (length >= 0 && _channel.AddressFamily == AddressFamily.Unix && _channel.AnswerAddress(arrival.Remote!) is RelativeUnixEndPoint relative)
            {
                SendOne(i, length, relative);
                length = -1;
            }

            if (length < 0)
            {
                Send(first, i - first);
                first = i + 1;
            }

            arrival.Count = length;
        }

        Send(first, count - first);
    }

    private bool Answers(in DatagramArrival arrival) =>
        _listener.Admit(arrival.Remote) && arrival.Remote switch
        {
            null => false, // A Unix socket without a name.
            IPEndPoint ip => !Array.Exists(s_services, port => port == ip.Port) && !ip.Equals(_channel.LocalEndPoint),
            _ => true,
        };

    private void SendOne(int index, int length, EndPoint to)
    {
        int sent = _calls.SendTo(_channel.Handle, _batch.Room(index)[..length], to, source: null, blocking: false, null);
        if (sent < 0)
        {
            Failed(sent, to);
        }
        else
        {
            _channel.CountSent(length);
            _channel.Recorder?.Moved(outgoing: true, _batch.Room(index)[..length], to);
        }
    }

    private void Failed(int result, object target)
    {
        if ((Errno)(-result) is not (Errno.EWOULDBLOCK or Errno.ECONNREFUSED))
        {
            _listener.Report(null, new SocketCallException("sendmsg", (Errno)(-result), target));
        }
    }

    // An answer that cannot be sent is lost, as datagrams may be: to wait for one client would hold up the others.
    private void Send(int start, int count)
    {
        while (count > 0)
        {
            int sent = _calls.AnswerDatagrams(_channel.Handle, _batch, start, count);
            if (sent < 0)
            {
                Failed(sent, (object?)_batch.Arrivals[start].Remote ?? _channel.ToTarget()!);
            }

            for (int i = start; i < start + sent; i++)
            {
                _channel.CountSent(_batch.Arrivals[i].Count);
                _channel.Recorder?.Moved(outgoing: true, _batch.Payload(i), _batch.Arrivals[i].Remote, _batch.Arrivals[i].Destination);
            }

            start += Math.Max(sent, 1);
            count -= Math.Max(sent, 1);
        }
    }
}
