using KernelFault.Formats;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads who holds locks and who waits for them.</summary>
internal static class LockReader
{
    private const int MaximumLines = 40;

    /// <summary><c>2 locks held by name/123:</c>, then one line a lock: <c> #0: ffff… (&amp;dev->mutex){….}, at: name+0x10/0x20</c>.</summary>
    internal static string[] Held(IReadOnlyList<string> lines)
    {
        var locks = new List<string>();
        bool inside = false;
        foreach (string line in lines)
        {
            string text = line.Trim(' ');
            bool heading = text.Contains(" held by ") && text.EndsWith(":", StringComparison.Ordinal) && text.Contains("lock");
            inside = heading || (inside && text.Length > 1 && text[0] == '#' && char.IsDigit(text[1]));
            if (inside && locks.Count < MaximumLines)
            {
                locks.Add(PrintableText.Clean(text, 240));
            }
        }

        return [.. locks];
    }

    /// <summary>
    /// <c>INFO: task A:1 is blocked on a mutex likely owned by task B:2.</c>, <c>… on a semaphore likely last held by task B:2</c>,
    /// <c>… on a mutex, but the owner is not found.</c> (kernel/hung_task.c since 6.15).
    /// </summary>
    internal static LinuxLockWait[] Waits(IReadOnlyList<string> lines)
    {
        const string Mark = " is blocked on a";
        var waits = new List<LinuxLockWait>();
        foreach (string line in lines)
        {
            int task = line.IndexOf("task ", StringComparison.Ordinal);
            int mark = line.IndexOf(Mark, StringComparison.Ordinal);
            if (task < 0 || mark < task || waits.Count >= MaximumLines || TryTask(line.Substring(task + 5, mark - task - 5)) is not (string name, long id))
            {
                continue;
            }

            // "a mutex", "an rw-semaphore"
            string rest = line.Substring(mark + Mark.Length).TrimStart('n').TrimStart(' ');
            int end = rest.IndexOfAny([' ', ',']);
            int by = rest.IndexOf(" by task ", StringComparison.Ordinal);
            (string Name, long Id)? owner = by < 0 ? null : TryTask(rest.Substring(by + " by task ".Length));
            waits.Add(new LinuxLockWait(name, id, PrintableText.Clean(end < 0 ? rest : rest.Substring(0, end), 40), owner?.Name, owner?.Id));
        }

        return [.. waits];
    }

    // A task's name may hold colons; its id follows the last one.
    private static (string Name, long Id)? TryTask(string text)
    {
        int colon = text.Length - 1;
        while (colon >= 0 && (text[colon] != ':' || LogNumber.Decimal(text, colon + 1) is null))
        {
            colon--;
        }

        return colon > 0 ? (PrintableText.Clean(text.Substring(0, colon), 64), LogNumber.Decimal(text, colon + 1)!.Value) : null;
    }
}
