using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

/// <summary>The memory of a crashed Linux kernel, as kexec's crash kernel, <c>makedumpfile</c> or an emulator wrote it.</summary>
public sealed class LinuxVmcore : CrashDump
{
    private readonly IByteSource _source;
    private readonly IVmcoreMemory _memory;
    private readonly List<string> _warnings;

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
        Info = info;
        Container = container;
        Processors = processors;
        Architecture = architecture;
    }

    /// <summary>The machine's physical memory, as far as the file holds it. May be read from several threads.</summary>
    public IPhysicalMemoryReader Memory => _memory;

    /// <summary>What the kernel tells about itself, from the note; null when the file has none.</summary>
    public VmcoreInfo? Info { get; }

    /// <summary>The processors, in the order of their notes; empty when the file has none.</summary>
    public IReadOnlyList<VmcoreProcessor> Processors { get; }

    /// <summary>What the file around the memory says.</summary>
    public VmcoreContainer Container { get; }

    /// <inheritdoc/>
    public override Architecture Architecture { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

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
