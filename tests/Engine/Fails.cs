using System;
using Xunit;

namespace SocketTools.Tests;

/// <summary>Asserts that something fails in the way that the engine promises: with a <see cref="SocketCallException"/> that has an errno.</summary>
internal static class Fails
{
    public static SocketCallException With(Errno errno, Action action)
    {
        SocketCallException error = Assert.ThrowsAny<SocketCallException>(action);
        return errno == error.Errno ? error : throw new Xunit.Sdk.XunitException($"Expected {errno}, but: {error}");
    }

    public static SocketCallException With(Errno errno, Func<object?> function) => With(errno, () => { _ = function(); });
}
