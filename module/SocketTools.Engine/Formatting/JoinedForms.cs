using System;
using System.Text;

namespace SocketTools.Formatting;

/// <summary>Forms of objects that come one by one, as one: a table goes on with the rows of the next one that has the same head, and anything else stands below.</summary>
internal sealed class JoinedForms
{
    private const string Table = "<table";
    private const string Body = "<tbody>";
    private const string End = "</tbody></table>";

    private readonly StringBuilder _all = new();
    private string? _head;

    /// <summary>Characters so far.</summary>
    public int Length => _all.Length;

    /// <summary>How many characters more there would be with a form.</summary>
    public int Cost(string form) => form.Length - (Continues(form) ? _head!.Length + End.Length : 0);

    public void Add(string form)
    {
        if (Continues(form))
        {
            _all.Length -= End.Length;
            _all.Append(form, _head!.Length, form.Length - _head.Length);
            return;
        }

        // A table with something before it, such as its title, is one of its own.
        int body = form.StartsWith(Table, StringComparison.Ordinal) && form.EndsWith(End, StringComparison.Ordinal) ? form.IndexOf(Body, StringComparison.Ordinal) : -1;
        _head = body < 0 ? null : form[..(body + Body.Length)];
        _all.Append(_all.Length == 0 ? "" : "\n").Append(form);
    }

    public override string ToString() => _all.ToString();

    private bool Continues(string form) => _head is not null && form.StartsWith(_head, StringComparison.Ordinal) && form.EndsWith(End, StringComparison.Ordinal);
}
