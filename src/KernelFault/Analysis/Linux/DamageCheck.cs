namespace KernelFault.Analysis.Linux;

/// <summary>Tells whether a report is whole: a stack that is announced must be there.</summary>
internal static class DamageCheck
{
    // Registers and code stand between the announcement of a stack and its entries, but no more than this.
    private const int LinesToFirstEntry = 15;

    /// <summary>Looks for damage.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? Find(Recognition found, IReadOnlyList<string> lines)
    {
        if (HasStamp(found.Title))
        {
            return DamageReasons.StampInTitle;
        }

        if (found.Rule is null || found.Rule.NeedsNoStack)
        {
            return null;
        }

        bool hasStack = false;
        for (int kind = 0; kind < StackLine.StartKinds; kind++)
        {
            int start = FindStart(lines, kind);
            if (start < 0)
            {
                continue;
            }

            if (lines.Count - start < 3)
            {
                return DamageReasons.StackCut;
            }

            bool hasEntry = HasEntry(lines, start);
            hasStack |= hasEntry;
            if (!hasEntry && kind != StackLine.RiscVStart)
            {
                return DamageReasons.StackEmpty;
            }
        }

        return hasStack ? null : DamageReasons.NoStack;
    }

    private static int FindStart(IReadOnlyList<string> lines, int kind)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (StackLine.FindStart(lines[i], kind, i > 0))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool HasEntry(IReadOnlyList<string> lines, int start)
    {
        var names = new List<string>();
        for (int i = start + 1; i < lines.Count && i <= start + LinesToFirstEntry; i++)
        {
            if (StackLine.IsStart(lines[i]))
            {
                return false;
            }

            if (lines[i].Contains("(stack is not available)") || StackLine.TryFrame(lines[i], names))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasStamp(string title)
    {
        // The text in the brackets must be a number with a point, padded with blanks.
        for (int open = title.IndexOf('['); open >= 0; open = title.IndexOf('[', open + 1))
        {
            int i = open + 1;
            while (i < title.Length && title[i] == ' ')
            {
                i++;
            }

            int digits = i;
            while (i < title.Length && char.IsDigit(title[i]))
            {
                i++;
            }

            int point = i;
            i++;
            while (i < title.Length && char.IsDigit(title[i]))
            {
                i++;
            }

            if (point > digits && point < title.Length && title[point] == '.' && i > point + 1 && i < title.Length && title[i] == ']')
            {
                return true;
            }
        }

        return false;
    }
}
