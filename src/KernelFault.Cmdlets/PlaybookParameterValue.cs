using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using KernelFault.Playbooks;

namespace KernelFault.Cmdlets;

/// <summary>Makes values of a playbook of what PowerShell passes: without its wrappers, and secrets as the text they are.</summary>
internal static class PlaybookParameterValue
{
    private const int MaximumDepth = 32;

    /// <summary>The values of a hashtable.</summary>
    /// <param name="parameters">Names with values; null for none.</param>
    /// <exception cref="ArgumentException">A value has no place in a playbook.</exception>
    internal static IReadOnlyDictionary<string, object?> Map(Hashtable? parameters) =>
        PlaybookValue.Map([.. (parameters ?? []).Cast<DictionaryEntry>().Select(entry => (entry.Key.ToString()!, Unwrap(entry.Value, 0)))]);

    private static object? Unwrap(object? value, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new ArgumentException($"A value is nested more than {MaximumDepth} deep.", nameof(value));
        }

        return value switch
        {
            PSObject { BaseObject: PSCustomObject } wrapped => PlaybookValue.Map([.. wrapped.Properties.Select(property => (property.Name, Unwrap(property.Value, depth + 1)))]),
            PSObject wrapped => Unwrap(wrapped.BaseObject, depth + 1),
            SwitchParameter flag => flag.IsPresent,
            SecureString secret => new NetworkCredential(string.Empty, secret).Password,
            IDictionary map => PlaybookValue.Map([.. map.Cast<DictionaryEntry>().Select(entry => (entry.Key.ToString()!, Unwrap(entry.Value, depth + 1)))]),
            string => value,
            IEnumerable list => (object?[])[.. list.Cast<object?>().Select(element => Unwrap(element, depth + 1))],
            _ => value,
        };
    }
}
