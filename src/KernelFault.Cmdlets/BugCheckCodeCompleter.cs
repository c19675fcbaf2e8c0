using KernelFault.Knowledge;

namespace KernelFault.Cmdlets;

/// <summary>Completes <c>-Code</c>: from the beginning of the number, or of a word of the name.</summary>
public sealed class BugCheckCodeCompleter : BugCheckCompleter
{
    /// <inheritdoc/>
    protected override bool Matches(BugCheckInfo info, string word) =>
        info.Hex.StartsWith(word, StringComparison.OrdinalIgnoreCase)
        || info.Hex.Substring(2).StartsWith(word, StringComparison.OrdinalIgnoreCase)
        || (word.Length > 1 && NameMatches(info, word));

    /// <inheritdoc/>
    protected override string Text(BugCheckInfo info) => info.Hex;
}
