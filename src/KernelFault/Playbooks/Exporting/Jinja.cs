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
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => Quote(text),
        IReadOnlyDictionary<string, object?> map => "{" + string.Join(", ", map.Select(pair => $"{Quote(pair.Key)}: {Literal(pair.Value)}")) + "}",
        IReadOnlyList<object?> list => "[" + string.Join(", ", list.Select(Literal)) + "]",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    /// <summary>A text in quotes. What could end it, or the expression around it, is escaped: letters, digits and plain marks stay.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("'", text.Length + 8);
        foreach (char c in text)
        {
            if (c is (>= ' ' and < (char)0x7F) and not ('\'' or '\\' or '{' or '}' or '%' or '#'))
            {
                quoted.Append(c);
            }
            else
            {
                quoted.Append(c < 0x100 ? "\\x" : "\\u").Append(((int)c).ToString(c < 0x100 ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
        }

        return quoted.Append('\'').ToString();
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
