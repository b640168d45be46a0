using FsCheck;
using Microsoft.FSharp.Core;

namespace SocketTools.Tests;

/// <summary>Property checks with the same cases in each run.</summary>
internal static class Fixed
{
    public static Config Seed(int cases) => Config.QuickThrowOnFailure
        .WithQuietOnSuccess(true)
        .WithMaxTest(cases)
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(9734UL, 9735UL), FSharpOption<int>.None)));
}
