using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary>A crash dump that the Windows kernel wrote: whatever its type, it starts with the same header.</summary>
public abstract class WindowsDump : CrashDump
{
    /// <summary>Sets what every Windows dump has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">Which type of dump.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="header">Its header.</param>
    protected WindowsDump(string path, DumpKind kind, long length, WindowsDumpHeader header)
        : base(path, kind, length)
    {
        Header = header;
    }

    /// <summary>The dump header.</summary>
    public WindowsDumpHeader Header { get; }

    /// <inheritdoc/>
    public override Architecture Architecture => Header.Architecture;

    /// <summary>Virtual memory of the crashed machine, as far as this file holds it.</summary>
    public abstract IMemoryReader Memory { get; }
}
