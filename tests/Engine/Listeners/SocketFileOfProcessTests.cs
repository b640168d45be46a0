using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

/// <summary>What depends on the process: its umask, and its end.</summary>
[Collection(nameof(Alone))]
public sealed partial class SocketFileOfProcessTests : IDisposable
{
    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData(0)]
    [InlineData(0x3F)] // 077
    public void The_file_is_private_to_its_owner_whatever_the_umask(uint mask)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no umask there");
        UnixFileMode mode = default;
        uint before = SetMask(mask);
        try
        {
            using SocketListener listener = ListenerTests.Start(_directory.Endpoint().ToString());
            mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_directory.File());
        }
        finally
        {
            _ = SetMask(before);
        }

        Assert.Equal(ForOwner, mode);
    }

    [Fact]
    public void The_file_is_never_open_to_others_not_even_for_a_moment()
    {
        CallsInUse.SkipUnlessLibc(".NET makes the file before its mode can be set");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux gives the file the mode of the socket");
        UnixFileMode mode = default;
        uint before = SetMask(0);
        try
        {
            SocketWait wait = Within.Ten with
            {
                Trace = call => mode |= call.Name == "bind" && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(_directory.File()) : 0,
            };
            SocketListener.Start(_directory.Endpoint(), "/", 5, BindOptions.Default, wait).Dispose();
        }
        finally
        {
            _ = SetMask(before);
        }

        Assert.Equal(ForOwner, mode);
    }

    [Fact]
    public void The_file_goes_when_the_process_exits_without_closing()
    {
        using Process child = ChildProcess.Start(ChildProcess.ListenAndExit, _directory.File());

        Assert.Equal("listening", child.StandardOutput.ReadLine());
        Assert.True(child.WaitForExit(10_000));
        Assert.Equal(0, child.ExitCode);
        Assert.False(File.Exists(_directory.File()));
    }

    [Fact]
    public void The_file_goes_when_the_process_is_terminated()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no SIGTERM there");
        using Process child = ChildProcess.Start(ChildProcess.ListenAndWait, _directory.File());
        Assert.Equal("listening", child.StandardOutput.ReadLine());

        Assert.Equal(0, Kill(child.Id, 15));

        Assert.True(child.WaitForExit(10_000));
        Assert.False(File.Exists(_directory.File()));
    }

    [Fact]
    public void The_file_of_a_process_that_was_killed_is_stale_and_replaced()
    {
        using Process child = ChildProcess.Start(ChildProcess.ListenAndWait, _directory.File());
        Assert.Equal("listening", child.StandardOutput.ReadLine());
        child.Kill();
        Assert.True(child.WaitForExit(10_000));
        Assert.True(File.Exists(_directory.File()));

        using SocketListener listener = ListenerTests.Start(_directory.Endpoint().ToString());
    }

    public void Dispose() => _directory.Dispose();

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
