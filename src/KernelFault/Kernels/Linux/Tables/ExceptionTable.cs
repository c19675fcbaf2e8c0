using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tables;

// struct exception_table_entry (arch/*/include/asm/extable.h): the instruction and where to go on, each relative to its own field. x86
// adds a third word: the handling function, relative too, up to 5.16; since then a type in its lowest byte and what the type needs above.
// arm64 has two words up to 5.16, since then a 16-bit type and 16 bits of data.

/// <summary>The exception tables of a kernel and its modules.</summary>
internal sealed class ExceptionTable
{
    private const int Fixup = 4;
    private const int Third = 8;
    private const int WithThird = 12;
    private const int WithoutThird = 8;
    private const int Samples = 32;

    // arch/x86/include/asm/extable_fixup_types.h. A number keeps its meaning; 4 was EX_TYPE_COPY in 5.17 to 6.1.
    private static readonly string[] s_x64Types =
    [
        "NONE", "DEFAULT", "FAULT", "UACCESS", "COPY", "CLEAR_FS", "FPU_RESTORE", "BPF", "WRMSR", "RDMSR", "WRMSR_SAFE", "RDMSR_SAFE",
        "WRMSR_IN_MCE", "RDMSR_IN_MCE", "DEFAULT_MCE_SAFE", "FAULT_MCE_SAFE", "POP_REG", "IMM_REG", "FAULT_SGX", "UCOPY_LEN", "ZEROPAD", "ERETU",
    ];

    // arch/arm64/include/asm/asm-extable.h; what 4 and more mean changed.
    private static readonly string[] s_arm64Types = ["NONE", "BPF", "UACCESS_ERR_ZERO", "KACCESS_ERR_ZERO"];

    private readonly IMemoryReader _memory;
    private readonly Architecture _architecture;
    private readonly IReadOnlyList<KernelTable> _tables;
    private readonly int _entrySize;
    private readonly bool _hasTypes;

    /// <summary>Takes the tables.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="architecture">The processor.</param>
    /// <param name="tables">The image's first.</param>
    /// <param name="entrySize">Bytes of an entry; null when the kernel's types do not tell.</param>
    internal ExceptionTable(IMemoryReader memory, Architecture architecture, IReadOnlyList<KernelTable> tables, int? entrySize)
    {
        _memory = memory;
        _architecture = architecture;
        _tables = tables;
        _entrySize = entrySize is WithThird or WithoutThird ? entrySize.Value : architecture == Architecture.X64 ? WithThird : GuessSize();
        _hasTypes = _entrySize == WithThird && (architecture != Architecture.X64 || ThirdIsType());
    }

    /// <summary>The entry of an instruction.</summary>
    /// <param name="instruction">Its address.</param>
    /// <returns>The entry; null when a fault there is not expected.</returns>
    internal ExceptionTableEntry? Find(VirtualAddress instruction)
    {
        Span<byte> entry = stackalloc byte[_entrySize];
        foreach (KernelTable table in _tables)
        {
            if (table.MayName(instruction) && table.Find(_memory, _entrySize, (bytes, at) => Relative(bytes, 0, at) == instruction, entry) is { } address)
            {
                return Make(entry, address, table.Module?.Name);
            }
        }

        return null;
    }

    private static VirtualAddress Relative(ReadOnlySpan<byte> entry, int field, VirtualAddress address) =>
        address + unchecked((ulong)(field + BinaryPrimitives.ReadInt32LittleEndian(entry.Slice(field))));

    private ExceptionTableEntry Make(ReadOnlySpan<byte> entry, VirtualAddress address, string? module) => new()
    {
        Address = address,
        Instruction = Relative(entry, 0, address),
        Fixup = Relative(entry, Fixup, address),
        HandlerType = _hasTypes ? TypeName(entry) : null,
        Handler = _entrySize == WithThird && !_hasTypes ? Relative(entry, Third, address) : null,
        Module = module,
    };

    private string TypeName(ReadOnlySpan<byte> entry)
    {
        int type = _architecture == Architecture.X64 ? entry[Third] : BinaryPrimitives.ReadUInt16LittleEndian(entry.Slice(Third));
        string[] names = _architecture == Architecture.X64 ? s_x64Types : s_arm64Types;
        return type < names.Length ? names[type] : type.ToString(CultureInfo.InvariantCulture);
    }

    // The distance of a function has any lowest byte; types are few.
    private bool ThirdIsType()
    {
        byte[] entries = new byte[Samples * WithThird];
        int read = _tables.Count == 0 ? 0 : _memory.Read(_tables[0].Start, entries.AsSpan(0, (int)Math.Min((ulong)entries.Length, _tables[0].Size)));
        for (int i = 0; i + WithThird <= read; i += WithThird)
        {
            if (entries[i + Third] > s_x64Types.Length + 8)
            {
                return false;
            }
        }

        return true;
    }

    // Entries ascend by their instruction: with the wrong size they do not.
    private int GuessSize()
    {
        byte[] entries = new byte[Samples * WithThird];
        int read = _tables.Count == 0 ? 0 : _memory.Read(_tables[0].Start, entries.AsSpan(0, (int)Math.Min((ulong)entries.Length, _tables[0].Size)));
        VirtualAddress before = default;
        for (int i = 0; i + WithoutThird <= read; i += WithoutThird)
        {
            VirtualAddress instruction = Relative(entries.AsSpan(i), 0, _tables[0].Start + (ulong)i);
            if (instruction < before)
            {
                return WithThird;
            }

            before = instruction;
        }

        return WithoutThird;
    }
}
