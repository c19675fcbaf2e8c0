using System.Management.Automation;
using KernelFault.Hosts;
using KernelFault.Verification;

namespace KernelFault.Cmdlets;

/// <summary>Sets options by which Linux kernels watch themselves, now and for the next boot, or takes them back to how they were.</summary>
[Cmdlet(VerbsCommon.Set, "KernelDebugOption", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KernelDebugOptionResult))]
public sealed class SetKernelDebugOptionCommand : HostChangeCmdlet<KernelDebugOptionResult>
{
    /// <summary>Names of options.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(KernelDebugOptionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The value, the same for all.</summary>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string? Value { get; set; }

    /// <summary>For when.</summary>
    [Parameter]
    public KernelDebugOptionScope Scope { get; set; }

    /// <summary>Takes them back to how they were; all when none is named.</summary>
    [Parameter]
    public SwitchParameter Restore { get; set; }

    /// <inheritdoc/>
    protected override IHostChange<KernelDebugOptionResult> Change()
    {
        bool hasValue = MyInvocation.BoundParameters.ContainsKey(nameof(Value));
        if (Restore ? hasValue || MyInvocation.BoundParameters.ContainsKey(nameof(Scope)) : !hasValue || Name.Length == 0)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException(Restore ? "-Restore takes options back to how they were; it goes with no -Value and no -Scope." : "Say which option is to be set to what, such as 'panic_on_oops 1'."),
                "NothingToChange",
                ErrorCategory.InvalidArgument,
                null));
        }

        try
        {
            return Restore ? KernelDebugOptionChange.Restore(Name) : KernelDebugOptionChange.Set(Name, Value ?? string.Empty, Scope);
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "NoSuchOption", ErrorCategory.InvalidArgument, null));
            throw;
        }
    }
}
