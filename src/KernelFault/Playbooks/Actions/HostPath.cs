using KernelFault.Formats;

namespace KernelFault.Playbooks.Actions;

/// <summary>A path of the machine that a playbook gives.</summary>
internal static class HostPath
{
    private const int MaximumLength = 4096;

    /// <summary>The path of an input.</summary>
    /// <param name="context">The inputs.</param>
    /// <param name="action">Name of the action, for the exception.</param>
    /// <param name="input">Name of the input.</param>
    /// <returns>A whole path, as Windows or as Unix writes it, without control characters.</returns>
    /// <exception cref="PlaybookException">It is none.</exception>
    internal static string Of(ActionContext context, string action, string input)
    {
        string path = context.Text(input) ?? string.Empty;
        bool whole = path.Length > 1 && (path[0] == '/' || path.StartsWith("\\\\", StringComparison.Ordinal)
            || (path.Length > 3 && path[1] == ':' && path[2] is '\\' or '/' && path[0] is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z')));
        return whole && path.Length <= MaximumLength && !path.Any(char.IsControl)
            ? path
            : throw new PlaybookException($"'{action}': '{PrintableText.Clean(path, 200)}' in '{input}' is no whole path of the machine.");
    }
}
