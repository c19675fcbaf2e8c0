using System.Management.Automation;
using KernelFault.Health;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>Copies what crashes left on machines to a folder here.</summary>
[Cmdlet(VerbsData.Save, "CrashDump", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(SavedCrashFile))]
public sealed class SaveCrashDumpCommand : HostChangeCmdlet<IReadOnlyList<SavedCrashFile>>
{
    /// <summary>Folder here; each machine has one of its own in it.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>Only files of these kinds.</summary>
    [Parameter]
    public CrashFileKind[] Kind { get; set; } = [];

    /// <summary>Only files written since then.</summary>
    [Parameter]
    public DateTime? Since { get; set; }

    /// <inheritdoc/>
    protected override IHostChange<IReadOnlyList<SavedCrashFile>> Change() =>
        new CrashDumpCollection(SessionState.Path.GetUnresolvedProviderPathFromPSPath(Destination), Kind, Since?.ToUniversalTime());

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<SavedCrashFile> result)
    {
        foreach (SavedCrashFile file in result)
        {
            WriteObject(file);
            if (file.Error is not null)
            {
                WriteError(new ErrorRecord(new InvalidOperationException($"{file.Host}: {file.Error}"), "CrashDumpNotSaved", ErrorCategory.ReadError, file));
            }
        }
    }
}
