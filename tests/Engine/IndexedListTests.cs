using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SocketTools.Tests;

/// <summary>
/// Scripts index what the engine gives them: $c.Attempts[0]. PowerShell does so with an array, and with what has a public indexer. The lists that the compiler makes for
/// <c>IReadOnlyList&lt;T&gt; x = [.. y]</c> have neither.
/// </summary>
public sealed class IndexedListTests
{
    private const byte NewObject = 0x73;
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void NoListOfWhatScriptsSeeIsOneOfTheCompiler() =>
        Assert.Empty(typeof(SocketChannel).Assembly.GetTypes().Where(static t => !IsOfCompiler(t)).SelectMany(static t => t.GetMethods(All).Concat<MethodBase>(t.GetConstructors(All)))
            .SelectMany(static m => Made(m).Where(IsOfCompiler).Select(l => $"{m.DeclaringType}.{m.Name} makes a list of {l.GenericTypeArguments[0]}: write ToArray() or (T[])[...]")));

    private static IEnumerable<Type> Made(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[]? ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length - 4; at++)
        {
            // A byte of that value that is no instruction leads nowhere, or to something else.
            if (code[at] == NewObject && Resolve(at + 1) is { DeclaringType: { } made } && !IsTakenByDotNet(at + 5))
            {
                yield return made;
            }
        }

        // List.AddRange and the like: it goes no further.
        bool IsTakenByDotNet(int at) => at < code.Length - 4 && code[at] is (Call or CallVirtual) && Resolve(at + 1) is { DeclaringType.Assembly: { } taker } && taker != typeof(SocketChannel).Assembly;

        MethodBase? Resolve(int at)
        {
            try
            {
                return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), ofType, ofMethod);
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException)
            {
                return null;
            }
        }
    }

    // One of a type that no script sees does not get there.
    private static bool IsOfCompiler(Type type) => type.Name.StartsWith("<>z__ReadOnly", StringComparison.Ordinal) && type.GenericTypeArguments.All(static a => a.IsVisible);
}
