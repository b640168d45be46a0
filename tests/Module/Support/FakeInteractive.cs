// The public members of .NET Interactive that the module looks for by name, for tests on a machine that does not have it. Compiled twice: as the
// assembly Microsoft.DotNet.Interactive.Formatting and, with KERNEL, as Microsoft.DotNet.Interactive. OLD leaves out what older versions do not have.
using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

#if KERNEL
namespace Microsoft.DotNet.Interactive
{
    public sealed class KernelInvocationContext
    {
        private static readonly AsyncLocal<KernelInvocationContext> s_current = new AsyncLocal<KernelInvocationContext>();
        private readonly CancellationTokenSource _source = new CancellationTokenSource();

        public static KernelInvocationContext Current { get { return s_current.Value; } }

        public CancellationToken CancellationToken { get { return _source.Token; } }

        // What the host does around a cell, and when its person stops it.
        public static KernelInvocationContext Begin() { return s_current.Value = new KernelInvocationContext(); }

        public static void End() { s_current.Value = null; }

        public void CancelAfter(int milliseconds) { _source.CancelAfter(milliseconds); }
    }
}
#else
namespace Microsoft.DotNet.Interactive.Formatting
{
    public sealed class FormatContext { public TextWriter Writer; }

    public delegate bool FormatDelegate<T>(T value, FormatContext context);

    public static class Formatter
    {
        public static readonly List<Tuple<Type, string>> Registered = new List<Tuple<Type, string>>();
        private static readonly Dictionary<Tuple<Type, string>, Action<object, TextWriter>> s_actions = new Dictionary<Tuple<Type, string>, Action<object, TextWriter>>();

        public static void Register(Type type, FormatDelegate<object> formatter, string mimeType = "text/plain") { throw new NotSupportedException(); }

        public static void Register<T>(Action<T, TextWriter> formatter, string mimeType = "text/plain") { throw new NotSupportedException(); }

#if !OLD
        public static void Register(Type type, Action<object, TextWriter> formatter, string mimeType = "text/plain")
        {
            Registered.Add(Tuple.Create(type, mimeType));
            s_actions[Tuple.Create(type, mimeType)] = formatter;
        }
#endif

        // A registered formatter, else one that the type's attribute leads to, whoever defined it.
        public static string ToDisplayString(object value, string mimeType)
        {
            StringWriter writer = new StringWriter();
            Action<object, TextWriter> action;
            if (s_actions.TryGetValue(Tuple.Create(value.GetType(), mimeType), out action))
            {
                action(value, writer);
                return "registered: " + writer;
            }

            foreach (object attribute in value.GetType().GetCustomAttributes(true).Where(a => a.GetType().Name == "TypeFormatterSourceAttribute"))
            {
                Type sourceType = (Type)attribute.GetType().GetProperty("FormatterSourceType").GetValue(attribute);
                object source = Activator.CreateInstance(sourceType);
                foreach (object formatter in (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters").Invoke(source, null))
                {
                    if ((string)formatter.GetType().GetProperty("MimeType").GetValue(formatter) == mimeType)
                    {
                        bool done = (bool)formatter.GetType().GetMethod("Format").Invoke(formatter, new object[] { value, writer });
                        return done ? "by attribute: " + writer : null;
                    }
                }
            }

            return null;
        }
    }
}
#endif
