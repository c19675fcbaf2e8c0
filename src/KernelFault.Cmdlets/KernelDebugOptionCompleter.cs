using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Completes names of options by which the Linux kernel watches itself.</summary>
public sealed class KernelDebugOptionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern("*" + WildcardPattern.Escape((wordToComplete ?? string.Empty).Trim('\'', '"', '*')) + "*", WildcardOptions.IgnoreCase);
        return KernelDebugOptionInfo.All
            .Where(option => pattern.IsMatch(option.Name))
            .Select(option => new CompletionResult(option.Name, option.Name, CompletionResultType.ParameterValue, option.Catches));
    }
}
