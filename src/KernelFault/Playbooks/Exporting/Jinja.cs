using System.Globalization;
using System.Text;

namespace KernelFault.Playbooks.Exporting;

/// <summary>Values as literals of Jinja.</summary>
internal static class Jinja
{
    /// <summary>A value.</summary>
    internal static string Literal(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number when double.IsNaN(number) || double.IsInfinity(number) => throw new PlaybookException("A number without an end cannot be written in Ansible."),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => Quote(text),
        IReadOnlyDictionary<string, object?> map => "{" + string.Join(", ", map.Select(pair => $"{Quote(pair.Key)}: {Literal(pair.Value)}")) + "}",
        IReadOnlyList<object?> list => "[" + string.Join(", ", list.Select(Literal)) + "]",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    /// <summary>
    /// A text as an expression. What could end it, or the expression around it, is made of its number: Ansible doubles backslashes in
    /// some places and in others not, so that there is no escape that means the same in both.
    /// </summary>
    internal static string Quote(string text)
    {
        var parts = new List<string>();
        var plain = new StringBuilder();
        foreach (char c in text)
        {
            if (c is >= ' ' and not ('\'' or '\\' or '{' or '}' or '%' or '#' or (char)0x7F))
            {
                plain.Append(c);
                continue;
            }

            if (plain.Length > 0)
            {
                parts.Add($"'{plain}'");
                plain.Clear();
            }

            parts.Add(FormattableString.Invariant($"('%c' | format({(int)c}))"));
        }

        if (plain.Length > 0 || parts.Count == 0)
        {
            parts.Add($"'{plain}'");
        }

        return parts.Count == 1 ? parts[0] : "(" + string.Join(" ~ ", parts) + ")";
    }

    /// <summary>The name of Ansible's variable for a parameter: <c>sinceHours</c> is <c>kf_since_hours</c>.</summary>
    internal static string Variable(string parameter)
    {
        var name = new StringBuilder("kf");
        bool wasUpper = false;
        for (int i = 0; i < parameter.Length; i++)
        {
            bool isUpper = char.IsUpper(parameter[i]);
            name.Append(i == 0 || (isUpper && !wasUpper) ? "_" : string.Empty).Append(char.ToLowerInvariant(parameter[i]));
            wasUpper = isUpper;
        }

        return name.ToString();
    }
}
