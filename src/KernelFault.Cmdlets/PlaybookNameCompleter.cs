using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Playbooks.Catalog;

namespace KernelFault.Cmdlets;

/// <summary>Completes names of the playbooks that come with this module, from the beginning of any of their words.</summary>
public sealed class PlaybookNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"', '*');
        var pattern = new WildcardPattern("*-" + WildcardPattern.Escape(word) + "*", WildcardOptions.IgnoreCase);
        return PlaybookCatalog.Names.Where(name => pattern.IsMatch("-" + name)).Select(name => new CompletionResult(name));
    }
}
