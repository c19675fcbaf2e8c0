using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Gives an action its inputs: resolved, of the kinds it asks for, defaults filled in.</summary>
internal static class ActionInputs
{
    /// <summary>Resolves the inputs of a call.</summary>
    /// <param name="info">The action.</param>
    /// <param name="inputs">The inputs as the playbook has them.</param>
    /// <param name="scope">The values.</param>
    /// <returns>The inputs; one that is absent is not in it.</returns>
    /// <exception cref="PlaybookException">One is missing, of another kind or not allowed.</exception>
    internal static IReadOnlyDictionary<string, object?> Resolve(PlaybookActionInfo info, IReadOnlyDictionary<string, object?> inputs, PlaybookScope scope) =>
        Bind(info, (IReadOnlyDictionary<string, object?>)PlaybookTemplate.Resolve(inputs, scope)!);

    /// <summary>Checks inputs that are resolved.</summary>
    /// <param name="info">The action.</param>
    /// <param name="resolved">The inputs.</param>
    /// <returns>The inputs of the kinds that the action asks for.</returns>
    /// <exception cref="PlaybookException">One is missing, of another kind or not allowed.</exception>
    internal static IReadOnlyDictionary<string, object?> Bind(PlaybookActionInfo info, IReadOnlyDictionary<string, object?> resolved)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in resolved.Keys.Where(name => !info.Inputs.Any(input => string.Equals(input.Name, name, StringComparison.OrdinalIgnoreCase))))
        {
            throw new PlaybookException($"The action '{info.Name}' has no input '{name}'.");
        }

        foreach (ActionInput input in info.Inputs)
        {
            string what = $"The input '{input.Name}' of '{info.Name}'";
            object? value = PlaybookTypes.Convert(resolved.TryGetValue(input.Name, out object? given) && given is not null ? given : input.Default, input.Type, what);
            if (value is null)
            {
                if (input.Required)
                {
                    throw new PlaybookException($"{what} is missing.");
                }

                continue;
            }

            foreach (object? element in value is IReadOnlyList<object?> list ? list : [value])
            {
                Verify(input, element, what);
            }

            values[input.Name] = value;
        }

        return values;
    }

    private static void Verify(ActionInput input, object? value, string what)
    {
        if (input.Allowed.Count > 0 && !input.Allowed.Contains(PlaybookValue.Text(value), StringComparer.OrdinalIgnoreCase))
        {
            throw new PlaybookException($"{what} is to be one of {string.Join(", ", input.Allowed)}; it is '{PlaybookValue.Text(value)}'.");
        }

        double? number = value switch { long whole => whole, double any => any, _ => null };
        if (number < input.Minimum || number > input.Maximum)
        {
            throw new PlaybookException($"{what} is to be {(input.Maximum is null ? $"at least {input.Minimum}" : input.Minimum is null ? $"at most {input.Maximum}" : $"from {input.Minimum} to {input.Maximum}")}; it is {PlaybookValue.Text(value)}.");
        }
    }
}
