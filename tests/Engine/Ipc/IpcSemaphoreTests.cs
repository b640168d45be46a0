using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class IpcSemaphoreTests
{
    private readonly string _name = $"/sockettools-test-{Guid.NewGuid():n}";

    public IpcSemaphoreTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "POSIX semaphores are of Linux here");

    private string Path => $"/dev/shm/sem.{_name[1..]}";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItCounts(bool named)
    {
        using IpcSemaphore semaphore = IpcSemaphore.Create(named ? _name : null, 2);
        Assert.Equal(2, semaphore.Value);
        semaphore.Lock(1, SocketWait.Never);
        semaphore.Lock(1, SocketWait.Never);
        Assert.Equal(0, semaphore.Value);
        SocketCallException locked = Fails.With(Errno.EWOULDBLOCK, () => semaphore.Lock(1, SocketWait.Never));
        Assert.Equal(named ? _name : semaphore, locked.Target);
        Fails.With(Errno.ETIMEDOUT, () => semaphore.Lock(1, Within.Short));
        semaphore.Unlock(3);
        Assert.Equal(3, semaphore.Value);
        Assert.Equal(named ? _name : "(unnamed)", semaphore.ToString());
    }

    [Fact]
    public void SeveralAtOnceAreAllOrNothing()
    {
        using IpcSemaphore semaphore = IpcSemaphore.Create(null, 3);
        semaphore.Lock(3, SocketWait.Never);
        semaphore.Unlock(2);
        Fails.With(Errno.EWOULDBLOCK, () => semaphore.Lock(3, SocketWait.Never));
        Assert.Equal(2, semaphore.Value);
        Fails.With(Errno.ETIMEDOUT, () => semaphore.Lock(3, Within.Short));
        Assert.Equal(2, semaphore.Value);
        using Waiter waiter = Waiter.Start(stop => semaphore.Lock(3, new SocketWait(TimeSpan.FromSeconds(10), stop)));
        Assert.Equal(0, semaphore.Value);
        waiter.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
        Assert.Equal(2, semaphore.Value);
    }

    [Fact]
    public void TheCountHasAMaximum()
    {
        using IpcSemaphore semaphore = IpcSemaphore.Create(null, int.MaxValue - 1);
        Assert.Equal(1, Fails.With(Errno.EOVERFLOW, () => semaphore.Unlock(3)).BytesTransferred);
        Assert.Equal(int.MaxValue, semaphore.Value);
        Fails.With(Errno.EOVERFLOW, () => semaphore.Unlock());
    }

    [Fact]
    public void TheNameIsPrivateAndGoesWithItsMaker()
    {
        using (IpcSemaphore semaphore = IpcSemaphore.Create(_name, 1))
        {
            Assert.True(semaphore.IsOwner);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(Path));
            using (IpcSemaphore second = IpcSemaphore.Open(_name))
            {
                Assert.False(second.IsOwner);
                second.Lock(1, SocketWait.Never);
                Assert.Equal(0, semaphore.Value);
            }

            Assert.True(File.Exists(Path), "Who did not make it does not remove it.");
            Fails.With(Errno.EEXIST, () => IpcSemaphore.Create(_name, 1));
        }

        Assert.False(File.Exists(Path));
        Fails.With(Errno.ENOENT, () => IpcSemaphore.Open(_name));
    }

    [Fact]
    public void WhatAnotherMadeUnderTheSameNameStays()
    {
        IpcSemaphore first = IpcSemaphore.Create(_name, 1);
        File.Delete(Path);
        using IpcSemaphore second = IpcSemaphore.Create(_name, 5);
        first.Lock(1, SocketWait.Never);
        first.Dispose();
        Assert.True(File.Exists(Path));
        using IpcSemaphore third = IpcSemaphore.Open(_name);
        Assert.Equal(5, third.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("lock")]
    [InlineData("/a/b")]
    [InlineData("//a")]
    [InlineData("/..")]
    [InlineData("/a\0b")]
    public void WhatIsNoNameIsEinval(string name)
    {
        Assert.Equal(name, Fails.With(Errno.EINVAL, () => IpcSemaphore.Create(name, 1)).Target);
        Fails.With(Errno.EINVAL, () => IpcSemaphore.Open(name));
    }

    [Fact]
    public void ANameHas251Bytes()
    {
        string longest = _name + new string('x', 252 - _name.Length);
        using (IpcSemaphore semaphore = IpcSemaphore.Create(longest, 1))
        {
            Assert.Equal(1, semaphore.Value);
        }

        Fails.With(Errno.ENAMETOOLONG, () => IpcSemaphore.Create(longest + "x", 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    public void AFileThatIsNoSemaphoreIsEinval(string content)
    {
        File.WriteAllText(Path, content);
        try
        {
            Fails.With(Errno.EINVAL, () => IpcSemaphore.Open(_name));
            Fails.With(Errno.EEXIST, () => IpcSemaphore.Create(_name, 1));
        }
        finally
        {
            File.Delete(Path);
        }
    }

    [Fact]
    public void AnUnlockWakesAWaiterAtOnce() => Promptly.Ends(static () =>
    {
        using IpcSemaphore semaphore = IpcSemaphore.Create(null, 0);
        using Waiter waiter = Waiter.Start(stop => semaphore.Lock(1, new SocketWait(TimeSpan.FromSeconds(10), stop)));
        TimeSpan time = waiter.EndBy(() => semaphore.Unlock());
        Assert.Null(waiter.Error);
        Assert.Equal(0, semaphore.Value);
        return time * 10; // Far less than the 100 ms after which a wait looks for a stop.
    });

    [Fact]
    public void AStopEndsAWait() => Promptly.Ends(static () =>
    {
        using IpcSemaphore semaphore = IpcSemaphore.Create(null, 0);
        using Waiter waiter = Waiter.Start(stop => semaphore.Lock(1, new SocketWait(TimeSpan.FromSeconds(10), stop)));
        TimeSpan time = waiter.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
        return time;
    });

    [Fact]
    public void ACloseEndsAWait() => Promptly.Ends(static () =>
    {
        IpcSemaphore semaphore = IpcSemaphore.Create(null, 0);
        using Waiter waiter = Waiter.Start(stop => semaphore.Lock(1, new SocketWait(TimeSpan.FromSeconds(10), stop)));
        TimeSpan time = waiter.EndBy(() => semaphore.Close());
        Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(waiter.Error).Errno);
        return time;
    });

    [Fact]
    public void WhatWasTakenIsGivenBackWhenItIsClosedMeanwhile()
    {
        using IpcSemaphore other = IpcSemaphore.Create(_name, 2);
        IpcSemaphore semaphore = IpcSemaphore.Open(_name);
        using Waiter waiter = Waiter.Start(stop => semaphore.Lock(3, new SocketWait(TimeSpan.FromSeconds(10), stop)));
        Assert.Equal(0, other.Value);
        waiter.EndBy(() => semaphore.Close());
        Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(waiter.Error).Errno);
        Assert.Equal(2, other.Value);
    }

    [Fact]
    public void AClosedOneIsEbadf()
    {
        IpcSemaphore semaphore = IpcSemaphore.Create(_name, 1);
        semaphore.Close();
        Assert.False(semaphore.IsOpen);
        Assert.Null(semaphore.Value);
        Fails.With(Errno.EBADF, () => semaphore.Lock(1, SocketWait.Never));
        Fails.With(Errno.EBADF, () => semaphore.Unlock());
        Fails.With(Errno.EBADF, () => semaphore.Close());
        semaphore.Dispose();
    }

    [Fact]
    public void OnlyOneIsInsideAtATime()
    {
        const int Threads = 4;
        const int Times = 500;
        using IpcSemaphore semaphore = IpcSemaphore.Create(_name, 1);
        int inside = 0;
        int worst = 0;
        int total = 0;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            using IpcSemaphore own = IpcSemaphore.Open(_name);
            for (int i = 0; i < Times; i++)
            {
                own.Lock(1, Within.Ten);
                worst = Math.Max(worst, Interlocked.Increment(ref inside));
                total++;
                Interlocked.Decrement(ref inside);
                own.Unlock();
            }
        }))];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => Assert.True(t.Join(TimeSpan.FromSeconds(30))));
        Assert.Equal((1, Threads * Times, 1), (worst, total, semaphore.Value));
    }

    [Fact]
    public void TheCallsAreShown()
    {
        System.Collections.Generic.List<SystemCallRecord> calls = [];
        IpcSemaphore semaphore = IpcSemaphore.Create(_name, 1, calls.Add);
        semaphore.Lock(1, new SocketWait(TimeSpan.Zero, default, calls.Add));
        semaphore.Unlock(1, calls.Add);
        semaphore.Close(calls.Add);
        Assert.Equal(["sem_open", "sem_trywait", "sem_post", "sem_unlink", "sem_close"], calls.Select(static c => c.Name));
        Assert.Equal($"\"{_name}\", O_CREAT|O_EXCL, 0600, 1", calls[0].Arguments);
    }
}
