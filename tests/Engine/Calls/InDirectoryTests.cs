using System;
using System.IO;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Calls;

public sealed class InDirectoryTests
{
    [Fact]
    public void A_call_is_made_there_while_the_process_stays_where_it_is()
    {
        using TemporaryDirectory directory = new();
        string before = Environment.CurrentDirectory;
        Assert.SkipUnless(InDirectory.TryRun(directory.Path, Made, out _), "the system does not let a thread have a directory of its own");

        Assert.True(File.Exists(directory.File("made")));
        Assert.Equal(before, Environment.CurrentDirectory);
        Assert.False(File.Exists(Path.Combine(before, "made")));

        // A relative path of .NET goes to the kernel as an absolute one; that of a link does not.
        static int Made()
        {
            string here = new FileInfo("/proc/thread-self/cwd").LinkTarget!;
            File.WriteAllText(Path.Combine(here, "made"), "");
            return 7;
        }
    }

    [Fact]
    public void A_directory_that_is_not_there_is_no_place_for_a_call()
    {
        Assert.False(InDirectory.TryRun("/no/such/directory", static () => 7, out int result));
        Assert.Equal(0, result);
    }

    [Fact]
    public void An_error_in_the_call_reaches_the_caller_and_does_not_end_the_process()
    {
        Assert.SkipUnless(InDirectory.TryRun("/", static () => 0, out _), "the system does not let a thread have a directory of its own");

        Assert.Throws<InvalidOperationException>(() => InDirectory.TryRun("/", static () => throw new InvalidOperationException(), out _));
    }
}
