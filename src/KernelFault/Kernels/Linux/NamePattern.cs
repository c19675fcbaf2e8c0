namespace KernelFault.Kernels.Linux;

/// <summary>A name with <c>*</c> for any run of characters and <c>?</c> for one; case-sensitive, as C is.</summary>
internal sealed class NamePattern
{
    private readonly byte[] _pattern;

    internal NamePattern(string pattern) => _pattern = System.Text.Encoding.UTF8.GetBytes(pattern);

    /// <summary>Whether a pattern is more than a name.</summary>
    internal static bool IsWildcard(string text) => text.IndexOfAny(['*', '?']) >= 0;

    /// <summary>Whether a name is as the pattern says. Takes at most the product of both lengths.</summary>
    internal bool Matches(ReadOnlySpan<byte> name)
    {
        int at = 0;
        int next = 0;
        int star = -1;
        int retry = 0;
        while (next < name.Length)
        {
            if (at < _pattern.Length && _pattern[at] == (byte)'*')
            {
                star = at++;
                retry = next;
            }
            else if (at < _pattern.Length && (_pattern[at] == (byte)'?' || _pattern[at] == name[next]))
            {
                at++;
                next++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                next = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (at < _pattern.Length && _pattern[at] == (byte)'*')
        {
            at++;
        }

        return at == _pattern.Length;
    }
}
