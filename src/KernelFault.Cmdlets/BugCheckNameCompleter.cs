using KernelFault.Knowledge;

namespace KernelFault.Cmdlets;

/// <summary>Completes <c>-Name</c>: from the beginning of any word of the name.</summary>
public sealed class BugCheckNameCompleter : BugCheckCompleter
{
    /// <inheritdoc/>
    protected override bool Matches(BugCheckInfo info, string word) => NameMatches(info, word);

    /// <inheritdoc/>
    protected override string Text(BugCheckInfo info) => info.Name;
}
