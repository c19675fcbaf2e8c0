using System.Buffers.Binary;
using System.Text;
using KernelFault.Formats;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tables;

// struct bug_entry (include/asm-generic/bug.h) with CONFIG_GENERIC_BUG_RELATIVE_POINTERS, as x86-64 and arm64 have it: the distance of the
// instruction, with CONFIG_DEBUG_BUGVERBOSE that of the file's name and the line, then flags; 6.19 added the distance of a format between
// the first two. Up to 5.18 the file's distance was counted from the entry on, since then from its own field. Where the kernel has BTF, it
// says which fields there are. A warning with arguments is raised since 6.19 by an instruction that all share, with the entry's address in a
// register: so an entry is found by its own address too.

/// <summary>The bug tables of a kernel and its modules.</summary>
internal sealed class BugTable
{
    private const int LongestName = 256;
    private const int LargestEntry = 64;
    private const int Samples = 64;
    private const ushort WarningFlag = 1;

    private readonly IMemoryReader _memory;
    private readonly IReadOnlyList<KernelTable> _tables;
    private readonly int _size;
    private readonly int? _file;
    private readonly int? _line;
    private readonly int? _format;
    private readonly int _flags;
    private readonly Lazy<bool> _countsFromField;

    /// <summary>Takes the tables.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="tables">The image's first.</param>
    /// <param name="types">The kernel's types; null when not known: entries are then as most kernels have them.</param>
    internal BugTable(IMemoryReader memory, IReadOnlyList<KernelTable> tables, KernelTypes? types)
    {
        _memory = memory;
        _tables = tables;
        bool known = types?.SizeOf("bug_entry") is >= 6 and <= LargestEntry && types.OffsetOf("bug_entry", "bug_addr_disp") == 0 && types.OffsetOf("bug_entry", "flags") is not null;
        _size = known ? (int)types!.SizeOf("bug_entry")! : 12;
        _file = known ? Fits(types!.OffsetOf("bug_entry", "file_disp"), 4) : 4;
        _line = known ? Fits(types!.OffsetOf("bug_entry", "line"), 2) : 8;
        _flags = known ? Fits(types!.OffsetOf("bug_entry", "flags"), 2) ?? 0 : 10;
        _format = known ? Fits(types!.OffsetOf("bug_entry", "format_disp"), 4) : null;
        _countsFromField = new Lazy<bool>(CountsFromField);
    }

    /// <summary>The entry of an instruction, or the one at an address in a table.</summary>
    /// <param name="address">The instruction's or the entry's address.</param>
    /// <returns>The entry; null when there is none.</returns>
    internal BugTableEntry? Find(VirtualAddress address)
    {
        byte[] entry = new byte[_size];
        foreach (KernelTable table in _tables)
        {
            ulong inside = address - table.Start;
            if (inside < table.Size)
            {
                return inside % (ulong)_size == 0 && _memory.TryRead(address, entry) ? Make(entry, address, table.Module?.Name) : null;
            }

            if (table.MayName(address) && table.Find(_memory, _size, (bytes, at) => at + Distance(bytes, 0) == address, entry) is { } found)
            {
                return Make(entry, found, table.Module?.Name);
            }
        }

        return null;
    }

    private BugTableEntry Make(ReadOnlySpan<byte> entry, VirtualAddress address, string? module)
    {
        string? file = _file is { } field ? FileName(address, entry, field) : null;
        return new BugTableEntry
        {
            Address = address,
            Instruction = address + Distance(entry, 0),
            IsWarning = (BinaryPrimitives.ReadUInt16LittleEndian(entry.Slice(_flags)) & WarningFlag) != 0,
            File = file,
            Line = file is not null && _line is { } line ? BinaryPrimitives.ReadUInt16LittleEndian(entry.Slice(line)) : null,
            Format = _format is { } format && Distance(entry, format) != 0 ? Text(address + (ulong)format + Distance(entry, format)) : null,
            Module = module,
        };
    }

    private static ulong Distance(ReadOnlySpan<byte> entry, int field) => unchecked((ulong)BinaryPrimitives.ReadInt32LittleEndian(entry.Slice(field)));

    private int? Fits(uint? offset, int bytes) => offset is { } at && at + bytes <= _size ? (int)at : null;

    private string? FileName(VirtualAddress address, ReadOnlySpan<byte> entry, int field)
    {
        VirtualAddress name = address + Distance(entry, field) + (_countsFromField.Value ? (ulong)field : 0);
        Span<byte> first = stackalloc byte[1];
        return _memory.TryRead(name, first) && first[0] is > 0x20 and < 0x7F ? Text(name) : null;
    }

    // Most names begin behind the zero byte of another text; some are the end of a longer one. What is 4 bytes off mostly does neither.
    private bool CountsFromField()
    {
        int votes = 0;
        byte[] entry = new byte[_size];
        for (int i = 0; i < Samples && _tables.Count > 0 && _file is { } field; i++)
        {
            ulong at = _tables[0].Size / Samples * (ulong)i / (ulong)_size * (ulong)_size;
            if (_memory.TryRead(_tables[0].Start + at, entry))
            {
                VirtualAddress fromEntry = _tables[0].Start + at + Distance(entry, field);
                votes += (BeginsText(fromEntry + (ulong)field) ? 1 : 0) - (BeginsText(fromEntry) ? 1 : 0);
            }
        }

        return votes >= 0;
    }

    private bool BeginsText(VirtualAddress address)
    {
        Span<byte> bytes = stackalloc byte[2];
        return _memory.TryRead(new VirtualAddress(address.ToUInt64() - 1), bytes) && bytes[0] == 0 && bytes[1] is > 0x20 and < 0x7F;
    }

    private string? Text(VirtualAddress address)
    {
        byte[] bytes = new byte[LongestName];
        int read = _memory.Read(address, bytes);
        int end = Array.IndexOf(bytes, (byte)0, 0, read);
        return end <= 0 ? null : PrintableText.Clean(Encoding.UTF8.GetString(bytes, 0, end));
    }
}
