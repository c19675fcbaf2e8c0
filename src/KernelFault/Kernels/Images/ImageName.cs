namespace KernelFault.Kernels.Images;

/// <summary>
/// Names of images come from a dump, and a dump is data: only a bare file name that means the same on every platform may
/// become part of a path.
/// </summary>
internal static class ImageName
{
    private const int MaximumLength = 128;

    private static readonly string[] s_devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];

    // The kernel's file has other names on symbol servers and installation media; crash-dump drivers are copies whose
    // name the kernel prefixes with "dump_".
    private static readonly Dictionary<string, string[]> s_aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ntoskrnl.exe"] = ["ntkrnlmp.exe", "ntkrnlpa.exe", "ntkrpamp.exe", "ntkrla57.exe"],
        ["hal.dll"] = ["halmacpi.dll", "halaacpi.dll", "halacpi.dll", "halmps.dll"],
    };

    /// <summary>True if the name may become part of a path.</summary>
    internal static bool IsSafe(string? name)
    {
        if (string.IsNullOrEmpty(name) || name!.Length > MaximumLength || name[name.Length - 1] is '.' or ' ' || name[0] is ' ' or '.')
        {
            return false;
        }

        foreach (char c in name)
        {
            if (c < ' ' || c > '~' || c is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' or '%' or '`')
            {
                return false;
            }
        }

        return !IsDevice(name);
    }

    /// <summary>The name itself, then the other names its file may have.</summary>
    internal static IEnumerable<string> Candidates(string name)
    {
        yield return name;
        if (s_aliases.TryGetValue(name, out string[]? aliases))
        {
            foreach (string alias in aliases)
            {
                yield return alias;
            }
        }

        const string DumpPrefix = "dump_";
        if (name.Length > DumpPrefix.Length && name.StartsWith(DumpPrefix, StringComparison.OrdinalIgnoreCase))
        {
            yield return name.Substring(DumpPrefix.Length);
        }
    }

    // Windows takes CON, COM1 and the like for devices in every folder and with every extension.
    private static bool IsDevice(string name)
    {
        int dot = name.IndexOf('.');
        string stem = (dot < 0 ? name : name.Substring(0, dot)).TrimEnd(' ').ToUpperInvariant();
        return Array.IndexOf(s_devices, stem) >= 0
            || (stem.Length == 4 && stem[3] is >= '0' and <= '9' && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)));
    }
}
