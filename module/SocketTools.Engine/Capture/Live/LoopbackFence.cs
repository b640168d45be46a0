using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using SocketTools.Native;

namespace SocketTools.Capture;

/// <summary>
/// Waits until the kernel is through with every packet that was sent before. A packet over the loopback, or over a pair of interfaces, is put into a queue of the
/// processor that sent it, and is received, and captured, when that processor gets to it: mostly at once, but not always. So a frame of our own is put into the
/// queue of each processor; when it comes out, so has everything before it.
/// </summary>
internal sealed unsafe class LoopbackFence
{
    // What comes out of a queue may put an answer into one: data a FIN's ACK. Each further round waits for the answers of the one before.
    private const int Rounds = 3;

    // Where the loopback itself loses or delays (netem), a frame is sent again, so often in all. It is not the clock that counts, for on a machine that has no
    // time for anything it may have gone on by much between two looks.
    private const int AgainMilliseconds = 100;
    private const int MaximumAgain = 30;

    private const int FrameSize = 60;
    private const int HeaderSize = 14;
    private const int MaximumProcessors = 8192;

    private readonly PacketSocket _socket;
    private readonly byte[] _frame = new byte[FrameSize];

    private LoopbackFence(PacketSocket socket)
    {
        _socket = socket;
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(12), FilterCompiler.FenceEtherType);
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(HeaderSize), FilterCompiler.FenceMagic);
        RandomNumberGenerator.Fill(_frame.AsSpan(HeaderSize + 4, 16)); // Ours, and not those of another capture.
    }

    /// <summary>Takes over a socket. Null, and the socket stays the caller's, where there is no loopback that is up.</summary>
    public static LoopbackFence? TryOpen(PacketSocket socket, int loopback, SystemCallTrace? trace)
    {
        if (loopback == 0)
        {
            return null;
        }

        try
        {
            socket.Bind(loopback, FilterCompiler.FenceEtherType, trace);
            return new LoopbackFence(socket);
        }
        catch (SocketCallException)
        {
            return null;
        }
    }

    /// <summary>Returns when everything sent before has been received. It leaves the thread on some processor, so the thread is to be one that ends soon.</summary>
    /// <param name="goesOn">Asked every now and then; false ends it.</param>
    public void Pass(Func<bool> goesOn)
    {
        const int Words = MaximumProcessors / 64;
        ulong* allowed = stackalloc ulong[Words];
        ulong* one = stackalloc ulong[Words];
        int size = Libc.GetProcessors(0, Words * sizeof(ulong), allowed) == 0 ? Words : 0;
        int again = MaximumAgain;
        for (int round = 0; round < Rounds; round++)
        {
            int sent = 0;
            for (int word = 0; word < size; word++)
            {
                for (ulong rest = allowed[word]; rest != 0; rest &= rest - 1)
                {
                    new Span<ulong>(one, Words).Clear();
                    one[word] = 1ul << BitOperations.TrailingZeroCount(rest);
                    if (Libc.SetProcessors(0, Words * sizeof(ulong), one) == 0)
                    {
                        // On this processor until it came out of the queue here; the queues of the others go on meanwhile.
                        Await((uint)((round << 16) | sent++), ref again, goesOn);
                    }
                }
            }
        }
    }

    /// <summary>Closes it.</summary>
    public void Close(SystemCallTrace? trace) => _socket.Close(trace);

    private void Await(uint number, ref int again, Func<bool> goesOn)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(HeaderSize + 20), number);
        Span<byte> received = stackalloc byte[FrameSize];
        for (; again > 0 && goesOn(); again--)
        {
            _socket.TrySend(_frame);
            Libc.PollFd fd = new() { Fd = _socket.Descriptor, Events = LibcNumbers.POLLIN };
            do
            {
                int count;
                while ((count = _socket.TryReceive(received)) > 0)
                {
                    if (count == FrameSize && received[HeaderSize..].SequenceEqual(_frame.AsSpan(HeaderSize)))
                    {
                        return;
                    }
                }
            }
            while (Libc.Poll(&fd, 1, AgainMilliseconds) > 0);
        }
    }
}
