using System;
using System.Threading.Tasks;
using Xunit.Runner.InProc.SystemConsole;

namespace SocketTools.Tests;

/// <summary>Runs the tests; with <c>child</c> first, the part of a test that needs a process of its own.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args is ["child", string role, .. string[] rest]
        ? Task.FromResult(ChildProcess.Run(role, rest))
        : ConsoleRunner.Run(args);
}
