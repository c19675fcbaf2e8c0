using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Lists options by which Linux kernels watch themselves: how they are, and how they will be.</summary>
[Cmdlet(VerbsCommon.Get, "KernelDebugOption", DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(KernelDebugOption))]
public sealed class GetKernelDebugOptionCommand : HostCmdlet<IReadOnlyList<KernelDebugOption>>
{
    /// <summary>Only options with one of these names.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(KernelDebugOptionCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        foreach (string name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            if (!WildcardPattern.ContainsWildcardCharacters(name) && !KernelDebugOptionInfo.All.Any(option => pattern.IsMatch(option.Name)))
            {
                WriteError(new ErrorRecord(new ArgumentException(PrintableText.Clean($"No option is called '{name}'. Wildcards match: -Name '*{name}*'.")), "KernelDebugOptionNotFound", ErrorCategory.ObjectNotFound, name));
            }
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<KernelDebugOption> Work(IHost host, CancellationToken cancellation) => KernelDebugOptionReader.Read(host, cancellation);

    /// <inheritdoc/>
    protected override void Write(string host, IReadOnlyList<KernelDebugOption> result)
    {
        WildcardPattern[] patterns = [.. Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        WriteObject(result.Where(option => patterns.Length == 0 || patterns.Any(pattern => pattern.IsMatch(option.Name))), enumerateCollection: true);
    }
}
