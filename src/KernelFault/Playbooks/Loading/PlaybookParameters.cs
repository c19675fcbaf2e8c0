using System.Runtime.InteropServices;
using System.Security;
using System.Text.Json;
using KernelFault.Formats;

namespace KernelFault.Playbooks.Loading;

/// <summary>Compares what a playbook is given with what it declares.</summary>
public static class PlaybookParameters
{
    /// <summary>The value of each parameter.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">
    /// Values by name, of any kind that <see cref="PlaybookValue.From(object?)"/> takes, or a <see cref="SecureString"/>. A text becomes
    /// a number, true or false, a list or a map (both as JSON) where the parameter is one; null counts as not given.
    /// </param>
    /// <param name="isComplete">Whether a parameter that must be given and is not is an error: false when machines have values of their own.</param>
    /// <returns>All parameters by name: what was given, else the default (in which <c>${{ … }}</c> is not resolved yet), else null.</returns>
    /// <exception cref="PlaybookParameterException">A name is not known, a value does not fit, or one is missing.</exception>
    public static IReadOnlyDictionary<string, object?> Resolve(Playbook playbook, IReadOnlyDictionary<string, object?> given, bool isComplete = true)
    {
        _ = playbook ?? throw new ArgumentNullException(nameof(playbook));
        _ = given ?? throw new ArgumentNullException(nameof(given));
        var problems = new List<string>();
        string[] names = [.. playbook.Parameters.Select(parameter => parameter.Name)];
        foreach (string unknown in given.Keys.Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            problems.Add($"There is no parameter '{PrintableText.Clean(unknown)}'{(NearestName.Hint(unknown, names) is string hint ? ": " + hint : names.Length == 0 ? ": it has none." : ".")}");
        }

        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var time = new PatternTime();
        foreach (PlaybookParameter parameter in playbook.Parameters)
        {
            object? value = given.FirstOrDefault(pair => string.Equals(pair.Key, parameter.Name, StringComparison.OrdinalIgnoreCase)).Value;
            if (value is null)
            {
                values[parameter.Name] = parameter.Default;
                if (parameter.Required && isComplete)
                {
                    problems.Add($"The parameter '{parameter.Name}' must be given{(parameter.Description is null ? "." : ": " + PrintableText.Clean(parameter.Description))}");
                }

                continue;
            }

            values[parameter.Name] = Convert(parameter, value, time, problems);
        }

        return problems.Count == 0 ? values : throw new PlaybookParameterException(playbook.Name, problems);
    }

    /// <summary>Takes apart what a console gives: <c>name=value</c>. A name that is given again makes a list.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>Values by name, for <see cref="Resolve"/>.</returns>
    /// <exception cref="PlaybookParameterException">A text has no name.</exception>
    public static IReadOnlyDictionary<string, object?> Parse(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>();
        foreach (string text in texts ?? throw new ArgumentNullException(nameof(texts)))
        {
            int at = text.IndexOf('=');
            if (at <= 0)
            {
                problems.Add($"'{PrintableText.Clean(text)}' is not NAME=VALUE.");
                continue;
            }

            string name = text.Substring(0, at).Trim();
            string value = text.Substring(at + 1);
            values[name] = values.TryGetValue(name, out object? before) ? (object?[])[.. before as IReadOnlyList<object?> ?? [before], value] : value;
        }

        return problems.Count == 0 ? values : throw new PlaybookParameterException("--parameter", problems);
    }

    private static object? Convert(PlaybookParameter parameter, object given, PatternTime time, List<string> problems)
    {
        PlaybookValueRule rule = ParameterReader.RuleOf(parameter);
        try
        {
            object? value = Fit(given is SecureString secret ? Reveal(secret) : PlaybookValue.From(given), parameter.Type);
            if (rule.Problem(value, time) is ({ }, { } expected))
            {
                problems.Add(parameter.Secret
                    ? $"The value of '{parameter.Name}' does not fit: {expected} is expected."
                    : $"'{PrintableText.Clean(PlaybookValue.Text(value), 100)}' does not fit '{parameter.Name}': {PrintableText.Clean(expected)} is expected.");
            }

            return value;
        }
        catch (Exception e) when (e is ArgumentException or PlaybookException or OverflowException or InvalidCastException)
        {
            problems.Add($"The value of '{parameter.Name}' cannot be used{(parameter.Secret ? "." : ": " + PrintableText.Clean(e.Message))}");
            return null;
        }
    }

    // Consoles have texts only, and a text stands for a list of one.
    private static object? Fit(object? value, PlaybookValueType type)
    {
        switch (type)
        {
            case PlaybookValueType.Text:
                return value is long or double or bool ? PlaybookValue.Text(value) : value;
            case PlaybookValueType.TextList:
                return value is IReadOnlyList<object?> list ? (object?[])[.. list.Select(element => Fit(element, PlaybookValueType.Text))] : (object?[])[Fit(value, PlaybookValueType.Text)];
            case PlaybookValueType.Integer or PlaybookValueType.Number or PlaybookValueType.Boolean when value is string text:
                return YamlScalar.TryType(text.Trim(), out object? typed) && typed is not null ? typed : value;
            case PlaybookValueType.Integer when value is double number && Math.Floor(number) == number && Math.Abs(number) < 1L << 53:
                return (long)number;
            case PlaybookValueType.List or PlaybookValueType.Map when value is string text:
                try
                {
                    using JsonDocument document = JsonDocument.Parse(text);
                    return PlaybookValue.FromJson(document.RootElement);
                }
                catch (JsonException)
                {
                    return value;
                }

            default:
                return value;
        }
    }

    private static string Reveal(SecureString secret)
    {
        IntPtr memory = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(memory, secret.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }
}
