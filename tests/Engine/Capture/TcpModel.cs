using System;
using System.Collections.Generic;
using SocketTools.Capture;

namespace SocketTools.Tests.Capture;

/// <summary>
/// Two sides of TCP that really talk to each other, each with the state that it has by its own account, so that what is found from the packets can be compared
/// with what was so. Segments may be lost; they keep their order; what is lost is sent again. A packet is captured when it is sent.
/// </summary>
internal sealed class TcpModel
{
    private readonly Random _random;
    private readonly Side[] _sides;
    private long _time;

    public TcpModel(int seed, double loss)
    {
        _random = new Random(seed);
        Loss = loss;
        _sides = [new Side("CLOSED", Number()), new Side("LISTEN", Number())];
    }

    public double Loss { get; }

    public List<Segment> Captured { get; } = [];

    /// <summary>The states of client and server when each captured segment has come, or is lost.</summary>
    public List<(string Client, string Server)> States { get; } = [];

    public string Client => _sides[0].State;

    public string Server => _sides[1].State;

    /// <summary>Opens, sends some data both ways, and closes, in an order of its own choice.</summary>
    public void Run()
    {
        Say(0, syn: true);
        for (int turns = _random.Next(1, 12); turns > 0; turns--)
        {
            Say(_random.Next(2), length: _random.Next(1, 100));
        }

        int first = _random.Next(2);
        Say(first, fin: true, length: _random.Next(3) == 0 ? 5 : 0);
        for (int turns = _random.Next(4); turns > 0; turns--)
        {
            Say(1 - first, length: _random.Next(1, 100));
        }

        Say(1 - first, fin: true);
    }

    private uint Number() => _random.Next(2) == 0 ? uint.MaxValue - (uint)_random.Next(500) : (uint)_random.NextInt64(1L << 32);

    // Sends until it is acknowledged, as if every timer ran out in time.
    private void Say(int from, bool syn = false, bool fin = false, int length = 0)
    {
        Side own = _sides[from];
        Side other = _sides[1 - from];
        uint sequence = own.Next;
        own.Next += (uint)(length + (syn ? 1 : 0) + (fin ? 1 : 0));
        own.State = syn ? "SYN_SENT" : !fin ? own.State : own.State == "CLOSE_WAIT" ? "LAST_ACK" : "FIN_WAIT_1";
        for (int i = 0; ; i++)
        {
            bool arrives = Send(from, sequence, length, syn, fin, ack: !syn, i);
            if (arrives && syn)
            {
                other.Expected = own.Next;
                other.State = "SYN_RECEIVED";
                Note();
                Answer(1 - from);
                return;
            }

            if (arrives)
            {
                Take(from, fin);
            }

            Note();
            if (arrives && Acknowledge(1 - from, i))
            {
                return;
            }
        }
    }

    // SYN with ACK, until the last ACK of the handshake has come.
    private void Answer(int from)
    {
        Side own = _sides[from];
        Side other = _sides[1 - from];
        uint sequence = own.Next++;
        for (int i = 0; ; i++)
        {
            if (Send(from, sequence, 0, syn: true, fin: false, ack: true, i))
            {
                other.Expected = own.Next;
                other.State = "ESTABLISHED";
                Note();
                if (Acknowledge(1 - from, i))
                {
                    own.State = "ESTABLISHED";
                    States[^1] = (Client, Server);
                    return;
                }
            }
            else
            {
                Note();
            }
        }
    }

    private void Take(int from, bool fin)
    {
        Side receiver = _sides[1 - from];
        receiver.Expected = _sides[from].Next;
        receiver.State = !fin ? receiver.State : receiver.State switch { "ESTABLISHED" => "CLOSE_WAIT", "FIN_WAIT_2" => "TIME_WAIT", _ => receiver.State };
    }

    private bool Acknowledge(int from, int attempt)
    {
        bool arrives = Send(from, _sides[from].Next, 0, syn: false, fin: false, ack: true, attempt);
        Side receiver = _sides[1 - from];
        if (arrives)
        {
            receiver.State = receiver.State switch { "FIN_WAIT_1" => "FIN_WAIT_2", "LAST_ACK" => "CLOSED", _ => receiver.State };
        }

        Note();
        return arrives;
    }

    private bool Send(int from, uint sequence, int length, bool syn, bool fin, bool ack, int attempt)
    {
        _time += 250_000_000;
        Captured.Add(new Segment
        {
            From = (SocketSequenceSide)from,
            Time = _time,
            Sequence = sequence,
            Acknowledgment = ack ? _sides[from].Expected : 0,
            Syn = syn,
            Ack = ack,
            Fin = fin,
            Length = length,
            Window = 1000,
        });
        return attempt > 6 || _random.NextDouble() >= Loss;
    }

    private void Note() => States.Add((Client, Server));

    private sealed class Side(string state, uint number)
    {
        public string State { get; set; } = state;

        public uint Next { get; set; } = number;

        public uint Expected { get; set; }
    }
}
