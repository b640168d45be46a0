using System;
using System.IO;
using System.Runtime.Versioning;
using SocketTools.Inspection;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class SocketOwnersTests : IDisposable
{
    private readonly FakeProcesses _proc = new();

    public SocketOwnersTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells");

    [Fact]
    public void Nobody_is_looked_for_before_somebody_asks()
    {
        SocketOwners owners = _proc.Owners();
        Assert.Null(owners.Find(0));
        Assert.False(owners.Looked);

        // What appears after the list was made, and before the question, is found; what comes later is not.
        _proc.Add(12, "one", (3, 77));
        Assert.Equal(12, owners.Find(77)?.ProcessId);
        Assert.True(owners.Looked);
        _proc.Add(13, "two", (3, 78));
        Assert.Null(owners.Find(78));
    }

    [Fact]
    public void A_socket_that_two_processes_hold_names_both()
    {
        _proc.Add(12, "one", (3, 77));
        _proc.Add(13, "two", (9, 77));
        SocketOwner owner = _proc.Owners().Find(77)!;
        SocketOwner next = owner.Next!;
        Assert.Null(next.Next);
        Assert.Equal([12, 13], owner.ProcessId < next.ProcessId ? [owner.ProcessId, next.ProcessId] : [next.ProcessId, owner.ProcessId]);
        Assert.Equal(["one 3", "two 9"], owner.ProcessId == 12 ? Names(owner, next) : Names(next, owner));
    }

    [Fact]
    public void A_process_without_a_folder_of_descriptors_is_passed_over()
    {
        Directory.CreateDirectory(Path.Combine(_proc.Path, "11"));
        Directory.CreateDirectory(Path.Combine(_proc.Path, "net", "fd"));
        File.WriteAllText(Path.Combine(_proc.Path, "10"), "no folder");
        Directory.CreateDirectory(Path.Combine(_proc.Path, "9"));
        File.WriteAllText(Path.Combine(_proc.Path, "9", "fd"), "no folder");
        _proc.Add(12, "one", (3, 77));
        Assert.Equal("one", _proc.Owners().Find(77)?.ProcessName);
    }

    [Fact]
    public void A_process_whose_name_vanished_has_an_empty_one()
    {
        _proc.Add(12, null, (3, 77));
        SocketOwner owner = _proc.Owners().Find(77)!;
        Assert.Equal((12, "", 3), (owner.ProcessId, owner.ProcessName, owner.Descriptor));
    }

    [Fact]
    public void Links_that_lead_to_no_socket_are_passed_over()
    {
        _proc.Add(12, "one", (3, 77));
        string descriptors = Path.Combine(_proc.Path, "12", "fd");
        File.CreateSymbolicLink(Path.Combine(descriptors, "4"), "pipe:[78]");
        File.CreateSymbolicLink(Path.Combine(descriptors, "5"), "socket:[");
        File.CreateSymbolicLink(Path.Combine(descriptors, "6"), "/" + new string('x', 200));
        File.CreateSymbolicLink(Path.Combine(descriptors, "x"), "socket:[79]");
        File.WriteAllText(Path.Combine(descriptors, "7"), "socket:[80]");
        SocketOwners owners = _proc.Owners();
        Assert.NotNull(owners.Find(77));
        foreach (ulong inode in (ulong[])[78, 79, 80])
        {
            Assert.Null(owners.Find(inode));
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_not_be_read_has_no_owners()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every folder");
        _proc.Add(12, "one", (3, 77));
        string descriptors = Path.Combine(_proc.Path, "12", "fd");
        File.SetUnixFileMode(descriptors, UnixFileMode.None);
        try
        {
            Assert.Null(_proc.Owners().Find(77));
        }
        finally
        {
            File.SetUnixFileMode(descriptors, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_process_that_vanished_before_the_look_holds_nothing()
    {
        _proc.Add(12, "one", (3, 77));
        _proc.Add(13, "two", (3, 78));
        SocketOwners owners = _proc.Owners();
        _proc.Remove(12);
        Assert.Null(owners.Find(77));
        Assert.Equal("two", owners.Find(78)?.ProcessName);
    }

    [Fact]
    public void Without_proc_nobody_is_known() => Assert.Null(new SocketOwners(Path.Combine(_proc.Path, "none")).Find(77));

    public void Dispose() => _proc.Dispose();

    private static string[] Names(params SocketOwner[] owners) => Array.ConvertAll(owners, static o => $"{o.ProcessName} {o.Descriptor}");
}
