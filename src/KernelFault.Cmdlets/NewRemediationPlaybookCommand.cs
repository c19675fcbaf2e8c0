using System.Management.Automation;
using System.Text;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Catalog;

namespace KernelFault.Cmdlets;

/// <summary>Writes the file of a new playbook, with comments that say what can stand where.</summary>
[Cmdlet(VerbsCommon.New, "RemediationPlaybook", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class NewRemediationPlaybookCommand : EngineCmdlet
{
    /// <summary>Name: lower-case letters, digits and hyphens.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The file, or a folder for it.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>One line for a person.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>The system it is for.</summary>
    [Parameter]
    public PlaybookPlatform Platform { get; set; }

    /// <summary>Overwrites a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path, out ProviderInfo provider, out _);
        if (provider.Name != "FileSystem")
        {
            WriteError(FileError.NotAFile(Path, provider.Name));
            return;
        }

        string file = Directory.Exists(path) ? System.IO.Path.Combine(path, Name + ".yaml") : path;
        try
        {
            string text = PlaybookSkeleton.Write(Name, Title, Platform);
            if (!ShouldProcess(PrintableText.Clean(file), "Write a new playbook"))
            {
                return;
            }

            // Not looked at first and written later: nobody's file is lost between the two.
            using var stream = new FileStream(file, Force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            byte[] content = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);
            stream.Write(content, 0, content.Length);
        }
        catch (PlaybookException e)
        {
            WriteError(new ErrorRecord(e, "RemediationPlaybookName", ErrorCategory.InvalidArgument, Name));
            return;
        }
        catch (IOException e) when (!Force && File.Exists(file))
        {
            WriteError(new ErrorRecord(new IOException(PrintableText.Clean($"'{file}' is there already; -Force overwrites it."), e), "RemediationPlaybookExists", ErrorCategory.ResourceExists, file));
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            WriteError(FileError.Of(e, file));
            return;
        }

        WriteObject(new FileInfo(file));
    }
}
