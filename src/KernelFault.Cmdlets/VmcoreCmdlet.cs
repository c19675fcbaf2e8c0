using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Formats;

namespace KernelFault.Cmdlets;

/// <summary>
/// A cmdlet that asks questions of Linux vmcores: it opens each file once and writes what it finds as it is found, so that
/// <c>Select-Object -First</c> ends the work early.
/// </summary>
public abstract class VmcoreCmdlet : EngineCmdlet
{
    /// <summary>Vmcores; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "DumpPath")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Writes what is wanted of one vmcore.</summary>
    /// <param name="session">The vmcore; it is closed afterwards.</param>
    protected abstract void Read(VmcoreSession session);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            foreach (string file in ResolveFiles(path, literal: false))
            {
                ReadFile(file);
            }
        }
    }

    /// <summary>Writes objects as they come, until the pipeline is stopped.</summary>
    /// <param name="objects">The objects.</param>
    protected void WriteEach(IEnumerable<object> objects)
    {
        foreach (object one in objects)
        {
            Cancellation.ThrowIfCancellationRequested();
            WriteObject(one);
        }
    }

    /// <summary>An address as a person writes it.</summary>
    /// <param name="session">The vmcore whose symbols are meant.</param>
    /// <param name="text">A hexadecimal number, or a symbol with or without an offset.</param>
    /// <param name="write">What to do with the address.</param>
    protected void WithAddress(VmcoreSession session, string text, Action<Memory.VirtualAddress> write)
    {
        if (session.Resolve(text) is { } address)
        {
            write(address);
            return;
        }

        WriteError(new ErrorRecord(
            new ItemNotFoundException($"'{PrintableText.Clean(text)}' is neither an address (0xffffffff81000000) nor a symbol of this kernel (vfs_read, vfs_read+0x1c)."),
            "AddressNotFound",
            ErrorCategory.ObjectNotFound,
            text));
    }

    private void ReadFile(string file)
    {
        try
        {
            using VmcoreSession session = VmcoreSession.Open(file, Cancellation);
            Read(session);
            foreach (string warning in session.Warnings)
            {
                WriteWarning(PrintableText.Clean(warning));
            }
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
        {
            WriteError(FileError.Of(e, file));
        }
    }
}
