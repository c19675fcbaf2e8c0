using System.Text.RegularExpressions;

namespace KernelFault.Playbooks;

/// <summary>Regular expressions of playbooks, which come from files: bounded in length and in time.</summary>
internal static class PlaybookPattern
{
    private const int MaximumLength = 1000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    /// <summary>Whether an expression can be used.</summary>
    /// <param name="pattern">The expression.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    internal static string? Problem(string pattern)
    {
        try
        {
            _ = Make(pattern, s_limit);
            return null;
        }
        catch (PlaybookException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether an expression is found in a text, without regard to case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The expression.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="PlaybookException">It cannot be used, or takes too long.</exception>
    internal static bool Matches(string text, string pattern) => Matches(text, pattern, s_limit);

    /// <summary>Whether an expression is found in a text, without regard to case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The expression.</param>
    /// <param name="limit">How long it may take, more than nothing.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="PlaybookException">It cannot be used, or takes too long.</exception>
    internal static bool Matches(string text, string pattern, TimeSpan limit)
    {
        try
        {
            return Make(pattern, limit).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new PlaybookException($"The regular expression '{pattern}' takes longer than {limit.TotalSeconds:0.###} s on a text of {text.Length} characters.");
        }
    }

    private static Regex Make(string pattern, TimeSpan limit)
    {
        if (pattern.Length > MaximumLength)
        {
            throw new PlaybookException($"A regular expression may have {MaximumLength} characters; this has {pattern.Length}.");
        }

        try
        {
            return new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, limit);
        }
        catch (ArgumentException e)
        {
            throw new PlaybookException($"'{pattern}' is not a regular expression: {e.Message}", e);
        }
    }
}
