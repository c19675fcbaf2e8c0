using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Cmdlets;

/// <summary>Completes names of actions, from the beginning of any of their words.</summary>
public sealed class PlaybookActionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"', '*');
        var pattern = new WildcardPattern("*-" + WildcardPattern.Escape(word) + "*", WildcardOptions.IgnoreCase);
        return PlaybookActions.BuiltIn.Infos
            .Where(info => pattern.IsMatch("-" + info.Name))
            .Select(info => new CompletionResult(info.Name, info.Name, CompletionResultType.ParameterValue, info.Title));
    }
}
