using System.Globalization;
using KernelFault.Formats;

namespace KernelFault.Drivers.Linux;

// A line of /proc/modules: name · size in bytes · count of uses · who uses it, each with a comma behind, or '-' · Live, Loading or
// Unloading · address, 0 for users who may not know it · taints in brackets where there are any. A kernel that cannot unload modules
// prints '-' for both count and users. '[permanent],' among the users is a module that cannot be unloaded.

/// <summary>A line of <c>/proc/modules</c>.</summary>
internal sealed record LoadedModule(string Name, ulong? Size, IReadOnlyList<string> UsedBy, KernelDriverState? State, ulong Address, string Taint)
{
    private const int MaximumModules = 16 * 1024;

    /// <summary>Reads the whole file; a line that is none is told and left out.</summary>
    internal static List<LoadedModule> ReadAll(string text, ICollection<string> warnings)
    {
        var modules = new List<LoadedModule>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int damaged = 0;
        foreach (string line in text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (modules.Count == MaximumModules)
            {
                warnings.Add($"/proc/modules has more than {MaximumModules} lines; the others are not read.");
                break;
            }

            if (Read(line) is { } module && seen.Add(module.Name))
            {
                modules.Add(module);
            }
            else
            {
                damaged++;
            }
        }

        if (damaged > 0)
        {
            warnings.Add($"{damaged} lines of /proc/modules could not be read.");
        }

        return modules;
    }

    private static LoadedModule? Read(string line)
    {
        string[] fields = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5 || !IsName(fields[0]) || !ulong.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong size))
        {
            return null;
        }

        string taint = fields.Length > 6 ? fields[6].Trim('(', ')') : string.Empty;
        return new LoadedModule(
            fields[0],
            size,
            fields[3] == "-" ? [] : [.. fields[3].Split([','], StringSplitOptions.RemoveEmptyEntries).Where(IsName)],
            fields[4] switch
            {
                "Live" => KernelDriverState.Running,
                "Loading" => KernelDriverState.StartPending,
                "Unloading" => KernelDriverState.StopPending,
                _ => null,
            },
            fields.Length > 5 ? AddressOf(fields[5]) : 0,
            TaintOf(taint));
    }

    /// <summary>The number behind <c>0x</c>; 0 for what is none.</summary>
    internal static ulong AddressOf(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.Substring(2) : string.Empty;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address) ? address : 0;
    }

    internal static bool HasTaint(string taint, char letter) => taint.AsSpan().IndexOf(letter) >= 0;

    /// <summary>The letters of a module's taints; what is none is left out.</summary>
    internal static string TaintOf(string? text)
    {
        // '+' and '-' behind the letters only say that the module is being loaded or unloaded.
        return text is null ? string.Empty : new string([.. text.Where(c => c is >= 'A' and <= 'Z').Take(32)]);
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 128 && name[0] != '[' && PrintableText.Clean(name) == name && name.AsSpan().IndexOf('/') < 0;
}
