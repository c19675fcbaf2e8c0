using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>
/// A cmdlet that repairs Windows with its own programs. A Windows that is not running is repaired by the machine this runs on, which
/// has to be a Windows that sees the folder: a recovery environment, or one to which the disk was moved.
/// </summary>
/// <typeparam name="TResult">What the repair of one machine gives.</typeparam>
public abstract class WindowsRepairCmdlet<TResult> : HostChangeCmdlet<TResult>
    where TResult : class
{
    /// <summary>The folder of the Windows that is not running; null for the machines' own.</summary>
    private protected string? OfflineFolder => ParameterSetName == WindowsDirectorySet ? Local(WindowsDirectory[0]) : null;

    /// <inheritdoc/>
    protected sealed override IHostChange<TResult> Change()
    {
        if (WindowsDirectory.Length > 1)
        {
            throw Wrong(new ArgumentException("One Windows folder is repaired at a time."));
        }

        try
        {
            return Repair();
        }
        catch (ArgumentException e)
        {
            throw Wrong(e);
        }
    }

    /// <summary>The repair that the parameters ask for.</summary>
    /// <returns>The repair.</returns>
    /// <exception cref="ArgumentException">They make no sense together.</exception>
    private protected abstract IHostChange<TResult> Repair();

    /// <summary>A folder of this machine as a whole path.</summary>
    private protected string Local(string folder) =>
        folder.Length >= 3 && folder[1] == ':' && folder[2] is '\\' or '/' ? folder : SessionState.Path.GetUnresolvedProviderPathFromPSPath(folder);

    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, Func<CancellationToken, IHost> Open)> Hosts() =>
        ParameterSetName == WindowsDirectorySet ? [HostConnection.ToThisMachine()] : base.Hosts();

    // Never returns; what it throws ends the pipeline.
    private PipelineStoppedException Wrong(ArgumentException error)
    {
        ThrowTerminatingError(new ErrorRecord(new ArgumentException(PrintableText.Clean(error.Message), error), "RepairArgument", ErrorCategory.InvalidArgument, null));
        return new PipelineStoppedException();
    }
}
