using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using SocketTools.Ipc;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class IpcResourceTests
{
    private static readonly string[] s_segments =
    [
        "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap",
        "-1472597060          0   644                  1000 21587     0      0  1000  1000  1000  1000          0          0 1763752496                     0                     0",
        "         0      32769  1600            1073741824   100   200      2     0     0     0     0          0          0          0                     0                     0",
    ];

    private readonly string _name = $"/sockettools-test-{Guid.NewGuid():n}";

    [Fact]
    public void SegmentsOfSystemVAreRead()
    {
        List<IpcResource> found = SystemVTable.Parse(IpcResourceKind.SharedMemory, s_segments, new ResourceHolders(), []);
        Assert.Equal(2, found.Count);
        IpcResource first = found[0];
        Assert.Equal(("0xa839f3bc", 0, "0644", 1000L, 21587, (int?)null, 0), (first.Name, first.Id!.Value, first.Mode, first.Size!.Value, first.CreatorProcessId!.Value, first.LastProcessId, first.Attached!.Value));
        Assert.Equal((1000u, 1763752496L), (first.UserId!.Value, first.ChangedAt!.Value.ToUnixTimeSeconds()));
        Assert.False(first.RemovalPending);
        IpcResource second = found[1];
        Assert.Equal(("0x00000000", 32769, "0600", 200), (second.Name, second.Id!.Value, second.Mode, second.LastProcessId!.Value));
        Assert.True(second.RemovalPending);
        Assert.Null(second.ChangedAt);
        Assert.Equal(IpcLifetime.Kernel, second.Lifetime);
    }

    [Fact]
    public void QueuesAndSetsOfSystemVAreRead()
    {
        IpcResource queue = Assert.Single(SystemVTable.Parse(IpcResourceKind.MessageQueue,
        [
            "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime",
            "        42          7   622         129          3    11    12     0     0     0     0        100        200        300",
        ], new ResourceHolders(), []));
        Assert.Equal(("0x0000002a", 7, "0622", 129L, 3, 12), (queue.Name, queue.Id!.Value, queue.Mode, queue.Size!.Value, queue.Messages!.Value, queue.LastProcessId!.Value));
        IpcResource set = Assert.Single(SystemVTable.Parse(IpcResourceKind.Semaphore,
        [
            "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime",
            "        42          8   600          5     0     0     0     0          0          0",
        ], new ResourceHolders(), []));
        Assert.Equal((5, (long?)null, (int?)null), (set.Count!.Value, set.Size, set.Messages));
        Assert.Null(set.OpenedBy);
    }

    [Fact]
    public void RandomLinesAreReadOrPassedOver()
    {
        Random random = new(9);
        for (int i = 0; i < 20_000; i++)
        {
            string line = Mutate(random, s_segments[random.Next(1, 3)]);
            string header = random.Next(4) == 0 ? Mutate(random, s_segments[0]) : s_segments[0];
            foreach (IpcResource resource in SystemVTable.Parse(IpcResourceKind.SharedMemory, [header, line], new ResourceHolders(), []))
            {
                Assert.NotNull(resource.Id);
                Assert.Matches("^0x[0-9a-f]{8}$", resource.Name);
                Assert.Matches("^[0-7]{4}$", resource.Mode);
            }

            ResourceHolders.ReadMapping(Mutate(random, "7f0c8a000000-7f0c8a001000 rw-s 00000000 00:19 123                        /dev/shm/name"));
            QueueDirectory.FindMount([Mutate(random, "36 35 0:17 / /dev/mqueue rw,relatime shared:14 - mqueue mqueue rw")]);
        }
    }

    [Fact]
    public void MappingsAreRead()
    {
        Assert.Equal(new HolderKey(0x19UL << 32, 123), ResourceHolders.ReadMapping("7f0c8a000000-7f0c8a001000 rw-s 00000000 00:19 123                        /dev/shm/a b"));
        Assert.Equal(HolderKey.OfSegment(32769), ResourceHolders.ReadMapping("7f0c8a000000-7f0c8a001000 rw-s 00000000 00:01 32769                      /SYSV00000000 (deleted)"));
        Assert.Null(ResourceHolders.ReadMapping("7f0c8a000000-7f0c8a001000 rw-p 00000000 00:19 123                        /usr/lib/libc.so.6"));
        Assert.Null(ResourceHolders.ReadMapping("7f0c8a000000-7f0c8a001000 rw-p 00000000 00:00 0 "));
        Assert.Null(ResourceHolders.ReadMapping(""));
    }

    [Fact]
    public void TheMountOfQueuesIsFound()
    {
        Assert.Equal("/dev/mqueue", QueueDirectory.FindMount(["25 1 0:22 / /proc rw - proc proc rw", "36 35 0:17 / /dev/mqueue rw,relatime shared:14 - mqueue mqueue rw"]));
        Assert.Equal("/run/a b", QueueDirectory.FindMount(["36 35 0:17 / /run/a\\040b rw - mqueue mqueue rw"]));
        Assert.Null(QueueDirectory.FindMount(["25 1 0:22 / /proc rw - proc proc rw"]));
    }

    [Fact]
    public void WhatThisProcessMadeIsListedAsItsOwn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the list is of Linux");
        using IpcSemaphore semaphore = IpcSemaphore.Create(_name, 7);
        using IpcSemaphore unnamed = IpcSemaphore.Create(null, 3);
        using IpcPosixQueue queue = IpcPosixQueue.Create(_name, 3, 64, IpcAccess.ReadWrite);
        using IpcSystemVQueue systemV = IpcSystemVQueue.Create(0);
        queue.Send("hello"u8, Within.Ten);
        IReadOnlyList<IpcResource> all = IpcResources.List([]);

        IpcResource row = Assert.Single(all, r => r.Name == _name && r.Kind == IpcResourceKind.Semaphore);
        Assert.Equal((IpcResourceInterface.Posix, "0600", 7, Environment.UserName), (row.Interface, row.Mode, row.Value!.Value, row.Owner));
        Assert.True(row.IsOwn);
        Assert.Equal(Environment.ProcessId, row.CreatorProcessId);
        Assert.Equal([Environment.ProcessId], row.OpenedBy);

        Assert.Contains(all, static r => r is { Lifetime: IpcLifetime.Process, Kind: IpcResourceKind.Semaphore, Value: 3, IsOwn: true });
        row = Assert.Single(all, r => r.Interface == IpcResourceInterface.SystemV && r.Kind == IpcResourceKind.MessageQueue && r.Id == systemV.Identifier);
        Assert.True(row.IsOwn);

        IpcResource? listed = all.SingleOrDefault(r => r.Name == _name && r.Kind == IpcResourceKind.MessageQueue);
        Assert.SkipWhen(listed is null, "the mqueue file system is not mounted, and this user may not mount it");
        Assert.Equal((1, 3, 64, true), (listed.Messages!.Value, listed.MaximumMessages!.Value, listed.MessageSize!.Value, listed.IsOwn));
        Assert.Equal([Environment.ProcessId], listed.OpenedBy);
    }

    [Fact]
    public void WhatWasRemovedIsGone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the list is of Linux");
        using IpcSemaphore semaphore = IpcSemaphore.Create(_name, 0);
        IpcResource row = Assert.Single(IpcResources.List([IpcResourceKind.Semaphore]), r => r.Name == _name);
        row.Remove();
        Assert.DoesNotContain(IpcResources.List([IpcResourceKind.Semaphore]), r => r.Name == _name);
        Assert.Same(row, Fails.With(Errno.ENOENT, () => row.Remove()).Target);
        semaphore.Unlock();
        Assert.Equal(1, semaphore.Value);
    }

    [Fact]
    public void LimitsAreThoseOfProc()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limits are of Linux");
        IReadOnlyList<IpcLimit> limits = IpcLimit.Read();
        foreach (IpcLimit limit in limits.Where(static l => l.Source.StartsWith("/proc/", StringComparison.Ordinal)))
        {
            Assert.Contains(limit.Value!.Value.ToString(CultureInfo.InvariantCulture), File.ReadAllText(limit.Source).Split((char[]?)null));
        }

        Assert.Contains(limits, static l => l is { Name: "SEM_VALUE_MAX", Value: int.MaxValue });
        Assert.Contains(limits, static l => l is { Name: "RLIMIT_MSGQUEUE", Unit: "bytes" });
    }

    private static string Mutate(Random random, string line)
    {
        char[] text = line.ToCharArray();
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            text[random.Next(text.Length)] = "0123456789 -:/abcxyz\0\u00E9"[random.Next(22)];
        }

        return new string(text, 0, random.Next(3) == 0 ? random.Next(text.Length) : text.Length);
    }
}
