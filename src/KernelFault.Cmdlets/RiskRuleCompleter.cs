using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Drivers.Risk;

namespace KernelFault.Cmdlets;

/// <summary>Completes ids of risk rules, from the beginning of any of their words.</summary>
public sealed class RiskRuleCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"', '*');
        var pattern = new WildcardPattern("*-" + WildcardPattern.Escape(word) + "*", WildcardOptions.IgnoreCase);
        return RiskRule.All
            .Where(rule => pattern.IsMatch("-" + rule.Id))
            .Select(rule => new CompletionResult(rule.Id, rule.Id, CompletionResultType.ParameterValue, rule.Title));
    }
}
