using System;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

public sealed class DatagramPropertyTests
{
    [Fact]
    public void Any_list_of_payloads_arrives_as_the_same_list()
    {
        using DatagramPair pair = new(DatagramTransport.Unixgram);
        SocketDatagram[] block = new SocketDatagram[100];
        Gen<byte[]> payload = Gen.Frequency((1, Gen.Constant(Array.Empty<byte>())), (8, Gen.Choose(0, 255).Select(static i => (byte)i).ArrayOf()), (1, Gen.Choose(1, 70_000).Select(static n => new byte[n])));

        Check.One(Fixed.Seed(300), Prop.ForAll(payload.ArrayOf().ToArbitrary(), payloads =>
        {
            // Read before the queue is full: it takes a few only.
            int sent = 0;
            for (int received = 0; received < payloads.Length;)
            {
                for (; sent < payloads.Length && sent - received < 5; sent++)
                {
                    pair.Sender.SendDatagram(payloads[sent], null, Within.Ten);
                }

                int count = pair.Receiver.ReceiveDatagrams(block, 1 << 20, Encoding.UTF8, Within.Ten);
                foreach (SocketDatagram datagram in block.Take(count))
                {
                    Assert.Equal(payloads[received++], datagram.Byte);
                    Assert.False(datagram.Truncated);
                }
            }

            DatagramPair.HasNothing(pair.Receiver);
        }));
    }
}
