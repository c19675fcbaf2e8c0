using KernelFault.Knowledge;

namespace KernelFault.Analysis.Linux;

/// <summary>Finds the source file to blame in a report whose stack carries files (as <c>decode_stacktrace.sh</c> adds them).</summary>
internal sealed class GuiltyFile
{
    private static readonly string[] InterruptEntries = ["apic_timer_interrupt+0x", "el1h_64_irq+0x", "Exception stack"];
    private readonly LinuxFrameFacts _facts;

    internal GuiltyFile(LinuxFrameFacts facts) => _facts = facts;

    /// <summary>Looks for the file.</summary>
    /// <param name="lines">The report.</param>
    /// <param name="isStall">True for a stall: what the interrupt that noticed it interrupted is looked at first.</param>
    /// <returns>The path in the kernel's tree; null when no line names a file.</returns>
    internal string? Find(IReadOnlyList<string> lines, bool isStall)
    {
        if (isStall)
        {
            foreach (string entry in InterruptEntries)
            {
                int start = IndexOf(lines, entry);
                if (start >= 0 && FindFrom(lines, start) is string interrupted)
                {
                    return interrupted;
                }
            }
        }

        return FindFrom(lines, 0);
    }

    private static int IndexOf(IReadOnlyList<string> lines, string phrase)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Contains(phrase))
            {
                return i;
            }
        }

        return -1;
    }

    private string? FindFrom(IReadOnlyList<string> lines, int start)
    {
        // Should every file be innocent, the first is better than none.
        string? guilty = null;
        bool settled = false;
        for (int i = start; i < lines.Count; i++)
        {
            if (SourceLocation.FindFile(lines[i]) is not string file)
            {
                continue;
            }

            guilty ??= file;
            if (_facts.IsInnocentFile(file) || IsAside(lines[i]))
            {
                continue;
            }

            string path = Normalize(file);
            if (!settled)
            {
                guilty = path;
                settled = true;
            }
            else if (IsDeeper(path, guilty))
            {
                // A driver below the subsystem that was found first is closer to the mistake.
                guilty = path;
            }
        }

        return guilty;
    }

    /// <summary>True if a file lies in a folder below the other's.</summary>
    private static bool IsDeeper(string path, string than)
    {
        int slash = than.LastIndexOf('/');
        string folder = slash < 0 ? "." : than.Substring(0, slash);
        return path.Length > folder.Length + 1
            && path.StartsWith(folder, StringComparison.Ordinal)
            && path[folder.Length] == '/'
            && path.IndexOf('/', folder.Length + 1) > folder.Length + 1;
    }

    /// <summary>True for lines that name files and are no stack: lists of locks held, histories of interrupts, contents of registers.</summary>
    private static bool IsAside(string line)
    {
        string text = line.TrimStart(' ', '\t');
        bool isHeldLock = text.Length > 1 && text[0] == '#' && TitleNumbers.SkipDigits(text, 1) is int end && end > 1 && end < text.Length && text[end] == ':';
        return isHeldLock
            || line.Contains(", at: ")
            || (line.Contains("irqs last ") && (line.Contains("enabled") || line.Contains("disabled")))
            || (line.StartsWith("Register r", StringComparison.Ordinal) && line.Contains(" information"));
    }

    private static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[parts.Count - 1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part.Length > 0 && part != ".")
            {
                parts.Add(part);
            }
        }

        return (path.StartsWith("/", StringComparison.Ordinal) ? "/" : string.Empty) + string.Join("/", parts);
    }
}
