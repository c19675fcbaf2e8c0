using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Elf;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// NT_FILE: the number of mappings and the page size, then for each mapping its first address, end and offset in the file in
// pages, then all the names, each ended by NUL. Words are those of the machine. A library has several mappings; data files are
// mapped too, so a file counts as a module only if it is an ELF or PE image in memory or has a mapping with code.

/// <summary>Finds the modules of a core file.</summary>
internal static class ElfModules
{
    private const int MaximumMappings = 128 * 1024;
    private const int MaximumModules = 8 * 1024;

    internal static List<ProcessModule> Read(
        ElfCoreFile core, ElfNote note, ProcessMemory memory, IReadOnlyList<ElfSegment> loads, List<string> warnings)
    {
        ReadOnlySpan<byte> bytes = core.Contents(note);
        int word = core.Is64Bit ? 8 : 4;
        var groups = new List<MappedGroup>();
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        if (bytes.Length < word * 2)
        {
            return [];
        }

        ulong claimed = Word(bytes, 0, word);
        int count = (int)Math.Min(Math.Min(claimed, (ulong)((bytes.Length / word) - 2) / 3), MaximumMappings);
        if ((ulong)count < claimed)
        {
            warnings.Add($"The core file lists {claimed} mapped files; {count} could be read.");
        }

        int names = word * (2 + (count * 3));
        for (int i = 0; i < count && names < bytes.Length; i++)
        {
            ulong start = Word(bytes, word * (2 + (i * 3)), word);
            ulong end = Word(bytes, word * (3 + (i * 3)), word);
            ulong offset = Word(bytes, word * (4 + (i * 3)), word);
            ReadOnlySpan<byte> rest = bytes.Slice(names);
            int length = rest.IndexOf((byte)0);
            length = length < 0 ? rest.Length : length;
            string path = Encoding.UTF8.GetString(rest.Slice(0, Math.Min(length, 4096)).ToArray());
            names += length + 1;
            if (end <= start || path.Length == 0)
            {
                continue;
            }

            // Mappings of one image follow each other with small gaps; the same file far away is mapped once more.
            if (last.TryGetValue(path, out int index) && groups[index].Continues(start, offset))
            {
                groups[index] = groups[index] with { End = Math.Max(groups[index].End, end) };
            }
            else
            {
                last[path] = groups.Count;
                groups.Add(new MappedGroup(path, start, end, offset == 0));
            }
        }

        var modules = new List<ProcessModule>();
        ulong[] code = [.. loads.Where(load => (load.Flags & 1) != 0).Select(load => load.Address).OrderBy(address => address)];
        foreach (MappedGroup group in groups)
        {
            bool image = group.AtZero && IsImage(memory, group.Start);
            if (modules.Count < MaximumModules && group.End - group.Start <= uint.MaxValue && (image || HasCode(code, group.Start, group.End)))
            {
                modules.Add(new ProcessModule
                {
                    Name = PrintableText.Clean(group.Path.Substring(group.Path.LastIndexOf('/') + 1)),
                    Path = PrintableText.Clean(group.Path),
                    BaseAddress = new VirtualAddress(group.Start),
                    Size = (uint)(group.End - group.Start),
                    BuildId = image ? ElfBuildId.Read(memory, new VirtualAddress(group.Start)) : null,
                });
            }
        }

        return modules;
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int offset, int size) => size == 8 ? UInt64(bytes, offset) : UInt32(bytes, offset);

    private static bool IsImage(ProcessMemory memory, ulong start)
    {
        Span<byte> signature = stackalloc byte[4];
        return memory.TryRead(new VirtualAddress(start), signature)
            && (signature.SequenceEqual((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']) || signature.StartsWith("MZ"u8));
    }

    private static bool HasCode(ulong[] code, ulong start, ulong end)
    {
        int index = Array.BinarySearch(code, start);
        index = index < 0 ? ~index : index;
        return index < code.Length && code[index] < end;
    }

    private readonly record struct MappedGroup(string Path, ulong Start, ulong End, bool AtZero)
    {
        // Old linkers align segments to 2 MiB and leave the rest unmapped.
        private const ulong MaximumGap = 0x200000;

        internal bool Continues(ulong start, ulong offset) =>
            start >= End && start - End <= MaximumGap && !(offset == 0 && AtZero && start - End > 0);
    }
}
