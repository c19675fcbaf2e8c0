using System.Diagnostics;

namespace KernelFault.Playbooks.Loading;

/// <summary>How long the regular expressions of one file may take in all: each alone has its limit, but a file can have many.</summary>
internal sealed class PatternTime
{
    private static readonly TimeSpan s_each = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _used = new();

    /// <summary>Whether there is time left.</summary>
    internal bool IsLeft => _used.ElapsedMilliseconds < 300;

    /// <summary>Whether an expression is found in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The expression.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="PlaybookException">It cannot be used, or the time is over.</exception>
    internal bool Matches(string text, string pattern)
    {
        if (!IsLeft)
        {
            throw new PlaybookException("The regular expressions of this file take too long to be tried.");
        }

        _used.Start();
        try
        {
            return PlaybookPattern.Matches(text, pattern, s_each);
        }
        finally
        {
            _used.Stop();
        }
    }
}
