namespace KernelFault.Knowledge;

/// <summary>Names with <c>*</c> (any characters) and <c>?</c> (one character), without regard to case.</summary>
internal static class WildcardPattern
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>True if <paramref name="text"/> holds <c>*</c> or <c>?</c>.</summary>
    internal static bool IsPattern(string text) => text.IndexOfAny(Wildcards) >= 0;

    /// <summary>True if the whole name matches. Linear in the name for one star, never exponential: only the last star is tried again.</summary>
    internal static bool Matches(string pattern, string name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(name[n])))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }
}
