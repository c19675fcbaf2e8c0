using System.Management.Automation;
using KernelFault.Analysis.Linux.Vmcores;

namespace KernelFault.Cmdlets;

/// <summary>Lists the tasks of a crashed Linux kernel, with their stacks if wanted.</summary>
[Cmdlet(VerbsCommon.Get, "CrashDumpThread", DefaultParameterSetName = "Path")]
[OutputType(typeof(CrashDumpThread))]
public sealed class GetCrashDumpThreadCommand : VmcoreCmdlet
{
    private WildcardPattern[] _names = [];

    /// <summary>Only threads with one of these names.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Only threads with one of these ids.</summary>
    [Parameter]
    [Alias("ThreadId", "Pid")]
    public int[] Id { get; set; } = [];

    /// <summary>Only threads that ran on a processor when the kernel crashed.</summary>
    [Parameter]
    public SwitchParameter Running { get; set; }

    /// <summary>Walks the stack of each thread too.</summary>
    [Parameter]
    public SwitchParameter IncludeStack { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        _names = Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToArray();

    /// <inheritdoc/>
    protected override void Read(VmcoreSession session)
    {
        IEnumerable<CrashDumpThread> threads = session.ReadThreads(
            task => (_names.Length == 0 || _names.Any(name => name.IsMatch(task.Name)))
                && (Id.Length == 0 || Id.Contains(task.ThreadId))
                && (!Running || task.IsCurrent),
            IncludeStack,
            Cancellation);
        WriteEach(IncludeStack ? threads.Select(WithStackView) : threads);
    }

    // A line of a table has no room for a stack: the name chooses the other view.
    private static PSObject WithStackView(CrashDumpThread thread)
    {
        var shown = PSObject.AsPSObject(thread);
        if (thread.Stack is not null)
        {
            shown.TypeNames.Insert(0, typeof(CrashDumpThread).FullName + "#Stack");
        }

        return shown;
    }
}
