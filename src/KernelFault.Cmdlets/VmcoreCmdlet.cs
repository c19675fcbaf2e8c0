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
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private string? _file;
    private VmcoreSession? _session;

    /// <summary>Vmcores; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("DumpPath")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Vmcores, the names taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Writes what is wanted of one vmcore.</summary>
    /// <param name="session">The vmcore; it is closed for the cmdlet.</param>
    protected abstract void Read(VmcoreSession session);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        foreach (string path in literal ? LiteralPath : Path)
        {
            foreach (string file in ResolveFiles(path, literal))
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

    /// <summary>Takes addresses as a person writes them; one that is none is an error record.</summary>
    /// <param name="session">The vmcore whose symbols are meant.</param>
    /// <param name="texts">Hexadecimal numbers, or symbols with or without an offset.</param>
    /// <param name="write">What to do with each address.</param>
    protected void WithAddresses(VmcoreSession session, string[] texts, Action<Memory.VirtualAddress> write)
    {
        foreach (string text in texts)
        {
            Cancellation.ThrowIfCancellationRequested();
            if (session.Resolve(text) is { } address)
            {
                write(address);
            }
            else
            {
                WriteNotFound("AddressNotFound", text, $"'{text}' is neither an address (0xffffffff81000000) nor a symbol of this kernel (vfs_read, vfs_read+0x1c).");
            }
        }
    }

    /// <summary>Writes an error record for something that a kernel does not have.</summary>
    /// <param name="id">The error's id.</param>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="message">A sentence.</param>
    protected void WriteNotFound(string id, string wanted, string message) =>
        WriteError(new ErrorRecord(new ItemNotFoundException(PrintableText.Clean(message)), id, ErrorCategory.ObjectNotFound, wanted));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session?.Dispose();
            _session = null;
        }

        base.Dispose(disposing);
    }

    private void ReadFile(string file)
    {
        try
        {
            if (Open(file) is { } session)
            {
                Read(session);
                foreach (string warning in session.Warnings.Where(_warned.Add))
                {
                    WriteWarning(PrintableText.Clean(warning));
                }
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

    // Objects that come through the pipeline one by one are mostly of one file: it stays open, and fails only once.
    private VmcoreSession? Open(string file)
    {
        if (file != _file)
        {
            _session?.Dispose();
            _session = null;
            _warned.Clear();
            _file = file;
            _session = VmcoreSession.Open(file, Cancellation);
        }

        return _session;
    }
}
