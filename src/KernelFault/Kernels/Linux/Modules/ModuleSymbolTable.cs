using System.Buffers.Binary;
using KernelFault.Kernels.Linux.Symbols;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Modules;

// struct mod_kallsyms: a module's own ELF symbol table, its strings, and since 5.2 a type letter for each symbol.

/// <summary>The symbols of one module.</summary>
internal sealed class ModuleSymbolTable
{
    // Elf64_Sym: st_name, st_info, st_other, st_shndx, st_value, st_size.
    private const int EntrySize = 24;
    private const int SectionIndex = 6;
    private const int Value = 8;

    // The largest modules, graphics drivers, have some 100,000.
    private const int MaximumSymbols = 500_000;

    private readonly IMemoryReader _memory;
    private readonly LinuxKernelModule _module;
    private readonly byte[] _symbols;
    private readonly VirtualAddress _strings;
    private readonly VirtualAddress? _letters;

    private ModuleSymbolTable(IMemoryReader memory, LinuxKernelModule module, byte[] symbols, VirtualAddress strings, VirtualAddress? letters)
    {
        _memory = memory;
        _module = module;
        _symbols = symbols;
        _strings = strings;
        _letters = letters;
    }

    /// <summary>How many entries the table has.</summary>
    internal int Count => _symbols.Length / EntrySize;

    /// <summary>Reads a module's table.</summary>
    /// <returns>Null when it has none, or the dump does not hold it.</returns>
    internal static ModuleSymbolTable? Read(IMemoryReader memory, KernelTypes types, LinuxKernelModule module)
    {
        if (types.OffsetOf("module", "kallsyms") is not { } pointer
            || types.OffsetOf("mod_kallsyms", "symtab") is not { } symbols
            || types.OffsetOf("mod_kallsyms", "num_symtab") is not { } count
            || types.OffsetOf("mod_kallsyms", "strtab") is not { } strings
            || !memory.TryReadUInt64(module.Address + pointer, out ulong table)
            || !memory.TryReadUInt64(new VirtualAddress(table) + symbols, out ulong symbolAddress)
            || !memory.TryReadUInt32(new VirtualAddress(table) + count, out uint number)
            || !memory.TryReadUInt64(new VirtualAddress(table) + strings, out ulong stringAddress)
            || number > MaximumSymbols)
        {
            return null;
        }

        VirtualAddress? letters = types.OffsetOf("mod_kallsyms", "typetab") is { } typetab
            && memory.TryReadUInt64(new VirtualAddress(table) + typetab, out ulong letterAddress) ? new VirtualAddress(letterAddress) : null;

        // A first symbol that is missing says that all are: nothing as large as the number claims is asked for then.
        if (memory.Read(new VirtualAddress(symbolAddress), stackalloc byte[1]) == 0)
        {
            return null;
        }

        byte[] bytes = new byte[(int)number * EntrySize];
        int read = memory.Read(new VirtualAddress(symbolAddress), bytes);
        if (read < bytes.Length)
        {
            Array.Resize(ref bytes, read / EntrySize * EntrySize);
        }

        return new ModuleSymbolTable(memory, module, bytes, new VirtualAddress(stringAddress), letters);
    }

    /// <summary>The symbol at or before an address, as the kernel itself looks it up.</summary>
    /// <param name="address">An address in the module.</param>
    internal LinuxSymbol? Find(VirtualAddress address)
    {
        if (_module.MemoryAt(address) is not { } range)
        {
            return null;
        }

        ulong wanted = address.ToUInt64();
        ulong start = 0;
        ulong next = range.Start.ToUInt64() + range.Size;
        int best = -1;
        for (int i = 1; i < Count; i++)
        {
            ulong value = ValueOf(i);
            bool better = value <= wanted && (best < 0 ? value >= range.Start.ToUInt64() : value > start);
            bool closer = value > wanted && value < next;
            if ((better || closer) && IsDefined(i) && HasName(i))
            {
                best = better ? i : best;
                start = better ? value : start;
                next = closer ? value : next;
            }
        }

        return best < 0 ? null : Make(best, start, next - start);
    }

    /// <summary>The symbol of a name; null when there is none.</summary>
    internal LinuxSymbol? Named(ReadOnlySpan<byte> name)
    {
        Span<byte> bytes = stackalloc byte[KallsymsTokens.LongestName];
        for (int i = 1; i < Count; i++)
        {
            if (IsDefined(i) && ReadName(i, bytes).SequenceEqual(name))
            {
                return Sized(i);
            }
        }

        return null;
    }

    /// <summary>Every symbol whose name is as the pattern says.</summary>
    internal List<LinuxSymbol> Match(NamePattern pattern)
    {
        var found = new List<LinuxSymbol>();
        Span<byte> bytes = stackalloc byte[KallsymsTokens.LongestName];
        for (int i = 1; i < Count; i++)
        {
            ReadOnlySpan<byte> name = IsDefined(i) ? ReadName(i, bytes) : default;
            if (!name.IsEmpty && pattern.Matches(name))
            {
                found.Add(Sized(i));
            }
        }

        return found;
    }

    private ulong ValueOf(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_symbols.AsSpan((index * EntrySize) + Value));

    private bool IsDefined(int index) => BinaryPrimitives.ReadUInt16LittleEndian(_symbols.AsSpan((index * EntrySize) + SectionIndex)) != 0;

    // The kernel skips what assemblers and compilers leave: no name, .L and L0 labels, $-marks of code and data.
    private bool HasName(int index)
    {
        Span<byte> bytes = stackalloc byte[2];
        int read = _memory.Read(NameAddress(index), bytes);
        return read > 0 && bytes[0] != 0 && bytes[0] != (byte)'$'
            && !(read == 2 && ((bytes[0] == (byte)'.' && bytes[1] == (byte)'L') || (bytes[0] == (byte)'L' && bytes[1] == (byte)'0')));
    }

    private VirtualAddress NameAddress(int index) => _strings + BinaryPrimitives.ReadUInt32LittleEndian(_symbols.AsSpan(index * EntrySize));

    private ReadOnlySpan<byte> ReadName(int index, Span<byte> bytes)
    {
        ReadOnlySpan<byte> read = bytes.Slice(0, _memory.Read(NameAddress(index), bytes));
        int end = read.IndexOf((byte)0);
        return end < 0 ? read : read.Slice(0, end);
    }

    private LinuxSymbol Sized(int index)
    {
        ulong start = ValueOf(index);
        LinuxSymbol? same = Find(new VirtualAddress(start));
        return Make(index, start, same is not null && same.Address.ToUInt64() == start ? same.Size : null);
    }

    private LinuxSymbol Make(int index, ulong start, ulong? size)
    {
        Span<byte> bytes = stackalloc byte[KallsymsTokens.LongestName];
        Span<byte> letter = stackalloc byte[1];
        bool known = _letters is { } letters && _memory.Read(letters + (ulong)index, letter) == 1 && letter[0] is > 0x20 and < 0x7F;
        return new LinuxSymbol
        {
            Name = Kallsyms.Text(ReadName(index, bytes)),
            Address = new VirtualAddress(start),
            Size = size,
            Type = known ? (char)letter[0] : '?',
            Module = _module.Name,
        };
    }
}
