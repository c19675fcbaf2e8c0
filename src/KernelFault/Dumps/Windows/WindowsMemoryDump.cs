using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary>A Windows kernel dump that holds pages of physical memory: full, kernel, bitmap, automatic, live, or header only.</summary>
/// <remarks>Read so far: the header with stop code, parameters and registers. Its memory is not read yet, which a warning says.</remarks>
public sealed class WindowsMemoryDump : WindowsDump
{
    private readonly MappedFile _file;
    private readonly string[] _warnings;

    private WindowsMemoryDump(MappedFile file, DumpKind kind, WindowsDumpHeader header, string[] warnings)
        : base(file.Path, kind, file.Length, header)
    {
        _file = file;
        _warnings = warnings;
    }

    /// <inheritdoc/>
    public override IMemoryReader Memory => NoMemory.Instance;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Opens it; takes the file over.</summary>
    internal static WindowsMemoryDump Open(MappedFile file, DumpKind kind, WindowsDumpHeader header, List<string> warnings)
    {
        warnings.Add(kind switch
        {
            DumpKind.WindowsHeader => "The dump is only a header: it holds no memory.",
            DumpKind.Unknown => FormattableString.Invariant(
                $"The dump type {header.DumpType} is not known: only the header was read."),
            _ => "The memory in a dump of this type is not read yet: the answer comes from its header alone. The minidump of the same crash, in C:\\Windows\\Minidump, tells more.",
        });
        return new WindowsMemoryDump(file, kind, header, [.. warnings]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class NoMemory : IMemoryReader
    {
        internal static readonly NoMemory Instance = new();

        public int Read(VirtualAddress address, Span<byte> destination) => 0;
    }
}
