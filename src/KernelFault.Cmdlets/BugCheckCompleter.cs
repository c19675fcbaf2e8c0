using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Knowledge;

namespace KernelFault.Cmdlets;

/// <summary>Completes stop codes on Tab, with what they are as the tooltip.</summary>
public abstract class BugCheckCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"');
        foreach (BugCheckInfo info in KnowledgeBase.Default.BugChecks)
        {
            if (Matches(info, word))
            {
                yield return new CompletionResult(Text(info), $"{info.Hex} {info.Name}", CompletionResultType.ParameterValue, $"{info.Hex} {info.Name}: {info.Meaning}");
            }
        }
    }

    /// <summary>True for a code that may have been meant.</summary>
    /// <param name="info">The code.</param>
    /// <param name="word">What was typed so far, without quotes.</param>
    /// <returns>Whether it is offered.</returns>
    protected abstract bool Matches(BugCheckInfo info, string word);

    /// <summary>What is put in the place of the word.</summary>
    /// <param name="info">The code.</param>
    /// <returns>The text.</returns>
    protected abstract string Text(BugCheckInfo info);

    /// <summary>True if a name holds a word, at its start or after an underscore.</summary>
    /// <param name="info">The code.</param>
    /// <param name="word">The beginning of a word of its name.</param>
    /// <returns>Whether it does.</returns>
    protected static bool NameMatches(BugCheckInfo info, string word) =>
        new WildcardPattern("*_" + WildcardPattern.Escape(word.Trim('*')) + "*", WildcardOptions.IgnoreCase).IsMatch("_" + info.Name);
}
