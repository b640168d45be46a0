using System;
using System.IO;
using System.Linq;
using System.Linq.Expressions;
using System.Reflection;
using System.Threading;

namespace SocketTools.Hosts;

/// <summary>
/// .NET Interactive, where this process is one. Nothing of it is referred to: its members are looked for by name in what is loaded, and where they are not
/// found everything is as without it.
/// </summary>
internal static class InteractiveHost
{
    private const string Html = "text/html";

    // It is loaded before any module that a cell imports.
    private static readonly Func<CancellationToken>? s_cellToken = FindCellToken();

    /// <summary>
    /// Fires when the person stops the cell that runs; none where there is no such host. The host never stops a pipeline, so nothing else ends a wait there.
    /// It belongs to the thread that asks: cmdlets ask on the pipeline's.
    /// </summary>
    public static CancellationToken CellToken => s_cellToken?.Invoke() ?? CancellationToken.None;

    /// <summary>
    /// Has the host show our objects as tables and pictures, also where they are simply written. The attribute on the types alone does so for Out-Display
    /// in every version, for what is simply written only in some.
    /// </summary>
    public static void RegisterFormats()
    {
        // Formatter.Register(Type, Action<object, TextWriter>, string); there are others by this name.
        MethodInfo? register = Find("Microsoft.DotNet.Interactive.Formatting", "Microsoft.DotNet.Interactive.Formatting.Formatter")
            ?.GetMethod("Register", BindingFlags.Public | BindingFlags.Static, [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)]);
        if (register is null)
        {
            return;
        }

        foreach (Type type in SocketRichOutput.Types.SelectMany(static t => new[] { t, t.MakeArrayType() }))
        {
            register.Invoke(null, [type, (Action<object, TextWriter>)Write, Html]);
        }
    }

    private static void Write(object value, TextWriter writer)
    {
        if (SocketRichOutput.TryFormat(value, out _, out string? html))
        {
            writer.Write(html);
        }
    }

    // KernelInvocationContext.Current?.CancellationToken, compiled.
    private static Func<CancellationToken>? FindCellToken()
    {
        PropertyInfo? current = Find("Microsoft.DotNet.Interactive", "Microsoft.DotNet.Interactive.KernelInvocationContext")?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static);
        if (current?.PropertyType.GetProperty("CancellationToken") is not { } token || token.PropertyType != typeof(CancellationToken))
        {
            return null;
        }

        ParameterExpression context = Expression.Variable(current.PropertyType);
        return Expression.Lambda<Func<CancellationToken>>(Expression.Block(
            [context],
            Expression.Assign(context, Expression.Property(null, current)),
            Expression.Condition(Expression.Equal(context, Expression.Constant(null)), Expression.Default(typeof(CancellationToken)), Expression.Property(context, token)))).Compile();
    }

    private static Type? Find(string assembly, string type) =>
        AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == assembly)?.GetType(type);
}
