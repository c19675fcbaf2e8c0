using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Tracing;

namespace KernelFault.Cmdlets;

/// <summary>Traces a function of Linux kernels and writes its calls as they come.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "KernelFunction", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KernelTraceEvent))]
public sealed class TraceKernelFunctionCommand : HostChangeCmdlet<KernelFunctionTraceResult>
{
    // What waits for a slow pipeline; then the machine waits, and its kernel counts what it has to drop.
    private const int MaximumWaiting = 20_000;

    private readonly SemaphoreSlim _free = new(MaximumWaiting);

    /// <summary>The function.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Function")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>Seconds after which it ends.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int Duration { get; set; } = 10;

    /// <summary>Events after which it ends.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? Count { get; set; }

    /// <summary>Only these processes, and what they start.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ValidateCount(1, 1024)]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Returns with their values, too.</summary>
    [Parameter]
    public SwitchParameter ReturnValue { get; set; }

    /// <summary>A stack with each event.</summary>
    [Parameter]
    public SwitchParameter Stack { get; set; }

    /// <summary>Arguments that point to characters are read as strings.</summary>
    [Parameter]
    public SwitchParameter ReadString { get; set; }

    /// <summary>Kibibytes for each processor in which the kernel keeps events until they are read.</summary>
    [Parameter]
    [ValidateRange(64, 65536)]
    public int BufferSize { get; set; } = 4096;

    /// <inheritdoc/>
    protected override IHostChange<KernelFunctionTraceResult> Change()
    {
        try
        {
            return new KernelFunctionTrace(
                new KernelFunctionTraceOptions
                {
                    Function = Name,
                    Seconds = Duration,
                    Count = Count,
                    ProcessId = ProcessId,
                    ReturnValue = ReturnValue,
                    Stack = Stack,
                    ReadString = ReadString,
                    BufferKibibytes = BufferSize,
                },
                Told);
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "NoSuchName", ErrorCategory.InvalidArgument, Name));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Write(KernelFunctionTraceResult result)
    {
        foreach (string warning in (result ?? throw new ArgumentNullException(nameof(result))).Warnings)
        {
            WriteWarning(PrintableText.Clean($"{result.ComputerName}: {warning}"));
        }

        WriteVerbose(PrintableText.Clean($"{result.ComputerName}: {result.EventCount} events of {result.Function} by {result.Source}, {result.LostCount} lost, the probe was hit {result.Hits?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "an unknown number of"} times."));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _free.Dispose();
        }
    }

    private void Told(KernelTraceEvent one)
    {
        _free.Wait(Cancellation);
        Post(() =>
        {
            _free.Release();
            WriteObject(one);
        });
    }
}
