using System.Management.Automation;
using KernelFault.Analysis;

namespace KernelFault.Cmdlets;

/// <summary>Lists what the headers of crash files say.</summary>
[Cmdlet(VerbsCommon.Get, "CrashDump", DefaultParameterSetName = "Path")]
[OutputType(typeof(CrashDumpInfo))]
public sealed class GetCrashDumpCommand : FileCmdlet<CrashDumpInfo>
{
    /// <inheritdoc/>
    protected override CrashDumpInfo Work(string path, CancellationToken cancellation) => CrashDumpInfo.Read(path, cancellation);
}
