using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tables;

/// <summary>A table of entries of one size in a kernel's or a module's memory.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Size">Bytes in all.</param>
/// <param name="Module">Whose it is; null for the kernel image.</param>
internal sealed record KernelTable(VirtualAddress Start, ulong Size, LinuxKernelModule? Module)
{
    // Some ten thousand entries are usual; one that is larger than this is not a table.
    private const ulong LargestTable = 4 * 1024 * 1024;
    private const int WindowEntries = 2048;

    /// <summary>Whether it can have an entry for an instruction: a module's has those of the module only.</summary>
    /// <param name="instruction">The instruction's address.</param>
    internal bool MayName(VirtualAddress instruction) => Module is null || Module.Contains(instruction);

    /// <summary>Looks for an entry, reading a window at a time.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="entrySize">Bytes of an entry.</param>
    /// <param name="matches">Whether an entry, given with its address, is the one.</param>
    /// <param name="entry">The entry's bytes.</param>
    /// <returns>The entry's address; null when there is none.</returns>
    internal VirtualAddress? Find(IMemoryReader memory, int entrySize, EntryTest matches, Span<byte> entry)
    {
        byte[] window = new byte[WindowEntries * entrySize];
        ulong end = Math.Min(Size, LargestTable);
        for (ulong at = 0; at + (ulong)entrySize <= end;)
        {
            int wanted = (int)Math.Min((ulong)window.Length, end - at);
            int read = memory.Read(Start + at, window.AsSpan(0, wanted)) / entrySize * entrySize;
            for (int i = 0; i < read; i += entrySize)
            {
                VirtualAddress address = Start + (at + (ulong)i);
                if (matches(window.AsSpan(i, entrySize), address))
                {
                    window.AsSpan(i, entrySize).CopyTo(entry);
                    return address;
                }
            }

            if (read == 0)
            {
                break;
            }

            at += (ulong)read;
        }

        return null;
    }

    /// <summary>Whether an entry is the one looked for.</summary>
    internal delegate bool EntryTest(ReadOnlySpan<byte> entry, VirtualAddress address);
}
