using System.IO;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>A process that may open few files more.</summary>
[Collection(nameof(Alone))]
public sealed class IpcDescriptorTests
{
    [Fact]
    public void A_ring_that_has_no_descriptor_for_its_locks_is_not_made()
    {
        IpcTest.SkipUnlessLinux();
        string name = IpcTest.Name();
        using (FewDescriptors.Left(1))
        {
            Fails.With(Errno.EMFILE, () => IpcRingChannel.Create(name, 100));
        }

        Assert.False(File.Exists($"/dev/shm{name}"));
        using IpcRingChannel ring = IpcRingChannel.Create(name, 100);
    }
}
