using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux.Log;

namespace KernelFault.Cmdlets;

/// <summary>Reads the kernel log out of the memory of a crashed Linux kernel, as <c>dmesg</c> would have shown it.</summary>
[Cmdlet(VerbsCommon.Get, "CrashDumpLog", DefaultParameterSetName = "Path")]
[OutputType(typeof(KernelMessage))]
public sealed class GetCrashDumpLogCommand : VmcoreCmdlet
{
    /// <summary>Only messages of this level or a graver one.</summary>
    [Parameter]
    public KernelMessageLevel? Level { get; set; }

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session) =>
        WriteEach(session.ReadLog().Where(message => Level is null || message.Level <= Level));
}
