using System.Management.Automation;
using System.Text;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Catalog;
using KernelFault.Playbooks.Exporting;
using KernelFault.Playbooks.Loading;

namespace KernelFault.Cmdlets;

/// <summary>Turns playbooks into those of another engine.</summary>
[Cmdlet(VerbsData.Export, "RemediationPlaybook", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
[OutputType(typeof(ExportedPlaybook))]
public sealed class ExportRemediationPlaybookCommand : EngineCmdlet
{
    private readonly PlaybookLoader _loader = new(PlaybookActions.BuiltIn);

    /// <summary>Names of playbooks that come with the module.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PlaybookNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Files of playbooks; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Into what.</summary>
    [Parameter]
    public PlaybookExportFormat As { get; set; } = PlaybookExportFormat.Ansible;

    /// <summary>Folder for the files, or the file.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Name")
        {
            foreach (string name in Name)
            {
                Export(name, () => BuiltIn(name));
            }

            return;
        }

        foreach (string file in Path.SelectMany(path => ResolveFiles(path, literal: false)))
        {
            Export(file, () => _loader.Load(file));
        }
    }

    private void Export(string source, Func<Playbook> load)
    {
        try
        {
            ExportedPlaybook exported = new AnsibleExport().Export(load());
            string target = Target(exported.Playbook);
            if (File.Exists(target) && !Force)
            {
                throw new IOException($"'{target}' is there already; -Force replaces it.");
            }

            if (!ShouldProcess(target, $"Write {PrintableText.Clean(exported.Playbook)} as a playbook of {As}"))
            {
                return;
            }

            File.WriteAllText(target, exported.Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            foreach (string warning in exported.Warnings)
            {
                WriteVerbose(PrintableText.Clean(warning));
            }

            WriteObject(exported with { Path = target });
        }
        catch (Exception e) when (e is PlaybookException or ItemNotFoundException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            WriteError(PlaybookError.Of(e, source));
        }
    }

    private string Target(string name)
    {
        string destination = GetUnresolvedProviderPathFromPSPath(Destination);
        return Directory.Exists(destination) ? System.IO.Path.Combine(destination, name + ".yml") : destination;
    }

    private Playbook BuiltIn(string name) =>
        new PlaybookCatalog(_loader).BuiltIn.FirstOrDefault(playbook => string.Equals(playbook.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ItemNotFoundException($"No playbook named '{name}' comes with the module; -Path takes files.");
}
