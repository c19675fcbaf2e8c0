namespace KernelFault.Playbooks.Running;

/// <summary>Gives a playbook its parameters: what the one who runs it says, what the inventory says of the machine, else the default.</summary>
internal static class RunParameters
{
    /// <summary>Checks what is given, before any machine is touched.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">What is given to all machines.</param>
    /// <exception cref="PlaybookException">The playbook has no such parameter, or one has another kind or is not allowed. All errors at once.</exception>
    internal static void Verify(Playbook playbook, IReadOnlyDictionary<string, object?> given)
    {
        var problems = new List<string>();
        foreach (string name in given.Keys.Where(name => Find(playbook, name) is null))
        {
            problems.Add($"The playbook '{playbook.Name}' has no parameter '{name}': {(playbook.Parameters.Count == 0 ? "it has none" : string.Join(", ", playbook.Parameters.Select(parameter => parameter.Name)))}.");
        }

        foreach (PlaybookParameter parameter in playbook.Parameters.Where(parameter => given.ContainsKey(parameter.Name)))
        {
            try
            {
                _ = Convert(parameter, given[parameter.Name]);
            }
            catch (PlaybookException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count > 0)
        {
            throw new PlaybookException(string.Join(" ", problems));
        }
    }

    /// <summary>Names of required parameters that nobody gives.</summary>
    internal static IReadOnlyList<string> Missing(Playbook playbook, IReadOnlyDictionary<string, object?> given, IReadOnlyDictionary<string, object?> host) =>
        [.. playbook.Parameters.Where(parameter => parameter.Required && !IsGiven(given, parameter) && !IsGiven(host, parameter)).Select(parameter => parameter.Name)];

    /// <summary>The values on one machine.</summary>
    /// <param name="playbook">The playbook.</param>
    /// <param name="given">What is given to all machines.</param>
    /// <param name="host">What the inventory says of this one: it goes before.</param>
    /// <param name="scope">For interpolations in defaults.</param>
    /// <returns>A value for each parameter; null for one that has none.</returns>
    /// <exception cref="PlaybookException">One is missing, of another kind or not allowed.</exception>
    internal static IReadOnlyDictionary<string, object?> Bind(Playbook playbook, IReadOnlyDictionary<string, object?> given, IReadOnlyDictionary<string, object?> host, PlaybookScope scope)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (PlaybookParameter parameter in playbook.Parameters)
        {
            object? value = IsGiven(host, parameter) ? host[parameter.Name]
                : IsGiven(given, parameter) ? given[parameter.Name]
                : PlaybookTemplate.Resolve(parameter.Default, scope);
            value = Convert(parameter, value);
            if (value is null && parameter.Required)
            {
                throw new PlaybookException($"The playbook '{playbook.Name}' needs the parameter '{parameter.Name}'.");
            }

            values[parameter.Name] = value;
        }

        return values;
    }

    private static bool IsGiven(IReadOnlyDictionary<string, object?> values, PlaybookParameter parameter) => values.TryGetValue(parameter.Name, out object? value) && value is not null;

    private static PlaybookParameter? Find(Playbook playbook, string name) => playbook.Parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase));

    private static object? Convert(PlaybookParameter parameter, object? value)
    {
        string what = $"The parameter '{parameter.Name}'";
        object? converted = PlaybookTypes.Convert(value, parameter.Type, what);
        IReadOnlyList<object?> elements = converted is IReadOnlyList<object?> list ? list : [converted];
        foreach (object? element in elements.Where(element => element is not null))
        {
            if (parameter.Allowed.Count > 0 && !parameter.Allowed.Any(allowed => PlaybookValue.AreEqual(allowed, element)))
            {
                throw new PlaybookException($"{what} is to be one of {string.Join(", ", parameter.Allowed.Select(PlaybookValue.Text))}{Was(parameter, element)}.");
            }

            if (parameter.Pattern is not null && !PlaybookPattern.Matches(PlaybookValue.Text(element), "^(?:" + parameter.Pattern + ")\\z"))
            {
                throw new PlaybookException($"{what} is to match '{parameter.Pattern}'{Was(parameter, element)}.");
            }

            if (element is long or double
                && ((parameter.Minimum is { } minimum && PlaybookValue.Compare(element, minimum) < 0) || (parameter.Maximum is { } maximum && PlaybookValue.Compare(element, maximum) > 0)))
            {
                throw new PlaybookException($"{what} is to be {Range(parameter.Minimum, parameter.Maximum)}{Was(parameter, element)}.");
            }
        }

        return converted;
    }

    private static string Range(double? minimum, double? maximum) => maximum is null ? $"at least {minimum}" : minimum is null ? $"at most {maximum}" : $"from {minimum} to {maximum}";

    private static string Was(PlaybookParameter parameter, object? value) => parameter.Secret ? string.Empty : $"; it is '{PlaybookValue.Text(value)}'";
}
