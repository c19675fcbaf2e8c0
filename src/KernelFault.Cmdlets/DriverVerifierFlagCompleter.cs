using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Completes ids of flags of Driver Verifier.</summary>
public sealed class DriverVerifierFlagCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern((wordToComplete ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return DriverVerifierFlag.All.Where(flag => pattern.IsMatch(flag.Id)).Select(flag => new CompletionResult(flag.Id, flag.Id, CompletionResultType.ParameterValue, flag.Name + ": " + flag.Catches));
    }
}
