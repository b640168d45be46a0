using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>Ends of a pipe that a child has. Alone, because the child of another test would inherit them as well, and hold them open.</summary>
[Collection(nameof(Alone))]
public sealed class PipeChildTests
{
    [Fact]
    public void A_child_reads_what_is_sent()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create(IpcPipeEnds.Reader);
        using Process child = IpcTest.Start("md5sum", ((IpcPipeEnd)pipe.Reader).Path!);
        pipe.Reader.Close();
        byte[] sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);
        pipe.Writer.Send(sent, Within.Ten);
        pipe.Writer.Close();
#pragma warning disable CA5351 // No secret: two copies are compared.
        Assert.StartsWith(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(sent)), IpcTest.Output(child), StringComparison.Ordinal);
#pragma warning restore CA5351
    }

    [Fact]
    public void A_child_that_ends_is_a_broken_pipe()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create(IpcPipeEnds.Reader);
        using Process child = IpcTest.Start("head", "-c", "3", ((IpcPipeEnd)pipe.Reader).Path!);
        pipe.Reader.Close();
        pipe.Writer.Send("abcdef"u8, Within.Ten);
        Assert.Equal("abc", IpcTest.Output(child));
        Fails.With(Errno.EPIPE, () => pipe.Writer.Send("g"u8, Within.Ten));
    }

    [Fact]
    public void A_child_writes_and_ends_the_stream()
    {
        IpcTest.SkipUnlessLinux();
        using IpcPipe pipe = IpcPipe.Create(IpcPipeEnds.Writer);
        using Process child = IpcTest.Start("sh", "-c", $"seq 1 20000 > {((IpcPipeEnd)pipe.Writer).Path}");
        pipe.Writer.Close();
        string numbers = Encoding.ASCII.GetString(pipe.Reader.ReceiveAll(1 << 20, Within.Ten)!);
        Assert.Equal(Enumerable.Range(1, 20000).Select(static n => $"{n}"), numbers.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        IpcTest.Output(child);
    }
}
