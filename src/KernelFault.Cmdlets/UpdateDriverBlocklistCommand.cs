using System.Management.Automation;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Formats;

namespace KernelFault.Cmdlets;

/// <summary>Fetches lists of vulnerable and malicious drivers and keeps them for Test-DriverRisk.</summary>
[Cmdlet(VerbsData.Update, "DriverBlocklist", DefaultParameterSetName = "Uri", SupportsShouldProcess = true)]
[OutputType(typeof(DriverBlocklist))]
public sealed class UpdateDriverBlocklistCommand : EngineCmdlet
{
    private static readonly string[] s_endings = [".json", ".xml", ".zip"];

    private readonly BlocklistCache _cache = BlocklistCache.OfUser();

    /// <summary>Files or folders with lists, for machines without network.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Where the lists are.</summary>
    [Parameter(ParameterSetName = "Uri")]
    [ValidateNotNullOrEmpty]
    public Uri[] Uri { get; set; } = [.. BlocklistDownload.DefaultAddresses];

    /// <summary>Seconds that one download may take.</summary>
    [Parameter(ParameterSetName = "Uri")]
    [ValidateRange(1, 86400)]
    public int TimeoutSeconds { get; set; } = BlocklistDownload.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Path")
        {
            foreach (string file in Path.SelectMany(Expand))
            {
                Keep(file, () => _cache.Store(file, Cancellation));
            }

            return;
        }

        var download = new BlocklistDownload(_cache, TimeoutSeconds);
        foreach (Uri address in Uri)
        {
            // Said before anything is asked or promised.
            if (!BlocklistDownload.IsAllowed(address))
            {
                WriteError(FileError.Of(new ArgumentException($"'{PrintableText.Clean(address.ToString())}' is not an address of https."), address.ToString()));
                continue;
            }

            Keep(address.ToString(), () => download.Fetch(address, Cancellation));
        }
    }

    private IEnumerable<string> Expand(string path)
    {
        string unresolved = GetUnresolvedProviderPathFromPSPath(path);
        return Directory.Exists(unresolved)
            ? Directory.GetFiles(unresolved).Where(file => s_endings.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).OrderBy(file => file, StringComparer.Ordinal)
            : ResolveFiles(path, literal: false);
    }

    private void Keep(string source, Func<DriverBlocklist> work)
    {
        if (!ShouldProcess(_cache.Folder, $"Keep the block list of {PrintableText.Clean(source)}"))
        {
            return;
        }

        try
        {
            WriteObject(work());
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            WriteError(FileError.Of(e, source));
        }
    }
}
