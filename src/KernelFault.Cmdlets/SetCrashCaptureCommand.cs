using System.Management.Automation;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>Changes what a machine keeps of its next crash, or takes such changes back.</summary>
[Cmdlet(VerbsCommon.Set, "CrashCapture", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CrashCaptureResult))]
public sealed class SetCrashCaptureCommand : HostChangeCmdlet<CrashCaptureResult>
{
    /// <summary>Windows: what is written at a stop error.</summary>
    [Parameter]
    public WindowsDumpType? DumpType { get; set; }

    /// <summary>Windows: file of a kernel, complete, active or automatic dump.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DumpFile { get; set; }

    /// <summary>Windows: folder of small dumps.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MinidumpFolder { get; set; }

    /// <summary>Windows: how many small dumps are kept.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? MinidumpCount { get; set; }

    /// <summary>Windows: whether a dump replaces the one before it.</summary>
    [Parameter]
    public bool? Overwrite { get; set; }

    /// <summary>Windows: whether the machine restarts by itself after a stop error.</summary>
    [Parameter]
    public bool? AutomaticRestart { get; set; }

    /// <summary>Windows: whether the dump is kept even when little space is left.</summary>
    [Parameter]
    public bool? KeepDump { get; set; }

    /// <summary>Windows: file that takes the dump instead of the page file; empty for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? DedicatedDumpFile { get; set; }

    /// <summary>Windows: Automatic, or page files with their least and greatest size in megabytes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PageFile { get; set; }

    /// <summary>Linux: memory that the next boot reserves for a crash kernel.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CrashKernel { get; set; }

    /// <summary>Linux: whether the service of kdump is on.</summary>
    [Parameter]
    public bool? Service { get; set; }

    /// <summary>Linux: whether an oops is a panic.</summary>
    [Parameter]
    public bool? PanicOnOops { get; set; }

    /// <summary>Linux: seconds from a panic without a crash kernel to the restart.</summary>
    [Parameter]
    [ValidateRange(-1, 86400)]
    public int? PanicTimeout { get; set; }

    /// <summary>Linux: what the magic SysRq key may do.</summary>
    [Parameter]
    [ValidateRange(0, 511)]
    public int? SysRq { get; set; }

    /// <summary>Takes back what was changed before.</summary>
    [Parameter]
    public SwitchParameter Restore { get; set; }

    /// <inheritdoc/>
    protected override IHostChange<CrashCaptureResult> Change()
    {
        var options = new CrashCaptureOptions
        {
            Restore = Restore,
            DumpType = DumpType,
            DumpFile = DumpFile,
            MinidumpFolder = MinidumpFolder,
            MinidumpCount = MinidumpCount,
            Overwrite = Overwrite,
            AutomaticRestart = AutomaticRestart,
            KeepDump = KeepDump,
            DedicatedDumpFile = DedicatedDumpFile,
            PageFile = PageFile,
            CrashKernel = CrashKernel,
            Service = Service,
            PanicOnOops = PanicOnOops,
            PanicTimeout = PanicTimeout,
            SysRq = SysRq,
        };
        if (Restore ? options with { Restore = false } != new CrashCaptureOptions() : options == new CrashCaptureOptions())
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException(Restore ? "-Restore takes back what was changed before; it goes with no other setting." : "Say what is to be changed, such as -DumpType Automatic or -PanicOnOops $true."),
                "NothingToChange",
                ErrorCategory.InvalidArgument,
                null));
        }

        return new CrashCaptureChange(options);
    }
}
