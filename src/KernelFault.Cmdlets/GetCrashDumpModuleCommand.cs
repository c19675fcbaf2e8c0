using System.Management.Automation;
using KernelFault.Analysis;

namespace KernelFault.Cmdlets;

/// <summary>Lists the drivers that crash files name.</summary>
[Cmdlet(VerbsCommon.Get, "CrashDumpModule", DefaultParameterSetName = "Path")]
[OutputType(typeof(CrashDumpModule))]
public sealed class GetCrashDumpModuleCommand : FileCmdlet<IReadOnlyList<CrashDumpModule>>
{
    private WildcardPattern[] _names = [];

    /// <summary>Only drivers with one of these names.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>The drivers that were unloaded before the crash instead of the loaded ones.</summary>
    [Parameter]
    public SwitchParameter Unloaded { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _names = Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToArray();
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<CrashDumpModule> Work(string path, CancellationToken cancellation) =>
        CrashDumpModule.Read(path, Unloaded, cancellation);

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<CrashDumpModule> result)
    {
        foreach (CrashDumpModule module in result)
        {
            if (_names.Length == 0 || _names.Any(name => name.IsMatch(module.Name)))
            {
                WriteObject(View(module));
            }
        }
    }

    // A module of Linux has a state and taints, and no date: the name chooses the view that shows them.
    private static PSObject View(CrashDumpModule module)
    {
        var shown = PSObject.AsPSObject(module);
        if (module.Taint is not null)
        {
            shown.TypeNames.Insert(0, typeof(CrashDumpModule).FullName + "#Linux");
        }

        return shown;
    }
}
