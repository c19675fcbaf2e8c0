using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

/// <summary>The memory of a crashed Linux kernel, as kexec's crash kernel, <c>makedumpfile</c> or an emulator wrote it.</summary>
public sealed class LinuxVmcore : CrashDump
{
    private readonly IByteSource _source;
    private readonly IVmcoreMemory _memory;
    private readonly List<string> _warnings;
    private VmcoreInfo? _info;
    private bool _searched;

    internal LinuxVmcore(
        IByteSource source,
        VmcoreContainer container,
        IVmcoreMemory memory,
        VmcoreInfo? info,
        VmcoreProcessor[] processors,
        Architecture architecture,
        List<string> warnings)
        : base(source.Path, DumpKind.LinuxVmcore, source is FlattenedFile flattened ? flattened.StreamLength : source.Length)
    {
        _source = source;
        _memory = memory;
        _warnings = warnings;
        _info = info;
        Container = container;
        Processors = processors;
        Architecture = architecture;
    }

    /// <summary>The machine's physical memory, as far as the file holds it. May be read from several threads.</summary>
    public IPhysicalMemoryReader Memory => _memory;

    /// <summary>What the kernel tells about itself; null when neither a note nor its memory has it.</summary>
    /// <remarks>Without a note the first use looks through memory, which can take seconds: see <see cref="FindInfo"/>.</remarks>
    public VmcoreInfo? Info => FindInfo(CancellationToken.None);

    /// <summary>What a note or an earlier search told: never searches.</summary>
    internal VmcoreInfo? NotedInfo => _info;

    /// <summary>The processors, in the order of their notes; empty when the file has none.</summary>
    public IReadOnlyList<VmcoreProcessor> Processors { get; }

    /// <summary>What the file around the memory says.</summary>
    public VmcoreContainer Container { get; }

    /// <inheritdoc/>
    public override Architecture Architecture { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

    /// <summary>As <see cref="Info"/>, and can be told to stop.</summary>
    /// <param name="cancellationToken">Stops the search through memory.</param>
    /// <returns>What the kernel tells about itself; null when neither a note nor its memory has it.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public VmcoreInfo? FindInfo(CancellationToken cancellationToken)
    {
        lock (_warnings)
        {
            if (_info is null && !_searched)
            {
                _info = VmcoreInfoSearch.Find(_memory, cancellationToken);
                _searched = true;
                _warnings.Add(_info is null
                    ? "The dump has no VMCOREINFO, neither as a note nor in memory: the kernel's addresses are not known."
                    : "The dump has no VMCOREINFO note: the kernel's own copy was found in memory.");
            }

            return _info;
        }
    }

    /// <summary>Counts the pages that the file holds and those left out, by what its bitmap or program headers say.</summary>
    /// <returns>The counts.</returns>
    public VmcorePages CountPages() => _memory.Count();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
        }

        base.Dispose(disposing);
    }
}
